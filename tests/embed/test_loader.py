"""The loader's files: built from what is in the repository, named after their bytes, never changed once released."""

import base64
import hashlib

import pytest

from embed.loader import build as building
from embed.loader import released
from embed.loader.released import ChangedRelease, Loader, all_released, current


def test_the_current_file_is_what_its_sources_build():
    assert building.build() == current().body


def test_the_loader_is_at_most_3000_bytes_and_2000_in_brotli():
    plain, compressed = building.sizes(current().body)
    assert plain <= 3_000
    assert compressed <= 2_000


@pytest.mark.parametrize("loader", all_released(), ids=lambda loader: loader.path)
def test_a_file_is_named_after_its_bytes_and_carries_their_integrity(loader):
    digest = hashlib.sha384(loader.body).digest()
    assert loader.path == f"/e/{digest.hex()[:16]}.js"
    assert loader.integrity == f"sha384-{base64.b64encode(digest).decode()}"


def test_the_loader_is_ascii_so_that_no_pages_encoding_spoils_it():
    assert current().body.isascii()


@pytest.mark.parametrize(
    "forbidden",
    ["innerHTML", "insertAdjacentHTML", "document.write", "eval(", "cookie", "Storage", "indexedDB", "sendBeacon"],
)
def test_the_loader_has_no_word_for_what_it_must_not_do(forbidden):
    assert forbidden not in current().body.decode()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A directory of releases of its own."""
    for room in (building, released):
        monkeypatch.setattr(room, "BUILT", tmp_path)
        monkeypatch.setattr(room, "RELEASES", tmp_path / "releases.txt")
    all_released.cache_clear()
    yield tmp_path
    all_released.cache_clear()


def test_a_release_stays_when_the_next_is_built(shelf):
    first = building.place(b"first", "0.1.0")
    second = building.place(b"second", "next")
    assert all_released() == (first, second)
    assert current() == second


def test_what_was_not_released_makes_way_for_what_is_built_after_it(shelf):
    building.place(b"first", "0.1.0")
    tried = building.place(b"tried", "next")
    kept = building.place(b"kept", "0.2.0")
    assert [loader.body for loader in all_released()] == [b"first", b"kept"]
    assert not (shelf / tried.path.removeprefix("/e/")).exists()
    assert current() == kept


def test_a_changed_release_is_noticed_before_it_is_served(shelf):
    loader = building.place(b"first", "0.1.0")
    (shelf / loader.path.removeprefix("/e/")).write_bytes(b"something else")
    with pytest.raises(ChangedRelease) as caught:
        current()
    assert caught.value.args[1] == Loader.of(b"something else").path
