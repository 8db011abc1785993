"""Makes a data directory ready to serve: database, keys, starter collection, a first edition.

Rules: what is there is left as it is, so opening again changes nothing; a step that was cut short is done again. The
starter collection goes only into an archive that has never held anything, and is recorded as imported and published
by the operator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files

from fragments.importing.job import Wishes, run
from fragments.keys import Keyring
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.people import People
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.publishing import House, Publication, catch_up, on_shelf, origins, place, publish, refresh
from widget_server.settings import DeskPlace, Settings
from widget_server.shelf import Shelf

ADDRESS = "public-url"  # the file that keeps it
FIRST_LINK_LIVES = timedelta(hours=24)


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """The archive, keys and shelf of these settings, made where missing. Raises what those rooms raise."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = as_last_run(settings)
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, datetime.now(UTC))
    with Archive.open(settings.database_url, two_person=settings.two_person) as archive:
        yield House(settings, archive, keyring, Shelf(settings.shelf_dir))


def prepare(house: House, now: datetime) -> None:
    """See that there is something to serve, and that it is fresh."""
    if house.settings.starter and _is_untouched(house.archive):
        _import_starter(house.archive)
        publish(house, OPERATOR, now)
    elif house.archive.latest_number() is None:
        publish(house, OPERATOR, now)  # an empty first edition: pages and feeds exist from the start
    elif catch_up(house, now) is None and _reprint_moved(house, now) is None:
        refresh(house.settings, house.keyring, house.shelf, now)


def remember_address(settings: Settings) -> None:
    """Keep the address of this run, for commands that are typed beside it without its --port."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.data / ADDRESS).write_text(settings.public_url + "\n")


def first_administrator_link(house: House, now: datetime) -> str | None:
    """A new one-time link while there is no administrator; links printed before are void."""
    people = People(house.archive.engine)
    if house.settings.desk_place is DeskPlace.OFF or people.has_administrator():
        return None
    token = new_token()
    people.invite_first_administrator(hash_of(token), now + FIRST_LINK_LIVES)
    return f"{house.settings.desk_url}/first/{token}"


def as_last_run(settings: Settings) -> Settings:
    """With the address of the last run where none is named: `unsilenced publish` prints for the site that runs."""
    kept = settings.data / ADDRESS
    if not settings.has_default_address or not kept.exists():
        return settings
    return settings.published_at(kept.read_text().strip())


def _reprint_moved(house: House, now: datetime) -> Publication | None:
    """Print the newest edition again where the site has moved: frames, feeds and now notes name its address."""
    printing, latest = on_shelf(house.shelf), house.archive.latest_number()
    if printing is None or latest is None or origins(printing)[0] == house.settings.public_url:
        return None
    return place(house, house.archive.edition(latest), now)


def _is_untouched(archive: Archive) -> bool:
    return archive.latest_number() is None and archive.count() == 0 and archive.count_sources() == 0


def _import_starter(archive: Archive) -> None:
    with as_file(files("fragments.starter") / "starter.jsonl") as path:
        report = run(archive, [path], Wishes(plain=True))
    if report.rejections.count or report.unreadable:
        raise RuntimeError("\n".join(report.lines()))  # a fault of ours: the tests import this very file
