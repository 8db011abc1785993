"""A reader with a real browser: opens pages, a few at a time, and says what each one showed.

Rules: a fresh profile for every page; a page is watched until its box shows a fragment, until patience ends, or,
where the pasted text may well stay, until nothing has been asked for a while. Judged is what stands in the page: the
passage and the link that names it.
Math.random comes from a seed, so that the order in which origins are asked can be had again.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from bench.censor import editions
from bench.censor.attacks import Attack, Outcome

PATIENCE_SECONDS = 9  # three origins asked a second apart, 5 s each, and room
QUIET_SECONDS = 1.5  # a loader asks the next origin at once when one fails, or else a second later
SETTLED_SECONDS = 0.15  # what happens to the page after a fragment was shown
MOST_SHIFT = 0.1  # cumulative layout shift that Web Vitals call good
MOST_CLOCK_ERROR_MS = 60_000
WATCH = """(() => { const seen = window.seen = { faults: [], shift: 0, at: 0 };
  addEventListener("error", (e) => e.message && seen.faults.push(String(e.message)));
  addEventListener("unhandledrejection", (e) => seen.faults.push(String(e.reason)));
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.shift += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setInterval(() => { if (!seen.at && document.querySelector(".unsilenced")?.shadowRoot) seen.at = performance.now() },
    10);
  let a = SEED; Math.random = () => { a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
  const True = Date; if (SHIFT) window.Date = class extends True {
    constructor(...told) { told.length ? super(...told) : super(True.now() + SHIFT); }
    static now() { return True.now() + SHIFT; } };
})()"""
SEEN = """() => { const box = document.querySelector(".unsilenced"), shade = box?.shadowRoot;
  const line = document.querySelector("#after")?.getBoundingClientRect();
  return { ...seen, clock: Date.now(), is_there: !!box,
    shown: shade && [shade.querySelector("a")?.href.split("/f/")[1], shade.querySelector("blockquote")?.textContent],
    pasted: box?.querySelector("blockquote")?.textContent, height: box?.offsetHeight, after: line?.height }; }"""


@dataclass
class Visit:
    """A page to be opened: during which attack, with `every` origin hostile or one left."""

    address: str
    attack: Attack
    every: bool
    clock: timedelta = timedelta()
    seed: int = 1

    @property
    def expected(self) -> frozenset[Outcome]:
        """What may be seen, by the table of attacks."""
        return self.attack.every if self.every else self.attack.some


@dataclass(frozen=True)
class Seen:
    """What a visit came to. `seconds`: from the click to the fragment, where there was one."""

    visit: Visit
    outcome: Outcome
    seconds: float | None
    why: str

    @property
    def is_allowed(self) -> bool:
        """Whether this is what the table of attacks says."""
        return self.outcome in self.visit.expected


@dataclass
class _Open:
    visit: Visit
    context: BrowserContext
    page: Page
    since: float = field(default_factory=time.monotonic)
    under_way: int = 0
    log: list[str] = field(default_factory=list)
    heard: float = field(default_factory=time.monotonic)
    shown: float = 0

    def hear(self, step: int, word: str, request: Request) -> None:
        self.under_way += step
        self.heard = time.monotonic()
        why = request.failure if word == "failed" else ""
        self.log.append(f"{self.heard - self.since:.1f} {word} {request.url[8:]} {why}".strip())

    def is_over(self, now: float) -> bool:
        may_stay = Outcome.PASTED in self.visit.expected
        quiet = may_stay and self.under_way == 0 and now - self.heard > QUIET_SECONDS
        return quiet or now - self.since > PATIENCE_SECONDS or bool(self.shown and now - self.shown > SETTLED_SECONDS)


def read_all(browser: Browser, visits: Iterable[Visit], at_once: int) -> list[Seen]:
    """Makes every visit, `at_once` at a time, and says what was seen, in no order."""
    waiting, opened, seen = list(visits), [], []
    while waiting or opened:
        while waiting and len(opened) < at_once:
            opened.append(_open(browser, waiting.pop(0)))
        opened[0].page.wait_for_timeout(20)
        for each in list(opened):
            if not each.shown and _state(each).get("at"):
                each.shown = time.monotonic()
            if each.is_over(time.monotonic()):
                seen.append(_judged(each, _state(each)))
                each.context.close()
                opened.remove(each)
    return seen


def _open(browser: Browser, visit: Visit) -> _Open:
    context = browser.new_context(viewport={"width": 900, "height": 900})
    shift = round(visit.clock.total_seconds() * 1000)
    context.add_init_script(WATCH.replace("SEED", str(visit.seed)).replace("SHIFT", str(shift)))
    opened = _Open(visit, context, context.new_page())
    opened.page.on("request", lambda it: opened.hear(1, "asked", it))
    opened.page.on("requestfinished", lambda it: opened.hear(-1, "done", it))
    opened.page.on("requestfailed", lambda it: opened.hear(-1, "failed", it))
    opened.page.goto(visit.address, wait_until="commit")
    return opened


def _state(opened: _Open) -> dict[str, Any]:
    try:
        state: dict[str, Any] = opened.page.evaluate(SEEN)
    except Error as error:  # the page's process died
        return {"faults": [str(error)]}
    return state


def _judged(opened: _Open, state: dict[str, Any]) -> Seen:
    visit = opened.visit
    seconds = state.get("at", 0) / 1000 or None
    broken = _broken(visit, state)
    if broken:
        return Seen(visit, Outcome.BROKEN, seconds, broken)
    if not state["shown"]:
        is_pasted = state["pasted"] == editions.PASTED.text
        return Seen(visit, Outcome.PASTED if is_pasted else Outcome.FORGED, None, "; ".join(opened.log))
    shown = tuple(state["shown"])
    for outcome, fragments in allowed(visit).items():
        if shown in {(one.id, one.text) for one in fragments}:
            return Seen(visit, outcome, seconds, "")
    return Seen(visit, Outcome.FORGED, seconds, str(shown))


def allowed(visit: Visit) -> dict[Outcome, tuple[editions.Fragment, ...]]:
    """The fragments that are genuine in a visit: without a fresh statement none whose author is at risk.

    Without a fresh statement nobody can know what was withdrawn since (docs/format.md); with one everybody does.
    """
    careless = visit.every and not visit.attack.is_fresh
    beside = editions.WITHDRAWN if careless else editions.CAREFUL
    return {Outcome.LIVE: (*editions.LIVE, beside), Outcome.OLDER: editions.OLDER}


def _broken(visit: Visit, state: dict[str, Any]) -> str:
    if state["faults"]:
        return "; ".join(state["faults"])
    if not (state["is_there"] and state["height"] and state["after"]):
        return f"the page is out of shape: {state}"
    if state["shift"] > MOST_SHIFT:
        return f"the page moved by {state['shift']:.3f}"
    error = state["clock"] - time.time() * 1000 - visit.clock.total_seconds() * 1000
    return f"the clock is wrong by {error:.0f} ms" if abs(error) > MOST_CLOCK_ERROR_MS else ""
