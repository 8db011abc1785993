"""The verdict on files of an edition: genuine, and what of it may be shown, or a BadSignature named after the fact.

Rules: everything starts from the pin of the first root; each role's threshold must be reached in both algorithms
(the loader checks P-256 alone). Only UNTIL is compared with the clock: a reader's clock may be slow, and a statement
that is not yet valid harms nobody. Bytes in, verdict out: no file, no network, and `now` is an argument.
tests/vectors holds this and the loader to the same verdicts.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fragments.errors import BadSignature
from fragments.signing import NotANote, Note, check, join_notes, read_notes
from fragments.statements import (
    Deck,
    EditionText,
    NotAStatement,
    Now,
    Root,
    pin,
    read_deck,
    read_edition,
    read_now,
    read_root,
    stamp,
)

MAX_FILE_BYTES = 100_000  # a deck of 24 long entries is 40 kB; more is somebody's endless data


class OtherPublisher(BadSignature):
    """The first root is not the one that was pinned, or a statement carries another publisher's name."""


class BrokenChain(BadSignature):
    """A root that does not follow from the one before it."""


class ExpiredStatement(BadSignature):
    """Past the statement's UNTIL."""


class OldEdition(BadSignature):
    """An edition below the one the reader knows of: from the snippet, or from a signed now."""


class OtherDeck(BadSignature):
    """A genuine deck, but not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class OpenedDeck:
    """What may be shown of a genuine deck file: withdrawn and, without a fresh now, `s` entries are gone."""

    entries: tuple[dict[str, Any], ...]
    edition: int
    fresh: bool
    origins: tuple[str, ...] = ()


def open_deck_file(body: bytes, pinned: str, deck: str, minimum_edition: int, now: datetime) -> OpenedDeck:
    """The verdict on the bytes of a .cf file: what may be shown, or a BadSignature named after the fact.

    `pinned` and `minimum_edition` come from the snippet, `deck` is the name that was asked for.
    """
    root, rest = _open_root(body, pinned, now)
    if not rest:
        raise NotAStatement("no deck after the root chain")
    opened = _open_deck(rest[0], root)
    if opened.deck != deck:
        raise OtherDeck(opened.deck, deck)
    _current(opened.until, now)
    statement = _fresh_now(rest[1:], root, now)
    least = max(minimum_edition, statement.edition if statement else 0)
    if opened.edition < least:
        raise OldEdition(opened.edition, least)
    return _showable(opened, statement)


def refuse_additions(body: bytes, pinned: str, now: datetime) -> None:
    """Raises BadSignature unless a .cf file is a root chain, a deck and a genuine now note of any age, byte for byte.

    A page shows nothing of what stands beside them and passes it over; a copy must not carry it.
    """
    root, rest = _open_root(body, pinned, now)
    if len(rest) != 2:
        raise NotAStatement("a root chain, one deck and one now statement")
    open_deck(rest[0], root)
    open_now(rest[1], root)
    _only_signatures(rest[1], root, "now")
    notes = read_notes(_utf8(body))
    if join_notes(f"{note.text}\n{note.lines}\n" for note in notes) != _utf8(body):
        raise NotANote("bytes beside the statements")


def open_deck(note: Note, root: Root) -> Deck:
    """A deck signed by `root`'s edition keys, with nothing but their signatures below it; its age is the caller's."""
    opened = _open_deck(note, root)
    _only_signatures(note, root, "edition")
    return opened


def open_now(note: Note, root: Root) -> Now:
    """A now statement signed by `root`'s now keys; its age is the caller's to judge."""
    statement = read_now(_signed(note, root, "now"))
    _same_publisher(root, statement.name)
    return statement


def open_edition(chain: bytes, edition: bytes, pinned: str, now: datetime) -> EditionText:
    """/root.txt and /edition.txt → the edition's statement, or a BadSignature."""
    root, rest = _open_root(chain, pinned, now)
    notes = read_notes(_utf8(edition))
    if rest or len(notes) != 1:
        raise NotAStatement("a root chain, and one edition")
    opened = read_edition(_signed(notes[0], root, "edition"))
    _same_publisher(root, opened.name)
    _current(opened.until, now)
    return opened


def open_chain(notes: Sequence[Note], pinned: str, now: datetime) -> Root:
    """Walks from the pinned root to the current one: serials rise by one, each is signed by the one before and itself.

    Raises OtherPublisher, BrokenChain, NotSigned, ExpiredStatement or NotAStatement.
    """
    if not notes:
        raise NotAStatement("no root")
    if not hmac.compare_digest(pin(notes[0].text), pinned):
        raise OtherPublisher("the first root is not the pinned one", pinned)
    root = read_root(_signed(notes[0], read_root(notes[0].text), "root"))
    for note in notes[1:]:
        following = read_root(note.text)
        if (following.name, following.serial) != (root.name, root.serial + 1):
            raise BrokenChain(following.name, following.serial)
        _signed(note, root, "root")
        _signed(note, following, "root")
        root = following
    _current(root.until, now)
    return root


def _open_root(body: bytes, pinned: str, now: datetime) -> tuple[Root, list[Note]]:
    notes = read_notes(_utf8(body))
    roots = sum(note.text.startswith("unsilenced root 1\n") for note in notes)
    return open_chain(notes[:roots], pinned, now), notes[roots:]


def _fresh_now(notes: Sequence[Note], root: Root, now: datetime) -> Now | None:
    # Whoever can spoil the now can also cut it off, so one that is not genuine counts like none.
    try:
        statement = open_now(notes[0], root) if len(notes) == 1 else None
    except BadSignature:
        return None
    return statement if statement and stamp(now) < statement.until else None


def _open_deck(note: Note, root: Root) -> Deck:
    opened = read_deck(_signed(note, root, "edition"))
    _same_publisher(root, opened.name)
    return opened


def _only_signatures(note: Note, root: Root, role: str) -> None:
    """Each line below a note that has enough signatures is one: the list of files does not cover those lines."""
    lines, written = [line for line in root.lines if line.role == role], note.lines.count("\n") + 1
    if written != sum(line.threshold for line in lines):  # as many as must be good: all of them are
        check(note, root.name, [key for line in lines for key in line.keys], written)


def _showable(deck: Deck, statement: Now | None) -> OpenedDeck:
    if statement is None:
        careful = tuple(entry for entry in deck.entries if not entry.get("s"))
        return OpenedDeck(careful, deck.edition, fresh=False)
    remaining = tuple(entry for entry in deck.entries if entry["i"] not in statement.withdrawn)
    return OpenedDeck(remaining, deck.edition, fresh=True, origins=statement.origins)


def _signed(note: Note, root: Root, role: str) -> str:
    for line in root.lines:
        if line.role == role:
            check(note, root.name, line.keys, line.threshold)
    return note.text


def _same_publisher(root: Root, name: str) -> None:
    if name != root.name:
        raise OtherPublisher(name, root.name)


def _current(until: str, now: datetime) -> None:
    if stamp(now) >= until:
        raise ExpiredStatement(until, stamp(now))


def _utf8(body: bytes) -> str:
    if len(body) > MAX_FILE_BYTES:
        raise NotANote("too long", len(body))
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise NotANote("not UTF-8") from error
