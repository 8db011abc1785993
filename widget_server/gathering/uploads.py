"""Files that editors send, while they look at what would become of them.

Rules: a file is streamed to the disk of the data directory and never held in memory; its name is made here, from who
sent it and a random key, so that nobody opens another's and no name of a stranger's machine is kept; it is removed
after the import, when thrown away, and after a day by the caretaker.
"""

import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_BYTES = 20 << 20  # of one file: 100,000 short rows; larger ones go by the command line
MOST_FILES = 20  # of all people at once: 400 MB
LIVES_SECONDS = 24 * 3600
_KEY = re.compile(r"[0-9a-f]{16}")


class TooManyUploads(Exception):
    """The directory holds as many files as it may."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The directory of one installation."""

    directory: Path

    def put(self, stream: IO[bytes], person: int) -> str:
        """Keep a file; its key. Raises TooManyUploads."""
        self.tidy()
        if len(list(self.directory.glob("*.rows"))) >= MOST_FILES:
            raise TooManyUploads
        key = secrets.token_hex(8)
        path = self._path(person, key)
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        return key

    def get(self, person: int, key: str) -> Path | None:
        """The file that a person sent under a key."""
        path = self._path(person, key)
        return path if _KEY.fullmatch(key) and path.is_file() else None

    def report(self, person: int, key: str) -> Path:
        """Where the report of an import is kept for a day."""
        return self._path(person, key).with_suffix(".json")

    def drop(self, person: int, key: str) -> None:
        """Remove a file."""
        if _KEY.fullmatch(key):
            self._path(person, key).unlink(missing_ok=True)

    def tidy(self, seconds: float = LIVES_SECONDS) -> None:
        """Remove what is older than a day."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self.directory.iterdir():
            try:
                if time.time() - path.stat().st_mtime > seconds:
                    path.unlink()
            except FileNotFoundError:  # removed by somebody else meanwhile
                continue

    def _path(self, person: int, key: str) -> Path:
        return self.directory / f"{person}-{key}.rows"
