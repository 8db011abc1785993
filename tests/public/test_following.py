"""Feeds on pages: what a program finds in the head, and what a person finds on /feeds."""

import lxml.html
import pytest
from flask.testing import FlaskClient

from embed.strings import UI_LANGUAGES
from fragments.ids import id_of
from tests.public.conftest import URL


def heads(client: FlaskClient, path: str, ui: str = "en") -> list[str]:
    page = lxml.html.document_fromstring(client.get(path, headers={"Accept-Language": ui}).data.decode())
    links = page.xpath("//link[@rel='alternate'][contains(@type, 'atom') or contains(@type, 'rss')]/@href")
    return [link for link in links if link.endswith(".atom")]


@pytest.mark.parametrize("path", ["/", "/feeds", "/about", f"/f/{id_of('plain')}"])
@pytest.mark.parametrize(("ui", "first"), [("fa", "/feeds/lang/fa.atom"), ("en", "/feeds/lang/en.atom")])
def test_a_page_names_the_feed_in_its_own_language_first(client: FlaskClient, path: str, ui: str, first: str) -> None:
    assert heads(client, path, ui) == [first, "/feed.atom", "/daily.atom"]


def test_a_language_that_no_fragment_can_be_read_in_has_no_feed_to_name(client: FlaskClient) -> None:
    assert heads(client, "/", "ru") == ["/feed.atom", "/daily.atom"]


@pytest.mark.parametrize(
    ("query", "feed"),
    [
        ("country=GB", "/feeds/country/GB.atom"),
        ("lang=en&country=GB", "/feeds/lang/en/country/GB.atom"),
        ("country=GB&topic=press", "/feeds/country/GB/topic/press.atom"),
        (
            "lang=fa&country=GB",
            "/feeds/lang/fa.atom",
        ),  # one fragment only: the pair has no feed, the page's language has
        ("lang=en,fa", "/feeds/lang/fa.atom"),
    ],
)
def test_a_list_names_the_feed_of_just_what_it_shows_before_all_others(
    client: FlaskClient, query: str, feed: str
) -> None:
    assert heads(client, f"/fragments?{query}", "fa")[0] == feed


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_every_feed_offered_to_a_person_is_there(client: FlaskClient, ui: str) -> None:
    page = lxml.html.document_fromstring(client.get("/feeds", headers={"Accept-Language": ui}).data.decode())
    offered = set(page.xpath("//main//a/@href"))
    assert {"/feed.atom", "/daily.json", "/feeds/lang/fa.rss", "/feeds.opml"} <= offered
    assert "/feeds/lang/en/country/GB.atom" in offered
    assert {client.get(address).status_code for address in offered} == {200}


def test_pairs_stand_under_the_name_of_their_first_facet(client: FlaskClient) -> None:
    page = lxml.html.document_fromstring(client.get("/feeds").data.decode())
    groups = {details.xpath("string(summary)").split()[0]: details for details in page.xpath("//details")}
    assert "English" in groups
    assert groups["English"].xpath(".//li/a/text()")[0] == "United Kingdom"
    assert groups["English"].xpath(".//a/@aria-label")[1] == "United Kingdom, RSS"


def test_an_address_that_is_copied_by_hand_breaks_between_host_and_path_only(client: FlaskClient) -> None:
    page = lxml.html.document_fromstring(client.get("/feeds?ui=ar").data.decode())
    addresses = page.xpath("//main//bdi[@dir='ltr']/a")

    assert [(each.text, each[0].tag, each.text_content()) for each in addresses] == [
        (URL, "wbr", URL + each.get("href")) for each in addresses
    ]
    assert {each.get("href") for each in addresses} >= {"/feed.atom", "/daily.rss", "/feeds.opml"}


@pytest.mark.parametrize(("typed", "found"), [("/daily", "/feeds"), ("/feed?ui=fa", "/feeds?ui=fa")])
def test_a_feeds_address_without_its_ending_leads_to_all_feeds(client: FlaskClient, typed: str, found: str) -> None:
    assert client.get(typed).headers["Location"] == found


def test_a_feed_that_is_not_there_says_where_feeds_are_listed(client: FlaskClient) -> None:
    answer = client.get("/feeds/lang/xx.atom")

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "/feeds lists those that it has" in answer.text
