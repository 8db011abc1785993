// Keeps what is typed, counts characters as readers see them, asks for a preview, and shows what the preview found
// beside the form. The page works without it.
"use strict";
(() => {
  const form = document.getElementById("writing"), kept = document.getElementById("kept");
  const toLookAt = document.getElementById("to-look-at"), preview = document.getElementById("preview");
  const guessed = document.getElementById("guessed"), use = document.getElementById("use-guess");
  const segmenter = Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
  let shown = document.getElementById("shown"), coming = null, asked = 0, soon = 0, later = 0, leaving = false;
  const hour = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const keep = async () => {
    if (leaving) return;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      kept.textContent = answer.ok ? form.dataset.kept.replace("{time}", hour()) : form.dataset.unkept;
    } catch {
      kept.textContent = form.dataset.offline;
    }
  };
  const count = (name) => {
    document.getElementById(`${name}-count`).textContent = [...segmenter.segment(document.getElementById(name).value)].length;
  };
  const tell = (page) => {
    const found = page.getElementById("look"), guess = page.getElementById("guess");
    if (found.textContent !== toLookAt.textContent) {
      toLookAt.replaceChildren(...[...found.childNodes].map((node) => document.importNode(node, true)));
    }
    if (guess && guessed.textContent !== guess.textContent) guessed.textContent = guess.textContent;
    guessed.parentElement.hidden = use.hidden = !guess;
    use.value = guess ? guess.dataset.tag : "";
  };
  // Each preview comes into a frame of its own, behind the one that is shown: a frame's first page makes no entry in the
  // history (HTML, initial about:blank), so that Back leaves the form, and the next preview stands where this one was read.
  const expect = () => {
    if (coming) coming.remove();
    const frame = coming = shown.cloneNode();
    frame.removeAttribute("id");
    frame.classList.add("coming");
    frame.name = preview.formTarget = `shown-${++asked}`;
    shown.after(frame);
    frame.addEventListener("load", () => {
      const page = frame.contentDocument;
      if (frame !== coming || !page || !page.getElementById("look")) return;
      frame.contentWindow.scrollTo(0, shown.contentWindow ? shown.contentWindow.scrollY : 0);
      tell(page);
      shown.remove();
      frame.classList.remove("coming");
      frame.id = "shown";
      shown = frame;
      coming = null;
    });
  };
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
    soon = setTimeout(() => form.requestSubmit(preview), 900);
    later = setTimeout(keep, 2500);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter === preview) return expect();
    leaving = true;
    clearTimeout(soon);
    clearTimeout(later);
  });
  if (document.getElementById("text").value) form.requestSubmit(preview);
})();
