"""The one table of hot paths: what is answered from a printing, with which headers, and what counts as a display.

Rules: the answer depends on the path, the three headers of NEGOTIATED and (for /frame) the facets; any other query
string is ignored. The lane and the public app's own routes both ask here, so they cannot differ. A 304 repeats the
validators.

It opens no file, knows no database and counts nothing itself.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs

from embed.frames import CONTENT_SECURITY_POLICY, refusal
from fragments.drawing import NotADeck, Query, deck_name, parse_query
from fragments.errors import UnknownFacet
from widget_server.negotiating import accepted, http_date, is_fresh
from widget_server.packs import SHORT, Printed
from widget_server.shelf import Printing

NEGOTIATED = ("Accept-Encoding", "If-None-Match", "If-Modified-Since")
METHODS = ("GET", "HEAD", "OPTIONS")

FOREVER = "public, max-age=31536000, immutable"  # the address is the hash of the content
FIVE_MINUTES = "public, max-age=300"  # a withdrawal reaches a reader's cache within that
QUARTER_HOUR = "public, max-age=900"  # the least that feed readers are asked to wait
MINUTE = "public, max-age=60"
NEVER = "no-store"  # another fragment each time

# Any page may read these with a script, and pages that isolate themselves may still embed them.
OPEN = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))
# A browser shows a feed as a page (feed.css) that no text in it can make do anything. Query strings mean nothing:
# caches that know No-Vary-Search keep one copy for ?utm_source=… too.
SHOWN = (
    *OPEN,
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("No-Vary-Search", "params"),
)
# Frames are made for being framed by anybody; they carry their own style and nothing else.
FRAMED = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


class Headers(Protocol):
    """Request headers by their usual name; werkzeug's and the lane's both fit."""

    def get(self, name: str, /) -> str | None:
        """The value, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """One row: what kind of thing it is, how long it may be kept, its headers, and whether getting it is a display."""

    kind: str  # script, frame, feed, changes, file
    cache: str
    headers: tuple[tuple[str, str], ...] = OPEN
    counted: bool = False


