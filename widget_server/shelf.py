"""The shelf: a directory of printed editions, of which one is current.

Rules: a printing is written beside, forced to disk and only then named by `current`, by one rename; a failure before
that leaves the old one as it was. The last few stay. Whoever reads a printing keeps it whole, even after it left the
shelf. A reader looks at `current` at most twice a second, never at each request.

It does not print (embed) and does not decide what is published (the archive).
"""

import contextlib
import fcntl
import itertools
import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from embed.press import FileLike
from fragments.drawing import Facets
from fragments.flushing import flush_directory
from fragments.nouns import Fragment
from fragments.record import from_record
from widget_server.packing import write_pack
from widget_server.packs import DamagedPack, Pack, Printed

LOOK_EVERY_SECONDS = 0.5  # a new edition is to be seen within 2 s
READY = 2_048  # answers kept whole: decks, feeds and frames of a busy minute; 32 MB at the very most
REMEMBERED = 20_000  # files looked up most recently: 6 MB a worker, bodies stay in the mapping
NAME = re.compile(r"([0-9]{8})-([0-9]{4,})\.pack")

log = logging.getLogger(__name__)


class EmptyShelf(Exception):
    """Nothing has been placed yet."""


class UnreadableShelf(EmptyShelf):
    """What `current` names is damaged or gone, and this process has no printing from before: the reason."""


class OlderEdition(Exception):
    """An edition with a lower number than the current one: (number, current number)."""


