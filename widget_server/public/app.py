"""The public Flask app: pages, builder, API and, where no lane stands in front, the embeds themselves.

No database, no cookie, no session, no secret key, no writes: everything comes from the printing on the shelf.
"""

import hashlib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, Response, request
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from widget_server.fetching import Fetcher
from widget_server.public import (
    api,
    builder,
    catalogue,
    errors,
    following,
    headers,
    hot,
    hub,
    legacy,
    oembed,
    page_check,
    pages,
    pictures,
    republishers,
    site,
    submitting,
)
from widget_server.settings import Settings
from widget_server.shelf import Shelf

STATIC = Path(__file__).parent / "static"
STATIC_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
MOST_BODY = 1024  # bytes of a request's body: nothing here takes one
YEAR = 31_536_000
FOOTER = (
    ("/languages", "nav.languages"),
    ("/countries", "nav.countries"),
    ("/topics", "nav.topics"),
    ("/feeds", "nav.feeds"),
    ("/api", "nav.api"),
    ("/republishers", "nav.republishers"),
    ("/privacy", "nav.privacy"),
    ("/about", "nav.about"),
)


def create_public(
    settings: Settings, shelf: Shelf, random: Random | None = None, fetcher: Fetcher | None = None
) -> Flask:
    """The app; `random` chooses what visitors are shown (seed it in tests), `fetcher` checks bloggers' pages."""
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, TRAP_HTTP_EXCEPTIONS=False)
    app.extensions[site.KEY] = site.House(settings, shelf, random or Random())  # noqa: S311 - no secret is drawn
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["pasted"] = Markup  # for preview.html only: embed.snippets has escaped every part of it
    app.context_processor(context)
    headers.install(app)
    errors.install(app)
    for room in (pages, builder, api, catalogue, pictures, oembed, legacy, hot, hub, republishers):
        app.register_blueprint(room.blueprint)
    submitting.open_form(app)
    page_check.open_checks(app, fetcher)
    app.add_url_rule("/static/<name>", "static", _static)
    app.add_url_rule("/favicon.svg", "favicon", lambda: _static("favicon.svg"))
    app.add_url_rule("/favicon.ico", "favicon_ico", lambda: _static("favicon.svg"))
    return app


def context() -> dict[str, Any]:
    """What every template may say."""
    speaker = site.speaker()
    return {
        "speaker": speaker,
        "t": speaker.say,
        "link": speaker.link,
        "page": site.page(),
        "printing": site.printing_if_any(),
        "host": site.settings().name,
        "public_url": site.settings().public_url,
        "contact": site.settings().contact,
        "contact_url": site.settings().contact_url,
        "asset": asset,
        "feed_kinds": following.KINDS_OF_FEEDS,
        "followed": following.discovered,
        "footer_links": FOOTER + (((submitting.PATH, "nav.submit"),) if site.settings().submissions else ()),
    }


@cache
def asset(name: str) -> str:
    """The address of a static file, with its hash so that browsers may keep it for a year."""
    return f"/static/{name}?{hashlib.sha256(_bytes(name)).hexdigest()[:12]}"


@cache
def _bytes(name: str) -> bytes:
    return (STATIC / name).read_bytes()


def _static(name: str) -> Response:
    kind = STATIC_KINDS.get(Path(name).suffix)
    if kind is None or not (STATIC / name).is_file():
        raise NotFound
    response = Response(
        _bytes(name), content_type=kind, headers={"Cache-Control": f"public, max-age={YEAR}, immutable"}
    )
    response.add_etag()
    response.make_conditional(request)
    return response
