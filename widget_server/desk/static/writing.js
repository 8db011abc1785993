// Keeps what is typed, counts characters as readers see them, asks for a preview, and shows what the preview found
// beside the form. The page works without it.
"use strict";
(() => {
  const form = document.getElementById("writing"), kept = document.getElementById("kept");
  const shown = document.getElementById("shown"), toLookAt = document.getElementById("to-look-at");
  const guessed = document.getElementById("guessed"), use = document.getElementById("use-guess");
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
  const count = (name) => {
    document.getElementById(`${name}-count`).textContent = [...segmenter.segment(document.getElementById(name).value)].length;
  };
  shown.addEventListener("load", () => {
    const found = shown.contentDocument && shown.contentDocument.getElementById("look");
    if (!found) return;
    if (found.textContent !== toLookAt.textContent) {
      toLookAt.replaceChildren(...[...found.childNodes].map((node) => document.importNode(node, true)));
    }
    const guess = shown.contentDocument.getElementById("guess");
    if (guess && guessed.textContent !== guess.textContent) guessed.textContent = guess.textContent;
    guessed.parentElement.hidden = use.hidden = !guess;
    use.value = guess ? guess.dataset.tag : "";
  });
  use.addEventListener("click", () => {
    const lang = document.getElementById("lang");
    lang.value = use.value;
    lang.dispatchEvent(new Event("input", { bubbles: true }));
    lang.focus();
  });
  form.addEventListener("input", () => {
    if (segmenter) ["text", "gloss"].forEach(count);
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
