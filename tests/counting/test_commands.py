"""`unsilenced republishers` and `unsilenced forget`, as an operator types them."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.republishers import Republisher
from widget_server.commands import forget, republishers
from widget_server.counting.listing import as_csv
from widget_server.settings import Settings

DAY = date(2026, 11, 24)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path)
    tally = {
        (DAY, "script", "all", "example.com"): 7,
        (DAY, "frame", "lang-vi", "example.com"): 2,
        (date(2026, 1, 3), "2006", "all", "old.org"): 1,
        (DAY, "script", "all", "~undisclosed"): 5,
    }
    with Archive.open(settings.database_url) as archive:
        Counts(archive.engine).add(Batch("a", "s", 0, 9, tally, {DAY: 3}))
    return settings


def listed(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(republishers.command, arguments, obj=settings, catch_exceptions=False)


def test_the_table_names_sites_and_explains_what_is_no_site(settings: Settings) -> None:
    lines = listed(settings).output.splitlines()
    assert lines[1].split() == ["example.com", "2026-11-24", "2026-11-24", "9", "7", "2", "0", "0", "0", "0"]
    assert lines[-3] == "15 displays on 2 named sites."
    assert lines[-2] == "3 more were answered but not counted: the spool was full."
    assert lines[-1].startswith("~undisclosed  Undisclosed:")


def test_json_carries_the_same_numbers(settings: Settings) -> None:
    told = json.loads(listed(settings, "--format", "json", "--sort", "name").output)
    assert [(each["site"], each["displays"], each["bucket"]) for each in told["republishers"]] == [
        ("example.com", 9, False),
        ("old.org", 1, False),
        ("~undisclosed", 5, True),
    ]
    assert told["lost"] == 3


def test_search_and_quiet_narrow_the_list(settings: Settings) -> None:
    by_name = listed(settings, "--search", "old", "--format", "csv").output
    quiet = listed(settings, "--quiet", "30", "--format", "csv").output
    for output in (by_name, quiet):
        assert [row[0] for row in csv.reader(io.StringIO(output))][:2] == ["site", "old.org"]


def test_a_name_cannot_become_a_formula_in_a_spreadsheet() -> None:
    sly = Republisher("-2+3.example", DAY, DAY, 1, {"script": 1})
    assert as_csv([sly]).splitlines()[1].startswith("'-2+3.example,")


@pytest.mark.parametrize("typed", ["example.com", "www.example.com", "Example.COM", "https://blog.example.com/a?b"])
def test_a_forgotten_site_is_gone_from_the_list_and_its_displays_are_not(settings: Settings, typed: str) -> None:
    done = CliRunner().invoke(forget.command, [typed], obj=settings)
    assert done.exit_code == 0
    output = listed(settings).output
    assert "example.com" not in output
    assert "15 displays on 1 named site." in output


@pytest.mark.parametrize("typed", ["nobody.example", "~undisclosed", "https://[", ""])
def test_an_unknown_site_is_said_to_be_unknown(settings: Settings, typed: str) -> None:
    done = CliRunner().invoke(forget.command, [typed], obj=settings)
    assert done.exit_code == 1
    assert f"No site is called {typed};" in done.output
