"""Now notes: short-lived words that an edition is current, stapled to every deck file and replaced every few hours.

Rules: a now note names the edition, the ids withdrawn in the last 13 months, and the origins; it lives 72 h. Replacing
it changes no other byte, so a refresh needs the now key alone, and neither the database nor the edition's key.

It does not say when to refresh (widget_server's caretaker).
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from embed.decks import DECK_LIVES
from embed.press import File, FileLike, Press
from fragments.nouns import Edition
from fragments.signing import read_notes, sign_note
from fragments.statements import now_text, read_now

NOW_LIVES = timedelta(hours=72)  # what a mirror may miss, and how long a withdrawn fragment can outlive its withdrawal
NOW_PATH = "/now.txt"
_BOUNDARY = b"\n\nunsilenced now 1\n"
_DECK = "unsilenced deck "


def now_note(edition: Edition, press: Press) -> str:
    """The note that this edition is current at `press.now`."""
    # Decks expire after 13 months, so nothing that was withdrawn before can still be shown.
    recent = [each.id for each in edition.withdrawn if each.at > press.now - DECK_LIVES]
    return _signed(edition.number, sorted(recent), press)


def renewed(before: bytes, press: Press, withdrawn: Iterable[str] = ()) -> str:
    """The note `before` (the bytes of /now.txt) with a new date and the press's origins: same edition, same ids.

    `withdrawn`: ids that are withdrawn besides, by an edition that is not signed yet.
    """
    said = read_now(read_notes(before.decode())[0].text)
    return _signed(said.edition, sorted({*said.withdrawn, *withdrawn}), press)


def staple(body: bytes, note: str) -> bytes:
    """The bytes of a .cf file with `note` in place of its now note, or after it where it has none."""
    cut = body.rfind(_BOUNDARY)
    rest = body if cut < 0 else body[: cut + 1]
    return rest + b"\n" + note.encode()


def reprint_now(
    files: Iterable[FileLike], before: bytes, press: Press, withdrawn: Iterable[str] = ()
) -> Iterator[File]:
    """Every file again, deck files and /now.txt with a fresh now; `before` is the body of the last /now.txt."""
    note = renewed(before, press, withdrawn)
    for file in files:
        body = file.body
        if file.path == NOW_PATH:
            body = note.encode()
        elif file.path.endswith(".cf"):
            body = staple(body, note)
        yield File(file.path, body, file.content_type)


def without_staples(file: FileLike) -> bytes:
    """The bytes that /files.txt hashes: of a deck file the deck's text alone, of others all.

    Without its signatures, so that several signers, each for themselves, sign the same list.
    """
    if not file.path.endswith(".cf"):
        return file.body
    return next(note.text for note in read_notes(file.body.decode()) if note.text.startswith(_DECK)).encode()


def _signed(edition: int, withdrawn: Iterable[str], press: Press) -> str:
    text = now_text(
        name=press.keyring.name,
        edition=edition,
        since=press.now,
        until=press.now + NOW_LIVES,
        withdrawn=withdrawn,
        origins=press.origins,
    )
    return sign_note(text, press.keyring.name, press.keyring.now)
