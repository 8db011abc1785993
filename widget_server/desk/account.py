"""Everybody's own account: password, e-mail address, sessions.

Rules: a password is changed with the one before; a new one ends every other session; of a session only its hours are
kept and shown, no address and no browser. A factor is added with the password that was given a moment ago, or again.

Second factors have pages of their own (factors.py).
"""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.store.staff import KEY_LENGTH
from widget_server.desk import at_hand, credentials, signing_in
from widget_server.desk.credentials import Refused
from widget_server.desk.securing import second_factors

desk = Blueprint("account", __name__)

LATELY = timedelta(minutes=5)  # too short for a session to be left open and found, long enough to be led to a page


@desk.get("/account")
def page() -> str:
    """What is kept of whoever asks."""
    return _page()


@desk.post("/account/password")
def password() -> str | tuple[str, int]:
    """A new password."""
    person = at_hand.person()
    try:
        prove_again("current")
        kept = credentials.new_password(person.name, person.email)
    except Refused as refused:
        return _page(password_fault=str(refused)), 400
    at_hand.staff().change_password(person, kept, at_hand.now(), keep=signing_in.session_hash())
    return _page(said=_("The password is changed. You are signed out everywhere else."))


@desk.post("/account/email")
def email() -> str | tuple[str, int]:
    """Another e-mail address, or none."""
    try:
        prove_again("email_password")
        at_hand.staff().change_email(at_hand.person(), credentials.email(), at_hand.now())
    except Refused as refused:
        return _page(email_fault=str(refused), typed=request.form.get("email", "")), 400
    return _page(said=_("The e-mail address is changed."), email=credentials.email())


@desk.post("/account/sessions/<key>/end")
def end_session(key: str) -> Response:
    """Sign out elsewhere: one session."""
    at_hand.staff().end_session(at_hand.person(), key[:KEY_LENGTH])
    return redirect(url_for("account.page", _anchor="sessions"))


@desk.post("/account/sessions/end")
def end_sessions() -> Response:
    """Sign out everywhere, here too."""
    at_hand.staff().end_sessions(at_hand.person(), at_hand.now())
    signing_in.sign_out()
    return redirect(url_for("pages.sign_in"))


def prove_again(field: str) -> None:
    """Whoever sits at an open session still has to know its password; raises Refused."""
    try:
        signing_in.prove(at_hand.person().name, request.form.get(field, ""))
    except signing_in.NotSignedIn as refused:
        raise Refused(credentials.told_of_password(refused)) from refused


def has_just_signed_in() -> bool:
    """Whether this very session began a moment ago, with the password."""
    now, here = at_hand.now(), signing_in.session_hash()[:KEY_LENGTH]
    own = at_hand.staff().sessions(at_hand.person(), now)
    return any(each.key == here and now - each.made_at <= LATELY for each in own)


def prove_unless_just_signed_in(field: str) -> None:
    """The same where asking twice in a row would only annoy; raises Refused. An empty field is no wrong try."""
    if has_just_signed_in():
        return
    if not request.form.get(field):
        raise Refused(_("You signed in more than five minutes ago. Type your password, too."))
    prove_again(field)


def _page(**shown: object) -> str:
    person = at_hand.person()
    given = {"said": "", "password_fault": "", "email_fault": "", "email": person.email, "typed": None}
    return render_template(
        "account.html",
        **{**given, **shown},
        person=person,
        factors=second_factors().of(person),
        sessions=at_hand.staff().sessions(person, at_hand.now()),
        here=signing_in.session_hash()[:KEY_LENGTH],
        sends_mail=at_hand.settings().sends_mail,
    )
