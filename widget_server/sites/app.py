"""The app of site owners, mounted at /site: apart from the public app, which writes nothing, and from the desk.

Rules: no cookie, no session, no secret in it but the one that proofs follow from; every answer carries the headers
below and is never stored; the archive is opened when a page first needs it, and while it cannot be, pages say so.

It looks like the public pages, whose frame and voice it uses.
"""

import logging
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from jinja2 import FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException

from fragments.addresses import host_shown
from fragments.store.archive import Archive
from widget_server.counting.post import today
from widget_server.fetching import Fetcher
from widget_server.public import app as public_app
from widget_server.public import headers, site
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.sites import at_hand, views
from widget_server.sites.naming import in_letters
from widget_server.sites.proving import Prover, Resolver
from widget_server.sites.speaking import deck_in_words, say
from widget_server.sites.visiting import agent_of

MOST_BODY = 8 * 1024  # bytes of a form: one address
TEMPLATES = Path(public_app.__file__).parent / "templates"
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # a private address must not travel with a click
    "X-Robots-Tag": "noindex, nofollow",
}

log = logging.getLogger(__name__)


def create_sites(
    settings: Settings, shelf: Shelf, prover: Prover | None = None, day: Callable[[], date] | None = None
) -> Flask:
    """The app; `prover` and `day` are for tests."""
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, MAX_FORM_MEMORY_SIZE=MOST_BODY)
    app.extensions[site.KEY] = site.House(settings, shelf, Random())  # noqa: S311 - nothing is drawn here
    app.extensions[at_hand.KEY] = at_hand.Office(
        settings=settings,
        prover=prover or Prover(Fetcher(agent_of(settings)), Resolver()),
        today=day or today,
        open_archive=lambda: Archive.open(settings.database_url, two_person=settings.two_person),
    )
    app.jinja_loader = FileSystemLoader([Path(__file__).parent / "templates", TEMPLATES])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["deck"] = deck_in_words
    app.jinja_env.filters |= {"named": host_shown, "in_letters": in_letters}
    app.context_processor(_context)
    app.after_request(_dress)
    app.register_error_handler(HTTPException, _problem)
    app.register_error_handler(Exception, _unreachable)
    app.register_blueprint(views.blueprint)
    return app


def _context() -> dict[str, Any]:
    return public_app.context() | {"t": say, "page": _page()}


def _page() -> site.Page:
    """Addresses of the page; a private one has no canonical address, so that no template names it to machines."""
    path = "/site" + request.path
    parts = request.path.split("/")
    is_private = len(parts) > 2
    named = site.page("/".join(["/site", *parts[1:3]]) if is_private else path)
    return site.Page(named.path, named.plain_url, "" if is_private else named.canonical, named.alternates)


def _dress(response: Response) -> Response:
    response.headers.update(headers.PAGE_HEADERS | PRIVATE)
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response


def _problem(fault: HTTPException) -> Response:
    if fault.code and 300 <= fault.code < 400:  # Flask's own: a slash that was missing
        return make_response(fault.get_response())
    status = fault.code or 500
    words = status if status in (400, 404, 405, 413) else 400 if status < 500 else 500
    return make_response(render_template("error.html", status=status, words=words, value=""), status)


def _unreachable(fault: Exception) -> Response:
    """The database, mostly. What is logged names no address: private ones are keys."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    log.error("A page of a site owner could not be made: %s at %s:%s", type(fault).__name__, place.name, place.lineno)
    response = make_response(render_template("unreachable.html"), 503)
    response.headers["Retry-After"] = "30"
    return response
