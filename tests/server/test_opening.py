"""A data directory made ready: everything at the first start, nothing at the second."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.people import People
from widget_server.desk.secrecy import hash_of
from widget_server.opening import first_administrator_link, opened, prepare, remember_address
from widget_server.publishing import on_shelf, origins
from widget_server.settings import Settings

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def contents(directory: Path) -> dict[str, bytes]:
    kept = (path for path in directory.rglob("*") if path.is_file() and not path.name.startswith("archive"))
    return {str(path.relative_to(directory)): path.read_bytes() for path in kept}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation after its first start, with the starter collection."""
    settings = Settings(data=tmp_path_factory.mktemp("first") / "deeper" / "data")
    with opened(settings) as house:
        prepare(house, NOW)
    return settings


def test_a_first_start_publishes_the_starter_collection(started: Settings) -> None:
    with opened(started) as house:
        printing = on_shelf(house.shelf)
        assert printing
        assert (printing.number, len(printing.facets)) == (1, house.archive.count(State.PUBLISHED))
        assert len(printing.facets) > 20
        assert len(printing.facets.values("lang")) >= 8
        assert {entry.actor for entry in house.archive.audit()} == {OPERATOR}


def test_a_second_start_changes_nothing(started: Settings) -> None:
    before = contents(started.data)
    with opened(started) as house:
        entries = house.archive.check_audit().entries
        prepare(house, NOW + timedelta(hours=1))
        assert house.archive.check_audit().entries == entries
    assert contents(started.data) == before


def test_nobody_else_can_enter_a_new_data_directory(started: Settings) -> None:
    assert started.data.stat().st_mode & 0o077 == 0


def test_without_the_starter_collection_an_empty_edition_is_served(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, starter=False)) as house:
        prepare(house, NOW)
        printing = on_shelf(house.shelf)
        assert printing
        assert (printing.number, len(printing.facets)) == (1, 0)
        assert printing.get("/feed.atom")


def test_the_starter_collection_never_joins_somebodys_own_archive(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, starter=False)) as house:
        prepare(house, NOW)
    with opened(Settings(data=tmp_path, starter=True)) as house:
        prepare(house, NOW)
        assert house.archive.count() == 0


def test_each_start_prints_another_first_link_and_the_one_before_is_void(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, starter=False)) as house:
        first, second = (first_administrator_link(house, NOW) or "" for _ in range(2))
        people = People(house.archive.engine)
        assert first.startswith("http://127.0.0.1:8000/desk/first/")
        assert [people.role_offered(hash_of(link.rsplit("/", 1)[1]), NOW) for link in (first, second)] == [
            None,
            "administrator",
        ]
        assert people.role_offered(hash_of(second.rsplit("/", 1)[1]), NOW + timedelta(hours=24)) is None


def test_no_link_is_made_where_the_desk_is_off(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, starter=False, desk_host="off")) as house:
        assert first_administrator_link(house, NOW) is None


def test_a_command_beside_a_running_site_prints_its_address(tmp_path: Path) -> None:
    remember_address(Settings(data=tmp_path).listening_at(port=9000))
    with opened(Settings(data=tmp_path)) as house:
        assert house.settings.public_url == "http://127.0.0.1:9000"
        assert house.settings.desk_url == "http://127.0.0.1:9000/desk"
    named = Settings(data=tmp_path, public_url="https://example.org")
    with opened(named) as house:
        assert house.settings.public_url == "https://example.org"


def test_a_site_that_moved_prints_its_edition_again_with_its_new_address(tmp_path: Path) -> None:
    for port in (8000, 9000):
        settings = Settings(data=tmp_path, starter=False).listening_at(port=port)
        with opened(settings) as house:
            prepare(house, NOW)
            printing = on_shelf(house.shelf)
    assert printing
    assert origins(printing) == ("http://127.0.0.1:9000",)
    assert printing.number == 1
