"""Backup and restore, by the commands an operator types, on both databases and between them."""

import io
import json
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from fragments.store.archive import Archive
from fragments.store.schema import tables
from widget_server.cli import main
from widget_server.keeping import saving

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COMMAND = "from widget_server.cli import main; main()"
PASSPHRASE = "five random words of mine"
LINE = (
    '{{"id": "r-{0}", "text": "A passage {0}.", "lang": "en", "title": "Alpha", "country": "VN", "source_id": "s"}}\n'
)


class Place:
    """A data directory with a database of its own."""

    def __init__(self, folder, database_url):
        self.folder = folder
        self.database_url = database_url
        self.environ = {"UNSILENCED_DATA": str(folder), "UNSILENCED_DATABASE_URL": database_url}

    def run(self, *words):
        """What a command prints, with standard error; it must not fail."""
        done = self.tried(*words)
        assert done.exit_code == 0, done.output
        return done.output

    def tried(self, *words):
        return CliRunner().invoke(main, [str(word) for word in words], env=self.environ)

    def rows(self):
        with Archive.open(self.database_url) as archive, archive.engine.connect() as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                for table in tables()
            }

    def secrets(self):
        """Names and bytes of all that is neither printed nor spooled nor a database."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.relative_to(self.folder).parts[0] in {"keys", "desk.secret", "public-url"}
        }


def site(tmp_path, database_url):
    """A site with six fragments, an edition, keys and a desk secret."""
    made = Place(tmp_path / "site", database_url)
    made.folder.mkdir(mode=0o700)
    (tmp_path / "rows.jsonl").write_text("".join(LINE.format(number) for number in range(6)))
    made.run("import", "--quiet", tmp_path / "rows.jsonl")
    made.run("publish")
    (made.folder / "desk.secret").write_text("a" * 64)
    return made


@pytest.fixture
def place(tmp_path, database_url):
    """Such a site, on SQLite and then on PostgreSQL."""
    return site(tmp_path, database_url)


@pytest.fixture
def small_place(tmp_path, sqlite_url):
    """Such a site on SQLite, where the database does not matter: each passphrase costs a second."""
    return site(tmp_path, sqlite_url)


@pytest.fixture
def other(tmp_path, sqlite_url):
    """An empty place on SQLite."""
    return Place(tmp_path / "other", sqlite_url.replace("archive.db", "other.db"))


@pytest.fixture
def passphrase_file(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return file


def rewritten(file, change):
    """The same tar with each member's bytes as `change(name, body)` says; None leaves it out."""
    members = {}
    with tarfile.open(file) as tar:
        for member in tar:
            members[member.name] = tar.extractfile(member).read()
    with tarfile.open(file, "w:gz") as tar:
        for name, body in members.items():
            changed = change(name, body)
            if changed is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(changed)
                tar.addfile(entry, io.BytesIO(changed))


def test_a_backup_brings_back_every_row_and_every_key(place, other, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    other.run("restore", tmp_path / "b.tar.gz")

    assert other.rows() == place.rows()
    assert other.secrets() == place.secrets()
    assert "keys/edition.p256.pem" in other.secrets()


def test_keys_in_a_restored_place_are_readable_by_nobody_else(place, other, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    other.run("restore", tmp_path / "b.tar.gz")

    modes = {path.stat().st_mode & 0o777 for path in (other.folder / "keys").iterdir()}
    assert modes == {0o600}
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600


def test_a_restored_place_is_sound_and_serves_the_same_edition(place, other, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    other.run("restore", tmp_path / "b.tar.gz")

    assert "Edition 1: 6 fragments" in other.run("publish")
    assert "BAD" not in other.run("doctor")


def test_an_encrypted_backup_says_nothing_without_its_passphrase(small_place, other, tmp_path, passphrase_file):
    small_place.run("backup", "--passphrase-file", passphrase_file, tmp_path / "b.age")
    before = (tmp_path / "b.age").read_bytes()
    (tmp_path / "wrong").write_text("five other words of yours")

    refused = other.tried("restore", "--passphrase-file", tmp_path / "wrong", tmp_path / "b.age")

    assert before.startswith(b"age-encryption.org/v1")
    assert b"passage" not in before
    assert refused.exit_code == 1
    assert "the passphrase does not open it" in refused.output
    assert not (other.folder / "keys").exists()
    other.run("restore", "--passphrase-file", passphrase_file, tmp_path / "b.age")
    assert other.rows() == small_place.rows()


def test_a_passphrase_is_typed_twice_and_never_shown(small_place, tmp_path):
    words = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    done = CliRunner().invoke(
        main, ["backup", "--encrypt", str(tmp_path / "b.age")], env=small_place.environ, input=words
    )

    assert done.exit_code == 0, done.output
    assert PASSPHRASE not in done.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda name, body: None if name == "contents.json" else body, "no list of contents"),
        (lambda name, body: None if name == "tables/audit.jsonl" else body, "other files than it lists"),
        (lambda _name, body: body.replace(b"passage", b"forgery"), "is damaged"),
        (lambda _name, body: body.replace(b"unsilenced backup 1", b"unsilenced backup 9"), "unsilenced backup 9"),
        (lambda name, body: b"[]" if name == "contents.json" else body, "cannot be read"),
    ],
    ids=["no list", "a table missing", "a text altered", "another format", "a list that is none"],
)
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_touched(small_place, other, tmp_path, change, words):
    small_place.run("backup", tmp_path / "b.tar.gz")
    rewritten(tmp_path / "b.tar.gz", change)

    refused = other.tried("restore", tmp_path / "b.tar.gz")

    assert refused.exit_code == 1
    assert words in refused.output
    assert "Nothing was changed" in refused.output
    assert list(other.folder.iterdir()) == []


