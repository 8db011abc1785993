"""Rotation: new keys sign, old ones no longer count, and what was pasted before goes on working."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from embed.press import File, Press
from embed.printing import print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Source
from fragments.signing import NotSigned, read_notes
from fragments.statements import read_root, stamp
from fragments.verifying import open_deck_file, open_now
from tests.rotating.machines import cut_short
from widget_server.caretaker import jobs
from widget_server.cli import main
from widget_server.opening import opened
from widget_server.publishing import place, publish
from widget_server.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
NAME = "fragments.example"
TEXTS = [f"Words of {name}." for name in ("one", "two", "three")]
FRAGMENTS = tuple(
    Fragment(id=id_of(text), external_id=text, source=Source(external_id="s"), lang="en", text=text) for text in TEXTS
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Keyring.make(tmp_path / "keys", NAME, NOW)
    return tmp_path / "keys"


def decks_by(keyring: Keyring) -> dict[str, File]:
    press = Press(public_url="https://fragments.example", mirrors=(), keyring=keyring, now=NOW)
    made = print_edition(Edition(number=9, dated=NOW, fragments=FRAGMENTS), press)
    return {file.path: file for file in made if file.path.startswith("/d/all/")}


@pytest.mark.parametrize("root", [(False, False), (True, False), (True, True)], ids=["plain", "one-root", "both-root"])
def test_a_deck_printed_after_two_rotations_is_genuine_by_the_first_pin(directory: Path, root: tuple[bool]) -> None:
    pasted = Keyring.open(directory).pin
    for each in root:
        Keyring.rotate(directory, NOW, root=each)
    opened = open_deck_file(decks_by(Keyring.open(directory))["/d/all/0.cf"].body, pasted, "all", 7, NOW)
    assert opened.fresh


def test_a_deck_pasted_with_its_chain_before_two_rotations_is_genuine_still(directory: Path) -> None:
    before = Keyring.open(directory)
    held = decks_by(before)["/d/all/0.cf"].body
    Keyring.rotate(directory, NOW, root=True)
    Keyring.rotate(directory, NOW)
    assert open_deck_file(held, before.pin, "all", 9, NOW).fresh


def test_a_retired_key_signs_nothing_under_the_new_root(directory: Path) -> None:
    before = Keyring.open(directory)
    old = decks_by(before)["/d/all/0.cf"].body.decode()
    after = Keyring.rotate(directory, NOW)
    spliced = old.replace(before.chain, after.chain).encode()
    with pytest.raises(NotSigned):
        open_deck_file(spliced, before.pin, "all", 9, NOW)


def test_root_keys_stay_unless_they_are_asked_to_change(directory: Path) -> None:
    before = Keyring.open(directory)
    plain = Keyring.rotate(directory, NOW)
    rooted = Keyring.rotate(directory, NOW, root=True)
    assert plain.root[0].public == before.root[0].public != rooted.root[0].public
    assert len({one.edition[0].public for one in (before, plain, rooted)}) == 3
    assert len({one.now[0].public for one in (before, plain, rooted)}) == 3


def test_new_keys_are_as_private_as_old_ones_and_no_old_one_is_left(directory: Path) -> None:
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    Keyring.rotate(directory, NOW, root=True)
    after = {path.name: path.read_bytes() for path in directory.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}
    assert before.keys() == after.keys()
    assert [name for name in before if name.endswith(".pem") and before[name] == after[name]] == []


@pytest.mark.parametrize("cut", range(1, 25))
def test_a_rotation_cut_short_anywhere_leaves_the_old_keyring_or_the_new(
    directory: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    before = Keyring.open(directory)
    with cut_short(monkeypatch, cut):
        Keyring.rotate(directory, NOW, root=True)
    serial = read_root(read_notes(Keyring.open(directory).chain)[-1].text).serial
    assert serial in {1, 2}
    assert Keyring.rotate(directory, NOW).pin == before.pin
    assert len(list(directory.iterdir())) == 7


def test_the_command_rotates_and_prints_the_edition_again(tmp_path: Path) -> None:
    told = {"UNSILENCED_DATA": str(tmp_path / "data"), "UNSILENCED_PUBLIC_URL": "http://127.0.0.1:8123"}
    assert CliRunner().invoke(main, ["publish"], env=told, catch_exceptions=False).exit_code == 0
    pinned = Keyring.open(tmp_path / "data" / "keys").pin
    shown = CliRunner().invoke(main, ["keys", "rotate", "--root"], env=told, catch_exceptions=False)
    assert f"pin       {pinned}\nroot      2, " in shown.output
    CliRunner().invoke(main, ["export", str(tmp_path / "out")], env=told, catch_exceptions=False)
    assert len(read_notes((tmp_path / "out" / "root.txt").read_text())) == 2
    assert CliRunner().invoke(main, ["keys"], env=told, catch_exceptions=False).output == shown.output


def test_a_running_site_keeps_the_edition_fresh_with_the_keys_of_now(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", starter=False)
    with opened(settings) as house:
        publish(house, "operator (command line)", NOW)
        rotated = replace(house, keyring=Keyring.rotate(settings.keys_dir, NOW))
        place(rotated, house.archive.latest_edition(), NOW - timedelta(hours=7))
        next(job for job in jobs() if job.name == "Keeping the edition fresh").do(house)
        said = open_now(
            read_notes(house.shelf.current().get("/now.txt").body.decode())[0],
            read_root(read_notes(rotated.keyring.chain)[-1].text),
        )
    assert said.since >= stamp(NOW)
