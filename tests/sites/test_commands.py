"""What `unsilenced republishers` says of owners and visits, and what `unsilenced forget` takes away."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from widget_server.commands import forget, republishers
from widget_server.counting.post import today
from widget_server.settings import Settings
from widget_server.sites import notice
from widget_server.sites.announcing import announce

SITE = "alice.github.io"


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """A listed site that was seen today, and a notice that names it."""
    made = Settings(data=tmp_path, database_url=sqlite_url)
    with Archive.open(sqlite_url) as archive:
        Counts(archive.engine).add(Batch("a", "s", 0, 9, {(date(2026, 11, 1), "script", "all", SITE): 7}, {}))
        Registrations(archive.engine).register(SITE, "a" * 64, Proof.FILE, today())
        Registrations(archive.engine).list_in_public(SITE, True)
        Visits(archive.engine).begin(SITE, today())
        Visits(archive.engine).record(SITE, Verdict.FOUND, today())
        announce(archive, tmp_path, today())
    return made


def test_the_table_says_who_owns_a_site_and_whether_the_snippet_is_there(settings: Settings) -> None:
    said = CliRunner().invoke(republishers.command, [], obj=settings, catch_exceptions=False)

    assert said.output.splitlines()[1].split()[-3:] == ["listed", "found", today().isoformat()]


def test_a_forgotten_site_is_gone_from_every_table_and_from_the_notice(settings: Settings) -> None:
    assert notice.read(settings.data).sites == (SITE,)

    done = CliRunner().invoke(forget.command, [SITE], obj=settings, catch_exceptions=False)

    assert done.exit_code == 0
    assert notice.read(settings.data).sites == ()
    with Archive.open(settings.database_url) as archive, archive.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert SITE not in dump
