"""/oembed: answers for the addresses of fragment pages and deck pages, and the links by which they are discovered.

Rules: 400 without an address, 404 for one that is not ours to embed, 410 for a withdrawn fragment, 501 for a format
other than json and xml; `maxwidth` and `maxheight` are kept. The address may name the publisher or any mirror, with
either scheme. An answer is a display of kind "oembed".

What is answered is written by embed.oembed.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.exceptions import NotImplemented as NoSuchFormat

from embed.oembed import Wish, oembed, to_xml
from embed.strings import spoken
from fragments.drawing import KINDS, Query
from fragments.errors import FieldError
from widget_server.hotpaths import DISPLAY, FIVE_MINUTES, MINUTE, OPEN, counted_as
from widget_server.public import listing, refusals, site

blueprint = Blueprint("oembed", __name__)
refusals.install(blueprint)

FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
PAGE = re.compile(r"/f/([0-9a-z]{10})/?")
DECK_PAGE = "/f/random"
LONGEST_ADDRESS = 2000  # characters
MOST_PIXELS = 100_000


@dataclass(frozen=True)
class Asked:
    """What an address means: one fragment, or a query to draw from; and the language it was copied in."""

    ui: str
    fragment: str | None
    query: Query | None


@blueprint.get("/oembed")
def answer() -> Response:
    """The embed of an address, as JSON or XML."""
    kind = (request.args.get("format") or "json").lower()
    if kind not in FORMATS:
        raise NoSuchFormat(f"{kind[:40]!r} is no format; json and xml are")
    asked = _asked(request.args.get("url", ""))
    id_ = asked.fragment or site.printing().facets.draw(asked.query or Query(), site.house().random)
    wish = Wish(
        ui=asked.ui,
        most_wide=_pixels("maxwidth"),
        most_high=_pixels("maxheight"),
        facets=None if asked.query is None else listing.words_of(asked.query),
    )
    said = oembed(site.fragment(id_), wish, site.settings().public_url)
    body = to_xml(said) if kind == "xml" else json.dumps(said, ensure_ascii=False).encode()
    if request.method == "GET":
        request.environ[DISPLAY] = ("oembed", f"f-{id_}" if asked.query is None else counted_as(asked.query))
    response = Response(body, content_type=FORMATS[kind], headers=list(OPEN))
    response.headers["Cache-Control"] = FIVE_MINUTES if asked.query is None else MINUTE
    return response


@blueprint.app_context_processor
def discovery() -> dict[str, object]:
    """For templates: `oembed_links()` gives (media type, address) of the page being shown."""
    return {"oembed_links": links}


def links() -> list[tuple[str, str]]:
    """What stands in the head of a page that may be embedded."""
    meant = [(name, value) for name, value in request.args.items(multi=True) if name in (*KINDS, "ui")]
    public_url = site.settings().public_url
    address = f"{public_url}{request.path}{'?' if meant else ''}{urlencode(meant)}"
    return [
        (media, f"{public_url}/oembed?{urlencode({'url': address, 'format': kind})}")
        for kind, media in (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))
    ]


def _asked(url: str) -> Asked:
    if not url:
        raise FieldError("url", "is missing", url, "the address of a fragment's page")
    path, words = _ours(url[:LONGEST_ADDRESS])
    ui = spoken(words.get("ui", "en"))
    if path.rstrip("/") == DECK_PAGE:
        return Asked(ui, None, listing.query_from(words))
    found = PAGE.fullmatch(path)
    if found is None:
        raise NotFound("nothing at this address can be embedded")
    return Asked(ui, found[1], None)


def _ours(url: str) -> tuple[str, MultiDict[str, str]]:
    """Path and words of an address of this publisher; NotFound for anybody else's."""
    hosts = {urlsplit(origin).netloc for origin in (site.settings().public_url, *site.settings().mirrors)}
    try:
        parts = urlsplit(url.strip())
        words = MultiDict(parse_qsl(parts.query, max_num_fields=50))
    except ValueError:
        raise NotFound("this is no address") from None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in hosts:
        raise NotFound("this address is not this publisher's")
    return parts.path, words


def _pixels(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MOST_PIXELS:
        raise FieldError(name, "is not a number of pixels", text[:40])
    return int(text[:6])
