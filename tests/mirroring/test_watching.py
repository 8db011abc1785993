"""Mirrors are watched: what is altered, gone or behind is no longer named to readers, and comes back when sound."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Source
from fragments.store import watching as store
from fragments.store.archive import Archive
from fragments.store.watching import Watch
from widget_server.exporting import export
from widget_server.mirroring.health import LOOKS_A_ROUND, Fault, Look, after, is_watched
from widget_server.mirroring.rounds import MirrorRounds
from widget_server.mirroring.watching import sound
from widget_server.publishing import House, origins, place, refresh
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
TEN_MINUTES = timedelta(minutes=10)
MIRROR = "https://mirror.example"


class Mirror(http.server.SimpleHTTPRequestHandler):
    """A static server with one header."""

    cors, asked = "*", 0

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", type(self).cors)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        type(self).asked += 1


class World:
    """A publisher, and one mirror of it on a real socket."""

    def __init__(self, directory: Path, archive: Archive) -> None:
        self.now = NOW
        self.copy = directory / "copy"
        self.handler: type[Mirror] = type("OneMirror", (Mirror,), {})
        self.copy.mkdir()
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(self.handler, directory=str(self.copy))
        )
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        settings = Settings(data=directory / "data", public_url="https://fragments.example", mirrors=(self.url,))
        keyring = Keyring.make(settings.keys_dir, settings.name, NOW - timedelta(days=1))
        self.house = House(settings, archive, keyring, Shelf(settings.shelf_dir))
        self.rounds = MirrorRounds(lambda: self.now)
        self.publish(7)
        self.pull()

    def publish(self, number: int) -> None:
        fragments = tuple(
            Fragment(id=id_of(name), external_id=name, source=Source(external_id="s"), lang="en", text=f"Words {name}")
            for name in ("one", "two")
        )
        place(self.house, Edition(number=number, dated=NOW - timedelta(hours=1), fragments=fragments), self.now)
        self.house.shelf._look_at = 0

    def pull(self) -> None:
        export(Shelf(self.house.settings.shelf_dir).current(), self.copy)

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += TEN_MINUTES
            assert self.rounds.go(self.house.settings, self.house.archive) == 1

    @property
    def seen(self) -> store.Mirror:
        return Watch(self.house.archive.engine).mirrors()[self.url]

    @property
    def is_named(self) -> bool:
        return self.url in sound(self.house.settings)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def world(tmp_path: Path, sqlite_archive: Archive) -> Iterator[World]:
    made = World(tmp_path, sqlite_archive)
    yield made
    made.close()


def test_a_sound_mirror_is_named_and_its_edition_and_age_are_known(world: World) -> None:
    world.look()
    assert (world.seen.fault, world.seen.edition, world.seen.said_at) == ("", 7, NOW)
    assert world.is_named


def test_every_file_is_checked_in_a_day_of_looks_and_a_look_asks_for_few(world: World) -> None:
    world.look()
    assert world.handler.asked <= 8
    assert world.seen.whole_at is None
    world.look(LOOKS_A_ROUND - 1)
    assert world.seen.whole_at is not None


@pytest.mark.parametrize(
    "path", ["d/all/0.cf", "feed.atom", "root.txt", "edition.txt", "now.txt", f"f/{id_of('one')}.txt"]
)
def test_an_altered_file_ends_it_within_a_day(world: World, path: str) -> None:
    body = bytearray((world.copy / path).read_bytes())
    body[len(body) // 2] ^= 1
    (world.copy / path).write_bytes(body)
    looks = 0
    while world.is_named and looks < LOOKS_A_ROUND:
        world.look()
        looks += 1
    assert (world.is_named, world.seen.fault) == (False, "altered")
    assert world.seen.detail.startswith(f"/{path}: ")


def test_after_altered_files_a_day_of_sound_looks_comes_before_the_way_back(world: World) -> None:
    (world.copy / "edition.txt").write_text("<html>Maintenance</html>\n")
    world.look()
    world.pull()
    world.look(LOOKS_A_ROUND - 1)
    assert not world.is_named
    world.look()
    assert world.is_named


def test_a_mirror_that_pages_may_not_read_is_dropped_after_an_hour_and_back_after_three_looks(world: World) -> None:
    world.handler.cors = "https://mirror.example"
    world.look(6)
    assert (world.is_named, world.seen.fault) == (True, "closed")
    world.look()
    assert not world.is_named
    world.handler.cors = "*"
    world.look(2)
    assert not world.is_named
    world.look()
    assert world.is_named


def test_a_mirror_that_shows_an_old_edition_is_dropped_after_six_hours(world: World) -> None:
    world.now += timedelta(minutes=1)
    world.publish(8)
    world.look(36)
    assert (world.is_named, world.seen.fault, world.seen.edition) == (True, "behind", 7)
    world.look()
    assert not world.is_named
    world.pull()
    world.look(3)
    assert (world.is_named, world.seen.edition) == (True, 8)


def test_the_signed_origins_follow_within_the_hour_and_never_lose_the_publisher(world: World) -> None:
    settings, keyring, shelf = world.house.settings, world.house.keyring, world.house.shelf
    shutil.rmtree(world.copy / "d")
    (world.copy / "edition.txt").write_text("<html>Maintenance</html>\n")
    world.look()

    assert refresh(settings, keyring, shelf, NOW + timedelta(minutes=59)) is None
    told = refresh(settings, keyring, shelf, NOW + timedelta(minutes=61))

    assert told is not None
    assert origins(told) == ("https://fragments.example",)


def test_a_mirror_that_is_no_longer_listed_is_forgotten(world: World) -> None:
    world.look()
    bare = Settings(data=world.house.settings.data, public_url="https://fragments.example")
    world.rounds.go(bare, world.house.archive)
    assert Watch(world.house.archive.engine).mirrors() == {}


def test_looks_are_ten_minutes_apart(world: World) -> None:
    world.look()
    world.now += timedelta(minutes=9)
    assert world.rounds.go(world.house.settings, world.house.archive) == 0


def looked(
    mirror: store.Mirror | None, minutes: int, fault: Fault = Fault.NONE, *, somebody_answers: bool = True
) -> store.Mirror:
    seen = Look(at=NOW + timedelta(minutes=minutes), fault=fault)
    return after(mirror, MIRROR, seen, somebody_answers=somebody_answers)


def test_a_mirror_that_nobody_reaches_is_dropped_after_an_hour() -> None:
    begun = looked(None, 0, Fault.UNREACHABLE)
    assert looked(begun, 59, Fault.UNREACHABLE).is_sound
    assert not looked(begun, 60, Fault.UNREACHABLE).is_sound


def test_where_no_mirror_answers_at_all_it_is_our_own_network_for_a_day() -> None:
    begun = looked(None, 0, Fault.UNREACHABLE, somebody_answers=False)
    assert looked(begun, 1439, Fault.UNREACHABLE, somebody_answers=False).is_sound
    assert not looked(begun, 1440, Fault.UNREACHABLE, somebody_answers=False).is_sound


def test_a_flapping_mirror_changes_what_is_signed_at_most_every_hour_and_a_half() -> None:
    mirror: store.Mirror | None = None
    changes: list[int] = []
    for turn in range(24 * 6):
        fault = Fault.UNREACHABLE if turn % 2 else Fault.NONE
        now = looked(mirror, turn * 10, fault)
        changes += [turn] if mirror and now.is_sound != mirror.is_sound else []
        mirror = now
    assert changes == []


def test_an_onion_service_is_not_looked_at() -> None:
    assert not is_watched(f"http://{'a' * 56}.onion")
    assert is_watched(MIRROR)
