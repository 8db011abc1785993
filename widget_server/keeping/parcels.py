"""What a backup file looks like: a .tar.gz of tables, files and a list of both, readable by `tar` alone.

    tables/<name>.jsonl    the rows of a table, a line of JSON each (fragments.store.copying)
    files/<path>           a file of the data directory: keys, secrets
    contents.json          format, when and of what, and of every member its SHA-256 and size; of tables their rows too

With a passphrase the whole is one age file (age-encryption.org, scrypt), which the `age` program opens as well.
Rules: what is read is believed only when it is exactly what contents.json lists. No database and no clock in here.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

FORMAT = "unsilenced backup 1"
CONTENTS = "contents.json"
AGE = b"age-encryption.org/"  # an age file's first bytes
LARGEST_CONTENTS = 16 * 1024 * 1024  # bytes; a member of the list is about 150
STEP = 1024 * 1024


class BadBackup(Exception):
    """A file that is no whole backup: what is wrong, in words."""


class Locked(BadBackup):
    """An encrypted backup, and no passphrase or a wrong one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup."""

    name: str
    sha256: str
    bytes: int
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup says of itself."""

    made: str  # UTC, 2026-11-24T10:00:00Z
    publisher: str
    migration: str
    edition: int | None
    members: tuple[Member, ...]
    format: str = FORMAT

    def rows(self) -> int:
        """Rows of all tables."""
        return sum(member.rows or 0 for member in self.members)

    def to_json(self) -> bytes:
        """The bytes of contents.json."""
        return json.dumps(asdict(self), indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, body: bytes) -> "Contents":
        """Raises BadBackup."""
        try:
            said = json.loads(body)
            members = tuple(Member(**member) for member in said.pop("members"))
            contents = cls(members=members, **said)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise BadBackup("its list of contents cannot be read") from fault
        if contents.format != FORMAT:
            raise BadBackup(f"it has the format {contents.format!r}, and this version reads {FORMAT!r}")
        return contents


def sum_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packed(file: IO[bytes], folder: Path, contents: Contents) -> None:
    """Write the members, which stand in `folder`, and the list of them."""
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT) as tar:
        for member in contents.members:
            tar.add(folder / member.name, member.name, recursive=False, filter=_plain)
        (folder / CONTENTS).write_bytes(contents.to_json())
        tar.add(folder / CONTENTS, CONTENTS, filter=_plain)


def unpacked(file: IO[bytes], folder: Path) -> Contents:
    """Lay every member out under `folder` and compare it with the list; raises BadBackup."""
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as tar:
            found = set(_laid_out(tar, folder))
    except (tarfile.TarError, OSError, EOFError) as fault:
        raise BadBackup("it is damaged or cut off") from fault
    listed = folder / CONTENTS
    if CONTENTS not in found or listed.stat().st_size > LARGEST_CONTENTS:
        raise BadBackup("it has no list of contents: it is cut off, or no backup of this program")
    contents = Contents.from_json(listed.read_bytes())
    if found - {CONTENTS} != {member.name for member in contents.members}:
        raise BadBackup("it holds other files than it lists")
    for member in contents.members:
        if sum_of(folder / member.name) != member.sha256:
            raise BadBackup(f"{member.name} in it is damaged")
    return contents


def locked(body: bytes, passphrase: str) -> bytes:
    """The same bytes as an age file."""
    return bytes(pyrage.passphrase.encrypt(body, passphrase))


def unlocked(body: bytes, passphrase: str | None) -> bytes:
    """The bytes of an age file; others as they are. Raises Locked."""
    if not body.startswith(AGE):
        return body
    if not passphrase:
        raise Locked("it is encrypted, and no passphrase was given")
    try:
        return bytes(pyrage.passphrase.decrypt(body, passphrase))
    except pyrage.DecryptError as fault:
        raise Locked("the passphrase does not open it") from fault


def is_locked(path: Path) -> bool:
    """Whether a file needs a passphrase."""
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine it was made on."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _laid_out(tar: tarfile.TarFile, folder: Path) -> Iterator[str]:
    for member in tar:
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts:
            raise BadBackup(f"{member.name!r} in it is no plain file of a backup")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source: Any = tar.extractfile(member)
        with target.open("xb") as file:
            while step := source.read(STEP):
                file.write(step)
        yield member.name
