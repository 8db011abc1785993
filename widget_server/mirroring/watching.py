"""Looks at the mirrors that the operator lists, a little every ten minutes, and keeps the list of those that are sound.

Rules: a look is what a reader's page would do (statements, some deck files, whether pages of other sites may read
them) and a part of all files, so that a day of looks has checked each against the signed list; MOST_FILES and
MOST_SECONDS bound it, and what was not reached comes first the next time. Every mirror is looked at beside the
caretaker's other work. What is named to readers goes into a small file in the data directory: they never ask the
database. The verdicts are health.py's and verdicts.py's.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from fragments.errors import BadSignature
from fragments.signing import read_notes
from fragments.statements import EditionText, Now
from fragments.verifying import ExpiredStatement, OldEdition, open_chain, open_deck_file, open_edition, open_now
from widget_server.mirroring.health import LOOKS_A_ROUND, Fault, Look, behind
from widget_server.mirroring.places import Read, Unreadable
from widget_server.mirroring.verdicts import Claim, Keys, judge
from widget_server.settings import Settings

T = TypeVar("T")
FILE = "mirrors.json"
SAMPLE = 3  # deck files, as a page draws them
MOST_FILES, MOST_SECONDS = 3_000, 240


@dataclass(frozen=True, slots=True)
class Ours:
    """What a copy is compared with: the edition on our shelf."""

    edition: EditionText
    newest: datetime  # when our freshness statement was signed
    files: Mapping[str, str]  # the signed list: path -> SHA-256
    keys: Keys


class _Found(Exception):
    """What ends a look: the fault, the file and a few words."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault, detail)
        self.fault, self.detail = fault, detail


def sound(settings: Settings) -> tuple[str, ...]:
    """The mirrors of the settings that may be named to readers, best first. Asks no database."""
    try:
        dropped = set(json.loads((settings.data / FILE).read_text("utf-8"))["dropped"])
    except (OSError, ValueError, KeyError, TypeError):
        dropped = set()  # the operator listed them: without a verdict they count as sound
    return tuple(address for address in settings.mirrors if address not in dropped)


def put_up(data: Path, dropped: tuple[str, ...]) -> None:
    """Keep which mirrors are not to be named; written beside and renamed, when it says something else."""
    text, path = json.dumps({"dropped": sorted(dropped)}), data / FILE
    if path.exists() and path.read_text("utf-8") == text:
        return
    beside = path.with_name(f"{FILE}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def look(read: Read, may_be_read: Callable[[], bool], ours: Ours, start: int, random: Random) -> Look:
    """One look at one mirror, its files from `start` on. `may_be_read`: whether pages of other sites may read them."""
    edition = said = None
    place, is_round = start, False
    fault, detail = Fault.NONE, ""
    try:
        edition, said = _statements(read, ours.keys)
        _decks(read, ours, random)
        _readable(may_be_read)
        if edition == ours.edition:
            place, is_round = _part(read, Claim(edition, said, ours.files), ours.keys, start)
        fault = behind(edition.edition, _since(said), ours.edition.edition, ours.newest)
    except _Found as found:
        fault, detail = found.fault, found.detail
    except Unreadable as unreadable:
        fault, detail = Fault.UNREACHABLE, str(unreadable)
    return Look(
        at=ours.keys.now,
        fault=fault,
        detail=detail,
        edition=edition.edition if edition else None,
        said_at=_since(said),
        next_file=place,
        is_round=is_round,
    )


def _since(said: Now | None) -> datetime | None:
    return datetime.fromisoformat(said.since) if said else None


def _statements(read: Read, keys: Keys) -> tuple[EditionText, Now | None]:
    """What the copy says of itself; the large list is not asked for, ours is the same or it is another edition."""
    chain, edition, note = (_there(read, path) for path in ("/root.txt", "/edition.txt", "/now.txt"))
    root = _opened("/root.txt", lambda: open_chain(read_notes(chain.decode()), keys.pinned, keys.now))
    opened = _opened("/edition.txt", lambda: open_edition(chain, edition, keys.pinned, keys.now))
    return opened, _opened("/now.txt", lambda: open_now(read_notes(note.decode())[0], root))


def _opened(path: str, reading: Callable[[], T]) -> T:
    """What a statement says. Raises _Found, which names its file."""
    try:
        return reading()
    except (BadSignature, UnicodeDecodeError) as fault:
        raise _verdict(path, fault) from fault


def _decks(read: Read, ours: Ours, random: Random) -> None:
    """A few deck files as a reader's page takes them, of whatever edition. Raises _Found."""
    decks = [path for path in ours.files if path.endswith(".cf")]
    for path in random.sample(decks, min(SAMPLE, len(decks))):
        body = read(path)
        try:
            if body is not None:  # another edition may not have it; of ours each is looked for below
                open_deck_file(body, ours.keys.pinned, path.split("/")[2], 0, ours.keys.now)
        except BadSignature as fault:
            raise _verdict(path, fault) from fault


def _readable(may_be_read: Callable[[], bool]) -> None:
    if not may_be_read():
        raise _Found(Fault.CLOSED, "no Access-Control-Allow-Origin: *")


def _part(read: Read, claim: Claim, keys: Keys, start: int) -> tuple[int, bool]:
    """Where the next look goes on, and whether this one came to the end. Raises _Found at the first bad file."""
    paths, until = list(claim.files), time.monotonic() + MOST_SECONDS
    start = start if start < len(paths) else 0
    end = min(len(paths), start + min(MOST_FILES, -(-len(paths) // LOOKS_A_ROUND)))
    for place in range(start, end):
        if time.monotonic() > until:
            return place, False
        body = read(paths[place])
        fault = judge(paths[place], body, claim, keys)
        if fault:
            raise _Found(Fault.MISSING if body is None else Fault.ALTERED, f"{paths[place]}: {fault}")
    return end % len(paths) if paths else 0, end == len(paths)


def _there(read: Read, path: str) -> bytes:
    body = read(path)
    if body is None:
        raise _Found(Fault.MISSING, f"{path}: missing")
    return body


def _verdict(path: str, fault: Exception) -> _Found:
    is_old = isinstance(fault, ExpiredStatement | OldEdition)
    return _Found(Fault.BEHIND if is_old else Fault.ALTERED, f"{path}: {type(fault).__name__}")
