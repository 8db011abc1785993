"""A new day is printed without the database, and by the same draw as publishing would."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embed.feeds import is_daily
from fragments.keys import Keyring
from fragments.nouns import PartialDate, State, Suppression, Translation, Visibility
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from widget_server.publishing import House, place, publish, refresh
from widget_server.settings import Settings
from widget_server.shelf import Printing, Shelf

NOW = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def house(sqlite_archive: Archive, tmp_path: Path, a_fragment: Callable, a_source: Callable) -> Iterator[House]:
    settings = Settings(data=tmp_path)
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, NOW)
    ban = Suppression(country="IR", who="Ministry", since=PartialDate(raw="1934", edtf="1934"))
    source = a_source("s", author="Ana of Alpha", author_visibility=Visibility.WITHHELD, suppressions=(ban,))
    with sqlite_archive.writing(OPERATOR) as desk:
        for number in range(30):
            spoken = (Translation(lang="fa", text=f"باران {number}"),)
            made = a_fragment(f"f-{number}", source=source, text=f"rain {number}", translations=spoken)
            desk.save_fragment(made, state=State.IN_REVIEW)
    yield House(settings, sqlite_archive, keyring, Shelf(settings.shelf_dir))


def bodies(printing: Printing) -> dict[str, bytes]:
    return {path: found.body for path in printing.paths() if (found := printing.get(path))}


def test_nothing_is_printed_again_before_the_day_is_over(house: House) -> None:
    publish(house, OPERATOR, NOW)
    assert refresh(house.settings, house.keyring, house.shelf, MIDNIGHT - timedelta(seconds=1)) is None


def test_at_midnight_the_daily_feed_has_one_more_and_everything_else_but_the_now_stays(house: House) -> None:
    before = bodies(publish(house, OPERATOR, NOW).printing)
    house.archive.close()
    printing = refresh(house.settings, house.keyring, house.shelf, MIDNIGHT)
    assert printing
    after = bodies(printing)
    assert before.keys() == after.keys()
    changed = {path for path in before if before[path] != after[path] and not path.endswith(".cf")}
    assert changed == {"/daily.atom", "/daily.rss", "/daily.json", "/now.txt"}
    assert after["/daily.atom"].count(b"<entry") == before["/daily.atom"].count(b"<entry") + 1
    assert refresh(house.settings, house.keyring, house.shelf, MIDNIGHT + timedelta(minutes=1)) is None


def test_what_is_drawn_without_the_database_is_what_publishing_would_print(house: House) -> None:
    publish(house, OPERATOR, NOW)
    refreshed = refresh(house.settings, house.keyring, house.shelf, MIDNIGHT)
    assert refreshed
    drawn = {path: body for path, body in bodies(refreshed).items() if is_daily(path)}
    printed = bodies(place(house, house.archive.edition(1), MIDNIGHT + timedelta(hours=5)).printing)
    assert {path: body for path, body in printed.items() if is_daily(path)} == drawn


def test_a_fresh_now_on_the_same_day_leaves_the_day_alone(house: House) -> None:
    before = bodies(publish(house, OPERATOR, MIDNIGHT).printing)
    printing = refresh(house.settings, house.keyring, house.shelf, MIDNIGHT + timedelta(hours=7))
    assert printing
    assert {path for path, body in bodies(printing).items() if is_daily(path) and before[path] != body} == set()
