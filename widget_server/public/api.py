"""Fragments for programs: a list and one at random; a single one is a printed file (hot.py).

Rules: docs/api.md describes it; an unknown parameter is an error, not ignored, because a misspelt filter that shows
everything is worse than none; any origin may read. Records are the bytes that were printed, not made anew.
"""

import json
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from fragments.drawing import KINDS
from fragments.errors import FieldError, UnknownFacet
from widget_server.public import listing, site

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
DEFAULT_LIMIT, MOST = 20, 100  # records an answer: at most about 200 kB
HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@blueprint.get("/fragments")
def fragments() -> Response:
    """`{"edition", "total", "fragments", "next"}`; `next` is the address of the following page, or null."""
    _refuse_others("limit", "after")
    query, at_most = listing.query_from(request.args), limit(request.args.get("limit", ""))
    ids = list(site.printing().facets.find(query))[::-1]  # newest first
    start = _start(ids, request.args.get("after", ""))
    chosen = ids[start : start + at_most]
    following = chosen[-1] if start + at_most < len(ids) else None
    return _json(
        b'{"edition":%d,"total":%d,"fragments":[%s],"next":%s}\n'
        % (
            site.printing().number,
            len(ids),
            b",".join(map(_record, chosen)),
            json.dumps(next_page(following, at_most)).encode(),
        )
    )


@blueprint.get("/fragments/random")
def random_fragment() -> Response:
    """The record of one fragment of the facets asked for, each with its weight's share of the chance."""
    _refuse_others()
    response = _json(_record(site.printing().facets.draw(listing.query_from(request.args), site.house().random)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse_others(*known: str) -> None:
    for name in request.args:
        if name not in (*KINDS, *known):
            raise UnknownFacet(name)


def limit(text: str) -> int:
    """How many records an answer is to have; raises FieldError."""
    if not text:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= MOST:
        raise FieldError("limit", f"is not a whole number from 1 to {MOST}", text)
    return int(text)


def _start(ids: list[str], after: str) -> int:
    if not after:
        return 0
    try:
        return ids.index(after) + 1
    except ValueError:
        raise FieldError("after", "is not the id of a fragment in this list", after, "take it from `next`") from None


def _record(id_: str) -> bytes:
    printed = site.printing().get(f"/api/v1/fragments/{id_}")
    return printed.body.strip() if printed else b"null"


def next_page(following: str | None, at_most: int) -> str | None:
    """The address of the page after the record `following`, None where there is none."""
    if following is None:
        return None
    words = [(name, value) for name, value in request.args.items(multi=True) if name in KINDS]
    query = urlencode([*words, ("limit", at_most), ("after", following)])
    return f"{site.settings().public_url}{request.path}?{query}"


def _json(body: bytes) -> Response:
    return Response(body, content_type="application/json; charset=utf-8", headers=HEADERS)
