"""An archive carried by hand: complete, the same each time, and without what must not be copied."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from embed.press import Press
from embed.printing import print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Sensitivity
from tests.mirroring.editions import NOW, a_text
from widget_server.cli import main
from widget_server.mirroring.checking import check
from widget_server.mirroring.places import read_file, reading
from widget_server.mirroring.pulling import NotWhatWasSigned, pull
from widget_server.mirroring.verdicts import Keys
from widget_server.shelf import Shelf


@pytest.fixture
def type_(tmp_path: Path):
    """A published edition of two, one of them by a person at risk; types a command, checks its exit code."""
    keyring = Keyring.make(tmp_path / "data" / "keys", "fragments.example", NOW)
    fragments = (a_text("safe"), a_text("careful", text="Words at risk", sensitivity=Sensitivity.NEEDS_FRESH))
    press = Press(public_url="https://fragments.example", mirrors=(), keyring=keyring, now=NOW)
    edition = Edition(number=3, dated=NOW, fragments=fragments)
    Shelf(tmp_path / "data" / "shelf").place(3, print_edition(edition, press), at=NOW)

    def typed(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, words, env={"UNSILENCED_DATA": str(tmp_path / "data")})
        assert result.exit_code == code, result.output
        return result.output

    typed.key = keyring.pin
    return typed


@pytest.fixture
def copy_of_last_week(type_, tmp_path: Path):
    """A reader of an archive, an empty directory, and a clock a week after the edition."""
    type_("export", "--archive", str(tmp_path / "a.tar"))
    with reading(str(tmp_path / "a.tar")) as read:
        yield read, tmp_path / "later", Keys(type_.key, NOW + timedelta(days=7))


def test_an_archive_is_genuine_and_the_same_each_time(type_, tmp_path: Path) -> None:
    type_("export", "--archive", str(tmp_path / "a.tar"))
    type_("export", "--archive", str(tmp_path / "b.tar"))
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    assert type_("verify", str(tmp_path / "a.tar"), "--key", type_.key).startswith("Genuine: ")


def test_a_mirror_pulls_from_an_archive_what_an_export_writes(type_, tmp_path: Path) -> None:
    type_("export", "--archive", str(tmp_path / "a.tar"))
    type_("export", str(tmp_path / "exported"))
    type_("mirror", str(tmp_path / "a.tar"), str(tmp_path / "pulled"), "--key", type_.key)
    held = [
        {str(file.relative_to(at)): file.read_bytes() for file in at.rglob("*") if file.is_file()}
        for at in (tmp_path / "exported", tmp_path / "pulled")
    ]
    assert held[0] == held[1]


def test_the_text_of_a_person_at_risk_is_in_no_copy_but_in_decks(type_, tmp_path: Path) -> None:
    type_("export", str(tmp_path / "exported"))
    telling = {file.suffix for file in (tmp_path / "exported").rglob("*") if b"Words at risk" in _read(file)}
    assert telling == {".cf"}
    assert not (tmp_path / "exported/api/v1/fragments" / id_of("careful")).exists()


def test_an_edition_carried_for_a_week_is_taken_from_an_archive_and_not_from_a_server(copy_of_last_week) -> None:
    read, directory, keys = copy_of_last_week
    with pytest.raises(NotWhatWasSigned, match="expired"):
        pull(read, directory, keys)
    assert pull(read, directory, keys, is_carried=True).edition == 3
    assert "not fresh since" in check(lambda path: read_file(directory, path), keys).sentence(keys.now)


def test_one_flipped_bit_of_an_archive_is_named(type_, tmp_path: Path) -> None:
    type_("export", "--archive", str(tmp_path / "a.tar"))
    body = (tmp_path / "a.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(body.replace(b"Words of safe", b"Words of sage", 1))
    assert "NOT GENUINE, 1 bad of" in type_("verify", str(tmp_path / "a.tar"), "--key", type_.key, code=1)


def test_half_an_archive_cannot_be_read_as_a_whole_one(type_, tmp_path: Path) -> None:
    type_("export", "--archive", str(tmp_path / "a.tar"))
    body = (tmp_path / "a.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(body[: len(body) // 2])
    type_("verify", str(tmp_path / "a.tar"), "--key", type_.key, code=2)


@pytest.mark.parametrize("place", ["nowhere", "x" * 300], ids=["missing", "no file has this name"])
def test_a_place_that_cannot_be_opened_is_said_to_be_so(type_, tmp_path: Path, place: str) -> None:
    assert type_("verify", str(tmp_path / place), "--key", type_.key, code=2).startswith("Cannot be read: ")


def test_an_export_wants_one_place(type_, tmp_path: Path) -> None:
    type_("export", code=2)
    type_("export", str(tmp_path / "out"), "--archive", str(tmp_path / "a.tar"), code=2)


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""
