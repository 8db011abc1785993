"""The loader files that pages ask for: /e/<hash>.js, never changed once released, all of them served for ever.

Rules: a file's name is the first 16 hex digits of its SHA-384, and its bytes are checked against it when they are
read, so a changed file is noticed before it is served. `built/releases.txt` lists them, oldest first, a name and a
hash a line; the last is what new snippets carry.

It does not build (embed.loader.build) or serve.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fragments.errors import UnsilencedError

BUILT = Path(str(files("embed.loader") / "built"))
RELEASES = BUILT / "releases.txt"


class ChangedRelease(UnsilencedError):
    """A released file whose bytes are no longer those it is named after: the hash it should have, the hash it has."""


@dataclass(frozen=True, slots=True)
class Loader:
    """One released file."""

    path: str  # /e/<hash>.js
    body: bytes
    integrity: str  # sha384-…, for the integrity attribute

    @classmethod
    def of(cls, body: bytes) -> "Loader":
        """The loader with these bytes."""
        digest = hashlib.sha384(body).digest()
        return cls(f"/e/{digest.hex()[:16]}.js", body, f"sha384-{base64.b64encode(digest).decode()}")


def current() -> Loader:
    """The loader of new snippets."""
    return all_released()[-1]


@cache
def all_released() -> tuple[Loader, ...]:
    """Every loader ever released, oldest first. Raises ChangedRelease."""
    return tuple(_read(line.split()[1]) for line in RELEASES.read_text().splitlines())


def _read(name: str) -> Loader:
    loader = Loader.of((BUILT / f"{name}.js").read_bytes())
    if loader.path != f"/e/{name}.js":
        raise ChangedRelease(name, loader.path)
    return loader
