"""Journey 1: everything approved becomes an edition, the edition becomes files, the files become the current printing.

Rules: the archive decides what is published, embed how it looks, the shelf when it counts; a fault between them leaves
the printing before in place, and `catch_up` prints the edition that was frozen but never placed. A reprint of the
same edition differs by its now note and, on another day, by the fragment of the day. Where the keys that sign editions
are on another machine, an edition is printed with blank signatures and kept aside until they come (embed.sealing).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from embed.feeds import is_daily, print_daily
from embed.printing import File, Press, print_edition, reprint_now
from embed.sealing import ROOT_PATH, Book, blank_signers, sealed
from embed.stapling import NOW_PATH
from fragments.keys import Keyring, KeysElsewhere
from fragments.nouns import Edition
from fragments.signing import read_notes
from fragments.statements import Now, read_now
from fragments.store.archive import Archive
from widget_server.mirroring.watching import sound
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Printing, Shelf

REFRESH_AFTER = timedelta(hours=6)  # of the 72 h that a now note lives: eleven chances before it runs out
NEW_ORIGINS_AFTER = timedelta(hours=1)  # where other mirrors are sound than it says: no reprint each time one blinks
RECORDS = "/api/v1/fragments/"


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did: the printing, and the ids of what readers see come, change and go."""

    printing: Printing
    added: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    count: int
    waits: bool = False  # for signatures that are made on another machine: readers do not see it yet


@dataclass(frozen=True, slots=True)
class House:
    """What publishing needs at hand."""

    settings: Settings
    archive: Archive
    keyring: Keyring
    shelf: Shelf


def publish(house: House, actor: str, now: datetime, above: int = 0) -> Publication:
    """Freeze an edition, print it and make it current; its number follows `above` and what stands on the shelf."""
    before = on_shelf(house.shelf)
    seen = max(above, before.number if before else 0)
    return place(house, house.archive.publish(actor, now, above=seen), now)


def place(house: House, edition: Edition, now: datetime) -> Publication:
    """Print an edition and make it current; where its keys are elsewhere, keep it aside until it is signed."""
    before, press = on_shelf(house.shelf), _press(house.settings, house.keyring, now)
    if house.keyring.signs_editions:
        return _compare(before, house.shelf.place(edition.number, print_edition(edition, press), at=now))
    blank = replace(press, keyring=replace(house.keyring, edition=blank_signers(house.keyring.chain)))
    aside = waiting_shelf(house.settings).place(edition.number, print_edition(edition, blank), keep=1, at=now)
    _tell_withdrawn(house, before, aside, press)
    return replace(_compare(before, aside), waits=True)


def _tell_withdrawn(house: House, before: Printing | None, aside: Printing, press: Press) -> None:
    """A withdrawal does not wait for the laptop: the now key says it, and no embed shows the text from then on."""
    if before is None or not _is_under(before, house.keyring):
        return
    gone = set(_said(aside).withdrawn) - set(_said(before).withdrawn)
    if gone:
        files = reprint_now(_files_of_today(before, press), _now_of(before), press, gone)
        house.shelf.place(before.number, files, at=press.now)


def place_signed(house: House, books: Sequence[Book], now: datetime) -> Publication:
    """Make the edition that waits current, with signatures from other machines, as many as must sign.

    Raises EmptyShelf where none waits, BadSignature where one signature is missing or not good: nothing has changed.
    """
    before, aside = on_shelf(house.shelf), waiting_shelf(house.settings).current()
    press = _press(house.settings, house.keyring, now)
    files = sealed(lambda: _files_of_today(aside, press), books, press)
    return _compare(before, house.shelf.place(aside.number, files, at=now))


def waiting_shelf(settings: Settings) -> Shelf:
    """Where an edition waits for its signatures."""
    return Shelf(settings.data / "unsigned")


def waiting(settings: Settings, shelf: Shelf) -> Printing | None:
    """The edition that waits for its signatures; None where the newest is on the shelf."""
    aside, current = on_shelf(waiting_shelf(settings)), on_shelf(shelf)
    return None if aside is None or (current and current.number >= aside.number) else aside


def catch_up(house: House, now: datetime) -> Publication | None:
    """Print the newest edition when the shelf lacks it: after a crash between freezing and placing, or a lost shelf."""
    latest, before = house.archive.latest_number(), on_shelf(house.shelf)
    if latest is None or (before and before.number >= latest):
        return None
    aside = None if house.keyring.signs_editions else waiting(house.settings, house.shelf)
    if aside and aside.number >= latest:
        return None
    return place(house, house.archive.edition(latest), now)