class Printing:
    """One printed edition, open for reading from any thread."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._seen: dict[str, Printed | None] = {}
        self.ready: dict[tuple[str, tuple[str, ...]], Any] = {}  # hotpaths.py's answers: path, encodings -> answer
        self.name = pack.path.name
        self.number: int = pack.meta["number"]  # of the edition
        self.placed_at = datetime.fromtimestamp(pack.meta["placed"], UTC)

    def get(self, path: str) -> Printed | None:
        """The file at `path`, or None. Paths that nobody asks for cost no memory."""
        try:
            return self._seen[path]
        except KeyError:
            pass
        found = self.pack.get(path)
        if found is not None:  # strangers can ask for any path: only real ones are remembered
            if len(self._seen) >= REMEMBERED:
                self._seen = {}
            self._seen[path] = found
        return found

    def keep(self, key: tuple[str, tuple[str, ...]], answer: object) -> None:
        """Have an answer ready; it goes with the printing."""
        if len(self.ready) >= READY:
            self.ready = {}
        self.ready[key] = answer

    def paths(self) -> Iterator[str]:
        """Every path, in the order of printing."""
        return self.pack.paths()

    @cached_property
    def facets(self) -> Facets:
        """The drawing index of the edition."""
        printed = self.get(".facets")
        return Facets.from_bytes(printed.body if printed else b"")

    @cached_property
    def edition(self) -> Mapping[str, Any]:
        """What /edition.json says."""
        printed = self.get("/edition.json")
        found: Mapping[str, Any] = json.loads(printed.body) if printed else {}
        return found

    @cached_property
    def dated(self) -> datetime:
        """When the edition was frozen."""
        text = self.edition.get("dated")
        return datetime.fromisoformat(text) if text else self.placed_at

    def fragment(self, id_: str) -> Fragment | None:
        """A published fragment, read from its public record."""
        printed = self.get(f"/api/v1/fragments/{id_}")
        return from_record(json.loads(printed.body)) if printed else None

    def __len__(self) -> int:
        count: int = self.pack.meta["files"]
        return count


class Shelf:
    """A directory of printings; one object a process is enough."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._printing: Printing | None = None
        self._seen: tuple[int, int] | None = None  # of `current`: inode and time
        self._look_at = 0.0
        self._fault: Exception | None = None  # why `current` could not be opened
        self._lock = threading.Lock()

    def current(self) -> Printing:
        """The printing to serve, at most half a second old news; raises EmptyShelf or UnreadableShelf."""
        if time.monotonic() >= self._look_at:
            self._look()
        if self._printing is None:
            raise UnreadableShelf(self._fault) if self._fault else EmptyShelf
        return self._printing

    def place(self, number: int, files: Iterable[FileLike], keep: int = 5, *, at: datetime | None = None) -> Printing:
        """Write a printing of edition `number`, make it current, keep the last `keep`; returns it.

        The same number again is a reprint (a fresher `now` note). `at` dates the files that changed. Raises
        OlderEdition for a lower number; whatever `files` or the disk raises passes through with nothing changed.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._alone():
            before = self._open_before()
            if before and number < before.number:
                raise OlderEdition(number, before.number)
            name = self._next_name(number)
            self._write(name, number, files, before, at or datetime.now(UTC))
            self._switch(name)
            self._remove_old(keep)
        with self._lock:  # after a look that has begun, which may have seen the old one
            self._look_at = 0.0
        return self.current()

    def names(self) -> list[str]:
        """The printings that stand on the shelf, oldest first."""
        return sorted(path.name for path in self.directory.glob("*.pack") if NAME.fullmatch(path.name))

    def _look(self) -> None:
        """Open what `current` names, when it changed. One thread looks; the others go on with what they have.

        While there is nothing to go on with they wait: "not opened yet" must not be told as "nothing is there".
        """
        if not self._lock.acquire(blocking=self._printing is None):
            return
        try:
            if time.monotonic() >= self._look_at:  # else another thread looked while this one waited
                self._open_if_changed()
        finally:
            self._lock.release()

    def _open_if_changed(self) -> None:
        try:
            seen = self._stamp()
            if seen != self._seen or self._printing is None:
                self._printing = self._open_current() or self._printing
                self._seen, self._fault = seen, None
        except (DamagedPack, OSError) as fault:
            self._fault = fault
            log.warning(
                "The current edition cannot be read (%s); the one before is served. Run: unsilenced doctor", fault
            )
        finally:
            self._look_at = time.monotonic() + LOOK_EVERY_SECONDS  # last: whoever reads it goes by what is opened

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = (self.directory / "current").stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _open_current(self) -> Printing | None:
        try:
            name = (self.directory / "current").read_text("ascii").strip()
        except FileNotFoundError:
            return None
        return Printing(Pack(self.directory / name))

    def _open_before(self) -> Printing | None:
        """What a new printing is compared with; a damaged one is replaced, not a reason to stop."""
        try:
            return self._open_current()
        except (DamagedPack, OSError):
            return None

    def _next_name(self, number: int) -> str:
        serials = [
            int(found[2]) for name in self.names() if (found := NAME.fullmatch(name)) and int(found[1]) == number
        ]
        return f"{number:08}-{max(serials, default=0) + 1:04}.pack"

    def _write(self, name: str, number: int, files: Iterable[FileLike], before: Printing | None, at: datetime) -> None:
        beside = self.directory / f"{name}.new"
        moment = int(at.timestamp())
        try:
            with beside.open("wb") as out:
                old = before.pack if before else None
                write_pack(out, files, {"number": number, "placed": moment}, modified=moment, before=old)
                out.flush()
                os.fsync(out.fileno())
            Pack(beside)  # read the footer back before anything depends on it
            beside.rename(self.directory / name)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _switch(self, name: str) -> None:
        beside = self.directory / "current.new"
        with beside.open("w", encoding="ascii") as out:
            out.write(name + "\n")
            out.flush()
            os.fsync(out.fileno())
        flush_directory(self.directory)  # the pack's own name must be on disk before `current` names it
        beside.rename(self.directory / "current")
        flush_directory(self.directory)

    def _remove_old(self, keep: int) -> None:
        stale = [self.directory / name for name in self.names()[:-keep]]
        for path in itertools.chain(stale, self.directory.glob("*.pack.new")):
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One placing at a time, across processes; the lock falls with its holder."""
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
