"""What forms bring of names, passwords and addresses, and why one is not taken, as a sentence.

It stores nothing and opens no session.
"""

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from widget_server.desk import passwords
from widget_server.desk.passwords import WeakPassword
from widget_server.desk.signing_in import NotSignedIn

LONGEST_NAME, LONGEST_EMAIL = 80, 254  # characters; 254 is RFC 5321's limit for an address


class Refused(Exception):
    """Why a form was not taken, as a sentence."""


def name() -> str:
    """The name that somebody chose; raises Refused."""
    given = request.form.get("name", "").strip()
    if not 1 <= len(given) <= LONGEST_NAME or not given.isprintable():
        raise Refused(_("Choose a name of 1 to %(most)s characters.", most=LONGEST_NAME))
    return given


def email() -> str | None:
    """An e-mail address, or none; raises Refused."""
    given = request.form.get("email", "").strip()
    is_one = "@" in given.strip("@") and len(given) <= LONGEST_EMAIL and given.isprintable() and " " not in given
    if given and not is_one:
        raise Refused(_("This is no e-mail address. It may be left empty."))
    return given or None


def new_password(*about: str | None) -> str:
    """The hash of a password typed twice; `about` are words somebody would try first. Raises Refused."""
    if request.form.get("password") != request.form.get("again"):
        raise Refused(_("The two passwords differ. Type the same one twice."))
    try:
        return passwords.accept(request.form.get("password", ""), *(word for word in about if word))
    except WeakPassword as weak:
        raise Refused(str(weak)) from weak


def told(refused: NotSignedIn) -> str:
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


def told_of_code(refused: NotSignedIn) -> str:
    """The same for a code or a passkey."""
    seconds = int(refused.wait.total_seconds()) + 1
    if seconds <= 1:
        return _("That was not right. A code of the app works once, and for about a minute.")
    if seconds < 120:
        return ngettext(
            "That was not right, or there were too many tries. Try again in %(num)s second.",
            "That was not right, or there were too many tries. Try again in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        "That was not right, or there were too many tries. Try again in %(num)s minute.",
        "That was not right, or there were too many tries. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def told_of_password(refused: NotSignedIn) -> str:
    """The same where somebody who is signed in has to type the password again."""
    seconds = int(refused.wait.total_seconds()) + 1
    if seconds <= 1:
        return _("That is not your password.")
    if seconds < 120:
        return ngettext(
            "That is not your password, or there were too many tries. Try again in %(num)s second.",
            "That is not your password, or there were too many tries. Try again in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        "That is not your password, or there were too many tries. Try again in %(num)s minute.",
        "That is not your password, or there were too many tries. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )
