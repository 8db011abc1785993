"""The desk: a Flask app of its own, mounted at /desk, that shares no cookie and no secret with the public one.

Rules: rights.py says who may open what; every answer carries the headers below and is never stored.

It never imports the public app, and no SQL stands in it.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from fragments.languages import direction_of
from fragments.store.archive import Archive
from fragments.store.people import People
from widget_server.desk import (
    account,
    accounting,
    arriving,
    audit_words,
    bulk,
    factors,
    filters,
    finding,
    home,
    owners,
    pages,
    republishing,
    review,
    running,
    securing,
    signing_in,
    sources,
    speaking,
    staff,
    wording,
    writing,
)
from widget_server.desk.inlets import open_inlets, rescued
from widget_server.desk.rights import RIGHTS, SETTING_UP, may
from widget_server.desk.secrecy import cookie_key
from widget_server.settings import Settings
from widget_server.shelf import Shelf

LARGEST_FORM = 512 * 1024  # bytes: eight translations of 8 kB each, percent-encoded


def create_desk(settings: Settings, archive: Archive, clock: Callable[[], datetime] | None = None) -> Flask:
    """The desk of an archive; `clock` is for tests."""
    app = Flask(__name__)
    app.config.update(_cookies(settings), SECRET_KEY=cookie_key(settings), MAX_CONTENT_LENGTH=LARGEST_FORM)
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.extensions["people"] = People(archive.engine)
    app.extensions["archive"] = archive
    app.extensions["shelf"] = Shelf(settings.shelf_dir)
    app.extensions["settings"] = settings
    app.extensions["now"] = clock or _now
    speaking.teach(app)
    securing.secure(app, settings, clock or _now)
    open_inlets(app, settings)
    app.before_request(_begin)
    app.before_request(arriving.ask_again)
    app.before_request(_only_with_right)
    app.before_request(signing_in.check_form)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _problem)
    app.add_template_global(signing_in.form_token)
    app.add_template_global(may)
    app.jinja_env.filters |= {"direction": direction_of, **wording.FILTERS, **audit_words.FILTERS}
    for room in (pages, speaking, home, writing, finding, review, accounting, owners, account, factors, staff, running):
        app.register_blueprint(room.desk)
    for curating in (bulk, filters, republishing, sources):
        app.register_blueprint(curating.desk)
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
    is_required = current_app.extensions["settings"].second_factor_required
    g.must_set_up = is_required and g.person is not None and not g.person.has_second_factor


def _only_with_right() -> str | AnyResponse | None:
    """The sign-in for whoever has not signed in, with what they typed; 404 for whoever lacks the right.

    Whoever lacks a second factor that is demanded gets to its set-up.
    """
    if g.must_set_up and request.endpoint not in SETTING_UP:
        return redirect(url_for("factors.page"))
    if may(g.person, request.endpoint or ""):
        return None
    if g.person is not None or request.endpoint not in RIGHTS:
        abort(404)
    if request.method == "POST" and not signing_in.is_from_elsewhere() and (said := rescued()):
        return render_template("sign-in.html", name="", fault=wording.SESSION_OVER_COPY, rescued=said)
    if request.endpoint == "writing.save" and not signing_in.is_from_elsewhere():
        return render_template("sign-in.html", name="", fault=wording.SESSION_OVER, kept=writing.typed())
    return redirect(url_for("pages.sign_in"))


def _headers(response: Response) -> Response:
    policy = (
        f"default-src 'none'; style-src 'nonce-{g.nonce}'; script-src 'nonce-{g.nonce}'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)  # the preview brings its own
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response


def _problem(fault: HTTPException) -> tuple[str, int]:
    title, words = wording.problem(fault)
    return render_template("problem.html", title=title, words=words), fault.code or 500
