"""What goes into a printing house and what comes out: a press and files.

A press is the circumstances of printing (addresses, keys, the clock's reading); the edition itself is fragments.nouns.
It holds values only and prints nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fragments.keys import Keyring


class FileLike(Protocol):
    """A file that was printed, whoever holds it: path, bytes and media type as in `File`."""

    @property
    def path(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class File:
    """One file: `path` as in its URL, beginning with `/` (or with `.` when it is not served), bytes and media type."""

    path: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """`public_url` and `mirrors` are origins without a slash at the end; `now` is aware: it dates the now note and the
    daily feed. `hub` is the address of the WebSub hub that feeds name, empty where there is none."""

    public_url: str
    mirrors: Sequence[str]
    keyring: Keyring
    now: datetime
    hub: str = ""

    @property
    def origins(self) -> tuple[str, ...]:
        """Where the files are served: the publisher first."""
        return tuple(dict.fromkeys(origin.rstrip("/") for origin in (self.public_url, *self.mirrors)))

    def address(self, path: str) -> str:
        """The publisher's URL of a path."""
        return f"{self.origins[0]}{path}"
