"""The desk: a Flask app of its own, mounted at /desk, that shares no cookie and no secret with the public one.

Rules: every page needs a sign-in except those named in OPEN; every answer carries the headers below and is never
stored. Until the desk's floor is built it holds the first administrator's door, sign-in, sign-out and one page.

It never imports the public app, and no SQL stands in it.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from fragments.store.archive import Archive
from fragments.store.people import People
from widget_server.desk import pages, signing_in
from widget_server.desk.secrecy import cookie_key
from widget_server.settings import Settings
from widget_server.shelf import Shelf

OPEN = frozenset({"pages.sign_in", "pages.first_administrator", "static"})  # all others need a sign-in
LARGEST_FORM = 64 * 1024  # bytes


def create_desk(settings: Settings, archive: Archive, clock: Callable[[], datetime] | None = None) -> Flask:
    """The desk of an archive; `clock` is for tests."""
    app = Flask(__name__)
    app.config.update(_cookies(settings), SECRET_KEY=cookie_key(settings), MAX_CONTENT_LENGTH=LARGEST_FORM)
    app.extensions["people"] = People(archive.engine)
    app.extensions["archive"] = archive
    app.extensions["shelf"] = Shelf(settings.shelf_dir)
    app.extensions["settings"] = settings
    app.extensions["now"] = clock or _now
    app.before_request(_begin)
    app.before_request(signing_in.check_form)
    app.before_request(_only_people)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _problem)
    app.add_template_global(signing_in.form_token)
    app.register_blueprint(pages.desk)
    return app


def _cookies(settings: Settings) -> dict[str, object]:
    """On https the prefix __Host- binds the cookie to this host (RFC 6265bis); it demands Path=/."""
    is_https = settings.desk_url.startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "__Host-desk" if is_https else "desk",
        "SESSION_COOKIE_PATH": "/" if is_https else "/desk",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _begin() -> None:
    g.nonce = secrets.token_urlsafe(16)
    g.person = None
    signing_in.load_person()


def _only_people() -> AnyResponse | None:
    if request.endpoint in OPEN or g.person is not None:
        return None
    return redirect(url_for("pages.sign_in"))


def _headers(response: Response) -> Response:
    policy = (
        f"default-src 'none'; style-src 'nonce-{g.nonce}'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response


def _problem(fault: HTTPException) -> tuple[str, int]:
    return render_template("problem.html", fault=fault), fault.code or 500
