"""The builder asks where a site is, and gives the one thing that works there."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment

from embed.snippets import Options
from embed.strings import UI_LANGUAGES
from fragments.nouns import Fragment
from widget_server.public import places

GIVEN = re.compile(r'<textarea id="placed".*?>(.*?)</textarea>', re.S)


def given(client: FlaskClient, place: str, more: str = "") -> str:
    page = client.get(f"/embed?site={place}{more}").get_data(as_text=True)
    assert page.count("<textarea") == 1
    found = GIVEN.search(page)
    assert found is not None
    return unescape(found[1]).strip()


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("html", r"<div class=\"unsilenced\".*<script async src=.* integrity=.*"),
        ("wordpress", r"https?://\S+/f/random"),
        ("wordpress_com", r"<div class=\"unsilenced-quotation\".*</div>"),
        ("ghost", r"<div class=\"unsilenced\".*<script async.*"),
        ("medium", r"https?://\S+/f/[0-9a-z]{10}"),
        ("blogger", r"<div class=\"unsilenced\".*<script async.*"),
        ("readme", r"\[!\[.*\]\(\S+/badge\.svg\S*\)\]\(\S+\)"),
        ("markdown", r"> \*\*.*\]\(\S+/f/[0-9a-z]{10}\).*"),
        ("signature", r"<div lang=.*<img src=.*</div>"),
        ("feed", r"https?://\S+/feed\.atom"),
    ],
)
def test_each_place_gets_the_one_thing_that_works_there(place: str, form: str, client: FlaskClient) -> None:
    assert re.fullmatch(form, given(client, place), re.S)


@pytest.mark.parametrize("place", places.PLACES)
def test_what_is_copied_from_the_box_is_what_was_made(place: str, a_fragment: Callable[..., Fragment]) -> None:
    hostile = a_fragment(text="If a<b & x <img src=x onerror=alert(1)> &lt;i&gt; \u0645")
    made = places.PLACES[place](hostile, Options(public_url="https://e.example"))
    box = Environment(autoescape=True).from_string("<textarea>{{ made }}</textarea>").render(made=made)
    assert unescape(box.removeprefix("<textarea>").removesuffix("</textarea>")) == made


def test_a_narrowed_feed_is_given_where_there_is_one(client: FlaskClient) -> None:
    assert re.fullmatch(r"https?://\S+/feeds/lang/fa\.atom", given(client, "feed", "&lang=fa"))


def test_a_feed_of_two_facets_is_given_where_there_is_one(client: FlaskClient) -> None:
    assert re.fullmatch(r"https?://\S+/feeds/lang/en/country/GB\.atom", given(client, "feed", "&lang=en&country=GB"))


def test_a_choice_that_no_feed_answers_is_said_and_no_wider_one_given(client: FlaskClient) -> None:
    page = client.get("/embed?site=feed&country=SU,GB").get_data(as_text=True)

    assert "<textarea" not in page
    assert "no feed of just this" in page
    assert "The script can never change under you" not in page
    assert re.search(r">(Soviet Union · United Kingdom|United Kingdom · Soviet Union)</option>", page)


def hidden(client: FlaskClient, place: str) -> set[str]:
    page = client.get(f"/embed?site={place}").get_data(as_text=True)
    return set(re.findall(r'id="(?:asks-)?(\w+)"[^>]* hidden>', page)) - {"copy"}


@pytest.mark.parametrize(
    ("place", "questions"),
    [
        ("", set()),
        ("html", set()),
        ("readme", set()),
        ("wordpress_com", set()),
        ("wordpress", {"width", "theme"}),
        ("medium", {"width", "theme"}),
        ("markdown", {"width", "theme"}),
        ("signature", {"width", "theme", "check"}),
        ("feed", {"one", "look", "width", "theme", "label", "check"}),
    ],
)
def test_what_makes_no_difference_at_a_place_is_not_asked(place: str, questions: set[str], client: FlaskClient) -> None:
    assert hidden(client, place) == questions


def test_the_preview_of_an_address_has_the_look_that_an_address_gives(client: FlaskClient) -> None:
    found = SHOWN.search(client.get("/embed?site=wordpress&theme=dark&width=300").get_data(as_text=True))
    assert found is not None

    assert "theme=auto&width=&" in unescape(found[1])


@pytest.mark.parametrize(
    ("place", "is_said"),
    [("medium", True), ("signature", True), ("html", False), ("wordpress", False), ("feed", False)],
)
def test_where_one_text_is_pasted_the_sample_says_which(place: str, is_said: bool, client: FlaskClient) -> None:
    page = client.get(f"/embed?site={place}").get_data(as_text=True)

    assert ("The snippet carries the first of these" in page) is is_said


def test_choosing_one_from_the_sample_keeps_the_place_and_the_look(client: FlaskClient) -> None:
    page = client.get("/embed?site=ghost&theme=dark&width=400&label=fa").get_data(as_text=True)
    (first, *_) = re.findall(r'href="(/embed\?f=[^"]*)"', page)

    found = client.get(unescape(first)).get_data(as_text=True)

    assert '<option value="ghost" selected>' in found
    assert '<option value="dark" selected>' in found
    assert '<option value="400" selected>' in found
    assert re.search(r'<option value="fa"[^>]* selected>', found)


def test_a_preview_runs_in_the_direction_of_the_bloggers_page(client: FlaskClient) -> None:
    assert '<html lang="fa" dir="rtl">' in client.get("/embed/preview?site=readme&label=fa").get_data(as_text=True)


def test_without_a_place_everything_is_shown(client: FlaskClient) -> None:
    assert client.get("/embed?site=nowhere").get_data(as_text=True).count("<textarea") == 3


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_places_are_worded_in_every_language(ui: str, client: FlaskClient) -> None:
    assert GIVEN.search(client.get(f"/embed?site=medium&ui={ui}").get_data(as_text=True))


@pytest.mark.parametrize(
    ("place", "is_said"), [("html", True), ("ghost", True), ("wordpress", False), ("feed", False), ("signature", False)]
)
def test_the_promise_about_the_script_stands_only_where_a_script_is_pasted(
    place: str, is_said: bool, client: FlaskClient
) -> None:
    page = client.get(f"/embed?site={place}").get_data(as_text=True)

    assert ("The script can never change under you" in page) is is_said


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("wordpress", r"https?://\S+/f/random\?country=SU&ui=fa"),
        ("medium", r"https?://\S+/f/[0-9a-z]{10}\?ui=fa"),
    ],
)
def test_an_address_says_the_language_of_the_bloggers_page(place: str, address: str, client: FlaskClient) -> None:
    assert re.fullmatch(address, given(client, place, "&label=fa&country=SU"))


SHOWN = re.compile(r'<iframe name="shown" src="(.*?)"')


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        ("", '<div class="unsilenced"'),
        ("blogger", '<div class="unsilenced"'),
        ("wordpress", '<div class="unsilenced-frame"'),
        ("wordpress_com", '<div class="unsilenced-quotation"'),
        ("medium", "/card.png"),
        ("readme", "/badge.svg"),
        ("signature", "border-top:4px solid"),
    ],
)
def test_the_preview_is_what_readers_will_see_there(place: str, seen: str, client: FlaskClient) -> None:
    found = SHOWN.search(client.get(f"/embed?site={place}").get_data(as_text=True))
    assert found is not None

    answer = client.get(unescape(found[1]))

    assert seen in answer.get_data(as_text=True)
    assert "img-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("place", ["feed", "markdown"])
def test_what_a_readers_program_dresses_has_no_preview(place: str, client: FlaskClient) -> None:
    page = client.get(f"/embed?site={place}").get_data(as_text=True)

    assert not SHOWN.search(page)
    assert "Preview" not in page
    assert client.get(f"/embed/preview?site={place}").status_code == 404


@pytest.mark.parametrize(
    ("more", "is_offered"), [("", True), ("&site=ghost", True), ("&site=signature", False), ("&f={}", False)]
)
def test_another_one_is_offered_where_another_one_will_come(
    more: str, is_offered: bool, client: FlaskClient, id_by: Callable[[str], str]
) -> None:
    page = client.get(f"/embed?lang={more.format(id_by('arabic'))}").get_data(as_text=True)

    assert ("Another one" in page) is is_offered
