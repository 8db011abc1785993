"""Secrets of the desk: the key that signs its cookies, and tokens that are known here by their hash only."""

import hashlib
import secrets

from widget_server.secret_files import kept_secret
from widget_server.settings import Settings

FILE = "desk.secret"


def cookie_key(settings: Settings) -> str:
    """The key by setting, or the one kept in the data directory (0600), made when missing."""
    if settings.desk_secret:
        return settings.desk_secret
    return kept_secret(settings.data / FILE)


def new_token() -> str:
    """256 bits that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token: enough to know it again, useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()
