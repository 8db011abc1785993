"""The current edition as plain files in a directory, which any static host can serve, or in an archive to be carried.

Rules: what belongs to copies is written: what the signed list names, and the statements; records of people at risk
stay with the publisher. The same printing gives the same archive, byte for byte. In a directory, a file whose bytes
are there already is left alone; each is written beside and renamed, the statements last, so that a host never serves
a half-written edition as a new one; files of an edition before that are no longer published are removed, and nothing
that was never ours.
"""

import io
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

from widget_server.packs import Printed
from widget_server.shelf import Printing

LIST = "files.txt"  # lines `sha256 path`: tells the next export which files are ours
LAST = ("/files.txt", "/edition.txt", "/now.txt")


class NotOurDirectory(Exception):
    """A directory that holds something, but no edition: the path."""

    def __str__(self) -> str:
        return f"{self.args[0]} is not empty and holds no edition. Name an empty directory."


@dataclass(frozen=True, slots=True)
class Exported:
    """How many files were written, left as they were, and removed."""

    written: int
    kept: int
    removed: int


def export(printing: Printing, directory: Path) -> Exported:
    """Write every served file of `printing` under `directory`; raises NotOurDirectory."""
    directory.mkdir(parents=True, exist_ok=True)
    before = _listed(directory)
    paths = _paths(printing)
    written = sum(_write(directory, path, printing.get(path)) for path in [*paths, *LAST])
    gone = before - set(paths) - set(LAST)
    for path in gone:
        _place(directory, path).unlink(missing_ok=True)
    return Exported(written, len(paths) + len(LAST) - written, len(gone))


def export_archive(printing: Printing, archive: Path) -> int:
    """Write the same files to one uncompressed .tar, seen whole or not at all; how many."""
    paths = sorted([*_paths(printing), *LAST])
    beside = archive.with_name(archive.name + ".new")
    with tarfile.open(beside, "w", format=tarfile.USTAR_FORMAT) as tar:
        for path in paths:
            printed = printing.get(path)
            body = printed.body if printed else b""
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mtime = len(body), int(printing.dated.timestamp())
            tar.addfile(member, io.BytesIO(body))
    beside.rename(archive)
    return len(paths)


def _paths(printing: Printing) -> list[str]:
    """What the signed list names, in the order of printing."""
    listed = printing.get(f"/{LIST}")
    named = {line.split(" ", 1)[1] for line in listed.body.decode().splitlines()} if listed else set()
    return [path for path in printing.paths() if path in named]


def _listed(directory: Path) -> set[str]:
    listed = directory / LIST
    if not listed.exists():
        if any(directory.iterdir()):
            raise NotOurDirectory(directory)
        return set()
    lines = (line.split(" ", 1) for line in listed.read_text("utf-8").splitlines())
    return {parts[1] for parts in lines if len(parts) == 2 and _is_ours(parts[1])}


def _is_ours(path: str) -> bool:
    """A list that somebody altered must not make us remove a file elsewhere."""
    return path.startswith("/") and ".." not in path.split("/")


def _write(directory: Path, path: str, printed: Printed | None) -> bool:
    """Whether it had to be written."""
    place = _place(directory, path)
    if printed is None or (place.exists() and place.read_bytes() == printed.body):
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(place.name + ".new")
    beside.write_bytes(printed.body)
    os.utime(beside, (printed.last_modified, printed.last_modified))
    beside.rename(place)
    return True


def _place(directory: Path, path: str) -> Path:
    return directory / path.lstrip("/")
