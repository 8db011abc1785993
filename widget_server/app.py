"""The whole site as one WSGI application: the lane, over the public app at /, site owners at /site, the desk at /desk.

Rules: opening the site asks no database, so it serves whatever the shelf holds while the database is down; the desk
and the pages of site owners open the archive at their first visitor and say 503 until they can. The apps meet here
and nowhere else.

It starts no server (serving.py) and prepares no data (opening.py): any WSGI server can run `create_app()`.
"""

import logging
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from fragments.store.archive import Archive
from widget_server.desk.app import create_desk
from widget_server.lane import Counted, Lane
from widget_server.public.app import create_public
from widget_server.settings import DeskPlace, Settings
from widget_server.shelf import Shelf
from widget_server.sites.app import create_sites

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, counted: Counted | None = None) -> "WSGIApplication":
    """The site; settings come from the environment unless given. `counted` is told of each display."""
    settings = settings or Settings.from_environ(os.environ)
    shelf = Shelf(settings.shelf_dir)
    behind: WSGIApplication = create_public(settings, shelf)
    mounted: dict[str, WSGIApplication] = {"/site": create_sites(settings, shelf)}
    if settings.desk_place is DeskPlace.MOUNTED:
        mounted["/desk"] = _Desk(settings)
    return Lane(DispatcherMiddleware(behind, mounted), shelf, counted)


def create_desk_alone(settings: Settings) -> "WSGIApplication":
    """The desk for a host and port of its own; everything else there leads to it."""
    return DispatcherMiddleware(redirect("/desk/"), {"/desk": _Desk(settings)})


class _Desk:
    """The desk app, made when somebody first asks for it and the database is there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: WSGIApplication | None = None

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        return (self._app or self._open())(environ, start_response)

    def _open(self) -> "WSGIApplication":
        try:
            archive = Archive.open(self._settings.database_url, two_person=self._settings.two_person)
        except Exception:
            log.exception("The desk cannot open the archive; published pages go on being served")
            words = "The desk cannot reach its database just now. Published pages are not affected.\n"
            return Response(words, 503, {"Retry-After": "30", "Cache-Control": "no-store"}, mimetype="text/plain")
        self._app = create_desk(self._settings, archive)
        return self._app
