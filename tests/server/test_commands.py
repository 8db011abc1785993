"""The commands an operator types: what they print, and their exit codes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from widget_server.cli import COMMANDS, main
from widget_server.shelf import Shelf


def typing_in(directory: Path) -> Callable[..., Result]:
    """Types commands in an installation of its own, without the starter collection."""
    environ = {"UNSILENCED_DATA": str(directory), "UNSILENCED_STARTER": "no"}
    return lambda *words, **more: CliRunner().invoke(main, words, env=environ | more)


@pytest.fixture
def type_(tmp_path: Path) -> Callable[..., Result]:
    return typing_in(tmp_path / "data")


@pytest.fixture(scope="module")
def an_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fragments imported and published, once for all tests of this module."""
    place = tmp_path_factory.mktemp("installation")
    rows = [{"id": f"a{n}", "text": f"Text number {n}", "lang": "en", "source_title": "Alpha"} for n in range(2)]
    (place / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    type_ = typing_in(place / "data")
    assert type_("import", "--quiet", str(place / "rows.jsonl")).exit_code == 0
    assert type_("publish").exit_code == 0
    return place


@pytest.fixture
def published(an_installation: Path, tmp_path: Path) -> Path:
    """A data directory with one edition of two fragments."""
    shutil.copytree(an_installation, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_explains_itself(type_: Callable[..., Result], word: str) -> None:
    told = type_(word, "--help")
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_a_wrong_setting_is_one_sentence(type_: Callable[..., Result]) -> None:
    told = type_("publish", UNSILENCED_PORT="none")
    assert told.exit_code == 1
    assert told.output == "Error: UNSILENCED_PORT is 'none': write a number from 1 to 65535.\n"


def test_publishing_tells_numbers_and_names(type_: Callable[..., Result], published: Path) -> None:
    told = type_("publish")
    assert told.exit_code == 0
    assert told.output.startswith("Nothing has changed since edition 1.")


def test_keys_shows_the_pin_and_no_private_key(type_: Callable[..., Result], published: Path) -> None:
    told = type_("keys")
    pin = json.loads(Shelf(published / "shelf").current().get("/edition.json").body)["key"]  # type: ignore[union-attr]
    assert f"pin       {pin}\n" in told.output
    assert "PRIVATE" not in told.output
    assert told.output.count(" of 1 ") == 6


def test_keys_of_a_place_without_any_is_a_sentence(type_: Callable[..., Result]) -> None:
    told = type_("keys")
    assert (told.exit_code, "missing" in told.output, told.output.count("\n")) == (1, True, 1)


def test_a_doctor_finds_a_fresh_site_sound(type_: Callable[..., Result], published: Path) -> None:
    told = type_("doctor")
    assert told.exit_code == 0, told.output
    assert "BAD" not in told.output
    assert "The audit record is unbroken" in told.output


def spoil_a_body(data: Path) -> None:
    pack = next((data / "shelf").glob("*.pack"))
    body = bytearray(pack.read_bytes())
    body[10] ^= 1
    pack.write_bytes(body)


def cut_the_pack(data: Path) -> None:
    pack = next((data / "shelf").glob("*.pack"))
    pack.write_bytes(pack.read_bytes()[:-5])


def open_a_key(data: Path) -> None:
    (data / "keys" / "root.p256.pem").chmod(0o644)


def lose_a_key(data: Path) -> None:
    (data / "keys" / "now.p256.pem").unlink()


def lose_the_archive(data: Path) -> None:
    (data / "archive.sqlite3").unlink()


def lose_the_shelf(data: Path) -> None:
    (data / "shelf" / "current").unlink()


def open_the_directory(data: Path) -> None:
    data.chmod(0o755)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_a_body, "not as placed"),
        (cut_the_pack, "cut short"),
        (open_a_key, "root.p256.pem (0o644): chmod 600 it"),
        (lose_a_key, "missing"),
        (lose_the_archive, "There is no archive"),
        (lose_the_shelf, "Nothing is published"),
        (open_the_directory, "Other accounts"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_doctor_finds_what_is_broken_and_goes_on(
    type_: Callable[..., Result], published: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(published)
    told = type_("doctor")
    assert told.exit_code == 1
    assert [line for line in told.output.splitlines() if line.startswith("BAD") and words in line]
    assert len(told.output.splitlines()) >= 5


def test_a_doctor_speaks_of_the_address_of_the_last_run(type_: Callable[..., Result], published: Path) -> None:
    (published / "public-url").write_text("http://127.0.0.1:9000\n")
    assert "http://127.0.0.1:9000 is not https" in type_("doctor").output


def test_a_doctor_of_nothing_says_how_to_begin(type_: Callable[..., Result]) -> None:
    told = type_("doctor")
    assert told.exit_code == 1
    assert "`unsilenced run` makes it" in told.output


def files_of(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_an_export_holds_every_served_file_but_the_daily_feeds_and_nothing_else(
    type_: Callable[..., Result], published: Path, tmp_path: Path
) -> None:
    told = type_("export", str(tmp_path / "site"))
    assert told.exit_code == 0
    printing = Shelf(published / "shelf").current()
    # The daily feeds change every midnight; a signed list that a copy is checked against cannot name them.
    served = [path for path in printing.paths() if path.startswith("/") and not path.startswith("/daily.")]
    assert files_of(tmp_path / "site") == {path[1:]: printing.get(path).body for path in served}  # type: ignore[union-attr]


def test_a_second_export_writes_what_changed_and_removes_what_is_gone(
    type_: Callable[..., Result], published: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    type_("export", str(site))
    (site / "notice.html").write_text("mine")
    (site / "feed.atom").write_text("altered")
    listed = site / "files.txt"
    listed.write_text(listed.read_text() + "0 /f/gone.txt\n0 /../rows.jsonl\n")
    (site / "f" / "gone.txt").write_text("of an edition before")
    told = type_("export", str(site))
    assert "2 files written" in told.output  # the feed and the list
    assert (site / "notice.html").read_text() == "mine"
    assert not (site / "f" / "gone.txt").exists()
    assert (tmp_path / "rows.jsonl").exists()


def test_an_export_never_touches_a_directory_that_is_not_its_own(
    type_: Callable[..., Result], published: Path, tmp_path: Path
) -> None:
    told = type_("export", str(tmp_path))
    assert told.exit_code == 1
    assert "is not empty" in told.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "rows.jsonl"]


@pytest.mark.parametrize(
    "words",
    [("--records", "no/x.jsonl"), ("--archive", "no/x.tar"), ("rows.jsonl/x",)],
    ids=["records into no directory", "an archive into no directory", "files below a file"],
)
def test_an_export_that_cannot_be_written_is_a_sentence(
    type_: Callable[..., Result], published: Path, words: tuple[str, ...]
) -> None:
    *option, name = words
    place = published.parent / name
    told = type_("export", *option, str(place))
    assert told.exit_code == 1
    assert f"Error: {place} could not be written (No" in told.output
    assert isinstance(told.exception, SystemExit)


def test_an_unsigned_edition_that_cannot_be_written_is_a_sentence(
    type_: Callable[..., Result], published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widget_server.commands.export.waiting_shelf", lambda _: Shelf(published / "shelf"))
    place = published.parent / "no" / "x"
    told = type_("export", "--unsigned", str(place))
    assert f"Error: {place} could not be written (No such file or directory)." in told.output
