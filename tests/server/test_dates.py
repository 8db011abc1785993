"""Dates that come while nobody is there: what is on the shelf before and after."""

from datetime import timedelta

import pytest

from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import State
from fragments.terms import Terms
from widget_server.publishing import House, keep_dates, publish
from widget_server.settings import Settings
from widget_server.shelf import Shelf

ALPHA = id_of("alpha-1")
DAY = timedelta(days=1)


@pytest.fixture
def house(sqlite_archive, tmp_path, now):
    """A house with an empty first edition."""
    settings = Settings(data=tmp_path / "data")
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, now)
    house = House(settings, sqlite_archive, keyring, Shelf(settings.shelf_dir))
    publish(house, "ben", now)
    return house


def test_an_embargoed_text_is_printed_when_its_date_comes_and_taken_away_when_it_expires(house, a_fragment, now):
    with house.archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
        desk.set_terms(ALPHA, Terms(embargo_until=now + DAY, expires_at=now + 2 * DAY))
    with house.archive.writing("ben") as desk:
        desk.approve(ALPHA)

    publish(house, "ben", now)
    assert keep_dates(house, now) is None
    assert house.shelf.current().get(f"/f/{ALPHA}/frame") is None

    assert keep_dates(house, now + DAY).added == (ALPHA,)
    assert house.shelf.current().get(f"/f/{ALPHA}/frame")

    assert keep_dates(house, now + 2 * DAY).withdrawn == (ALPHA,)
    assert ALPHA.encode() in house.shelf.current().get("/now.txt").body  # copies that check are told
    assert keep_dates(house, now + 3 * DAY) is None
