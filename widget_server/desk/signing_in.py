"""Who is at the desk: the sign-in, kept on the server and revocable, and the check that a form is ours.

Rules: the cookie carries a token that counts only while its row stands, so a copied cookie is dead after sign-out;
the same words for an unknown name and a wrong password, in the same time; failures slow the next try, by name,
never by address; every form carries a token of its own session, and a browser that says the form came from another
site is refused.

What the pages look like, and who may do what, is not decided here.
"""

import secrets
from datetime import datetime, timedelta
from typing import cast

from flask import abort, current_app, g, request, session
from flask_babel import gettext as _

from fragments.store.people import People, Person
from widget_server.desk import passwords
from widget_server.desk.secrecy import hash_of, new_token

SESSION_LIVES = timedelta(hours=12)  # a working day


class NotSignedIn(Exception):
    """The name and the password do not go together, or too many tries came before: `wait` says how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def people() -> People:
    """The accounts of this desk's archive."""
    return cast(People, current_app.extensions["people"])


def now() -> datetime:
    """The desk's clock."""
    return cast(datetime, current_app.extensions["now"]())


def sign_in(name: str, password: str) -> Person:
    """Check a name and a password and open a session; raises NotSignedIn."""
    wait = people().wait(name, now())
    if wait:
        raise NotSignedIn(wait)
    person = people().person(name)
    if not passwords.matches(password, person.password_hash if person else None) or person is None:
        people().note_failure(name, now())
        raise NotSignedIn(people().wait(name, now()))
    people().forget_failures(name)
    welcome(person)
    return person


def welcome(person: Person) -> None:
    """Open a session; nothing of the visitor before survives in it (session fixation)."""
    token = new_token()
    people().open_session(hash_of(token), person, now(), now() + SESSION_LIVES)
    session.clear()
    session["token"] = token
    g.person = person


def sign_out() -> None:
    """End the session on the server and in the browser."""
    if "token" in session:
        people().close_session(hash_of(session["token"]))
    session.clear()
    g.person = None


def load_person() -> None:
    """Before each request: who this is."""
    token = session.get("token")
    g.person = people().signed_in(hash_of(token), now()) if token else None


def form_token() -> str:
    """The token that this session's forms carry."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(16)
    return cast(str, session["form"])


def is_from_elsewhere() -> bool:
    """Whether a browser says that another site sent this; Sec-Fetch-Site cannot be set by pages."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"


def check_form() -> None:
    """Before each request that changes something: 400 where the form is not ours."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if is_from_elsewhere():
        abort(400, _("This form was sent by another site."))
    if not secrets.compare_digest(request.form.get("form_token", ""), session.get("form", "\0")):
        abort(400, _("This form is too old. Go back, load the page again and send it once more."))
