"""Signing an edition on another machine: what is to be signed goes out as a sheet, signatures come back as a book.

Rules: an edition is printed with blank signatures and kept aside; its sheet holds the texts of its decks and the hashes
of its other files. Whoever holds the keys signs the decks, makes the list of files, and signs the edition; the same
steps with the books in place of the keys give the same files. Several may have to sign: each signs the same sheet, for
themselves. Each signature is checked before it is used; whatever was altered on the way finds none. Bytes and values
only: no file, no clock, no key on disk.

It does not ask anybody whether to sign (widget_server.commands.keys).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from embed.press import File, FileLike, Press
from embed.stapling import NOW_PATH, renewed
from fragments.errors import BadSignature
from fragments.roots import last_root, pairs_of, threshold_of
from fragments.signing import PublicKey, Signer, join_notes, read_notes, sign_note
from fragments.statements import EditionText, edition_text, read_deck, read_edition

LIST_PATH, EDITION_PATH, ROOT_PATH = "/files.txt", "/edition.txt", "/root.txt"
Book = Mapping[str, tuple[bytes, bytes]]  # SHA-256 of a text in hex -> its P-256 and Ed25519 signatures


class StrangeSheet(BadSignature):
    """A sheet that asks for a signature of something else than one edition of this publisher: what, where."""


class TooFewSigners(BadSignature):
    """An edition that fewer have signed whole than must: how many have, how many must, a text that one lacks."""

    def __str__(self) -> str:
        signed, needed, text = self.args
        lacking = f"; not signed by another: {text}" if text else ""
        return f"good signatures of {signed} of the {needed} signers that an edition needs have come{lacking}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What of an edition is to be signed."""

    edition: EditionText  # its hash of the list is of no account
    decks: Mapping[str, str]  # path -> text
    digests: Mapping[str, str]  # path -> SHA-256 of every other listed file


@dataclass(frozen=True, slots=True)
class Closed:
    """A sheet's notes: of each deck, the list of files, the edition's."""

    decks: Mapping[str, str]
    listed: bytes
    edition: str


@dataclass(frozen=True, slots=True)
class Blank:
    """Signatures that stand for those to come: as long, and as hard to compress."""

    public: tuple[PublicKey, PublicKey]

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """64 bytes twice, which nobody has signed."""
        return hashlib.sha512(b"p256" + message).digest(), hashlib.sha512(b"ed25519" + message).digest()


