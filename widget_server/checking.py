"""What `unsilenced doctor` looks at: is everything sound, and what is to be done where it is not?

Rules: each finding is a sentence that a person can act on; one check that fails never keeps the others from being
made; looking changes nothing (but that an archive from an older version is migrated when it is opened). What is broken
is BAD; what may be meant so is a NOTE.
"""

import hashlib
import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from embed.pictures.faces import Faces
from embed.pictures.said import undrawn
from fragments.errors import UnsilencedError
from fragments.keys import Keyring
from fragments.roots import last_root, pairs_of, threshold_of
from fragments.signing import read_notes
from fragments.statements import read_root
from fragments.store.archive import Archive
from fragments.store.database import ArchiveUnreachable
from fragments.store.people import People
from fragments.store.staff import Staff
from fragments.store.watching import Mirror, Watch
from fragments.verifying import open_edition
from widget_server.advice import advice, words_of
from widget_server.mirroring.health import is_watched
from widget_server.publishing import freshness, waiting
from widget_server.settings import DeskPlace, Settings
from widget_server.shelf import EmptyShelf, Printing, Shelf, UnreadableShelf

WARN_OF_ROOT = timedelta(days=60)  # it lives 13 months: two to find the laptop
WARN_BEFORE = timedelta(days=30)  # an edition lives 13 months: a month to publish again
LITTLE_ROOM = 500_000_000  # bytes: an edition is printed beside the last, 275 MB for 10,000 texts; and displays
SHOWN_FILES = 3


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    sentence: str


def findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Everything there is to say, in the order in which a site stands: settings, keys, archive, edition."""
    yield from _safely("settings", settings, lambda: _settings(settings))
    if not settings.data.is_dir():
        yield Finding(Level.BAD, f"There is no data directory {settings.data.absolute()}; `unsilenced run` makes it.")
        return
    yield from _safely("keys", settings, lambda: _keys(settings, now))
    yield from _safely("archive", settings, lambda: _archive(settings))
    yield from _safely("edition", settings, lambda: _edition(settings, now))


def _safely(what: str, settings: Settings, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds; its own failure is a finding too."""
    try:
        yield from look()
    except ArchiveUnreachable as fault:
        yield Finding(Level.BAD, advice(fault, settings) or "")
    except UnsilencedError as fault:
        yield Finding(Level.BAD, f"The {what} cannot be trusted: {words_of(fault).rstrip('.')}.")
    except Exception as fault:  # a database's or disk's error, of whatever class
        yield Finding(Level.BAD, f"The {what} cannot be looked at: {_named(fault)}.")


def _named(fault: Exception) -> str:
    said = str(fault).splitlines()[0] if str(fault) else ""
    return f"{type(fault).__name__}: {said}" if said else type(fault).__name__


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.is_production:
        yield Finding(Level.OK, f"Readers come to {settings.public_url}.")
    else:
        yield Finding(Level.NOTE, f"{settings.public_url} is not https: fine on a laptop, not for readers.")
    if not settings.mirrors:
        yield Finding(Level.NOTE, "No mirror is listed (UNSILENCED_MIRRORS): one blocked host silences every snippet.")
    if not settings.two_person:
        yield Finding(Level.NOTE, "Two-person review is switched off (UNSILENCED_TWO_PERSON).")
    if settings.data.is_dir():
        yield from _directory(settings.data.absolute())


def _directory(data: Path) -> Iterator[Finding]:
    if data.stat().st_mode & stat.S_IRWXO:
        yield Finding(Level.BAD, f"Other accounts can enter {data}: chmod o= it.")
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding(Level.BAD, f"This user may not write to {data}: chown it to the user that runs the site.")
    free = shutil.disk_usage(data).free
    if free < LITTLE_ROOM:
        told = f"The disk of {data} has room for {free // 1_000_000} MB more: make room"
        yield Finding(Level.BAD, f"{told}, or publishing fails and displays are lost.")


