"""Journey 1: what an operator publishes is what readers get, whatever stops half-way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fragments.keys import Keyring
from fragments.nouns import Fragment, State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.verifying import open_deck_file
from widget_server import publishing
from widget_server.publishing import House, catch_up, freshness, on_shelf, publish, refresh
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def house(sqlite_archive: Archive, tmp_path: Path) -> Iterator[House]:
    settings = Settings(data=tmp_path)
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, NOW)
    yield House(settings, sqlite_archive, keyring, Shelf(settings.shelf_dir))


@pytest.fixture
def keep(house: House, a_fragment: Callable[..., Fragment]) -> Callable[..., str]:
    """Saves a fragment as the operator would import it; returns its id."""

    def save(external_id: str, text: str = "Alpha text") -> str:
        fragment = a_fragment(external_id, text=text)
        with house.archive.writing(OPERATOR) as desk:
            desk.save_fragment(fragment, state=State.IN_REVIEW)
        return fragment.id

    return save


def test_publishing_says_what_readers_see_come_change_and_go(house: House, keep: Callable[..., str]) -> None:
    stays, changes, goes = keep("a"), keep("b"), keep("c")
    publish(house, OPERATOR, NOW)

    comes = keep("d")
    keep("b", "Another text")
    with house.archive.writing(OPERATOR) as desk:
        desk.withdraw(goes, "the author asked")
    done = publish(house, OPERATOR, NOW + DAY)

    assert (done.added, done.changed, done.withdrawn) == ((comes,), (changes,), (goes,))
    assert done.count == 3
    assert done.printing.number == 2
    assert done.printing.get(f"/f/{goes}/frame") is None
    assert stays in {path.split("/")[-1] for path in done.printing.paths()}


def test_a_published_deck_is_genuine_under_the_house_keys(house: House, keep: Callable[..., str]) -> None:
    id_ = keep("a")
    printing = publish(house, OPERATOR, NOW).printing
    deck = printing.get(f"/d/f-{id_}/0.cf")
    assert deck
    opened = open_deck_file(deck.body, house.keyring.pin, f"f-{id_}", 1, NOW)
    assert [entry["i"] for entry in opened.entries] == [id_]
    assert opened.fresh


def test_a_press_that_breaks_leaves_the_old_edition_and_the_next_start_catches_up(
    house: House, keep: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("a")
    publish(house, OPERATOR, NOW)
    keep("b")
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "print_edition", lambda *_: iter([1 / 0]) if house else None)
        with pytest.raises(ZeroDivisionError):
            publish(house, OPERATOR, NOW + DAY)
    before = on_shelf(house.shelf)
    assert before
    assert (before.number, len(before.facets)) == (1, 1)

    caught_up = catch_up(house, NOW + DAY)
    assert caught_up
    assert (caught_up.printing.number, caught_up.count) == (2, 2)
    assert catch_up(house, NOW + DAY) is None


def test_a_lost_shelf_is_printed_again(house: House, keep: Callable[..., str], tmp_path: Path) -> None:
    keep("a")
    publish(house, OPERATOR, NOW)
    fresh = House(house.settings, house.archive, house.keyring, Shelf(tmp_path / "elsewhere"))
    caught_up = catch_up(fresh, NOW)
    assert caught_up
    assert caught_up.printing.number == 1


def test_a_now_note_is_renewed_after_six_hours_and_nothing_else_changes(house: House, keep: Callable[..., str]) -> None:
    id_ = keep("a")
    before = publish(house, OPERATOR, NOW).printing
    assert renew(house, NOW + timedelta(hours=5, minutes=59)) is None

    later = NOW + timedelta(hours=6)
    after = renew(house, later)
    assert after
    assert freshness(after) == (later, later + timedelta(hours=72))
    assert after.number == before.number
    changed = {path for path in after.paths() if _tag(before, path) != _tag(after, path)}
    assert changed == {path for path in after.paths() if path.endswith(".cf")} | {"/now.txt"}
    deck = after.get("/d/all/0.cf")
    assert deck
    assert open_deck_file(deck.body, house.keyring.pin, "all", 1, NOW + timedelta(hours=77)).fresh
    assert _tag(before, f"/f/{id_}/frame")


def renew(house: House, now: datetime) -> publishing.Printing | None:
    return refresh(house.settings, house.keyring, house.shelf, now)


def _tag(printing: publishing.Printing, path: str) -> str | None:
    printed = printing.get(path)
    return printed.etag if printed else None


def test_the_same_edition_is_printed_to_the_same_bytes(house: House, keep: Callable[..., str]) -> None:
    keep("a")
    first = publish(house, OPERATOR, NOW).printing
    again = publish(house, OPERATOR, NOW).printing
    assert [_tag(first, path) for path in first.paths()] == [_tag(again, path) for path in again.paths()]
