"""Secrets of the desk: the key that signs its cookies, and tokens that are known here by their hash only."""

import hashlib
import os
import secrets
from pathlib import Path

from widget_server.settings import Settings

FILE = "desk.secret"


def cookie_key(settings: Settings) -> str:
    """The key by setting, or the one kept in the data directory (0600), made when missing."""
    if settings.desk_secret:
        return settings.desk_secret
    path = settings.data / FILE
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def new_token() -> str:
    """256 bits that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token: enough to know it again, useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def _make(path: Path) -> None:
    """Written beside and linked into place: of two workers that start at once, one makes it and both read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(beside, path)
    except FileExistsError:
        pass  # the other worker's is as good
    finally:
        beside.unlink()
