"""The two files that go between a server and the machine that holds the keys: what is to be signed, and the signatures.

Rules: docs/format.md has their form; the same sheet is the same bytes; both are bounded, and what cannot be read is
NotCarried. A fingerprint of the first is shown at both ends, because whoever carries a file could change it. The
machine that signs remembers what it signed last, so that it can say what changed and refuses to go back.
"""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embed.sealing import Book, Sheet
from fragments.errors import UnsilencedError
from fragments.statements import EditionText

SIGNED = "signed.json"  # in the data directory of the machine that signs
ROOTS = b"unsilenced root 1\n"  # how a chain of roots begins
MOST_ROOT_BYTES = 100_000  # what a deck file may be, which carries them
MOST_BYTES = 1_000_000_000  # of a sheet, opened: 100,000 fragments are 400 MB


class NotCarried(UnsilencedError):
    """A file that is not what it should be: the path, why in a few words."""

    def __str__(self) -> str:
        return f"{self.args[0]}: {self.args[1]}"


class GoesBackwards(UnsilencedError):
    """An edition older than the last one that was signed here: its number, the last one's."""

    def __str__(self) -> str:
        return f"edition {self.args[0]} is older than edition {self.args[1]}, which was signed here last: not signed"


@dataclass(frozen=True, slots=True)
class Last:
    """What this machine signed last: the edition, and each fragment's id with the hash of its deck's entry."""

    edition: int
    fragments: Mapping[str, str]


def write_sheet(sheet: Sheet, file: Path) -> str:
    """Write a sheet, seen whole or not at all; its fingerprint."""
    rows: list[dict[str, Any]] = [{"unsilenced": "sheet 1", **asdict(sheet.edition)}]
    rows += ({"path": path, "text": text} for path, text in sheet.decks.items())
    rows += ({"path": path, "sha256": digest} for path, digest in sheet.digests.items())
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    _write(file, gzip.compress(body, mtime=0))
    return fingerprint(file)


def read_sheet(file: Path) -> Sheet:
    """A sheet that was written by another machine. Raises NotCarried."""
    try:
        with gzip.open(file) as opened:
            body = opened.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise NotCarried(file, "is larger than an edition can be")
        head, *rows = (json.loads(line) for line in body.decode().splitlines() if line)
        if head.pop("unsilenced") != "sheet 1":
            raise NotCarried(file, "is of another version of this program")
        decks = {str(row["path"]): str(row["text"]) for row in rows if "text" in row}
        digests = {str(row["path"]): str(row["sha256"]) for row in rows if "sha256" in row}
        return Sheet(EditionText(**head), decks, digests)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotCarried(file, "is no edition to be signed (`unsilenced export --unsigned` writes one)") from fault


def write_book(book: Book, edition: int, file: Path) -> None:
    """Write signatures: a head, then a line a text."""
    lines = [f"unsilenced signatures 1 {edition}"]
    lines += (f"{digest} {_text(p256)} {_text(ed25519)}" for digest, (p256, ed25519) in sorted(book.items()))
    _write(file, "".join(f"{line}\n" for line in lines).encode())


def read_book(file: Path) -> tuple[int, Book]:
    """The edition that was signed, and its signatures, unchecked. Raises NotCarried."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NotCarried(file, "is larger than signatures can be")
        head, *lines = file.read_text("utf-8").splitlines()
        kind, _, number = head.rpartition(" ")
        if kind != "unsilenced signatures 1":
            raise NotCarried(file, "holds no signatures (`unsilenced keys sign` writes them)")
        return int(number), dict(map(_signatures, lines))
    except (OSError, ValueError) as fault:
        raise NotCarried(file, "holds no signatures (`unsilenced keys sign` writes them)") from fault


def write_roots(chain: str, file: Path) -> None:
    """Write a chain of roots that others are to sign."""
    _write(file, chain.encode())


def read_roots(file: Path) -> str | None:
    """The chain of roots in a file; None where it holds something else, such as a sheet. Raises NotCarried."""
    try:
        with file.open("rb") as opened:
            body = opened.read(MOST_ROOT_BYTES + 1)
        if not body.startswith(ROOTS):
            return None
        if len(body) > MOST_ROOT_BYTES:
            raise NotCarried(file, "is larger than roots can be")
        return body.decode()
    except (OSError, ValueError) as fault:
        raise NotCarried(file, "holds no roots") from fault


def fingerprint(file: Path) -> str:
    """Eighty bits of a file's SHA-256, in five groups that two people can read to each other."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 20, 4))


def fragments_of(sheet: Sheet) -> dict[str, str]:
    """Each fragment of a sheet by its id, with the hash of its own deck's entry: what a reader sees of it."""
    found = {}
    for path, text in sheet.decks.items():
        name = path.split("/")[2]
        if name.startswith("f-"):
            entries = "".join(text.splitlines(keepends=True)[4:])  # after kind, publisher, edition and deck
            found[name.removeprefix("f-")] = hashlib.sha256(entries.encode()).hexdigest()
    return found


def last_signed(data: Path) -> Last | None:
    """What this machine signed last; None where it never did. Raises NotCarried for a record that cannot be read."""
    try:
        told = json.loads((data / SIGNED).read_text("utf-8"))
        return Last(int(told["edition"]), dict(told["fragments"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as fault:
        raise NotCarried(data / SIGNED, "cannot be read: what was signed last is not known") from fault


def refuse_older(sheet: Sheet, last: Last | None) -> None:
    """Raise GoesBackwards for an edition below the last one; the same again is a reprint, or has newer keys."""
    if last and sheet.edition.edition < last.edition:
        raise GoesBackwards(sheet.edition.edition, last.edition)


def remember(data: Path, sheet: Sheet) -> None:
    """Keep what is about to be signed."""
    told = {"edition": sheet.edition.edition, "fragments": fragments_of(sheet)}
    _write(data / SIGNED, json.dumps(told).encode())


def differences(last: Last | None, sheet: Sheet) -> Iterator[tuple[str, list[str]]]:
    """What readers see come, change and go since the last edition that was signed here: a word and the ids."""
    old, new = last.fragments if last else {}, fragments_of(sheet)
    yield "added", sorted(new.keys() - old.keys())
    yield "changed", sorted(id_ for id_ in new.keys() & old.keys() if new[id_] != old[id_])
    yield "withdrawn", sorted(old.keys() - new.keys())


def _signatures(line: str) -> tuple[str, tuple[bytes, bytes]]:
    digest, p256, ed25519 = line.split(" ")
    return digest, (base64.b64decode(p256, validate=True), base64.b64decode(ed25519, validate=True))


def _text(signature: bytes) -> str:
    return base64.b64encode(signature).decode()


def _write(file: Path, body: bytes) -> None:
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(body)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
