// Makes the builder's form live: a change asks the same page again and puts its parts in place. Nothing is kept.
"use strict";
const form = document.querySelector("form.builder-form");
const parts = ["preview", "sample", "snippets"];
const questions = ["asks-one", "asks-look", "asks-width", "asks-theme", "asks-label", "check"]; // not all matter everywhere
let latest = 0;

const address = () => {
  const words = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) words.append(name, value);
  return `${form.getAttribute("action")}?${words}`;
};

const refresh = async () => {
  const turn = ++latest;
  const asked = address();
  for (const part of parts) document.getElementById(part).classList.add("busy");
  try {
    const answer = await fetch(asked, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest || !fresh.getElementById("preview")) return;
    for (const part of parts) document.getElementById(part).replaceWith(document.adoptNode(fresh.getElementById(part)));
    for (const each of questions) document.getElementById(each).hidden = fresh.getElementById(each).hidden;
    for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
    history.replaceState(null, "", asked);
  } catch {
    form.submit(); // no answer: let the browser try, and say what is wrong
  }
};

let pause;
form.addEventListener("change", refresh);
form.addEventListener("input", (event) => {
  if (event.target.type !== "text") return;
  clearTimeout(pause);
  pause = setTimeout(refresh, 500);
});
form.classList.add("live");

// A long text makes the snippet grow on a blogger's page; the frame round the preview follows it.
const follow = ({ target: frame }) => {
  if (frame.name !== "shown" || !frame.contentDocument?.body) return;
  const { body } = frame.contentDocument;
  const grow = () => (frame.style.blockSize = `${Math.max(body.scrollHeight + 48, 240)}px`);
  // One frame later: what an observer moves at once, WebKit reports to the console as an endless loop.
  new ResizeObserver(() => requestAnimationFrame(grow)).observe(body);
};
document.addEventListener("load", follow, true);
const first = document.querySelector("iframe[name=shown]");
if (first?.contentDocument?.readyState === "complete") follow({ target: first });
