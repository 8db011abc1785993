"""Every error of the public app as an answer: one place that maps facts to statuses, and words them.

Rules: a page for people in their language, problem+json (RFC 9457) under /api/, one sentence for whoever sees a frame,
plain text for the other hot paths; what was asked is said back as text, never as markup. A fault of ours says nothing
about its inside.
"""

import json
import logging
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from fragments.drawing import KINDS, NothingToDraw
from fragments.errors import FieldError, UnknownFacet
from widget_server.faults import told
from widget_server.hotpaths import no_frame, route_of
from widget_server.public.headers import HOT
from widget_server.shelf import EmptyShelf

LONGEST_SAID_BACK = 80  # characters of a stranger's value
PAGES = (400, 404, 405, 410, 413, 500, 503)  # those with words of their own

log = logging.getLogger(__name__)


class Withdrawn(Exception):
    """A fragment that was published and is no longer: its id."""


class NoSuchFragment(Exception):
    """No fragment of this edition has this id."""


class NoSuchFeed(Exception):
    """This edition has no feed at this path."""


def install(app: Flask) -> None:
    """Let `app` answer every error."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(UnknownFacet, _unknown_facet)
    app.register_error_handler(FieldError, _bad_field)
    app.register_error_handler(Withdrawn, _withdrawn)
    app.register_error_handler(NoSuchFragment, _no_fragment)
    app.register_error_handler(NoSuchFeed, _no_feed)
    app.register_error_handler(EmptyShelf, _empty)
    app.register_error_handler(Exception, _fault)


def _http(error: HTTPException) -> Response:
    if error.code == HTTPStatus.NOT_FOUND and (path := _without_slash()):
        return _redirect_to(path)
    response = _answer(error.code or 500, error.name)
    if isinstance(allowed := getattr(error, "valid_methods", None), list | tuple | set):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    if error.response is not None and "Location" in error.response.headers:
        return make_response(error.response)
    return response


def _without_slash() -> str:
    """The path of a page that was asked for with a slash too many, as people type it; "" where there is none."""
    path = request.path.rstrip("/")
    adapter = current_app.create_url_adapter(request)
    is_page = path != request.path and adapter is not None and adapter.test(path, "GET")
    return path if is_page and request.method in ("GET", "HEAD") else ""


def _redirect_to(path: str) -> Response:
    """To a path of this site, with the query that came."""
    query = request.query_string.decode("latin-1")
    return make_response(redirect(f"{quote(path)}?{query}" if query else quote(path), HTTPStatus.PERMANENT_REDIRECT))


def _unknown_facet(error: UnknownFacet) -> Response:
    if isinstance(error, NothingToDraw):
        return _answer(404, "no fragment has all of these")
    kind, value = (*map(_said_back, error.args), "")[:2]
    if not value:
        return _answer(400, f"{kind} is not a facet; these are: {', '.join(KINDS)}", field=kind, value=kind)
    return _answer(404, f"this edition has no {kind} {value!r}", field=kind, value=value)


def _bad_field(error: FieldError) -> Response:
    return _answer(400, str(error), field=error.field, value=_said_back(error.value))


def _withdrawn(_: Withdrawn) -> Response:
    return _answer(410, "this fragment was withdrawn")


def _no_fragment(_: NoSuchFragment) -> Response:
    return _answer(404, "no fragment has this id", field="id")


def _no_feed(_: NoSuchFeed) -> Response:
    return _answer(404, "this edition has no such feed; /feeds lists those that it has")


def _empty(_: EmptyShelf) -> Response:
    response = _answer(503, "nothing is published here yet")
    response.headers["Retry-After"] = "30"
    return response


def _fault(error: Exception) -> Response:
    log.error("A page could not be made: %s", told(error))
    return _answer(500, "a fault of this server")


def _said_back(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_SAID_BACK else text[:LONGEST_SAID_BACK] + "…"


def _answer(status: int, detail: str, *, field: str = "", value: str = "") -> Response:
    if request.path.startswith("/api/"):
        return problem(status, detail, field)
    route = route_of(request.path)
    if route and route.kind == "frame":  # seen on somebody else's page
        found = no_frame(HTTPStatus(status), detail, request.query_string.decode("latin-1"))
        return Response(found.body, found.status, headers=[*found.headers, (HOT, "1")])
    if route:
        text = f"{status} {HTTPStatus(status).phrase}: {detail}\n"
        return Response(text, status, content_type="text/plain; charset=utf-8", headers=_OPEN)
    words = status if status in PAGES else 400 if status < 500 else 500
    return make_response(render_template("error.html", status=status, words=words, value=value), status)


def problem(status: int, detail: str, field: str = "") -> Response:
    """An error for programs (RFC 9457), with the field that it is about."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = json.dumps(said | ({"field": field} if field else {}), ensure_ascii=False)
    return Response(body + "\n", status, content_type="application/problem+json", headers=_OPEN)


_OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