@dataclass(frozen=True, slots=True)
class _Writing:
    """A key pair that keeps in `book` what it has signed."""

    pair: Signer
    book: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)

    @property
    def public(self) -> tuple[PublicKey, PublicKey]:
        return self.pair.public

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        return self.book.setdefault(hashlib.sha256(message).hexdigest(), self.pair.sign(message))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The signatures that one signer made, if they did: a book, and whose it is taken to be."""

    public: tuple[PublicKey, PublicKey]
    book: Book

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        return self.book[hashlib.sha256(message).hexdigest()]

    def has_signed(self, text: str) -> bool:
        """Whether both signatures of a text are in the book, and good."""
        message = text.encode()
        pair = self.book.get(hashlib.sha256(message).hexdigest(), ())
        return len(pair) == len(self.public) and all(
            key.verifies(one, message) for key, one in zip(self.public, pair, strict=True)
        )


def blank_signers(chain: str) -> tuple[Blank, ...]:
    """As many signers as an edition waits for, under the newest root of `chain`."""
    root = last_root(chain)
    return tuple(Blank(pair) for pair in pairs_of(root, "edition")[: threshold_of(root, "edition")])


def sheet_of(files: Iterable[FileLike]) -> Sheet:
    """The sheet of a whole printing, signed or not."""
    decks, special = {}, {}
    for file in files:
        if file.path.endswith(".cf"):
            decks[file.path] = _deck_text(file.body)
        elif file.path in (LIST_PATH, EDITION_PATH):
            special[file.path] = file.body.decode()
    lines = (line.split(" ", 1) for line in special[LIST_PATH].splitlines())
    digests = {path: digest for digest, path in lines if not path.endswith(".cf")}
    return Sheet(read_edition(read_notes(special[EDITION_PATH])[0].text), decks, digests)


def sign_sheet(sheet: Sheet, name: str, chain: str, pair: Signer) -> Book:
    """The book of a sheet, for the publisher `name` with this chain of roots. Raises StrangeSheet."""
    _refuse_strange(sheet, name, chain)
    writing = _Writing(pair)
    _close(sheet, name, [writing])
    return writing.book


def sealed(files: Callable[[], Iterable[FileLike]], books: Sequence[Book], press: Press) -> Iterator[File]:
    """A printing with blank signatures again, with those of books, and a fresh now. Raises BadSignature.

    As many signers as the root asks for must have signed every text. Everything is checked before the first file is
    given out. `files` is asked for three times: a printing is large.
    """
    sheet, chain = sheet_of(files()), press.keyring.chain
    _refuse_strange(sheet, press.keyring.name, chain)
    closed = _close(sheet, press.keyring.name, _signers(sheet, books, chain))
    note = renewed(next(file.body for file in files() if file.path == NOW_PATH), press)
    other = {LIST_PATH: closed.listed, EDITION_PATH: closed.edition.encode(), NOW_PATH: note.encode()}
    for file in files():
        deck = closed.decks.get(file.path)
        body = join_notes([chain, deck, note]).encode() if deck else other.get(file.path, file.body)
        yield File(file.path, body, file.content_type)


def _close(sheet: Sheet, name: str, signers: Sequence[Signer]) -> Closed:
    decks = {path: sign_note(text, name, signers) for path, text in sheet.decks.items()}
    listed = _listed(sheet)
    return Closed(decks, listed, sign_note(_edition_text(sheet, name, listed), name, signers))


def _listed(sheet: Sheet) -> bytes:
    digests = {
        **sheet.digests,
        **{path: hashlib.sha256(text.encode()).hexdigest() for path, text in sheet.decks.items()},
    }
    return "".join(f"{digest} {path}\n" for path, digest in sorted(digests.items())).encode()


def _edition_text(sheet: Sheet, name: str, listed: bytes) -> str:
    said = sheet.edition
    return edition_text(
        name=name,
        edition=said.edition,
        dated=datetime.fromisoformat(said.dated),
        until=datetime.fromisoformat(said.until),
        audit=said.audit,
        files=hashlib.sha256(listed).hexdigest(),
    )


def _signers(sheet: Sheet, books: Sequence[Book], chain: str) -> list[_Reading]:
    """Who has signed all of a sheet: as many as must, in the order of the root. Raises TooFewSigners."""
    root = last_root(chain)
    needed, found, lacking = threshold_of(root, "edition"), [], ""
    texts = [_edition_text(sheet, root.name, _listed(sheet)), *sheet.decks.values()]
    for pair in pairs_of(root, "edition"):
        for reading in (_Reading(pair, book) for book in books):
            unsigned = next((text for text in texts if not reading.has_signed(text)), None)
            if unsigned is None:
                found.append(reading)
                break
            lacking = " ".join(unsigned.split("\n")[2:4]) if reading.has_signed(texts[0]) else lacking
    if len(found) < needed:
        raise TooFewSigners(len(found), needed, lacking)
    return found[:needed]


def _refuse_strange(sheet: Sheet, name: str, chain: str) -> None:
    """Only decks of this one edition and this publisher are signed, each under its own path."""
    said = sheet.edition
    if said.name != name:
        raise StrangeSheet("another publisher", said.name)
    if sheet.digests.get(ROOT_PATH) != hashlib.sha256(chain.encode()).hexdigest():
        raise StrangeSheet("other keys than these: hand the newest over and publish again", ROOT_PATH)
    for path, text in sheet.decks.items():
        deck = read_deck(text)
        if (deck.name, deck.edition, deck.dated, deck.until) != (name, said.edition, said.dated, said.until):
            raise StrangeSheet("a deck of another edition", path)
        if path.split("/")[:3] != ["", "d", deck.deck]:
            raise StrangeSheet("a deck under another name", path)


def _deck_text(body: bytes) -> str:
    return next(note.text for note in read_notes(body.decode()) if note.text.startswith("unsilenced deck "))
