"""The API's lists beside fragments: sources of the edition, the editions on the shelf, and the API's own description.

Rules: a source is listed once, with its record and the ids of its fragments; which sources there are is gathered from
the printed records at the first question to an edition and kept with it. Editions are those that still stand on this
server's shelf, newest first.

It reads no database.
"""

import json
import threading
from typing import Any

from flask import Blueprint, Response, request

from fragments.errors import FieldError, UnknownFacet
from widget_server.packs import DamagedPack, Pack
from widget_server.public import api, openapi, site
from widget_server.shelf import Printing

blueprint = Blueprint("catalogue", __name__, url_prefix="/api")
KEPT = "sources"  # the attribute of a printing under which its sources are kept
_gathering = threading.Lock()


@blueprint.get("/v1/sources")
def sources() -> Response:
    """`{"edition", "total", "sources", "next"}`: pages of `limit`, after the source whose external id is `after`."""
    _refuse_others("limit", "after")
    limit, after = api.limit(request.args.get("limit", "")), request.args.get("after", "")
    gathered = _sources(site.printing())
    names = list(gathered)
    if after and after not in gathered:
        raise FieldError("after", "is not the external id of a source in this list", after, "take it from `next`")
    start = names.index(after) + 1 if after else 0
    chosen = names[start : start + limit]
    more = chosen[-1] if start + limit < len(names) else None
    listed = [_record(ids) for ids in map(gathered.__getitem__, chosen)]
    return _json(
        {"edition": site.printing().number, "total": len(names), "sources": listed, "next": api.next_page(more, limit)}
    )


@blueprint.get("/v1/editions")
def editions() -> Response:
    """`{"editions": [{"number", "dated", "fragments", "withdrawn", "current"}]}`."""
    _refuse_others()
    current = site.printing()
    found = {current.number: current}
    shelf = site.house().shelf
    for name in reversed(shelf.names()):
        try:
            printing = Printing(Pack(shelf.directory / name))
        except (OSError, DamagedPack):  # taken off the shelf meanwhile
            continue
        found.setdefault(printing.number, printing)
    listed = [_edition(each, each is current) for _, each in sorted(found.items(), reverse=True)]
    return _json({"editions": listed})


@blueprint.get("/openapi.json")
def described() -> Response:
    """OpenAPI 3.1."""
    return _json(openapi.document(site.settings().public_url))


def _sources(printing: Printing) -> dict[str, list[str]]:
    """External id of each source -> ids of its fragments, in order of first publication."""
    with _gathering:
        kept: dict[str, list[str]] | None = printing.__dict__.get(KEPT)
        if kept is None:
            kept = {}
            for id_ in printing.facets.ids():
                printed = printing.get(f"/api/v1/fragments/{id_}")
                if printed is not None:
                    kept.setdefault(json.loads(printed.body)["source"]["external_id"], []).append(id_)
            printing.__dict__[KEPT] = kept
        return kept


def _record(ids: list[str]) -> dict[str, Any]:
    printed = site.printing().get(f"/api/v1/fragments/{ids[0]}")
    record: dict[str, Any] = json.loads(printed.body)["source"] if printed else {}
    return {**record, "fragments": ids}


def _edition(printing: Printing, is_current: bool) -> dict[str, Any]:
    said = printing.edition
    return {
        "number": printing.number,
        "dated": printing.dated.isoformat().replace("+00:00", "Z"),
        "fragments": said.get("fragments", 0),
        "withdrawn": len(said.get("withdrawn", ())),
        "current": is_current,
    }


def _refuse_others(*known: str) -> None:
    for name in request.args:
        if name not in known:
            raise UnknownFacet(name)


def _json(value: dict[str, Any]) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, content_type="application/json; charset=utf-8", headers=api.HEADERS)
