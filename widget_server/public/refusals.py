"""What embeds that are not pages answer when they cannot answer: one line of plain text, whoever asked.

Rules: the status says the fact, the line names the field and the value; any origin may read it; a stranger's value is
said back as text only.
"""

from http import HTTPStatus

from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from embed.pictures.png import TooManyPictures
from fragments.drawing import KINDS, NothingToDraw
from fragments.errors import FieldError, UnknownFacet
from widget_server.hotpaths import MINUTE, OPEN
from widget_server.public.errors import NoSuchFragment, Withdrawn
from widget_server.shelf import EmptyShelf

LONGEST_SAID_BACK = 80  # characters


def install(blueprint: Blueprint) -> None:
    """Let every route of `blueprint` refuse in plain text."""
    blueprint.register_error_handler(FieldError, lambda e: refusal(400, str(e)[: 4 * LONGEST_SAID_BACK]))
    blueprint.register_error_handler(UnknownFacet, _unknown)
    blueprint.register_error_handler(Withdrawn, lambda _: refusal(410, "this fragment was withdrawn"))
    blueprint.register_error_handler(NoSuchFragment, lambda _: refusal(404, "no fragment has this id"))
    blueprint.register_error_handler(EmptyShelf, lambda _: refusal(503, "nothing is published here yet", retry=30))
    blueprint.register_error_handler(TooManyPictures, lambda _: refusal(503, "too much to draw just now", retry=10))
    blueprint.register_error_handler(HTTPException, lambda e: refusal(e.code or 500, e.description or e.name))


def refusal(status: int, reason: str, retry: int = 0) -> Response:
    """One line; `retry` in seconds."""
    body = f"{status} {HTTPStatus(status).phrase}: {reason}\n"
    response = Response(body, status, content_type="text/plain; charset=utf-8", headers=list(OPEN))
    response.headers["Cache-Control"] = "no-store" if status >= 500 else MINUTE
    if retry:
        response.headers["Retry-After"] = str(retry)
    return response


def _unknown(fault: UnknownFacet) -> Response:
    if isinstance(fault, NothingToDraw):
        return refusal(404, "no fragment has all of these")
    kind, value = (*(str(part)[:LONGEST_SAID_BACK] for part in fault.args), "")[:2]
    if not value:
        return refusal(400, f"{kind!r} is no facet; these are: {', '.join(KINDS)}")
    return refusal(404, f"this edition has no {kind} {value!r}")
