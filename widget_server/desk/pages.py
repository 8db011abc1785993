"""The door of the desk: sign-in and its second step, invitations, ways back in."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from fragments.store.people import NameTaken, Person
from widget_server.desk import at_hand, credentials, mailing, proving, signing_in, writing
from widget_server.desk.credentials import LONGEST_NAME, Refused
from widget_server.desk.secrecy import hash_of
from widget_server.desk.securing import second_factors

desk = Blueprint("pages", __name__)


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """A name and a password."""
    if g.person is not None:
        return redirect(url_for("home.page"))
    if request.method == "GET":
        return _door()
    name = request.form.get("name", "")[:LONGEST_NAME]
    kept = writing.typed()
    try:
        is_in = signing_in.sign_in(name, request.form.get("password", ""))
    except signing_in.NotSignedIn as refused:
        return _door(name=name, fault=credentials.told(refused), kept=kept), 403
    if is_in:
        return _go_on()
    person = proving.asked()
    return _step(person, kept=kept) if person else redirect(url_for("pages.sign_in"))


@desk.route("/sign-in/second", methods=["GET", "POST"])
def second_step() -> str | Response | tuple[str, int]:
    """What only somebody has: a code of their app, a passkey, or a recovery code."""
    person = proving.asked()
    if g.person is not None or person is None:
        return redirect(url_for("pages.sign_in"))
    if request.method == "GET":
        return _step(person)
    try:
        proving.finish(person)
    except signing_in.NotSignedIn as refused:
        return _step(person, fault=credentials.told_of_code(refused), kept=writing.typed()), 403
    return _go_on()


@desk.post("/sign-out")
def sign_out() -> Response:
    """End the session; a form, because a link could be followed for somebody."""
    signing_in.sign_out()
    return redirect(url_for("pages.sign_in"))


@desk.route("/first/<token>", methods=["GET", "POST"])
def first_administrator(token: str) -> str | Response | tuple[str, int]:
    """A one-time link that makes an account: printed at the start, by `unsilenced editor`, or by an administrator."""
    role = signing_in.people().role_offered(hash_of(token), signing_in.now())
    if role is None:
        abort(404)
    is_first = role == "administrator" and not signing_in.people().has_administrator()
    typed = {field: request.form.get(field, "").strip() for field in ("name", "email")}
    if request.method == "GET":
        return render_template("first.html", role=role, is_first=is_first, **typed, fault="")
    try:
        signing_in.welcome(_join(token))
    except Refused as refused:
        return render_template("first.html", role=role, is_first=is_first, **typed, fault=str(refused)), 400
    return redirect(url_for("home.page"))


@desk.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> str:
    """Ask for a link that sets a new password; the answer is the same whether or not anybody has that name."""
    if not at_hand.settings().sends_mail:
        abort(404)
    if request.method == "POST":
        mailing.send_reset_link(request.form.get("name", "")[: credentials.LONGEST_EMAIL])
    return render_template("forgotten.html", is_sent=request.method == "POST")


@desk.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> str | Response | tuple[str, int]:
    """A one-time link that sets a new password. It signs nobody in: a second factor is still asked for."""
    person = at_hand.staff().whose_link(hash_of(token), signing_in.now())
    if person is None:
        abort(404)
    if request.method == "GET":
        return render_template("reset.html", name=person.name, fault="")
    try:
        kept = credentials.new_password(person.name, person.email)
        at_hand.staff().reset_password(hash_of(token), kept, signing_in.now())
    except Refused as refused:
        return render_template("reset.html", name=person.name, fault=str(refused)), 400
    except NotAllowed:
        abort(404)
    signing_in.people().forget_failures(person.name)
    return _door(name=person.name, said=_("The new password is set. Sign in with it."))


def _join(token: str) -> Person:
    """The account that a link makes; raises Refused."""
    name, email = credentials.name(), credentials.email()
    kept = credentials.new_password(name, email)
    now = signing_in.now()
    try:
        return signing_in.people().join(hash_of(token), name=name, email=email, password_hash=kept, now=now)
    except NameTaken as taken:
        raise Refused(_("Somebody has this name already, or had it. Choose another.")) from taken
    except NotAllowed:
        abort(404)


def _go_on() -> Response:
    """Signed in: to what was being typed when the last session ended, or to the first page."""
    return redirect(writing.keep_for_later() if "kept_key" in request.form else url_for("home.page"))


def _door(**shown: object) -> str:
    given = {"name": "", "fault": "", "said": "", "kept": {}, "sends_mail": at_hand.settings().sends_mail}
    return render_template("sign-in.html", **{**given, **shown})


def _step(person: Person, fault: str = "", kept: dict[str, str] | None = None) -> str:
    factors = second_factors().of(person)
    return render_template(
        "second-step.html", factors=factors, challenge=proving.challenge(person), fault=fault, kept=kept or {}
    )
