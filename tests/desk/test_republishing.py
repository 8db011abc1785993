"""Republishers at the desk: sites, what is no site, and feed readers, which are never added to sites."""

from datetime import timedelta

import pytest

from fragments.store.counting import Batch, Counts
from tests.conftest import NOW

TODAY = NOW.date()
SITES = {  # name -> first day, displays on it; last day, displays on it
    "old.org": (60, 5, 40, 2),
    "new.org": (3, 1, 0, 9),
    "steady.org": (20, 4, 1, 6),
    "~undisclosed": (5, 3, 0, 1),
}


@pytest.fixture
def ben(desk, sign_in):
    """An editor at a desk where four rows of sites and two feed readers were counted."""
    tally = {}
    for name, (first, many, last, few) in SITES.items():
        tally[TODAY - timedelta(days=first), "script", "all", name] = many
        tally[TODAY - timedelta(days=last), "badge", "lang-vi", name] = few
    polls = {(TODAY, "/feed.atom", "Feedly"): (7, 1200), (TODAY, "/feed.rss", "direct"): (31, 0)}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "s", 0, 1, tally, {}, polls))
    return sign_in("ben")


def names(page):
    """The sites of the list, by the links to their pages."""
    return [part.split('"')[0] for part in page.split('href="/republishers/')[1:]]


def test_the_list_says_how_many_are_new_and_how_many_went_quiet(ben):
    page = ben.get("/republishers").text

    assert "All: 4" in page
    assert "New this week: 1" in page
    assert "Gone quiet for a month: 1" in page
    assert names(page) == ["new.org", "steady.org", "old.org", "~undisclosed"]


@pytest.mark.parametrize(("which", "site"), [("new", "new.org"), ("quiet", "old.org")])
def test_the_list_can_be_narrowed(ben, which, site):
    assert names(ben.get(f"/republishers?which={which}").text) == [site]


@pytest.mark.parametrize("query", ["which=strange", "order=strange"])
def test_a_list_that_there_is_none_of_is_not_found(ben, query):
    assert ben.get(f"/republishers?{query}").status_code == 404


def test_a_row_that_is_no_site_has_a_name_and_an_explanation(ben):
    page = ben.get("/republishers").text

    assert ">Undisclosed<" in page
    assert "asked its readers’ browsers not to say" in page


def test_a_site_has_a_page_with_its_days_kinds_and_decks(ben):
    page = ben.get("/republishers/new.org").text

    assert "10 displays" in page
    assert page.count("<rect") == 2
    assert "lang-vi" in page
    assert ben.get("/republishers/nobody.org").status_code == 404


def test_a_site_that_shows_nothing_any_more_has_a_page_without_a_chart(ben, desk):
    desk.extensions["now"] = lambda: NOW + timedelta(days=200)

    assert "No displays in the last two months." in ben.get("/republishers/old.org").text


def test_feed_readers_are_shown_apart_and_not_added_to_displays(ben):
    page = ben.get("/republishers").text

    assert "31 displays on 3 named sites" in page  # 5+2 + 1+9 + 4+6 + 3+1, without the 38 polls
    assert "Feedly" in page
    assert "1,200" in page
    assert "says none" in page


@pytest.mark.parametrize("sought", ["bücher", "BÜCHER", "xn--bcher"], ids=["own letters", "capitals", "as in files"])
def test_a_site_is_found_and_called_in_its_own_letters_beside_its_name_in_files(ben, desk, sought):
    tally = {(TODAY, "script", "all", name): 1 for name in ("xn--bcher-kva.de", "xn--pypal-4ve.com")}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "t", 0, 1, tally, {}))

    page = ben.get("/republishers", query_string={"search": sought}).text

    assert names(page)[0] == "xn--bcher-kva.de"
    assert ">bücher.de</bdi></a>" in page
    assert '<bdi dir="ltr">xn--bcher-kva.de</bdi>' in page
    assert "pypal" not in page
    assert "<title>bücher.de" in ben.get("/republishers/xn--bcher-kva.de").text
    assert "\nxn--bcher-kva.de," in ben.get("/republishers.csv").text.replace("\r", "")
    assert ">xn--pypal-4ve.com</bdi>" in ben.get("/republishers").text


def test_a_long_list_has_pages(ben, desk):
    tally = {(TODAY, "script", "all", f"s{number:03}.org"): 1 for number in range(60)}
    Counts(desk.extensions["archive"].engine).add(Batch("m", "t", 0, 1, tally, {}))

    first, second = (names(ben.get(f"/republishers?order=name&page={number}").text) for number in (1, 2))

    assert len(first) == 50
    assert len(second) == 14
    assert not set(first) & set(second)


def test_a_contributor_does_not_see_who_republishes(sign_in):
    ana = sign_in("ana")

    assert ana.get("/republishers").status_code == 404
    assert ana.get("/republishers/new.org").status_code == 404
