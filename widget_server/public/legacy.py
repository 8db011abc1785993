"""/query and /js/fragment-<width>.js, as a page or program of 2006 calls them.

Rules: `country`, `domain`, `organisation`, `description` and `fragment` hold words that OR within a parameter and AND
across; `lang` is the language of descriptions only; `limit` is a number or `all`; `random` is true in any case. A
search by words looks at the newest `MOST_SEARCHED` fragments of the countries asked for, and no answer has more than
`MOST` of them. The script takes the facets of today too.

What is answered is written by embed.legacy.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from embed import legacy
from fragments import countries
from fragments.drawing import Query
from fragments.errors import FieldError
from fragments.nouns import Fragment
from widget_server.hotpaths import DISPLAY, MINUTE, NEVER, OPEN, counted_as
from widget_server.public import listing, refusals, site

blueprint = Blueprint("legacy", __name__)
refusals.install(blueprint)

USUAL, MOST = 10, 1000  # fragments in an answer; `all` is at most that
MOST_SEARCHED = 20_000  # a third of a second
MOST_WORDS = 20
FORMATS = {"xml": "application/xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8"}
SEARCHED: Mapping[str, Callable[[Fragment], str]] = {
    "domain": lambda fragment: urlsplit(fragment.source.url or "").netloc,
    "organisation": legacy.organisations,
    "description": legacy.description,
    "fragment": lambda fragment: " ".join([fragment.text, *(each.text for each in fragment.translations)]),
}


@blueprint.get("/query")
def query() -> Response:
    """Fragments as XML or RSS."""
    kind = (request.args.get("format") or "xml").lower()
    if kind not in FORMATS:
        raise FieldError("format", "is neither XML nor RSS", kind[:40])
    found = list(islice(_found(), _limit()))
    printed = legacy.rss if kind == "rss" else legacy.xml
    body = printed(found, request.args.get("lang", "en"), site.settings().public_url)
    response = Response(body, content_type=FORMATS[kind], headers=list(OPEN))
    response.headers["Cache-Control"] = NEVER if _at_random() else MINUTE
    return response


@blueprint.get("/js/fragment-<int:width>.js")
def script(width: int) -> Response:
    """A script that shows a fragment where it stands."""
    if not legacy.NARROWEST <= width <= legacy.WIDEST:
        raise NotFound(f"widths are {legacy.NARROWEST} to {legacy.WIDEST}")
    wanted = listing.query_from(request.args)
    drawn = site.printing().facets.draw(wanted, site.house().random)
    if request.method == "GET":
        request.environ[DISPLAY] = ("2006", counted_as(wanted))
    body = legacy.script(site.fragment(drawn), width, site.settings().public_url)
    response = Response(body, content_type="text/javascript; charset=utf-8", headers=list(OPEN))
    response.headers["Cache-Control"] = NEVER
    return response


def _found() -> Iterator[Fragment]:
    """Fragments in the order of the answer, as many as there are."""
    wanted = _countries()
    if wanted is None:
        return
    ids = list(site.printing().facets.find(wanted))
    if _at_random():
        site.house().random.shuffle(ids)
    else:
        ids.reverse()  # newest first
    searched = {name: _words(name) for name in SEARCHED if _words(name)}
    looked_at = (id_ for id_ in islice(ids, MOST_SEARCHED if searched else None) if _may_have(id_, searched))
    for fragment in listing.load(site.printing(), looked_at):
        if all(_has(SEARCHED[name](fragment), words) for name, words in searched.items()):
            yield fragment


def _may_have(id_: str, searched: Mapping[str, list[str]]) -> bool:
    """A look at the record's bytes, ten times quicker than reading it."""
    if not searched:
        return True
    printed = site.printing().get(f"/api/v1/fragments/{id_}")
    return printed is not None and all(
        _has(printed.body.decode(), [json.dumps(word, ensure_ascii=False)[1:-1] for word in words])
        for words in searched.values()
    )


def _has(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return any(word in folded for word in words)


def _words(name: str) -> list[str]:
    given = " ".join(request.args.getlist(name)).replace(",", " ").casefold().split()
    if len(given) > MOST_WORDS:
        raise FieldError(name, f"has more than {MOST_WORDS} words", str(len(given)))
    return given


def _countries() -> Query | None:
    """The countries meant by codes or names; None where this edition has none of them."""
    words = _words("country")
    if not words:
        return Query()
    known = site.printing().facets.values("country")
    chosen = {code for code in known for word in words if word == code.casefold() or word in _names_of(code)}
    return Query(country=tuple(sorted(chosen))) if chosen else None


def _names_of(code: str) -> list[str]:
    ui = request.args.get("lang", "en")
    return f"{countries.name_of(code, 'en')} {countries.name_of(code, ui)}".casefold().split()


def _limit() -> int:
    text = request.args.get("limit", "").strip().lower()
    if text == "all":
        return MOST
    if not text:
        return USUAL
    if not text.isascii() or not text.isdecimal() or int(text[:9]) < 1:
        raise FieldError("limit", "is neither a whole number from 1 nor all", text[:40])
    return min(int(text[:9]), MOST)


def _at_random() -> bool:
    return request.args.get("random", "").strip().lower() in ("true", "1", "yes")
