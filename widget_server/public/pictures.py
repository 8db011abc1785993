"""Badges and cards: /f/<id>.png and .svg, /badge.png and .svg for a fragment a day, /f/<id>/card.png for previews.

Rules: a picture depends on the fragment's record, the look asked for and nothing else, so its tag is known before
it is drawn and a reader who has it costs nothing. The badge of a day is drawn with the day and the facets as seed: the
same for everyone until midnight UTC, or a new edition. What was drawn last is kept in memory, `MOST_KEPT` bytes a
process. A picture of an embed is a display; a card is not, because previews fetch it.

It draws nothing itself (embed.pictures).
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import cast

from flask import Blueprint, Response, current_app, request

from embed.pictures.faces import Faces
from embed.pictures.look import CARD, NARROWEST, THEMES, USUAL_WIDTH, WIDEST, Look, width_of
from embed.pictures.png import HAND, Painter
from embed.pictures.svg import svg
from embed.strings import spoken
from fragments.drawing import KINDS
from fragments.errors import FieldError, UnknownFacet
from widget_server.hotpaths import DISPLAY, FIVE_MINUTES, LOOKS, OPEN, counted_as
from widget_server.public import listing, refusals, site

blueprint = Blueprint("pictures", __name__)
refusals.install(blueprint)

KEY = "unsilenced pictures"
MOST_KEPT = 16_000_000  # bytes: some two hundred PNGs
TYPES = {"png": "image/png", "svg": "image/svg+xml; charset=utf-8"}
# An SVG that is opened by itself is a page of ours: nothing may run or load in it, its own style may stand.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"


class Studio:
    """The painter of a process, made at the first picture, and what it drew last."""

    def __init__(self) -> None:
        self._painter: Painter | None = None
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def painter(self) -> Painter:
        """The painter; its fonts are opened once."""
        with self._lock:
            if self._painter is None:
                self._painter = Painter.with_faces(Faces.found())
            return self._painter

    def once(self, tag: str, draw: Callable[[], bytes]) -> bytes:
        """The picture with this tag: remembered, or drawn now."""
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
                return self._kept[tag]
        drawn = draw()
        with self._lock:
            if tag not in self._kept:
                self._kept[tag] = drawn
                self._size += len(drawn)
            while self._size > MOST_KEPT:
                self._size -= len(self._kept.popitem(last=False)[1])
        return drawn


@blueprint.get("/f/<id_>.png", defaults={"kind": "png"})
@blueprint.get("/f/<id_>.svg", defaults={"kind": "svg"})
def one(id_: str, kind: str) -> Response:
    """The badge of one fragment."""
    return _picture(id_, kind, _look(), f"f-{id_}")


@blueprint.get("/badge.png", defaults={"kind": "png"})
@blueprint.get("/badge.svg", defaults={"kind": "svg"})
def badge(kind: str) -> Response:
    """The badge of a fragment of the facets asked for: another one each day."""
    for name in request.args:
        if name not in KINDS and name not in LOOKS:
            raise UnknownFacet(name)
    query = listing.query_from(request.args)
    seed = f"{_now().date()} {listing.words_of(query)}"
    drawn = site.printing().facets.draw(query, Random(seed))  # noqa: S311 - everyone is to get the same
    return _picture(drawn, kind, _look(), counted_as(query))


@blueprint.get("/f/<id_>/card.png")
def card(id_: str) -> Response:
    """What previews of the fragment's page show (OpenGraph), 1200 by 630."""
    return _picture(id_, "png", CARD, "")


def _look() -> Look:
    theme = request.args.get("theme") or "auto"
    if theme not in THEMES:
        raise FieldError("theme", f"is none of {', '.join(THEMES)}", theme[:40])
    text = request.args.get("width") or str(USUAL_WIDTH)
    if not text.isascii() or not text.isdecimal() or len(text) > 4 or not NARROWEST <= int(text) <= WIDEST:
        raise FieldError("width", f"is not a whole number from {NARROWEST} to {WIDEST}", text[:40])
    return Look(width_of(int(text)), theme)


def _picture(id_: str, kind: str, look: Look, deck: str) -> Response:
    """The answer for a picture; `deck` is what its display is counted as, "" for none."""
    fragment = site.fragment(id_)
    printed = site.printing().get(f"/api/v1/fragments/{id_}")
    ui, host = spoken(request.args.get("ui", "en")), site.settings().name
    said = f"{HAND} {printed.etag if printed else ''} {id_} {kind} {look} {ui} {host}"
    tag = hashlib.sha256(said.encode()).hexdigest()[:20]
    response = Response(content_type=TYPES[kind], headers=list(OPEN))
    response.headers.update({"Cache-Control": FIVE_MINUTES, "Content-Security-Policy": POLICY})
    response.set_etag(tag)
    if deck and request.method == "GET":
        request.environ[DISPLAY] = ("badge", deck)
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
        return response
    studio = _studio()
    if kind == "svg":
        response.data = studio.once(tag, lambda: svg(fragment, ui, host, look))
    else:
        response.data = studio.once(tag, lambda: studio.painter.png(fragment, ui, host, look))
    return response


def _studio() -> Studio:
    return cast(Studio, current_app.extensions.setdefault(KEY, Studio()))


def _now() -> datetime:
    clock = cast(Callable[[], datetime], current_app.extensions.get("clock", lambda: datetime.now(UTC)))
    return clock()
