"""The pages of the desk. A view reads, calls one verb and answers."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from widget_server.desk import passwords, signing_in, writing
from widget_server.desk.passwords import WeakPassword
from widget_server.desk.secrecy import hash_of

desk = Blueprint("pages", __name__)

LONGEST_NAME, LONGEST_EMAIL = 80, 254  # characters; 254 is RFC 5321's limit for an address


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """A name and a password."""
    if g.person is not None:
        return redirect(url_for("home.page"))
    if request.method == "GET":
        return render_template("sign-in.html", name="", fault="")
    name = request.form.get("name", "")[:LONGEST_NAME]
    try:
        signing_in.sign_in(name, request.form.get("password", ""))
    except signing_in.NotSignedIn as refused:
        return render_template("sign-in.html", name=name, fault=_refusal(refused), kept=writing.typed()), 403
    if "kept_key" in request.form:
        return redirect(writing.keep_for_later())
    return redirect(url_for("home.page"))


@desk.post("/sign-out")
def sign_out() -> Response:
    """End the session; a form, because a link could be followed for somebody."""
    signing_in.sign_out()
    return redirect(url_for("pages.sign_in"))


@desk.route("/first/<token>", methods=["GET", "POST"])
def first_administrator(token: str) -> str | Response | tuple[str, int]:
    """A one-time link: the server prints one while there is no administrator, `unsilenced editor` prints others."""
    role = signing_in.people().role_offered(hash_of(token), signing_in.now())
    if role is None:
        abort(404)
    if request.method == "GET":
        return render_template("first.html", role=role, name="", email="", fault="")
    name, email = (request.form.get(field, "").strip() for field in ("name", "email"))
    try:
        _make_administrator(token, name, email)
    except _Refused as refused:
        return render_template("first.html", role=role, name=name, email=email, fault=str(refused)), 400
    return redirect(url_for("home.page"))


class _Refused(Exception):
    """Why a form was not taken, as a sentence."""


def _make_administrator(token: str, name: str, email: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise _Refused(_("Choose a name of 1 to %(most)s characters.", most=LONGEST_NAME))
    if email and ("@" not in email or len(email) > LONGEST_EMAIL or not email.isprintable()):
        raise _Refused(_("This is no e-mail address. It may be left empty."))
    if request.form.get("password") != request.form.get("again"):
        raise _Refused(_("The two passwords differ. Type the same one twice."))
    try:
        kept = passwords.accept(request.form.get("password", ""), name, email)
        person = signing_in.people().join(
            hash_of(token), name=name, email=email or None, password_hash=kept, now=signing_in.now()
        )
    except WeakPassword as weak:
        raise _Refused(str(weak)) from weak
    except NotAllowed:
        abort(404)
    signing_in.welcome(person)


def _refusal(refused: signing_in.NotSignedIn) -> str:
    """The same words for an unknown name and a wrong password."""
    seconds = int(refused.wait.total_seconds()) + 1
    if seconds <= 1:
        return _("Name and password do not go together.")
    if seconds < 120:
        return ngettext(
            "Name and password do not go together, or there were too many tries. Try again in %(num)s second.",
            "Name and password do not go together, or there were too many tries. Try again in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        "Name and password do not go together, or there were too many tries. Try again in %(num)s minute.",
        "Name and password do not go together, or there were too many tries. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )
