"""The spool: one line appended to a file before a display is answered, so that kill -9 loses nothing acknowledged.

Each web process writes segments of its own, `<random>.spool`, and holds a lock (flock) on the open one; a
segment without a lock has no writer left and is removed once it is drained. A line is
`day TAB kind TAB deck TAB site NEWLINE`: no time, no address, no path, no user agent. One write(2) on an
O_APPEND descriptor a line (56k displays a CPU second; an fsync each would be 200). What a power cut can take is
what the kernel had not yet written, some seconds; a killed process loses nothing.
Does not know the database: see drainer.
"""

import contextlib
import fcntl
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

POLL = "poll"  # the kind of a line that tells of a feed reader: the feed in the deck's place, the reader in the site's
LOST = "lost"  # the kind of a line that says how many displays (in the deck's place) found no room
LINE_LIMIT = 512  # bytes: the longest host name (253), deck name and date fit in with room


class Display(NamedTuple):
    """One time an embed was fetched for a page. One is made at each: a tuple takes a third of a dataclass's time."""

    day: date
    kind: str  # script, frame, badge, oembed, feed, 2006
    deck: str
    site: str

    @property
    def is_told(self) -> bool:
        """Whether a loss says how many."""
        return self.kind != LOST or self.deck.isdecimal()

    def line(self) -> bytes:
        """The spool's line for it; the same few thousand come again and again."""
        return _line(self)

    @classmethod
    def read(cls, line: bytes) -> "Display | None":
        """The display that a line without its newline tells of, or None for a line that is none.

        What no database takes is none: one such line, from a disk that lost power, would hold up all after it.
        """
        try:
            day, kind, deck, site = line.decode().split("\t")
            found = cls(date.fromisoformat(day), kind, deck, site)
        except ValueError:
            return None
        fits = len(kind) <= 16 and len(deck) <= 200 and len(site) <= 253  # the columns of counting_tables
        return found if fits and all(map(str.isprintable, found[1:])) and found.is_told else None


@lru_cache(8_192)
def _line(display: Display) -> bytes:
    return f"{display.day.isoformat()}\t{display.kind}\t{display.deck}\t{display.site}\n".encode()


class Spool:
    """What one web process appends to.

    `cap_bytes` is for all segments in the directory together; at the cap, and when the disk is full, a display
    is answered all the same and `lost` goes up.
    """

    def __init__(self, directory: Path, *, segment_bytes: int = 4 << 20, cap_bytes: int = 1 << 30) -> None:
        self.directory = directory
        self.segment_bytes = segment_bytes
        self.cap_bytes = cap_bytes
        self.lost = 0  # in all, since this process began
        self._unreported = 0  # of them, how many no segment tells of yet
        self._lock = threading.Lock()
        self._owner = 0
        self._descriptor = -1
        self._written = 0
        self._look_again_at = 0.0  # monotonic: a full directory is not measured more than once a second

    def append(self, display: Display) -> bool:
        """Write the display down; False (and `lost` goes up) where the disk does not take it."""
        line = display.line()
        with self._lock:
            try:
                kept = len(line) <= LINE_LIMIT and self._write(line)
            except OSError:
                kept = False
            if not kept:
                self._count_loss()
            elif self._unreported:
                self._report_loss(display.day)
            return kept

    def close(self) -> None:
        """Let go of the open segment, so that a drainer may finish and remove it."""
        with self._lock:
            self._let_go()

    def _write(self, line: bytes) -> bool:
        if self._written >= self.segment_bytes or self._descriptor < 0 or self._owner != os.getpid():
            self._begin_segment()
        if self._descriptor < 0:
            return False
        done = os.write(self._descriptor, line)
        if done != len(line):  # the disk filled in the middle of a line: take the half line back
            os.ftruncate(self._descriptor, self._written)
            return False
        self._written += done
        return True

    def _begin_segment(self) -> None:
        self._let_go()
        if time.monotonic() < self._look_again_at:
            return
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sum(size for _, size in _sizes(self.directory)) >= self.cap_bytes:
            self._look_again_at = time.monotonic() + 1
            return
        # Locked under another name first: a drainer must never see a segment that nobody seems to hold.
        path = self.directory / f"{secrets.token_hex(8)}.new"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.rename(path.with_suffix(".spool"))
        self._descriptor, self._written, self._owner = descriptor, 0, os.getpid()

    def _count_loss(self) -> None:
        if self.lost % 10_000 == 0:
            log.warning("The spool in %s is full; displays are answered but not counted.", self.directory.name)
        self.lost += 1
        self._unreported += 1

    def _report_loss(self, day: date) -> None:
        """Say in the spool itself how many were not written down, once there is room again."""
        with contextlib.suppress(OSError):  # no room yet: the display just before was written all the same
            if self._write(Display(day, LOST, str(self._unreported), "~lost").line()):
                self._unreported = 0

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._written = -1, 0


def segments(directory: Path) -> list[Path]:
    """Every segment there is, smallest first: a finished one of a dead process is not left behind a busy one."""
    return [path for path, _ in sorted(_sizes(directory), key=lambda found: found[1])]


def _sizes(directory: Path) -> Iterator[tuple[Path, int]]:
    for path in directory.glob("*.spool"):
        try:
            yield path, path.stat().st_size
        except FileNotFoundError:  # drained and removed meanwhile
            continue


def read_lines(path: Path, start: int, at_most: int = 8 << 20) -> tuple[list[bytes], int]:
    """The whole lines of a segment from byte `start` on, and the byte after the last of them."""
    with path.open("rb") as file:
        file.seek(start)
        block = file.read(at_most)
    end = block.rfind(b"\n") + 1
    return block[:end].splitlines(), start + end


def has_writer(path: Path) -> bool:
    """Whether a living process still holds the segment open for writing."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
