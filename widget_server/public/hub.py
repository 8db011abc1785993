"""/hub: where a feed reader subscribes to a feed (WebSub, section 5.1).

Rules: what is well formed is taken (202) and waits for the caretaker, who asks the subscriber whether it was meant; all
else is refused with a reason. Nothing is fetched and no database is asked in the request.
"""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from widget_server.hub.asking import BadRequest, FullBox, put, read_request
from widget_server.hub.telling import is_feed
from widget_server.public import site

blueprint = Blueprint("hub", __name__)
MOST_FORM = 8192  # bytes: a callback, a topic and a secret
NO_STORE = {"Cache-Control": "no-store"}


@blueprint.before_request
def _take_more() -> None:
    request.max_content_length = MOST_FORM


@blueprint.post("/hub")
def ask() -> Response:
    """Take a request to subscribe or unsubscribe."""
    settings, printing = site.settings(), site.printing()
    if not settings.has_own_hub:
        raise NotFound
    try:
        asked = read_request(
            request.form,
            settings.public_url,
            lambda path: is_feed(printing, path),
            any_port=settings.is_on_loopback,
        )
        put(settings.hub_dir, asked)
    except BadRequest as fault:
        return _said(400, f"{fault}")
    except FullBox:
        return Response("Too many requests wait.\n", 503, {**NO_STORE, "Retry-After": "120"}, mimetype="text/plain")
    return _said(202, "accepted; your callback is asked next")


def _said(status: int, words: str) -> Response:
    return Response(words + "\n", status, NO_STORE, mimetype="text/plain")
