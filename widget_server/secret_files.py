"""A secret that a program makes for itself and keeps in a file that nobody else may read."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in a file (0600), 256 random bits in hex, made when missing."""
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


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
