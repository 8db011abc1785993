"""The verdict on a copy of an edition: which files it must have, and whether each is what the publisher signed.

Rules: everything starts from the publisher's key (the pin of the first root); bytes in, verdict out. A deck file is
checked three times: its deck note by the signed list, the whole file as a reader's page would, and that nothing
stands in it beside the statements. No file, no network, no
clock.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from embed.stapling import without_staples
from fragments.errors import BadSignature
from fragments.signing import read_notes
from fragments.statements import EditionText, Now, stamp
from fragments.verifying import MAX_FILE_BYTES, open_chain, open_deck_file, open_edition, open_now, refuse_additions

STATEMENTS = ("/root.txt", "/edition.txt", "/now.txt", "/files.txt")
MOST_LIST_BYTES = 64_000_000  # a list of 400,000 files is 40 MB
MOST_OTHER_BYTES = 16_000_000  # a feed of 500 long items is under 3 MB
# The publisher's list names files on the mirror's disk: none may lie outside, or be hidden.
SAFE_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,200}){1,8}")
LINE = re.compile(r"([0-9a-f]{64}) (/.+)")


class AlteredList(BadSignature):
    """A list of files that is not the one the edition signed, or that names what no edition has."""


class MixedEditions(BadSignature):
    """A now statement that speaks of a newer edition than the one beside it: (edition, the now's)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a copy says it is, shown to be signed: the edition, its now, and path -> SHA-256 of every file."""

    edition: EditionText
    now: Now | None  # None: missing or not genuine, which counts the same
    files: Mapping[str, str]

    def is_fresh(self, now: datetime) -> bool:
        """Whether the now statement still speaks at `now`."""
        return self.now is not None and stamp(now) < self.now.until


@dataclass(frozen=True, slots=True)
class Keys:
    """What files are checked with: the publisher's key and the hour."""

    pinned: str
    now: datetime


def open_claim(statements: Mapping[str, bytes], keys: Keys) -> Claim:
    """`statements`: path -> bytes of STATEMENTS (now.txt may be absent). Raises BadSignature, named after the fact."""
    chain = statements["/root.txt"]
    edition = open_edition(chain, statements["/edition.txt"], keys.pinned, keys.now)
    listed = statements["/files.txt"]
    if hashlib.sha256(listed).hexdigest() != edition.files:
        raise AlteredList("not the list that was signed", edition.edition)
    said = _now_of(statements.get("/now.txt", b""), chain, keys)
    if said is not None and said.edition > edition.edition:
        raise MixedEditions(edition.edition, said.edition)
    return Claim(edition, said, _read_list(listed))


def judge(path: str, body: bytes | None, claim: Claim, keys: Keys) -> str:
    """What is wrong with a listed file, in a few words; empty when it is genuine."""
    if body is None:
        return "missing"
    if digest_of(path, body) != claim.files[path]:
        return "altered"
    if not path.endswith(".cf"):
        return ""
    try:
        open_deck_file(body, keys.pinned, path.split("/")[2], claim.edition.edition, keys.now)
        refuse_additions(body, keys.pinned, keys.now)
    except BadSignature as fault:
        return f"altered ({type(fault).__name__})"
    return ""


def named(fault: BadSignature) -> str:
    """The fact and its values for a terminal: a stranger's text may stand among them, and must not command it."""
    return printable(f"{type(fault).__name__} ({', '.join(map(str, fault.args))})")


def printable(text: str) -> str:
    """The text with a mark in the place of each control character."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def digest_of(path: str, body: bytes) -> str:
    """The SHA-256 that the list has of a file: of a deck file without what is stapled to it."""
    try:
        return hashlib.sha256(without_staples(_Body(path, body))).hexdigest()
    except (StopIteration, UnicodeDecodeError):  # no deck in it at all
        return ""


def most_bytes(path: str) -> int:
    """How large a file of this path may be."""
    if path == "/files.txt":
        return MOST_LIST_BYTES
    return MAX_FILE_BYTES if path.endswith(".cf") or path in STATEMENTS else MOST_OTHER_BYTES


@dataclass(frozen=True, slots=True)
class _Body:
    path: str
    body: bytes
    content_type: str = ""


def _now_of(body: bytes, chain: bytes, keys: Keys) -> Now | None:
    try:
        notes = read_notes(body.decode())
        return open_now(notes[0], open_chain(read_notes(chain.decode()), keys.pinned, keys.now))
    except (BadSignature, UnicodeDecodeError):
        return None


def _read_list(listed: bytes) -> dict[str, str]:
    files = {}
    for line in listed.decode("utf-8", "replace").splitlines():
        found = LINE.fullmatch(line)
        if not found or not SAFE_PATH.fullmatch(found[2]):
            raise AlteredList("a path that no edition has", line[:100])
        files[found[2]] = found[1]
    return files
