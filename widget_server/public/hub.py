"""/hub: where a feed reader subscribes to a feed (WebSub, section 5.1).

Rules: what is well formed is taken (202) and waits for the caretaker, who asks the subscriber whether it was meant; all
else is refused with a reason. Nothing is fetched and no database is asked in the request.
"""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from widget_server.hub.asking import BadRequest, CrowdedHost, FullBox, put, read_request
from widget_server.hub.telling import is_feed
from widget_server.public import site

blueprint = Blueprint("hub", __name__)
MOST_FORM = 8192  # bytes: a callback, a topic and a secret
NO_STORE = {"Cache-Control": "no-store"}
LATER = {**NO_STORE, "Retry-After": "120"}  # a full box is read in a minute or two


@blueprint.before_request
def _take_more() -> None:
    request.max_content_length = MOST_FORM


@blueprint.get("/hub")
def explain() -> Response:
    """Tell a person who opens the hub's address what it is."""
    if not site.settings().has_own_hub:
        raise NotFound
    words = "Programs subscribe to feeds here, by POST (WebSub). /feeds lists the feeds."
    return _said(405, words, {**NO_STORE, "Allow": "POST"})


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
    except CrowdedHost:
        return _said(429, "Too many requests for this callback's host wait. Ask again in two minutes.", LATER)
    except FullBox:
        return _said(503, "Too many requests wait. Ask again in two minutes.", LATER)
    return _said(202, "accepted; your callback is asked next")


def _said(status: int, words: str, headers: dict[str, str] = NO_STORE) -> Response:
    return Response(words + "\n", status, headers, mimetype="text/plain")
