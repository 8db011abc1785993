// Keeps what is typed, counts characters as readers see them, and asks for a preview. The page works without it.
"use strict";
(() => {
  const form = document.getElementById("writing"), kept = document.getElementById("kept");
  const text = document.getElementById("text"), count = document.getElementById("text-count");
  const segmenter = Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
  let soon = 0, later = 0, leaving = false;
  const keep = async () => {
    if (leaving) return;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      kept.textContent = answer.ok ? form.dataset.kept.replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang)) : form.dataset.unkept;
    } catch {
      kept.textContent = form.dataset.offline;
    }
  };
  form.addEventListener("input", () => {
    if (segmenter) count.textContent = [...segmenter.segment(text.value)].length;
    clearTimeout(soon);
    clearTimeout(later);
    soon = setTimeout(() => form.requestSubmit(document.getElementById("preview")), 900);
    later = setTimeout(keep, 2500);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.id === "preview") return;
    leaving = true;
    clearTimeout(soon);
    clearTimeout(later);
  });
})();