class Answer(NamedTuple):
    """What goes out; nobody changes it. `display` is (kind, deck) where it is one display of an embed, else None."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    display: tuple[str, str] | None = None


DECK = Route("script", FIVE_MINUTES, counted=True)
LOADER = Route("file", FOREVER)
FRAME = Route("frame", FIVE_MINUTES, FRAMED, counted=True)
RANDOM_FRAME = Route("frame", NEVER, FRAMED, counted=True)
PLAIN = Route("file", FIVE_MINUTES)
FEED = Route("feed", QUARTER_HOUR, SHOWN, counted=True)
CHANGES = Route("changes", QUARTER_HOUR, SHOWN)  # read by programs that keep copies: nobody's display
BESIDE_FEEDS = Route("file", QUARTER_HOUR)
STATEMENT = Route("file", MINUTE)

WHOLE_PATHS = {
    "/frame": RANDOM_FRAME,
    "/edition.json": STATEMENT,
    "/edition.txt": STATEMENT,
    "/files.txt": STATEMENT,
    "/root.txt": STATEMENT,
    "/now.txt": STATEMENT,
    "/changes.atom": CHANGES,
    "/feeds.opml": BESIDE_FEEDS,
    "/feed.css": BESIDE_FEEDS,
}
DISPLAY = "unsilenced.display"  # key of a WSGI environment: (kind, deck) where the app behind answered with an embed
LOOKS = frozenset({"ui", "theme", "width"})
LONGEST_QUERY = 1_000  # characters of a query string that are looked at for a language
LINKED = frozenset({"feed", "changes"})
FEED_ENDINGS = (".atom", ".rss", ".json")

_chance = random.Random()  # noqa: S311 - which fragment is shown is no secret; seeded by the system in each worker


def route_of(path: str) -> Route | None:
    """The row of the table for `path`, or None where it is not hot."""
    if path.startswith("/d/"):
        return DECK if path.endswith(".cf") else None
    if path.startswith("/e/"):
        return LOADER if path.endswith(".js") else None
    if path.startswith("/f/"):
        return FRAME if path.endswith("/frame") else PLAIN if path.endswith(".txt") else None
    if path.startswith("/api/v1/fragments/"):
        return PLAIN
    if path.startswith(("/feed.", "/feeds/", "/daily.")) and path.endswith(FEED_ENDINGS):
        return FEED
    return WHOLE_PATHS.get(path)


def answer(
    printing: Printing, method: str, path: str, query: str, headers: Headers, chance: random.Random = _chance
) -> Answer | None:
    """The answer to a request for a hot path; None where Flask must answer (another path, method, or no such file)."""
    plain = method == "GET" and not headers.get("If-None-Match") and not headers.get("If-Modified-Since")
    key = (path, accepted(headers.get("Accept-Encoding") or ""))
    ready: Answer | None = printing.ready.get(key) if plain else None
    if ready is not None:
        return ready
    found = _work_out(printing, method, path, query, headers, chance)
    # What is drawn depends on more than the path; a long body is not held in memory.
    if plain and found is not None and route_of(path) is not RANDOM_FRAME and len(found.body) <= SHORT:
        printing.keep(key, found)
    return found


def _work_out(
    printing: Printing, method: str, path: str, query: str, headers: Headers, chance: random.Random
) -> Answer | None:
    route = route_of(path)
    if route is None or method not in METHODS:
        return None
    if method == "OPTIONS":
        return Answer(204, [("Allow", ", ".join(METHODS)), *route.headers], b"")
    if route is RANDOM_FRAME:
        return _random_frame(printing, method, query, headers, chance)
    printed = printing.get(path)
    if printed is None:
        return None
    found = _answer_file(printed, route, method, headers, _deck_of(path, route))
    if route.kind in LINKED and found.status == HTTPStatus.OK:
        found.headers.append(("Link", links_of(printing, path)))
    return found


def links_of(printing: Printing, path: str) -> str:
    """Where a feed is and which hub tells of its changes, as a subscriber looks for them (WebSub, section 4)."""
    url, hub = printing.edition.get("url", ""), printing.edition.get("hub", "")
    own = f'<{url}{path}>; rel="self"'
    return f'<{hub}>; rel="hub", {own}' if hub else own


def _answer_file(printed: Printed, route: Route, method: str, headers: Headers, deck: str) -> Answer:
    coding, body = _chosen(printed, headers.get("Accept-Encoding"))
    reply = _validators(printed, route, coding)
    display = (route.kind, deck) if route.counted and method == "GET" else None
    if is_fresh(printed, headers.get("If-None-Match"), headers.get("If-Modified-Since")):
        return Answer(304, reply, b"", display)
    reply += [("Content-Type", printed.content_type), ("Content-Length", str(len(body)))]
    if coding:
        reply.append(("Content-Encoding", coding))
    return Answer(200, reply, body if method == "GET" else b"", display)


def _validators(printed: Printed, route: Route, coding: str) -> list[tuple[str, str]]:
    """What a 200 and a 304 both say. One tag an encoding: the bytes differ, so must a strong tag."""
    reply = [("Cache-Control", route.cache), ("Vary", "Accept-Encoding"), *route.headers]
    reply.append(("X-Content-Type-Options", "nosniff"))
    if route.cache is not NEVER:
        reply.append(("ETag", f'"{printed.etag}-{coding}"' if coding else f'"{printed.etag}"'))
        reply.append(("Last-Modified", http_date(printed.last_modified)))
    return reply


def _random_frame(printing: Printing, method: str, query: str, headers: Headers, chance: random.Random) -> Answer:
    """One fragment of the facets asked for, drawn anew at each request."""
    try:
        wanted = parse_query(_parameters(query))
    except UnknownFacet as fault:
        return no_frame(HTTPStatus.BAD_REQUEST, f"there is no such {' '.join(map(str, fault.args))}", query)
    try:
        drawn = printing.facets.draw(wanted, chance)
    except UnknownFacet as fault:
        return no_frame(HTTPStatus.NOT_FOUND, f"no fragment has {' '.join(map(str, fault.args))}", query)
    printed = printing.get(f"/f/{drawn}/frame")
    if printed is None:  # a mirror that carries no frames
        return no_frame(HTTPStatus.NOT_FOUND, "this copy has no frames", query)
    never_fresh = _Only(headers.get("Accept-Encoding"))
    return _answer_file(printed, RANDOM_FRAME, method, never_fresh, counted_as(wanted))


def counted_as(wanted: Query) -> str:
    """The deck of these facets; one word for all that join several values, which strangers could join without end."""
    try:
        return deck_name(wanted)
    except NotADeck:
        return "several"


class _Only:
    """Headers of a request whose answer is never the one the reader has."""

    def __init__(self, accept_encoding: str | None) -> None:
        self._accept = accept_encoding

    def get(self, name: str, /) -> str | None:
        """The accepted encodings, and nothing else."""
        return self._accept if name == "Accept-Encoding" else None


def no_frame(status: HTTPStatus, reason: str, query: str) -> Answer:
    """A page for the readers of the page that has the frame; an <object> shows what is pasted inside or under it."""
    looks = {name: values[0] for name, values in parse_qs(query[:LONGEST_QUERY]).items() if name in LOOKS}
    body = refusal(
        f"{status} {status.phrase}: {reason}",
        looks.get("ui", "en"),
        looks.get("theme", "auto"),
        is_withdrawn=status is HTTPStatus.GONE,
    )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    cache = MINUTE if status < HTTPStatus.INTERNAL_SERVER_ERROR else NEVER
    return Answer(status, [*headers, ("Cache-Control", cache), ("X-Content-Type-Options", "nosniff"), *FRAMED], body)


def _parameters(query: str) -> Mapping[str, str]:
    """`country=VN&country=CN` says the same as `country=VN,CN`; how a frame looks narrows nothing."""
    try:
        given = parse_qs(query, max_num_fields=50)
    except ValueError:  # more fields than anybody's wish
        return {"query": ""}
    return {name: ",".join(values) for name, values in given.items() if name not in LOOKS}


def _deck_of(path: str, route: Route) -> str:
    """The name under which a display is counted: the deck, or f-<id> for one fragment's frame."""
    parts = path.split("/")
    if route is DECK:
        return parts[2]
    return f"f-{parts[2]}" if route is FRAME else path


def _chosen(printed: Printed, accept: str | None) -> tuple[str, bytes]:
    """The encoding to send and its bytes."""
    if accept:
        for coding in accepted(accept):
            body = printed.br if coding == "br" else printed.gzip
            if body is not None:
                return coding, body
    return "", printed.body
