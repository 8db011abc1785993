"""An edition in, all of its files out: decks, frames, texts, feeds, records, lists and statements.

Rules: the same edition, press and keys give the same bytes; the clock of the press is in the now notes and the daily
feed alone. What is random is seeded by the edition's number and the deck's name, so a deck can be printed alone. Files
come one at a time. Which facets and pairs get a deck is gathering.py's.

It does not store, compress or serve (widget_server.shelf), and it reads no database.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from embed.decks import DECK_LIVES, Printer, Seal
from embed.feeds import is_daily, print_feeds
from embed.frames import frame
from embed.gathering import gathered
from embed.loader import released
from embed.plain import plain
from embed.press import File, Press
from embed.stapling import NOW_LIVES, now_note, reprint_now, staple, without_staples
from fragments.drawing import KINDS, Facets
from fragments.nouns import Edition, Fragment, Sensitivity
from fragments.record import to_record
from fragments.signing import sign_note
from fragments.statements import edition_text, stamp

__all__ = ["NOW_LIVES", "File", "Press", "now_note", "print_edition", "reprint_now", "staple"]

TEXT, JSON = "text/plain; charset=utf-8", "application/json"


def print_edition(edition: Edition, press: Press) -> Iterator[File]:
    """Every file of an edition; docs/house.md lists them. The statements come last."""
    digests: dict[str, str] = {}
    # Copies cannot be recalled: of whoever is at risk they get decks, which loaders show with a fresh now alone.
    careful = {_record_path(one) for one in edition.fragments if one.sensitivity is Sensitivity.NEEDS_FRESH}
    for file in _files(edition, press):
        if file.path.startswith("/") and file.path not in careful and not is_daily(file.path):
            digests[file.path] = hashlib.sha256(without_staples(file)).hexdigest()
        yield file
    listed = "".join(f"{digest} {path}\n" for path, digest in sorted(digests.items())).encode()
    yield File("/files.txt", listed, TEXT)
    yield File("/edition.txt", _edition_note(edition, press, listed).encode(), TEXT)
    yield File("/now.txt", now_note(edition, press).encode(), TEXT)


def print_decks(edition: Edition, press: Press) -> Iterator[File]:
    """The .cf files of every deck."""
    printer = Printer(_seal(edition, press))
    for name, fragments in gathered(edition.fragments).items():
        yield from _deck(printer, name, fragments, edition)
    for fragment in edition.fragments:
        yield from _deck(printer, f"f-{fragment.id}", [fragment], edition)


def _files(edition: Edition, press: Press) -> Iterator[File]:
    yield from print_decks(edition, press)
    for loader in released.all_released():
        yield File(loader.path, loader.body, "text/javascript; charset=utf-8")
    for fragment in edition.fragments:
        yield from _pages(fragment, press)
    yield from print_feeds(edition, press)
    index = Facets.of(edition.fragments)
    yield File("/edition.json", _edition_json(edition, press, index), JSON)
    yield File("/root.txt", press.keyring.chain.encode(), TEXT)
    yield File(".facets", index.to_bytes(), "application/octet-stream")


def _pages(fragment: Fragment, press: Press) -> Iterator[File]:
    page = f"/f/{fragment.id}"
    yield File(f"{page}/frame", frame(fragment, public_url=press.origins[0]), "text/html; charset=utf-8")
    yield File(f"{page}.txt", plain(fragment, "en", press.address(page)).encode(), TEXT)
    yield File(_record_path(fragment), _json(to_record(fragment, public=True)), JSON)


def _record_path(fragment: Fragment) -> str:
    return f"/api/v1/fragments/{fragment.id}"


def _deck(printer: Printer, name: str, fragments: Sequence[Fragment], edition: Edition) -> Iterator[File]:
    random = Random(f"{edition.number} {name}")  # noqa: S311 -- dealing is public, and the same at each printing
    for number, body in printer.print_deck(name, fragments, random):
        yield File(f"/d/{name}/{number}.cf", body, TEXT)


def _seal(edition: Edition, press: Press) -> Seal:
    keyring = press.keyring
    return Seal(
        name=keyring.name,
        chain=keyring.chain,
        edition=edition.number,
        dated=edition.dated,
        signers=keyring.edition,
        now_note=now_note(edition, press),
    )


def _edition_note(edition: Edition, press: Press, listed: bytes) -> str:
    text = edition_text(
        name=press.keyring.name,
        edition=edition.number,
        dated=edition.dated,
        until=edition.dated + DECK_LIVES,
        audit=edition.audit_head,
        files=hashlib.sha256(listed).hexdigest(),
    )
    return sign_note(text, press.keyring.name, press.keyring.edition)


def _edition_json(edition: Edition, press: Press, index: Facets) -> bytes:
    current = released.current()
    facets: Mapping[str, Any] = {kind: index.values(kind) for kind in KINDS}
    return _json(
        {
            "edition": edition.number,
            "dated": stamp(edition.dated),
            "until": stamp(edition.dated + DECK_LIVES),
            "publisher": press.keyring.name,
            "url": press.address(""),
            "hub": press.hub,
            "key": press.keyring.pin,
            "audit": edition.audit_head,
            "fragments": len(edition.fragments),
            "withdrawn": [withdrawal.id for withdrawal in edition.withdrawn],
            "facets": facets,
            "pairs": sorted(name for name in gathered(edition.fragments) if "." in name),
            "campaigns": dict(edition.campaigns),
            "loader": {"path": current.path, "integrity": current.integrity},
        }
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