def _keys(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not settings.keys_dir.exists():
        yield Finding(Level.BAD, f"There are no keys {settings.keys_dir.absolute()}; `unsilenced run` makes them.")
        return
    keyring = Keyring.open(settings.keys_dir)
    yield Finding(Level.OK, f"The keys of {keyring.name} are whole and private; snippets pin {keyring.pin}.")
    if keyring.edition and not keyring.signs_editions:
        yield Finding(
            Level.OK, "Others must sign editions too, each with keys of their own; this machine cannot alone."
        )
    elif keyring.edition:
        yield Finding(Level.NOTE, "All keys lie on this machine: whoever takes it can sign. Keep a copy elsewhere.")
    else:
        yield Finding(Level.OK, "The root and edition keys are on another machine; this one keeps editions fresh.")
    yield from _editors(keyring)
    yield from _root(keyring, now)
    if keyring.name != settings.name:
        told = f"The keys are named {keyring.name}, the public address is {settings.name}"
        yield Finding(Level.NOTE, f"{told}: fine after a move, while old snippets still find this server or a mirror.")


def _editors(keyring: Keyring) -> Iterator[Finding]:
    root = last_root(keyring.chain)
    must = threshold_of(root, "edition")
    if must > 1 and len(pairs_of(root, "edition")) == must:
        told = f"An edition needs all of the {must} editors: if one loses their keys, nothing can be signed again"
        yield Finding(Level.NOTE, f"{told}. Let one more join (`unsilenced keys rotate --with`).")
    elif must > 1:
        yield Finding(Level.OK, f"An edition needs {must} of {len(pairs_of(root, 'edition'))} editors.")


def _root(keyring: Keyring, now: datetime) -> Iterator[Finding]:
    """The root's last day: after it nothing is genuine to anybody, whatever else is sound."""
    until = datetime.fromisoformat(read_root(read_notes(keyring.chain)[-1].text).until)
    where = "" if keyring.signs_editions else " on the machine with the keys, then hand them over and sign"
    if until <= now:
        yield Finding(Level.BAD, f"The root of the keys ran out on {until:%-d %B %Y}; `unsilenced keys rotate`{where}.")
    elif until - now < WARN_OF_ROOT:
        told = f"The root of the keys runs out on {until:%-d %B %Y}"
        yield Finding(Level.NOTE, f"{told}; before that, `unsilenced keys rotate`{where}.")
    else:
        yield Finding(Level.OK, f"The root of the keys is good until {until:%-d %B %Y}.")


def _archive(settings: Settings) -> Iterator[Finding]:
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite") and not file.exists():
        yield Finding(Level.BAD, f"There is no archive {file}; `unsilenced run` makes it.")
        return
    with Archive.open(settings.database_url) as archive:
        yield Finding(
            Level.OK, f"The archive holds {archive.count():,} fragments of {archive.count_sources():,} sources."
        )
        chain = archive.check_audit()
        yield Finding(Level.OK, f"The audit record is unbroken: {chain.entries:,} entries, head {chain.head[:16]}….")
        if settings.desk_place is not DeskPlace.OFF and not People(archive.engine).has_administrator():
            yield Finding(
                Level.NOTE, "Nobody can administer the desk; `unsilenced run` prints a link for the first one."
            )
        yield from _mirrors(settings, archive)
        yield from _single_factors(archive)
        yield from _pictures(archive)
        yield from _lag(archive, settings)


def _pictures(archive: Archive) -> Iterator[Finding]:
    """Texts whose script no font here has: their badges and cards show a translation or the gloss instead."""
    can_draw = Faces.found().can_draw
    scripts = Counter(script for fragment in archive.published() if (script := undrawn(fragment, can_draw)))
    if scripts:
        named = ", ".join(f"{script} {count:,}" for script, count in scripts.most_common())
        hint = "install Debian's fonts-noto-core and fonts-noto-cjk; until then a translation or the gloss is shown"
        yield Finding(Level.NOTE, f"Badges cannot draw the originals of {scripts.total():,} texts ({named}): {hint}.")


def _mirrors(settings: Settings, archive: Archive) -> Iterator[Finding]:
    """A line a mirror: what the newest look of the running site found."""
    seen = Watch(archive.engine).mirrors()
    for address in settings.mirrors:
        yield _mirror(address, seen.get(address))


def _mirror(address: str, seen: Mirror | None) -> Finding:
    if not is_watched(address):
        return Finding(Level.OK, f"Mirror {address} is an onion service: it is named to readers, and not looked at.")
    if seen is None:
        return Finding(Level.NOTE, f"Mirror {address} has not been looked at; a running site looks every ten minutes.")
    looked = f"looked at on {seen.looked_at:%-d %B %Y %H:%M} UTC"
    if seen.fault:
        named = "named to readers still" if seen.is_sound else "no longer named to readers"
        return Finding(Level.NOTE, f"Mirror {address} is {seen.fault} ({seen.detail or looked}): {named}; {looked}.")
    named = "named to readers" if seen.is_sound else "not yet named to readers again"
    return Finding(Level.OK, f"Mirror {address} shows edition {seen.edition}, {named}; {looked}.")


def _single_factors(archive: Archive) -> Iterator[Finding]:
    """People whose password is all that stands before what they may do."""
    lacking = Staff(archive.engine).without_second_factor()
    if lacking:
        told = (
            f"{lacking:,} at the desk have no second factor" if lacking > 1 else "One at the desk has no second factor"
        )
        yield Finding(Level.NOTE, f"{told}; UNSILENCED_SECOND_FACTOR=required asks everybody for one.")


def _lag(archive: Archive, settings: Settings) -> Iterator[Finding]:
    latest, held = archive.latest_edition(), len(archive.held_back())
    if held:
        yield Finding(Level.NOTE, f"{held:,} fragments are held back by a note; `unsilenced publish` names them.")
    shelf = Shelf(settings.shelf_dir)
    if aside := waiting(settings, shelf):
        how = "unsilenced export --unsigned FILE"
        yield Finding(Level.NOTE, f"Edition {aside.number} waits for its signatures, readers do not see it: `{how}`.")
        return
    try:
        printed = shelf.current().number
    except EmptyShelf:
        return
    if latest and printed != latest.number:
        yield Finding(
            Level.BAD, f"Edition {latest.number} is frozen, {printed} is served; `unsilenced publish` prints it."
        )


def _edition(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        printing = Shelf(settings.shelf_dir).current()
    except UnreadableShelf as fault:
        yield Finding(Level.BAD, f"The edition cannot be read ({fault}); `unsilenced publish` prints it again.")
        return
    except EmptyShelf:
        if not waiting(settings, Shelf(settings.shelf_dir)):  # the first one of a server without the keys is told above
            yield Finding(Level.BAD, "Nothing is published here; `unsilenced run` prints the newest edition again.")
        return
    yield from _bytes(printing)
    yield from _statement(printing, Keyring.open(settings.keys_dir), now)
    until = freshness(printing)[1]
    if until <= now:
        yield Finding(Level.BAD, f"The now note ran out on {until:%-d %B %Y %H:%M} UTC; a running site renews it.")
    else:
        yield Finding(Level.OK, f"The now note is good until {until:%-d %B %Y %H:%M} UTC.")


def _bytes(printing: Printing) -> Iterator[Finding]:
    """Every file against the hash it was placed with: what a failing disk or a hand has changed shows here."""
    changed = [path for path in printing.paths() if not _is_intact(printing, path)]
    if changed:
        named = ", ".join(changed[:SHOWN_FILES])
        yield Finding(Level.BAD, f"{len(changed):,} printed files are not as placed ({named}); publish again.")
    else:
        yield Finding(Level.OK, f"All {len(printing):,} files of {printing.name} are as they were placed.")


def _is_intact(printing: Printing, path: str) -> bool:
    printed = printing.get(path)
    return printed is not None and hashlib.sha256(printed.body).hexdigest()[:32] == printed.etag


def _statement(printing: Printing, keyring: Keyring, now: datetime) -> Iterator[Finding]:
    chain, edition = printing.get("/root.txt"), printing.get("/edition.txt")
    if chain is None or edition is None:
        yield Finding(Level.BAD, "The edition carries no statements; publish again.")
        return
    said = open_edition(chain.body, edition.body, keyring.pin, now)
    if chain.body.decode() != keyring.chain:
        yield Finding(
            Level.BAD, "The edition is signed under older keys and is not kept fresh; publish and sign it again."
        )
    until = datetime.fromisoformat(said.until)
    told = f"Edition {said.edition} of {said.dated[:10]} is signed by these keys and good until {said.until[:10]}"
    soon = until - now < WARN_BEFORE
    yield Finding(Level.NOTE if soon else Level.OK, f"{told}; publish again before that." if soon else f"{told}.")
