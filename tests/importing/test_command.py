"""`unsilenced import` at a terminal: what it prints, what it writes, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fragments.importing.progress import bar
from fragments.store.archive import Archive
from widget_server.commands.import_ import command
from widget_server.settings import Settings

Writer = Callable[..., Path]
HEADER = "id,text,lang,title,country"
GOOD, BAD = "1,Alpha,en,A,VN", "2,Beta,cn,B,VN"


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data=tmp_path, database_url=sqlite_url)


@pytest.fixture
def unsilenced(settings: Settings) -> Callable[..., Result]:
    def invoke(*arguments: object, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments], obj=settings, input=stdin)

    return invoke


def test_a_good_file_ends_with_0_and_exact_counts(unsilenced: Callable[..., Result], table: Writer) -> None:
    result = unsilenced(table(HEADER, GOOD))

    assert result.exit_code == 0
    assert "1 rows read\nfragments: 1 new, 0 changed, 0 unchanged\nsources:   1 new" in result.stdout
    assert result.stderr == ""


def test_a_rejected_row_ends_with_1_and_says_what_to_do(unsilenced: Callable[..., Result], table: Writer) -> None:
    result = unsilenced(table(HEADER, GOOD, BAD))

    assert result.exit_code == 1
    assert "rows.csv, line 3: lang: “cn” is not a language" in result.stdout


def test_a_broken_file_ends_with_1(unsilenced: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04")

    result = unsilenced(tmp_path / "list.xlsx")

    assert result.exit_code == 1
    assert "save it as “CSV UTF-8”" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "a=autor"], "did you mean author?"),
        (["--map", "a"], "COLUMN=FIELD"),
        (["--set", "author"], "FIELD=VALUE"),
        (["--map", "a=title", "--map", "a=author"], "twice"),
        (["--set", "translation=x"], "translation.en"),
        (["--encoding", "utf-9"], "utf-9"),
    ],
    ids=["a slip", "half a mapping", "half a constant", "a column twice", "no language", "no encoding"],
)
def test_a_wrong_command_ends_with_2_and_says_why(
    unsilenced: Callable[..., Result], table: Writer, options: list[str], said: str
) -> None:
    result = unsilenced(table(HEADER, GOOD), *options)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_missing_file_ends_with_2(unsilenced: Callable[..., Result]) -> None:
    assert unsilenced("nowhere.csv").exit_code == 2


def test_their_columns_may_be_mapped_and_constants_set(
    unsilenced: Callable[..., Result], table: Writer, sqlite_url: str
) -> None:
    file = table("a=b,words,autor", "1,Alpha,Ana")

    options = ("--map", "a=b=id", "--map", "words=text", "--set", "lang=en", "--set", "gloss=a=b", "--id-prefix", "x-")
    result = unsilenced(file, *options)

    assert result.exit_code == 0
    assert "did you mean author? --map autor=author" in result.stdout
    with Archive.open(sqlite_url) as archive:
        (held,) = archive.fragments()
    assert (held.external_id, held.text, held.gloss) == ("x-1", "Alpha", "a=b")


def test_standard_input_is_read(unsilenced: Callable[..., Result]) -> None:
    result = unsilenced("-", stdin='{"id": "1", "text": "Alpha", "lang": "cn"}\n')

    assert result.exit_code == 1
    assert "standard input, line 1" in result.stdout


def test_a_dry_run_before_the_first_run_leaves_nothing_behind(tmp_path: Path, table: Writer) -> None:
    settings = Settings(data=tmp_path / "instance")

    result = CliRunner().invoke(command, [str(table(HEADER, GOOD)), "--dry-run"], obj=settings)

    assert result.exit_code == 0
    assert "nothing was written" in result.stdout
    assert not (tmp_path / "instance").exists()


def test_the_first_import_makes_the_archive(tmp_path: Path, table: Writer) -> None:
    settings = Settings(data=tmp_path / "instance")

    result = CliRunner().invoke(command, [str(table(HEADER, GOOD))], obj=settings)

    assert result.exit_code == 0
    with Archive.open(settings.database_url) as archive:
        assert archive.count() == 1


def test_the_report_is_written_as_json(unsilenced: Callable[..., Result], table: Writer, tmp_path: Path) -> None:
    result = unsilenced(table(HEADER, GOOD, BAD), "--report", tmp_path / "report.json")

    report = json.loads((tmp_path / "report.json").read_text())
    assert report["fragments"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert [(row["line"], row["field"]) for row in report["rejected"]] == [(3, "lang")]
    assert "report.json" in result.stdout


def test_a_report_that_cannot_be_written_is_said_plainly(
    unsilenced: Callable[..., Result], table: Writer, tmp_path: Path
) -> None:
    result = unsilenced(table(HEADER, GOOD), "--report", tmp_path / "nowhere" / "report.json")

    assert result.exit_code == 1
    assert "report.json" in result.stderr


class _Terminal:
    def __init__(self) -> None:
        self.drawn = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.drawn += text
        return len(text)

    def flush(self) -> None:
        pass


def test_a_bar_is_drawn_at_a_terminal(table: Writer) -> None:
    file, terminal = table(HEADER, GOOD), _Terminal()

    with bar([file], terminal) as progress:  # type: ignore[arg-type]
        assert progress is not None
        progress(str(file), file.stat().st_size, 1)

    assert "rows.csv" in terminal.drawn
    assert "1 rows" in terminal.drawn


def test_no_bar_is_drawn_where_nobody_watches(table: Writer) -> None:
    terminal = _Terminal()

    with bar([table(HEADER, GOOD)], terminal, quiet=True) as progress:  # type: ignore[arg-type]
        assert progress is None

    assert terminal.drawn == ""