def test_a_backup_that_was_cut_off_is_refused(small_place, other, tmp_path):
    small_place.run("backup", tmp_path / "b.tar.gz")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(whole[: len(whole) // 2])

    refused = other.tried("restore", tmp_path / "b.tar.gz")

    assert "damaged or cut off" in refused.output


def test_a_member_that_points_out_of_the_place_is_refused(other, tmp_path):
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("files/../../out.txt")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))

    refused = other.tried("restore", tmp_path / "b.tar.gz")

    assert refused.exit_code == 1
    assert not (tmp_path / "out.txt").exists()


def test_a_place_that_holds_something_is_replaced_only_when_that_is_confirmed(place, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    before = place.rows()
    (tmp_path / "more.jsonl").write_text(LINE.format(99))
    place.run("import", "--quiet", tmp_path / "more.jsonl")
    changed = place.rows()

    refused = place.tried("restore", tmp_path / "b.tar.gz")

    assert refused.exit_code == 1
    assert place.rows() == changed
    told = place.run("restore", "--replace", tmp_path / "b.tar.gz")
    assert place.rows() == before
    kept = next(place.folder.glob("before-restore-2*.tar.gz"))
    assert str(kept) in told
    place.run("restore", "--replace", kept)
    assert place.rows() == changed


def test_an_edition_after_a_restore_does_not_reuse_a_number_that_readers_saw(place, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    (tmp_path / "more.jsonl").write_text(LINE.format(99))
    place.run("import", "--quiet", tmp_path / "more.jsonl")
    assert "Edition 2" in place.run("publish")

    told = place.run("restore", "--replace", tmp_path / "b.tar.gz")

    assert "the next one gets the number 3" in told
    assert "Edition 3" in place.run("publish")
    assert "BAD" not in place.run("doctor")


def test_on_another_machine_the_operator_says_what_readers_saw(place, other, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")
    other.run("restore", tmp_path / "b.tar.gz")

    assert "Edition 8" in other.run("publish", "--above", "7")


def test_a_file_that_is_there_is_not_replaced_unasked(place, tmp_path):
    (tmp_path / "b.tar.gz").write_text("mine")

    refused = place.tried("backup", tmp_path / "b.tar.gz")

    assert refused.exit_code == 1
    assert (tmp_path / "b.tar.gz").read_text() == "mine"
    place.run("backup", "--force", tmp_path / "b.tar.gz")
    assert tarfile.is_tarfile(tmp_path / "b.tar.gz")


def test_a_full_disk_leaves_no_file_and_the_one_before(small_place, tmp_path):
    (tmp_path / "b.tar.gz").write_text("yesterday's")
    limited = f"ulimit -f 8; exec {sys.executable} -c '{COMMAND}' backup --force {tmp_path / 'b.tar.gz'}"

    done = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {limited}"],
        env={**os.environ, **small_place.environ},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert (tmp_path / "b.tar.gz").read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".backup")] == []


def test_the_list_of_contents_counts_what_is_there(place, tmp_path):
    place.run("backup", tmp_path / "b.tar.gz")

    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        contents = json.load(tar.extractfile("contents.json"))
        lines = {
            member["name"]: len(tar.extractfile(member["name"]).read().splitlines())
            for member in contents["members"]
            if member["rows"] is not None
        }

    assert lines == {member["name"]: member["rows"] for member in contents["members"] if member["name"] in lines}
    assert lines["tables/fragments.jsonl"] == 6


def test_a_file_that_goes_while_a_backup_is_made_spoils_nothing(small_place, tmp_path, monkeypatch):
    box = small_place.folder / "submissions"
    box.mkdir()
    (box / "one.json").write_text("{}")
    (box / "other.json").write_text("{}")
    listed = saving.kept_files

    def taken_in_meanwhile(settings):
        for inside in listed(settings):
            if inside.name == "one.json":
                (box / "one.json").unlink()
            yield inside

    monkeypatch.setattr(saving, "kept_files", taken_in_meanwhile)
    small_place.run("backup", tmp_path / "b.tar.gz")

    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        kept = [name for name in tar.getnames() if "submissions" in name]
    assert kept == ["tables/submissions.jsonl", "files/submissions/other.json"]
