"""/embed/check: a blogger names a page, and this server says in words whether the embed really shows there.

Rules: only a POST fetches anything, so no crawler can set it off, and only one from our own form where a browser says
where it comes from; one fetch of a public address (fetching.py), five seconds at most, and three to judge it; how many
run at once, from one asker and to one host is bounded in memory (limits.py). The answer is words of ours only, nothing
of the page, so that it is no proxy. Nothing is kept, logged or counted. No robots.txt is asked: whoever presses the
button visits a page.

What is on a page is judged by visiting.finding, in a process of its own (visiting.apart).
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template, request

from widget_server.counting.post import asker
from widget_server.fetching import Fetcher, Limits, NotFetched, Reason
from widget_server.public import site
from widget_server.sites.limits import Tries
from widget_server.sites.visiting import agent_of
from widget_server.visiting.apart import Unjudged, found_apart
from widget_server.visiting.finding import Fault, Found, Kind

blueprint = Blueprint("page_check", __name__)

PATH = "/embed/check"
PAGE = Limits(seconds=5, bytes=1_000_000, redirects=3)
LONGEST = 2_048  # characters of an address, as in every form of ours
MOST_FORM = 8_192  # bytes: such an address, percent-encoded
TRIES = (20, 600.0)  # of one asker in ten minutes: somebody who mends a template presses often
TRIES_AT_A_HOST = (40, 600.0)  # of everybody: a stranger's server is not ours to hammer
AT_ONCE = 2  # each holds one of a worker's four threads (serving.py) for eight seconds at most
_CHECKS = "page_check"
WORDS_OF_REASON = {
    Reason.NOT_HTTP: "check.not-http",
    Reason.CREDENTIALS: "check.refused",
    Reason.FORBIDDEN_PORT: "check.refused",
    Reason.FORBIDDEN_ADDRESS: "check.refused",
    Reason.UNKNOWN_HOST: "check.unknown-host",
    Reason.REFUSED: "check.unreachable",
    Reason.UNREADABLE: "check.unreachable",
    Reason.BAD_TLS: "check.bad-tls",
    Reason.TOO_SLOW: "check.too-slow",
    Reason.TOO_LARGE: "check.too-large",
    Reason.TOO_MANY_REDIRECTS: "check.redirects",
}


@dataclass
class Checks:
    """What the app was made with, and how much is asked of it."""

    fetcher: Fetcher
    tries: Tries = field(default_factory=lambda: Tries(*TRIES))
    tries_at_a_host: Tries = field(default_factory=lambda: Tries(*TRIES_AT_A_HOST))
    at_work: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said: a headline and lines, as keys of the strings; `status` of the answer, `number` for a sentence."""

    headline: str
    lines: tuple[str, ...] = ()
    is_sound: bool = False
    status: int = 200
    number: int = 0


def open_checks(app: Flask, fetcher: Fetcher | None = None) -> None:
    """Let an app check pages. `fetcher`: the way out; the usual one reaches public addresses only."""
    settings = app.extensions[site.KEY].settings
    app.extensions[_CHECKS] = Checks(fetcher or Fetcher(agent_of(settings)))
    app.register_blueprint(blueprint)


@blueprint.get(PATH)
def form() -> Response:
    """The form alone; nothing is fetched, whatever stands in the address."""
    return _answer("", None)


@blueprint.post(PATH)
def check() -> Response:
    """Fetch the page, judge it, say it."""
    request.max_content_length = request.max_form_memory_size = MOST_FORM
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    typed = request.form.get("page", "").strip()
    return _answer(typed[:LONGEST], _looked_at(typed))


def judge(found: Sequence[Found]) -> Verdict:
    """What the kinds of embed on a page come to."""
    lines = tuple(line for each in found for line in _lines(each))
    if any(each.shows and each.kind is not Kind.LINK for each in found):
        return Verdict("check.yes", lines, is_sound=not any(each.faults for each in found))
    if any(each.kind is Kind.SCRIPT and Fault.BOX_GONE not in each.faults for each in found):
        return Verdict("check.half", lines)
    return Verdict("check.no", lines or ("check.nothing", "check.nothing.hidden"))


def _lines(found: Found) -> list[str]:
    """A kind where it shows, then each fault of it."""
    kind = [f"check.kind.{found.kind.value}"] if found.shows else []
    return kind + [f"check.fault.{fault.value}" for fault in found.faults]


def _looked_at(typed: str) -> Verdict:
    address = typed if "://" in typed else f"https://{typed}"
    host = _host(address)
    if not typed or len(typed) > LONGEST:
        return Verdict("check.unseen", ("check.empty",), status=400)
    if host in {_host(each) for each in _ours()}:
        return Verdict("check.unseen", ("check.own",), status=400)
    checks = _checks()
    if not (checks.tries.may(asker(request.environ)) and checks.tries_at_a_host.may(host)):
        return Verdict("check.unseen", ("check.busy",), status=429)
    if not checks.at_work.acquire(blocking=False):
        return Verdict("check.unseen", ("check.busy",), status=503)
    try:
        return _fetched(checks.fetcher, address)
    finally:
        checks.at_work.release()


def _fetched(fetcher: Fetcher, address: str) -> Verdict:
    try:
        page = fetcher.get(address, limits=PAGE)
    except NotFetched as fault:
        return Verdict("check.unseen", (WORDS_OF_REASON[fault.reason],))
    if page.status >= 400:
        return Verdict("check.unseen", ("check.status",), number=page.status)
    try:
        return judge(found_apart(page.body, _ours(), pinned=str(site.printing().edition.get("key", ""))))
    except Unjudged:
        return Verdict("check.unseen", ("check.too-large",))


def _host(address: str) -> str:
    """Whose page it is; "" for an address that has none, which is refused before anything is fetched."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _ours() -> tuple[str, ...]:
    return (site.settings().public_url, *site.settings().mirrors)


def _checks() -> Checks:
    return cast(Checks, current_app.extensions[_CHECKS])


def _answer(typed: str, verdict: Verdict | None) -> Response:
    speaker = site.speaker()
    numbers = {"number": speaker.number(verdict.number), "seconds": speaker.number(5)} if verdict else {}
    page = render_template("check.html", typed=typed, verdict=verdict, numbers=numbers)
    response = make_response(page, verdict.status if verdict else 200)
    response.headers["Cache-Control"] = "no-store"
    if verdict and verdict.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response
