"""What an operator reads of a fault: which setting or place to look at, and nothing that must not be shown."""

import errno
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fragments.store.database import engine_at
from widget_server.advice import advice
from widget_server.cli import main
from widget_server.settings import Settings

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def type_(tmp_path: Path) -> Callable[..., Result]:
    """Types commands for the data directory `file`, which is a file; more settings by name."""
    (tmp_path / "file").write_text("no directory")
    environ = {"UNSILENCED_DATA": str(tmp_path / "file"), "UNSILENCED_STARTER": "no"}
    return lambda *words, **more: CliRunner().invoke(main, words, env=environ | more)


@pytest.mark.parametrize("words", [("run",), ("publish",), ("editor",)], ids=" ".join)
@pytest.mark.parametrize("below", ["", "/below"], ids=["a file", "below a file"])
def test_a_data_directory_that_cannot_be_made_is_a_sentence(
    type_: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], below: str
) -> None:
    place = f"{tmp_path}/file{below}"
    told = type_(*words, UNSILENCED_DATA=place, UNSILENCED_PORT="1", UNSILENCED_HOST="127.0.0.1")
    assert told.exit_code == 1
    assert f"Error: {place}: " in told.output
    assert "UNSILENCED_DATA must name a directory that this user can make and write to.\n" in told.output
    assert isinstance(told.exception, SystemExit)


@pytest.mark.parametrize("words", [("publish",), ("republishers",), ("doctor",)], ids=" ".join)
def test_a_database_that_is_not_there_names_its_setting_and_the_reason_and_no_password(
    type_: Callable[..., Result], tmp_path: Path, words: tuple[str, ...]
) -> None:
    shutil.copytree(tmp_path, tmp_path / "data")
    address = "postgresql://nobody:tulip@127.0.0.1:1/nothing"
    told = type_(*words, UNSILENCED_DATA=str(tmp_path / "data"), UNSILENCED_DATABASE_URL=address)
    assert told.exit_code == 1
    assert "The database postgresql://nobody:***@127.0.0.1:1/nothing cannot be reached" in told.output
    assert "refused" in told.output
    assert "Is it running, and is UNSILENCED_DATABASE_URL right?\n" in told.output
    assert "tulip" not in told.output
    assert "ArchiveUnreachable" not in told.output


def test_a_file_that_is_no_database_asks_about_the_place(type_: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "data" / "archive.sqlite3").mkdir(parents=True)
    told = type_("publish", UNSILENCED_DATA=str(tmp_path / "data"))
    assert told.exit_code == 1
    assert f"The database {tmp_path}/data/archive.sqlite3 cannot be reached (unable to open" in told.output
    assert "UNSILENCED_DATA" in told.output


def test_a_full_database_is_told_without_the_words_that_were_to_be_stored(sqlite_url: str, tmp_path: Path) -> None:
    with engine_at(sqlite_url) as engine, engine.connect() as connection:
        connection.execute(text("CREATE TABLE filling (words TEXT)"))
        connection.execute(text("PRAGMA max_page_count = 1"))  # SQLite raises it to what is there already
        with pytest.raises(OperationalError) as full:
            connection.execute(text("INSERT INTO filling VALUES (:words)"), {"words": "tulip " * 500_000})
    told = advice(full.value, Settings(data=tmp_path))
    assert told
    assert "database or disk is full" in told
    assert "room on the disk" in told
    assert "tulip" not in told


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device. Make room"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/keys/now"),
            "/data/keys/now: Permission denied. UNSI",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/data"), "UNSILENCED_DATA must name"),
        (PermissionError(errno.EACCES, "Permission denied", "/elsewhere/x"), "as a user who may"),
    ],
    ids=["a full disk", "no right inside", "a disk to read only", "no right elsewhere"],
)
def test_what_a_disk_refuses_is_a_sentence(fault: OSError, words: str) -> None:
    assert words in (advice(fault, Settings(data=Path("/data"))) or "")


def test_a_bug_keeps_its_traceback(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert advice(KeyError("x"), settings) is None
    assert advice(FileNotFoundError(errno.ENOENT, "No such file", str(tmp_path / "shelf" / "x")), settings) is None


def test_a_doctor_finds_a_disk_with_little_room(
    type_: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**9, 0, 499_000_000))
    told = type_("doctor", UNSILENCED_DATA=str(tmp_path / "data")).output
    assert "has room for 499 MB more" in told
    assert "There are no keys" in told
