"""The first page: what needs somebody, and, for editors, what readers saw."""

from datetime import timedelta

import pytest

from fragments.store import quarantine
from fragments.store.counting import Batch, Counts
from fragments.store.quarantine import Quarantine, Submission
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def counted(desk):
    """Displays on a site that is new and on one that is not."""
    tally = {(TODAY, "script", "all", "new.org"): 3, (TODAY - timedelta(days=50), "script", "all", "old.org"): 4}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "s", 0, 1, tally, {}))


def test_an_editor_sees_displays_and_who_is_new(counted, sign_in):
    page = sign_in("ben").get("/").text

    assert "7 displays on 2 named sites" in page
    assert "New this week: 1" in page
    assert 'href="/republishers/new.org"' in page
    assert "old.org" not in page
    assert page.count("<rect") == 2


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
