"""The form by which the public hands in a text. It is there only where the operator opened it.

Rules: the answer to a form is the only thing that is kept, in a directory that the caretaker empties into quarantine;
no cookie, no account, no address. A field that people do not see catches programs that fill in everything: they are
thanked, and nothing is kept. Whoever is refused keeps what was typed; nobody is thanked for what was not kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template, request

from widget_server.gathering.handed_in import LIMITS, Box, Throttle
from widget_server.public import site

blueprint = Blueprint("submitting", __name__)

PATH = "/submit"
LARGEST = 96 * 1024  # bytes: 8,000 characters at nine bytes, percent-encoded
TRAP = "website"  # its name is what programs look for
_THROTTLE = "submissions"
STATUSES = {"submit.busy": 429, "submit.full": 503}
TRY_AGAIN_SECONDS = 86_400  # where there is no room: editors read by day


def open_form(app: Flask) -> None:
    """Let an app take submissions, if its operator wishes."""
    app.extensions[_THROTTLE] = Throttle()
    app.register_blueprint(blueprint)


@blueprint.get(PATH)
def form() -> str:
    """The form."""
    _refuse_closed()
    return _page({})


@blueprint.post(PATH)
def hand_in() -> Response:
    """Keep what was typed, and say thank you."""
    _refuse_closed()
    request.max_content_length = request.max_form_memory_size = LARGEST
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    told = request.form
    trouble = _trouble(told)
    if trouble:
        return _answer(_page(told, trouble), STATUSES.get(trouble, 400))
    return _answer(render_template("submit.html", done=True, told={}, trouble="", limit="", trap=TRAP))


def _trouble(told: Mapping[str, str]) -> str:
    """Why a form is not taken, as a key of the strings; empty where it was."""
    text = told.get("text", "").strip()
    if not text:
        return "submit.empty"
    if len(text) > LIMITS["text"]:
        return "submit.long"
    if told.get(TRAP):
        return ""  # thanked and not kept
    return _keep(told)


def _keep(told: Mapping[str, str]) -> str:
    """Keep a form; why it could not be kept, as a key. Where there is no room no try is counted against anybody."""
    box, throttle = Box(site.settings().submissions_dir), cast(Throttle, current_app.extensions[_THROTTLE])
    if box.is_full():
        return "submit.full"
    if not throttle.allows(request.remote_addr or ""):
        return "submit.busy"
    return "" if box.put(told, datetime.now(UTC).date()) else "submit.full"


def _refuse_closed() -> None:
    if not site.settings().submissions:
        abort(404)


def _page(told: Mapping[str, str], trouble: str = "") -> str:
    limit = site.speaker().number(LIMITS["text"])
    return render_template("submit.html", done=False, told=told, trouble=trouble, limit=limit, trap=TRAP)


def _answer(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
