"""A page made to keep a parser busy costs the caretaker nothing and counts as unreadable, not as without a snippet."""

import time
from datetime import UTC, datetime

import pytest

from fragments.store.archive import Archive
from fragments.store.registrations import Errand, Verdict, Visits
from tests.sites.conftest import Led, Web
from widget_server.settings import Settings
from widget_server.sites import visiting
from widget_server.sites.visiting import Rounds, Visitor

SITE = "mallory.org"
US = "https://fragments.org"
FRAME = f'<iframe src="{US}/frame?lang=vi" title="x"></iframe>'
BUSY = f"<a {' '.join(f'a{number}=1' for number in range(100_000))}>"  # 950 KB: ten seconds and more of work
DEEP = "<div>" * 100_000
NIGHT = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)


@pytest.fixture
def visitor(web: Web) -> Visitor:
    return Visitor(Led(web), [US])


@pytest.mark.parametrize("page", [BUSY, DEEP], ids=["attributes", "deep"])
def test_a_page_that_cannot_be_read_is_not_said_to_lack_the_snippet(web: Web, visitor: Visitor, page: str) -> None:
    web.say(SITE, "/", page + FRAME)

    began = time.process_time()
    assert visitor.look(Errand(SITE, None)) is Verdict.UNREADABLE
    assert time.process_time() - began < 3  # of this process, which has the caretaker's other work to do
    assert [path for _, path, _ in web.asked].count("/") == 1


def test_the_sites_after_one_that_cannot_be_read_are_visited(
    web: Web, visitor: Visitor, sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "PATIENCE", 2.0)
    visits = Visits(sqlite_archive.engine)
    for name, page in ((SITE, BUSY), ("nice.org", FRAME)):
        visits.choose(name)
        web.say(name, "/", page)

    Rounds(lambda _: visitor, lambda: NIGHT).go(Settings(public_url=US), sqlite_archive)

    assert {name: visit.verdict for name, visit in visits.all().items()} == {
        SITE: Verdict.UNREADABLE,
        "nice.org": Verdict.FOUND,
    }
