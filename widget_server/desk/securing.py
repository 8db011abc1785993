"""Flask-Security-Too over our store: who holds a session, and codes of authenticator apps.

Rules: what Flask-Login keeps in the cookie is the token of one session, which is looked up on the server at each
request, so whatever ends the row ends the cookie and every copy of it; a code counts once, also the one typed at
set-up, and of two requests with it only one wins.

Its views and its forms are not used (docs/decisions/0007): the pages are in pages.py, proving.py and account.py.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app
from flask_security import RoleMixin, Security, Totp, UserDatastore, UserMixin
from flask_security.proxies import _security
from passlib.totp import TotpMatch, UsedTokenError

from fragments.store.factors import SecondFactors
from fragments.store.people import Person
from widget_server.desk.secrecy import cookie_key, hash_of
from widget_server.settings import Settings

SESSION_KEY = "_user_id"  # where Flask-Login looks for it
ISSUER = "Unsilenced desk"  # as an authenticator app shows it
DRIFT = 30  # seconds by which a phone's clock may be wrong: RFC 6238, section 5.2 recommends one step


class Account(UserMixin):
    """Somebody signed in, as Flask-Security-Too wants it; the pages use `person`."""

    active = True
    fs_uniquifier = ""

    def __init__(self, person: Person, token: str = "") -> None:
        super().__init__()
        self.person = person
        self.fs_uniquifier = token


class Accounts(UserDatastore):
    """The store's people, looked up by the tokens of their sessions; nothing is written through it."""

    def __init__(self) -> None:
        super().__init__(Account, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **sought: Any) -> Account | None:  # noqa: ARG002 - its name
        """Who holds the session whose token is `fs_uniquifier`."""
        token = str(sought["fs_uniquifier"])
        person = current_app.extensions["people"].signed_in(hash_of(token), current_app.extensions["now"]())
        return Account(person, token) if person else None


class CodesOnce(Totp):
    """Codes by the desk's clock, each taken once: the counter of the last one is kept (RFC 6238, section 5.2)."""

    def follow(self, clock: Callable[[], datetime]) -> None:
        """Take the time from a clock of ours."""
        self._totp = self._totp.using(now=lambda: clock().timestamp())

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The counter of the last code somebody typed; -1 before the first."""
        totp = second_factors().of(cast(Account, user).person).totp
        return totp.last_counter if totp else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Take the code, unless another request just did."""
        if not second_factors().use_counter(cast(Account, user).person, tmatch.counter):
            raise UsedTokenError(expire_time=tmatch.expire_time)


def secure(app: Flask, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Set Flask-Security-Too up on an app, without its pages."""
    app.config.update(
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS={"1": _totp_key(settings)},
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_PROTECTION=None,  # it would compare a hash of the visitor's address and browser, kept in the cookie
        WTF_CSRF_ENABLED=False,  # signing_in.check_form does it for every form
    )
    security = Security(app, Accounts(), register_blueprint=False, totp_cls=CodesOnce)
    cast(CodesOnce, security.totp_factory).follow(clock)


def second_factors() -> SecondFactors:
    """The second factors of this desk's people."""
    return SecondFactors(current_app.extensions["archive"].engine)


def new_secret() -> str:
    """A secret for an authenticator app, encrypted with a key that is not in the database."""
    return _codes().generate_totp_secret()


def shown(secret: str) -> str:
    """A secret as somebody types it into an app: base32 in groups of four."""
    return _codes().get_totp_pretty_key(secret)


def address_for_app(person: Person, secret: str) -> str:
    """The otpauth:// address that a QR code carries; a colon would end the name in it."""
    return _codes().get_totp_uri(person.name.replace(":", " "), secret)


def is_right(person: Person, code: str) -> bool:
    """Whether a code is the app's, of now and not yet used. A secret that cannot be opened any more has none."""
    totp = second_factors().of(person).totp
    try:
        return totp is not None and _codes().verify_totp(code, totp.secret, Account(person), window=DRIFT)
    except (ValueError, KeyError):  # encrypted with another desk's key
        return False


def _codes() -> CodesOnce:
    return cast(CodesOnce, _security.totp_factory)


def _totp_key(settings: Settings) -> str:
    """A key of its own purpose, from the one that signs cookies."""
    return hmac.new(cookie_key(settings).encode(), b"secrets of authenticator apps", "sha256").hexdigest()
