"""Who is at the desk: the sign-in, kept on the server and revocable, and the check that a form is ours.

Rules: the cookie carries a token that counts only while its row stands, so a copied cookie is dead after sign-out;
whoever has a second factor gets no session before it is shown; the same words for an unknown name and a wrong
password, in the same time; failures slow the next try, by name, never by address; every form carries a token of its
own session, and a browser that says the form came from another site is refused.

What the pages look like, and who may do what, is not decided here.
"""

import secrets
from datetime import datetime, timedelta
from typing import cast

from flask import abort, current_app, g, request, session
from flask_babel import gettext as _
from flask_security import current_user

from fragments.store.people import People, Person
from widget_server.desk import passwords
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.desk.securing import SESSION_KEY, second_factors

SESSION_LIVES = timedelta(hours=12)  # a working day
STEP_LIVES = timedelta(minutes=10)  # between the password and the second factor


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


def sign_in(name: str, password: str) -> bool:
    """Check a name and a password. True opens a session, False asks for the second factor; raises NotSignedIn."""
    person = prove(name, password)
    if person.has_second_factor:
        _ask_for_more(person)
        return False
    welcome(person)
    return True


def prove(name: str, password: str) -> Person:
    """Whose name and password these are; raises NotSignedIn."""
    refuse_early(name)
    person = people().person(name)
    if not passwords.matches(password, person.password_hash if person else None) or person is None:
        people().note_failure(name, now())
        raise NotSignedIn(people().wait(name, now()))
    people().forget_failures(name)
    return person


def refuse_early(bucket: str) -> None:
    """Whoever failed often waits; raises NotSignedIn. `bucket` is a name, or what else is guessed at."""
    wait = people().wait(bucket, now())
    if wait:
        raise NotSignedIn(wait)


def _ask_for_more(person: Person) -> None:
    """Remember on the server that a password was right; the token of it opens nothing but the next step."""
    token = new_token()
    second_factors().begin(hash_of(token), person, now() + STEP_LIVES, now=now())
    session.clear()
    session["step"] = token


def welcome(person: Person) -> None:
    """Open a session; nothing of the visitor before survives in it (session fixation)."""
    token = new_token()
    people().open_session(hash_of(token), person, now(), now() + SESSION_LIVES)
    session.clear()
    session[SESSION_KEY] = token  # not by login_user(): it adds a hash of the visitor's address and browser
    g.person = person


def sign_out() -> None:
    """End the session on the server and in the browser."""
    people().close_session(session_hash())
    session.clear()
    g.person = None


def session_hash() -> str:
    """What the store knows this browser's session by."""
    return hash_of(session.get(SESSION_KEY, ""))


def load_person() -> None:
    """Before each request: who this is."""
    g.person = current_user.person if current_user.is_authenticated else None


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
    token, expected = request.form.get("form_token", ""), session.get("form", "\0")
    if not secrets.compare_digest(token.encode(), expected.encode()):  # of bytes: text must be ASCII for it
        abort(400, _("This form is too old. Go back, load the page again and send it once more."))
