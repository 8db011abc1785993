"""The hot paths as Flask routes: the same table and the same answers as the lane, for a server without one.

Nothing is decided here; see widget_server/hotpaths.py. Answers are marked so that pages' headers leave them alone.
"""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound

from widget_server.hotpaths import DISPLAY, FEED, METHODS, WHOLE_PATHS, answer, route_of
from widget_server.public import site
from widget_server.public.errors import NoSuchFeed, NoSuchFragment
from widget_server.public.headers import HOT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

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
        raise _missing(request.path, name)
    if found.display:  # the lane had nothing on its shelf a moment ago: it counts what is answered behind it
        request.environ[DISPLAY] = found.display
    response = AsPrinted([found.body], found.status)
    response.headers = Headers([*found.headers, (HOT, "1")])
    return response


def _missing(path: str, name: str) -> Exception:
    """What is not there, by its name."""
    if path.startswith(("/f/", "/api/")):
        return NoSuchFragment(name)
    return NoSuchFeed(path) if route_of(path) is FEED else NotFound()


class AsPrinted(Response):
    """An answer whose headers nobody mends: a 304 keeps its Last-Modified, a HEAD the length of what GET gives."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:  # noqa: ARG002 - the name is werkzeug's
        """The headers as they are."""
        return self.headers


for pattern in (*WHOLE_PATHS, *PATTERNS, "/api/v1/fragments/<name>"):
    blueprint.add_url_rule(pattern, "show", show, methods=METHODS, provide_automatic_options=False)
