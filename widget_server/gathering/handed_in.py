"""What the public hands in, on its way from the public app, which writes nothing to the archive, to the quarantine.

Rules: one file a submission, written whole or not at all, and removed once the caretaker has taken it in; its id is
drawn here, so that taking it in twice is once. No network address, user agent, hour or name stands in a file. How much
comes in is bounded: in an hour from one address and from all together, counted in memory under a key that dies with
the process, and by the number of files that wait.

What is handed in is not judged or cleaned here.
"""

import hashlib
import json
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from fragments.store.quarantine import Quarantine, Submission

LIMITS = {  # characters of each field; what is longer is refused for the text and cut for the others
    "text": 4_000,
    "lang": 35,
    "title": 300,
    "author": 200,
    "address": 2_048,
    "country": 100,
    "who": 200,
    "proof": 2_048,
    "why": 1_000,
}
MOST_WAITING = 500  # files; 10 kB each
EACH_HOUR, ALL_HOUR = 5, 60  # submissions in an hour: from one address, from everybody (of one process)
HOUR = 3600.0


class Box:
    """The directory in which submissions wait."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def is_full(self) -> bool:
        """Whether as many wait as may."""
        return len(list(self._directory.glob("*.json"))) >= MOST_WAITING

    def put(self, told: Mapping[str, str], today: date) -> bool:
        """Write one down; False where the box or the disk is full: then nothing of it is kept."""
        if self.is_full():
            return False
        fields = {name: told.get(name, "").strip()[:most] for name, most in LIMITS.items()}
        content = {"day": today.isoformat(), "fields": {name: value for name, value in fields.items() if value}}
        path = self._directory / f"{secrets.token_hex(16)}.new"
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, json.dumps(content, ensure_ascii=False))
            path.rename(path.with_suffix(".json"))
        except OSError:
            path.unlink(missing_ok=True)
            return False
        return True

    def waiting(self) -> Iterator[tuple[Path, Submission | None]]:
        """Each file that can be read and what it holds; None where it is no submission."""
        for path in sorted(self._directory.glob("*.json")):
            try:
                yield path, _read(path.read_bytes(), path.stem[:32])
            except OSError:  # such as too many open files: it waits for another turn, and is not taken for rubbish
                continue


def take_in(box: Box, quarantine: Quarantine, now: datetime) -> int:
    """Move what waits into the quarantine; how many came new.

    A file goes only after its row is stored: what a full quarantine has no room for waits on, until the box is full too
    and says so to whoever hands in.
    """
    found = list(box.waiting())
    intake = quarantine.put([each for _, each in found if each], now)
    for path, each in found:
        if each is None or each.id not in intake.left_out:
            path.unlink(missing_ok=True)
    return intake.came


def _write(path: Path, text: str) -> None:
    """A new file that nobody else may read, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _read(body: bytes, id_: str) -> Submission | None:
    try:
        content = json.loads(body.decode("utf-8"))
        day = datetime.fromisoformat(content["day"]).replace(tzinfo=UTC)
        return Submission(id_, {name: str(content["fields"].get(name, "")) for name in LIMITS}, day)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(slots=True)
class Throttle:
    """How often somebody may hand something in; in memory only, by a keyed hash that nobody can turn back."""

    clock: Callable[[], float] = time.monotonic
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _recent: deque[tuple[float, bytes]] = field(default_factory=deque)

    def allows(self, address: str) -> bool:
        """Whether one more is taken from this network address now; if so it is counted."""
        who, now = hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest(), self.clock()
        with self._lock:
            while self._recent and now - self._recent[0][0] > HOUR:
                self._recent.popleft()
            if len(self._recent) >= ALL_HOUR or sum(each == who for _, each in self._recent) >= EACH_HOUR:
                return False
            self._recent.append((now, who))
            return True
