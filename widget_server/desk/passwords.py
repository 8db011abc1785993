"""Passwords: what is accepted, and how they are kept (argon2id).

Rules: at least 12 characters, and no guessable one: zxcvbn knows the 30,000 commonest passwords, names, dates and
keyboard walks, and needs no network. No rule about digits or capitals (NIST SP 800-63B advises against them). Length
is capped, so that hashing costs the same for everybody. Keyboards write one letter as one character or as two: both
are the same password (NFKC, NIST SP 800-63B, section 5.1.1.2).

It stores nothing.
"""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from zxcvbn import zxcvbn

from widget_server.desk import password_words

SHORTEST, LONGEST = 12, 200  # characters
SAFE = 3  # zxcvbn's scale of 0 to 4: 3 is at least 10^8 guesses
_READ = 72  # characters that zxcvbn looks at: its time grows with the square

_hasher = PasswordHasher()  # argon2-cffi's defaults are RFC 9106's low-memory profile: 64 MiB, 3 passes


class WeakPassword(Exception):
    """A password that is refused, with what is wrong with it as a sentence."""


def accept(password: str, *about: str) -> str:
    """The hash of an acceptable password; `about` are words somebody would try first. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(
            _("Use at least %(least)s characters; a few unrelated words are easy to keep in mind.", least=SHORTEST)
        )
    if len(password) > LONGEST:
        raise WeakPassword(_("Use at most %(most)s characters.", most=LONGEST))
    found = zxcvbn(password[:_READ], user_inputs=["unsilenced", *(word for word in about if word)])
    if found["score"] < SAFE:
        raise WeakPassword(
            "{} {}".format(
                password_words.guess(found["feedback"]["warning"]),
                _("A few unrelated words are harder to guess and easy to keep in mind."),
            )
        )
    return _hasher.hash(_as_meant(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; takes as long when there is none (`None`)."""
    try:
        return _hasher.verify(kept or _nobodys(), _as_meant(password[: LONGEST + 1])) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _as_meant(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    """A hash to spend the same time on; made when first needed, because it costs 0.1 s."""
    return _hasher.hash("nobody has this password, and nobody may sign in with it")
