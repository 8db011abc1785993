"""The first page: what needs somebody, and, for editors, what readers saw."""

from datetime import timedelta

import pytest

from fragments.store import quarantine
from fragments.store.counting import Batch, Counts
from fragments.store.quarantine import Quarantine, Submission
from tests.conftest import NOW
from widget_server.charts import chart

TODAY = NOW.date()


@pytest.fixture
def counted(desk):
    """Displays on a site that is new and on one that is not."""
    tally = {(TODAY, "script", "all", "new.org"): 3, (TODAY - timedelta(days=50), "script", "all", "old.org"): 4}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "s", 0, 1, tally, {}))


def test_an_editor_sees_displays_and_who_is_new(counted, sign_in):
    page = sign_in("ben").get("/").text

    assert "7 displays on 2 named sites" in page
    assert 'New this week: <a href="/republishers/new.org"><bdi dir="ltr">new.org</bdi></a>.' in page
    assert "old.org" not in page
    assert page.count("<rect") == 2


def newcomers(desk, *names):
    """Sites that showed a fragment today for the first time."""
    tally = {(TODAY, "script", "all", name): 1 for name in names}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "s", 0, 1, tally, {}))


@pytest.mark.parametrize(
    ("lang", "joined"),
    [("en", "{}, {} and {}."), ("fr", "{}, {} et {}."), ("es", "{}, {} y {}."), ("ar", "{} و{} و{}.")],
)
def test_sites_are_joined_as_the_language_joins_them(desk, sign_in, lang, joined):
    newcomers(desk, "a.org", "b.org", "c.org")
    links = [f'<a href="/republishers/{name}"><bdi dir="ltr">{name}</bdi></a>' for name in ("a.org", "b.org", "c.org")]

    assert joined.format(*links) in sign_in("ben").get("/", headers={"Accept-Language": lang}).text


def test_more_than_five_newcomers_are_a_number_that_leads_to_the_list(desk, sign_in):
    newcomers(desk, *(f"s{n}.org" for n in range(8)))

    page = sign_in("ben").get("/").text

    assert page.count("/republishers/s") == 5
    assert 'and <a href="/republishers?which=new">3 more sites</a>.' in page


def test_a_new_site_is_called_in_its_own_letters_and_by_the_name_in_files_when_pointed_at(desk, sign_in):
    newcomers(desk, "xn--bcher-kva.de")

    assert '<bdi dir="ltr" title="xn--bcher-kva.de">bücher.de</bdi>' in sign_in("ben").get("/").text


@pytest.mark.parametrize(
    ("days_ago", "shown", "whole", "first"),
    [(0, 60, False, 13), (3, 60, False, 13), (20, 60, False, 20), (0, 5, False, 4), (3, 28, True, 27)],
    ids=["one day", "two days", "weeks", "room for five days", "a whole month"],
)
def test_a_chart_of_few_days_begins_two_weeks_ago(days_ago, shown, whole, first):
    found = chart({TODAY - timedelta(days=days_ago): 4, TODAY: 2}, TODAY, shown=shown, whole=whole)

    assert found.bars[0].day == TODAY - timedelta(days=first)
    assert len(found.bars) == first + 1


def test_a_contributor_sees_no_site_and_no_number_of_readers(counted, sign_in):
    page = sign_in("ana").get("/").text

    assert "new.org" not in page
    assert "displays" not in page


def test_editors_are_told_when_the_public_is_turned_away(desk, sign_in, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST", 2)
    room = Quarantine(desk.extensions["archive"].engine)
    full = "As many texts of the public wait as there is room for"

    room.put([Submission("a", {"text": "Alpha"}, NOW)], NOW)
    before = [sign_in("ben").get(path).text for path in ("/", "/quarantine")]
    room.put([Submission("b", {"text": "Beta"}, NOW)], NOW)
    after = [sign_in("ben").get(path).text for path in ("/", "/quarantine")]

    assert [full in page for page in before] == [False, False]
    assert [full in page for page in after] == [True, True]
    assert full not in sign_in("ana").get("/").text


def test_what_needs_somebody_is_counted_and_leads_to_a_list_of_as_many(desk, sign_in, written):
    ben = sign_in("ben")
    with desk.extensions["archive"].writing("ben", NOW) as archive:
        archive.hold(written, "a lawyer asks")

    page = ben.get("/").text

    assert "1 text is under a legal hold" in page
    assert 'href="/find?state=hold"' in page
    assert written in ben.get("/find?state=hold").text
    assert "embargo" not in page


def test_a_desk_where_nothing_happened_says_so_calmly(sign_in):
    page = sign_in("ben").get("/").text

    assert "Nothing waits." in page
    assert "0 displays on 0 named sites" in page
    assert 'class="attention"' not in page


def test_a_text_that_was_sent_back_stands_on_its_writers_first_page(desk, sign_in, written):
    assert written not in sign_in("cleo").get("/").text
    with desk.extensions["archive"].writing("ben", NOW) as archive:
        archive.send_back(written, "which page is it on?")

    assert f"/fragments/{written}" in sign_in("ana").get("/").text
    assert "sent back to you" not in sign_in("ben").get("/").text
