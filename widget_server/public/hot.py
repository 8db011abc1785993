"""The hot paths as Flask routes: the same table and the same answers as the lane, for a server without one.

Nothing is decided here; see widget_server/hotpaths.py. Answers are marked so that pages' headers leave them alone.
"""

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from widget_server.hotpaths import METHODS, WHOLE_PATHS, answer
from widget_server.public import site
from widget_server.public.errors import NoSuchFragment
from widget_server.public.headers import HOT

blueprint = Blueprint("hot", __name__)
PATTERNS = (
    "/d/<path:name>",
    "/e/<path:name>",
    "/f/<name>/frame",
    "/f/<name>.txt",
    "/feed.<name>",
    "/daily.<name>",
    "/feeds/<path:name>",
)


def show(name: str = "") -> Response:
    """A printed file, or a frame drawn at random."""
    found = answer(
        site.printing(), request.method, request.path, request.query_string.decode("latin-1"), request.headers
    )
    if found is None:
        site.refuse_withdrawn(request.path)
        raise NoSuchFragment(name) if request.path.startswith(("/f/", "/api/")) else NotFound
    response = Response(found.body, found.status, headers=found.headers)
    response.automatically_set_content_length = False
    response.headers[HOT] = "1"
    return current_app.make_response(response)


for pattern in (*WHOLE_PATHS, *PATTERNS, "/api/v1/fragments/<name>"):
    blueprint.add_url_rule(pattern, "show", show, methods=METHODS, provide_automatic_options=False)