def keep_dates(house: House, now: datetime) -> Publication | None:
    """Publish what has come and gone by its date alone (docs/decisions); None where no date has come."""
    before = on_shelf(house.shelf)
    edition = house.archive.publish_due(now, above=before.number if before else 0)
    return place(house, edition, now) if edition else None


def on_shelf(shelf: Shelf) -> Printing | None:
    """The current printing, or None."""
    try:
        return shelf.current()
    except EmptyShelf:
        return None


def refresh(settings: Settings, keyring: Keyring, shelf: Shelf, now: datetime) -> Printing | None:
    """Print the current edition again, with a fresh now note when that is old or names other origins than it should,
    or for a new day; the printing, or None.

    Asks no database: an edition stays fresh, and a fragment is drawn each day, while the archive is down.
    """
    before = on_shelf(shelf)
    if before is None or not _is_under(before, keyring):
        return None
    press = _press(settings, keyring, now)
    if not (now >= freshness(before)[0] + _lives(before, press) or is_of_yesterday(before, now)):
        return None
    files = reprint_now(_files_of_today(before, press), _now_of(before), press)
    return shelf.place(before.number, files, at=now)


def _is_under(printing: Printing, keyring: Keyring) -> bool:
    """Whether a printing was signed under the newest root: a now by newer keys would count for nothing in it."""
    root = printing.get(ROOT_PATH)
    return keyring.signs_editions or root is None or root.body.decode() == keyring.chain


def _lives(printing: Printing, press: Press) -> timedelta:
    return REFRESH_AFTER if origins(printing) == press.origins else NEW_ORIGINS_AFTER


def is_of_yesterday(printing: Printing, now: datetime) -> bool:
    """Whether a day has begun (in UTC) for which this printing's daily feed has no fragment."""
    return printing.placed_at.date() < now.astimezone(UTC).date()


def freshness(printing: Printing) -> tuple[datetime, datetime]:
    """From when and until when the current now note speaks."""
    said = _said(printing)
    return datetime.fromisoformat(said.since), datetime.fromisoformat(said.until)


def origins(printing: Printing) -> tuple[str, ...]:
    """The addresses that the printing was made for: the publisher's first."""
    return _said(printing).origins


def _said(printing: Printing) -> Now:
    return read_now(read_notes(_now_of(printing).decode())[0].text)


def _press(settings: Settings, keyring: Keyring, now: datetime) -> Press:
    if not keyring.now:
        raise KeysElsewhere("the now key is kept on another machine; an edition is published where it is")
    return Press(
        public_url=settings.public_url, mirrors=sound(settings), keyring=keyring, now=now, hub=settings.hub_url
    )


def _now_of(printing: Printing) -> bytes:
    printed = printing.get(NOW_PATH)
    if printed is None:
        raise LookupError(NOW_PATH)
    return printed.body


def _files_of_today(printing: Printing, press: Press) -> Iterator[File]:
    """The printing's files, those of the daily feed drawn again when its day is over."""
    if not is_of_yesterday(printing, press.now):
        yield from files_of(printing)
        return
    yield from (file for file in files_of(printing) if not is_daily(file.path))
    # From the public records, so that the archive need not be up: 1 s of CPU at 10,000 fragments.
    fragments = tuple(found for id_ in printing.facets.ids() if (found := printing.fragment(id_)))
    yield from print_daily(Edition(number=printing.number, dated=printing.dated, fragments=fragments), press)


def files_of(printing: Printing) -> Iterator[File]:
    """Every file of a printing, in the order of printing."""
    for path in printing.paths():
        printed = printing.get(path)
        if printed is not None:
            yield File(path, printed.body, printed.content_type)


def _compare(before: Printing | None, after: Printing) -> Publication:
    """What a reader sees come, change and go: by the public records that were printed."""
    old, new = _records(before) if before else {}, _records(after)
    added = tuple(sorted(new.keys() - old.keys()))
    withdrawn = tuple(sorted(old.keys() - new.keys()))
    changed = tuple(sorted(id_ for id_ in new.keys() & old.keys() if new[id_] != old[id_]))
    return Publication(after, added, changed, withdrawn, len(new))


def _records(printing: Printing) -> dict[str, str]:
    """Id and tag of every public record."""
    paths = (path for path in printing.paths() if path.startswith(RECORDS))
    return {path.removeprefix(RECORDS): printed.etag for path in paths if (printed := printing.get(path))}
