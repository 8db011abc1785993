"""A backup made while everything runs: one moment of the archive, the keys and the secrets, checked before it counts.

Rules: the file is written beside its name, read back and compared with its own list, flushed to the disk and only then
renamed, so that a full disk or a kill leaves no backup rather than half of one; nobody else may read it. Printed
editions are not in it, for they are printed again from the archive, and neither are displays that nobody has counted
yet. It decides nothing about where a backup is kept.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Protocol

from fragments.flushing import flush_directory
from fragments.record import show_moment
from fragments.store.archive import Archive
from fragments.store.copying import Copy, Copying
from fragments.store.database import file_of
from widget_server.keeping.parcels import Contents, Member, locked, packed, sum_of, unlocked, unpacked
from widget_server.settings import Settings

# Made again, or of this machine alone; all else in the data directory is kept, but for the database's own files.
LEFT_OUT = ("shelf", "spool", "unsigned")
MOST_BYTES_OF_A_FILE = 1024 * 1024  # keys and secrets are small; what is larger is something else


class Progress(Protocol):
    """Told how many rows are done, of how many."""

    def __call__(self, done: int, total: int) -> None: ...


def unseen(done: int, total: int) -> None:
    """Progress that nobody looks at."""


class Exists(Exception):
    """There is a file of that name already: its path."""

    def __str__(self) -> str:
        return f"{self.args[0]} exists. Choose another name, or add --force to replace it."


def save(
    settings: Settings, file: Path, now: datetime, *, passphrase: str | None, force: bool, progress: Progress
) -> Contents:
    """Write a backup to `file`; what is in it. Raises Exists, OSError, and what the archive raises."""
    if file.exists() and not force:
        raise Exists(file)
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as name:
        folder = Path(name)
        contents = _gather(settings, folder, now, progress)
        beside = folder / "backup.new"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            _write(handle.write, folder, contents, passphrase)
            handle.flush()
            os.fsync(handle.fileno())
        _check(beside, folder / "check", contents, passphrase)
        beside.rename(file)
    flush_directory(file.absolute().parent)
    return contents


def kept_files(settings: Settings) -> Iterator[Path]:
    """What of the data directory belongs in a backup, by path within it."""
    database = file_of(settings.database_url)
    for path in sorted(settings.data.rglob("*")):
        inside = path.relative_to(settings.data)
        is_small = path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES_OF_A_FILE
        is_left_out = inside.parts[0] in LEFT_OUT or (database is not None and inside.name.startswith(database.name))
        if is_small and not is_left_out and not inside.parts[0].startswith((".", "before-restore")):
            yield inside


def _gather(settings: Settings, folder: Path, now: datetime, progress: Progress) -> Contents:
    with Archive.open(settings.database_url) as archive, Copying(archive.engine) as copy:
        members = [*_tables(copy, folder, progress), *_files(settings, folder)]
        edition = copy.latest_edition()
        return Contents(
            made=show_moment(now.astimezone(UTC).replace(microsecond=0)),
            publisher=settings.name,
            migration=copy.migration,
            edition=edition,
            members=tuple(members),
        )


def _tables(copy: Copy, folder: Path, progress: Progress) -> Iterator[Member]:
    (folder / "tables").mkdir()
    counts = {name: copy.count(name) for name in copy.tables}
    done, total = 0, sum(counts.values())
    for name in copy.tables:
        path = folder / "tables" / f"{name}.jsonl"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for line in copy.lines(name):
                file.write(line + "\n")
                done += 1
                if done % 1000 == 0:
                    progress(done, total)
        yield Member(f"tables/{name}.jsonl", sum_of(path), path.stat().st_size, counts[name])
    progress(total, total)


def _files(settings: Settings, folder: Path) -> Iterator[Member]:
    for inside in kept_files(settings):
        try:
            body = (settings.data / inside).read_bytes()
        except FileNotFoundError:  # what waits for the caretaker goes when it is taken in
            continue
        target = folder / "files" / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        yield Member(f"files/{inside.as_posix()}", sum_of(target), len(body))


def _write(write: Callable[[bytes], int], folder: Path, contents: Contents, passphrase: str | None) -> None:
    whole = (
        BytesIO()
    )  # encrypted at once: the age library for Python takes a passphrase for bytes only, not for streams
    packed(whole, folder, contents)
    write(locked(whole.getvalue(), passphrase) if passphrase else whole.getvalue())


def _check(file: Path, folder: Path, contents: Contents, passphrase: str | None) -> None:
    folder.mkdir()
    if unpacked(BytesIO(unlocked(file.read_bytes(), passphrase)), folder) != contents:
        raise OSError(f"{file} does not hold what was written to it")
