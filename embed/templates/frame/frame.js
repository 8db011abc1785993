(() => {
const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const ui = (asked.get("ui") || "").split("-")[0];
const worded = [...document.querySelectorAll("[data-ui]")];
if (worded.some((part) => part.dataset.ui == ui)) {
  for (const part of worded) part.hidden = !part.dataset.ui.split(" ").includes(ui);
  root.lang = ui;
  root.dir = /^(ar|fa)$/.test(ui) ? "rtl" : "ltr";
}
if (/^(light|dark)$/.test(asked.get("theme"))) root.dataset.theme = asked.get("theme");
const quotation = document.querySelector("blockquote");
const fit = () => {
  for (let size = 40; quotation && size > 19 && (size > 39 || root.scrollHeight > innerHeight); size--)
    quotation.style.fontSize = size * 5 + "%";
  tell("height", root.scrollHeight);
};
const secret = (location.hash.match(/[?&]secret=(\w+)/) || [])[1];
const tell = (message, value) => secret && parent.postMessage({ message, value, secret }, "*");
addEventListener("message", ({ data }) => data && data.message == "ready" && data.secret == secret && fit());
addEventListener("resize", fit);
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!secret || !link) return;
  event.preventDefault();
  tell("link", link.href);
});
fit();
})();
