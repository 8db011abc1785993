"""What a publisher signs: root, deck, now and edition texts, written and read as docs/format.md says.

Rules: the first line names kind and version, so no signature can be taken for another kind's; what is written can
be read back; what does not have the form raises NotAStatement. Times are UTC strings that sort as they read.

It checks no signature (fragments.verifying) and does not choose what goes into a deck (embed.decks).
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from fragments.errors import BadSignature
from fragments.signing import KEY_BYTES, Algorithm, PublicKey

ROLES = ("root", "edition", "now")
MAX_ENTRIES, PARTS = 24, 16
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class NotAStatement(BadSignature):
    """A text, though signed, that is not the kind of statement it stands in for, or not in its form."""


class Named(Protocol):
    """Whoever a root can name: a key pair, or its public half."""

    @property
    def public(self) -> tuple[PublicKey, PublicKey]:
        """P-256, Ed25519."""
        ...


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of a root: how many of which keys must sign for a role."""

    role: str
    threshold: int
    algorithm: Algorithm
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """Who may sign what, from when until when."""

    name: str
    serial: int
    since: str
    until: str
    lines: tuple[KeyLine, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """Up to 24 entries of one edition and one facet."""

    name: str
    edition: int
    dated: str
    until: str
    deck: str
    entries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Now:
    """The current edition and the ids withdrawn lately; lives 72 h."""

    name: str
    edition: int
    since: str
    until: str
    withdrawn: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionText:
    """An edition's number, audit head and the hash of its list of files."""

    name: str
    edition: int
    dated: str
    until: str
    audit: str
    files: str


def stamp(moment: datetime) -> str:
    """`2026-11-24T10:00:00Z`; sorts as it reads. `moment` is aware."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pin(root_text: str) -> str:
    """What a snippet carries: base64url of the SHA-256 of the first root's text, 43 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(root_text.encode()).digest()).decode().rstrip("=")


def root_text(
    *, name: str, serial: int, since: datetime, until: datetime, signers: Mapping[str, tuple[int, Sequence[Named]]]
) -> str:
    """`signers`: role -> (threshold, whom it names); all three roles."""
    lines = [
        f"{role} {signers[role][0]} {public.algorithm} {' '.join(_key(pair.public[n]) for pair in signers[role][1])}"
        for role in ROLES
        for n, public in enumerate(signers[role][1][0].public)
    ]
    return _text("root", name, f"root {serial} {stamp(since)} {stamp(until)}", *lines)


def deck_text(*, name: str, edition: int, dated: datetime, until: datetime, deck: str, entries: Iterable[str]) -> str:
    """`entries`: JSON, each on one line."""
    return _text("deck", name, f"edition {edition} {stamp(dated)} {stamp(until)}", f"deck {deck}", *entries)


def now_text(
    *, name: str, edition: int, since: datetime, until: datetime, withdrawn: Iterable[str], origins: Iterable[str]
) -> str:
    """`origins`: addresses without a space in them, the public one first."""
    lines = f"now {edition} {stamp(since)} {stamp(until)}", " ".join(["withdrawn", *withdrawn])
    return _text("now", name, *lines, " ".join(["origins", *origins]))


def edition_text(*, name: str, edition: int, dated: datetime, until: datetime, audit: str, files: str) -> str:
    """`files`: SHA-256 of /files.txt in hex; `audit`: the audit record's head in hex, may be empty."""
    audit_line = f"audit {audit}".rstrip()
    return _text("edition", name, f"edition {edition} {stamp(dated)} {stamp(until)}", audit_line, f"files {files}")


def read_root(text: str) -> Root:
    """Reads a root's text, unchecked; lines of roles or algorithms it does not know are passed over."""
    name, lines = _lines(text, "root")
    _, serial, since, until = _fields(lines[0], "root", 4)
    known = [line.split(" ") for line in lines[1:]]
    read = tuple(_key_line(words) for words in known if words[0] in ROLES and words[2:3] in (["p256"], ["ed25519"]))
    if {(line.role, line.algorithm) for line in read} != {(role, a) for role in ROLES for a in Algorithm}:
        raise NotAStatement("a root has a line for each role and algorithm")
    return Root(name, _number(serial), _time(since), _time(until), read)


def read_deck(text: str) -> Deck:
    """Reads a deck's text, unchecked."""
    name, lines = _lines(text, "deck", at_least=2)
    _, edition, dated, until = _fields(lines[0], "edition", 4)
    _, deck = _fields(lines[1], "deck", 2)
    if len(lines) - 2 > MAX_ENTRIES:
        raise NotAStatement("too many entries", len(lines) - 2)
    return Deck(name, _number(edition), _time(dated), _time(until), deck, tuple(_entry(line) for line in lines[2:]))


def read_now(text: str) -> Now:
    """Reads a now's text, unchecked."""
    name, lines = _lines(text, "now", at_least=3)
    _, edition, since, until = _fields(lines[0], "now", 4)
    withdrawn, origins = _fields(lines[1], "withdrawn"), _fields(lines[2], "origins")
    return Now(name, _number(edition), _time(since), _time(until), tuple(withdrawn[1:]), tuple(origins[1:]))


def read_edition(text: str) -> EditionText:
    """Reads an edition's text, unchecked."""
    name, lines = _lines(text, "edition", at_least=3)
    _, edition, dated, until = _fields(lines[0], "edition", 4)
    audit, files = _fields(lines[1], "audit"), _fields(lines[2], "files", 2)
    return EditionText(name, _number(edition), _time(dated), _time(until), " ".join(audit[1:]), files[1])


def _text(kind: str, name: str, *lines: str) -> str:
    return "\n".join((f"unsilenced {kind} 1", name, *lines, ""))


def _key(key: PublicKey) -> str:
    return base64.b64encode(key.raw).decode()


def _lines(text: str, kind: str, at_least: int = 1) -> tuple[str, list[str]]:
    first, *lines = text.removesuffix("\n").split("\n")
    if first != f"unsilenced {kind} 1" or len(lines) <= at_least:
        raise NotAStatement("not a statement of this kind", kind, first[:60])
    return lines[0], lines[1:]


def _fields(line: str, word: str, count: int | None = None) -> list[str]:
    fields = line.split(" ")
    if fields[0] != word or count not in (None, len(fields)):
        raise NotAStatement("not the line that belongs here", word, line[:60])
    return fields


def _key_line(words: list[str]) -> KeyLine:
    role, threshold, name, *keys = words
    algorithm = Algorithm(name)
    try:
        raws = [base64.b64decode(key, validate=True) for key in keys]
    except ValueError as error:
        raise NotAStatement("a key that is not base64") from error
    if any(len(raw) != KEY_BYTES[algorithm] for raw in raws) or not 1 <= _number(threshold) <= len(raws):
        raise NotAStatement("a key of another length, or a threshold that nobody can reach")
    return KeyLine(role, _number(threshold), algorithm, tuple(PublicKey(algorithm, raw) for raw in raws))


def _number(word: str) -> int:
    if not word.isascii() or not word.isdigit() or len(word) > 9:
        raise NotAStatement("not a number", word[:20])
    return int(word)


def _time(word: str) -> str:
    if not TIME.fullmatch(word):
        raise NotAStatement("not a time", word[:30])
    return word


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise NotAStatement("an entry that is not JSON") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("i"), str):
        raise NotAStatement("an entry without an id")
    return entry
