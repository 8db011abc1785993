"""Every page in every language of the interface: what it says about itself, to browsers and to machines."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import lxml.html
import pytest
from flask.testing import FlaskClient

from embed.strings import UI_LANGUAGES
from tests.public.conftest import URL
from widget_server.public.app import create_public
from widget_server.public.speaking import CATALOGUE
from widget_server.settings import Settings
from widget_server.shelf import Shelf

PAGES = (
    "/",
    "/fragments",
    "/fragments?lang=fa&page=2",
    "/languages",
    "/countries",
    "/topics",
    "/campaigns",
    "/feeds",
    "/embed",
    "/embed?lang=fa&theme=dark&width=300&label=ar",
    "/what",
    "/privacy",
    "/about",
    "/republishers",
    "/api",
    "/f/random",
    "/f/random?country=SU",
    "/nothing-here",
    "/f/{arabic}",
    "/f/{chinese}",
    "/f/{elsewhere}",
    "/f/{warned}",
    "/f/{corrected}",
    "/f/{cited}",
    "/f/{hostile}",
    "/f/{gone}",
)
TEMPLATES = Path("widget_server/public/templates")


def tree(body: bytes) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(body.decode())


@pytest.fixture
def address(id_by: Callable[[str], str]) -> Callable[[str], str]:
    """Names of the cast in an address as ids."""
    return lambda path: re.sub(r"{(\w+)}", lambda found: id_by(found[1]), path)


@pytest.mark.parametrize("ui", UI_LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_the_language_asked_for(
    client: FlaskClient, address: Callable[[str], str], path: str, ui: str
) -> None:
    answer = client.get(address(path), headers={"Accept-Language": ui})

    page = tree(answer.data)
    assert page.get("lang") == {"zh": "zh-Hans"}.get(ui, ui)
    assert page.get("dir") == ("rtl" if ui in ("ar", "fa") else "ltr")
    assert page.findtext(".//title")
    assert len(page.findall(".//h1")) == 1
    assert CATALOGUE.say(ui, "nav.skip") == page.find_class("skip")[0].text
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_anywhere_else(client: FlaskClient, address: Callable[[str], str], path: str) -> None:
    answer = client.get(address(path))

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    page = tree(answer.data)
    loaded = page.xpath("//script/@src | //img/@src | //iframe/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert loaded
    assert all(each.startswith("/") and not each.startswith("//") for each in loaded)
    assert not page.xpath("//@style | //style | //@onclick")


@pytest.mark.parametrize("path", PAGES)
def test_identifiers_in_a_page_are_unique_and_labels_lead_to_fields(
    client: FlaskClient, address: Callable[[str], str], path: str
) -> None:
    page = tree(client.get(address(path)).data)

    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    referred = page.xpath("//label/@for") + " ".join(page.xpath("//@aria-labelledby | //@aria-describedby")).split()
    assert set(referred) <= set(ids)
    fields = page.xpath("//select/@id | //input[not(@type='hidden')]/@id | //textarea/@id")
    assert set(fields) <= set(referred)


def test_a_language_chosen_in_the_address_is_kept_in_every_link(client: FlaskClient) -> None:
    page = tree(client.get("/about?ui=fr", headers={"Accept-Language": "ru"}).data)

    assert page.get("lang") == "fr"
    inside = [each for each in page.xpath("//header//a/@href") if each.startswith("/")]
    assert inside
    assert all("ui=fr" in each for each in inside)


def test_a_language_that_the_browser_asks_for_is_not_written_into_links(client: FlaskClient) -> None:
    page = tree(client.get("/about", headers={"Accept-Language": "ru"}).data)

    assert page.get("lang") == "ru"
    assert not [each for each in page.xpath("//header//a/@href") if "ui=" in each]


def test_a_language_we_do_not_speak_gives_english(client: FlaskClient) -> None:
    assert tree(client.get("/?ui=tlh", headers={"Accept-Language": "tlh, de;q=0.8"}).data).get("lang") == "en"


def test_the_switch_names_each_language_in_itself_and_keeps_the_query(client: FlaskClient) -> None:
    page = tree(client.get("/fragments?country=GB&utm_source=x").data)

    switch = page.find_class("switch")[0].findall(".//a")
    assert [each.get("hreflang") for each in switch][3:6] == ["ar", "fa", "zh-Hans"]
    assert switch[4].text == "فارسی"
    assert switch[4].get("href") == "http://127.0.0.1:8199/fragments?country=GB&ui=fa"


def test_a_page_tells_search_engines_its_address_and_its_languages(client: FlaskClient) -> None:
    page = tree(client.get("/what?ui=fa").data)

    assert page.xpath("//link[@rel='canonical']/@href") == ["http://127.0.0.1:8199/what?ui=fa"]
    alternates = page.xpath("//link[@hreflang]/@hreflang")
    assert set(alternates) == {"en", "fr", "es", "ar", "fa", "zh-Hans", "vi", "ru", "x-default"}


def test_a_page_of_an_error_has_no_place_in_a_search_engine(client: FlaskClient) -> None:
    assert tree(client.get("/nothing").data).xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_a_random_page_names_the_fragments_own_page_as_its_address(client: FlaskClient) -> None:
    answer = client.get("/f/random?country=SU")

    (canonical,) = tree(answer.data).xpath("//link[@rel='canonical']/@href")
    assert canonical.startswith("http://127.0.0.1:8199/f/")
    assert client.get(canonical).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_site_that_has_published_nothing_says_so_and_breaks_nowhere(empty: FlaskClient) -> None:
    answers = {path: empty.get(path).status_code for path in ("/", "/what", "/about", "/privacy", "/embed", "/healthz")}

    assert answers == {"/": 200, "/what": 200, "/about": 200, "/privacy": 200, "/embed": 503, "/healthz": 503}


def test_a_list_shows_what_was_asked_for_and_nothing_else(client: FlaskClient, id_by: Callable[[str], str]) -> None:
    page = tree(client.get("/fragments?country=SU,US&lang=en").data)

    shown = {each.split("/")[-1] for each in page.xpath("//li[@class='card']//a/@href")}
    assert shown == {id_by("cited"), id_by("hostile")}


def test_a_text_with_a_warning_is_not_in_a_list(client: FlaskClient) -> None:
    body = client.get("/fragments").text

    assert "Content warning: violence" in body
    assert "A hard text." not in body


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "9" * 50])
def test_a_page_number_out_of_range_shows_a_page_that_is_there(client: FlaskClient, number: str) -> None:
    assert client.get(f"/fragments?page={number}").status_code == 200


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_sentence_stands_in_a_template(path: Path) -> None:
    said = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.S)

    # Parts of addresses, and values that OpenGraph and cards define.
    known = {"GET", "feed", "atom", "article", "summary", "large", "image"}
    assert set(re.findall(r"[^\W\d_]{2,}", said)) <= known


def test_every_word_of_the_strings_is_used() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path("widget_server/public").rglob("*") if path.suffix in (".py", ".html")
    )
    stems = (
        "what.",
        "privacy.",
        "about.rules.",
        "error.",
        "home.browse.",
        "embed.theme.",
        "fragment.status.",
        "embed.",
        "check.kind.",  # each is held to the words of finding.py by test_check_page.py
        "check.fault.",
    )
    indexes = tuple(f"{name}." for name in ("languages", "countries", "topics", "campaigns"))

    unused = [
        key
        for key in CATALOGUE.keys()  # noqa: SIM118 - no dict
        if not re.search(rf"['\"]{re.escape(key)}['\"]", code) and not key.startswith(stems + indexes)
    ]
    assert unused == []


def test_the_style_sheet_stays_under_20_kb(client: FlaskClient) -> None:
    (href,) = tree(client.get("/").data).xpath("//link[@rel='stylesheet']/@href")

    answer = client.get(href)
    assert len(answer.data) < 20_000
    assert "immutable" in answer.headers["Cache-Control"]


def test_robots_may_read_everything_but_what_is_drawn_at_random(client: FlaskClient) -> None:
    assert "Disallow: /f/random" in client.get("/robots.txt").text


def test_the_state_of_the_site_is_one_line(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok, edition 7\n"


@pytest.mark.parametrize("path", ["/about", "/privacy"])
def test_a_contact_stands_where_people_look_for_it(tmp_path: Path, path: str) -> None:
    settings = Settings(public_url=URL, contact="desk@example.org")
    page = create_public(settings, Shelf(tmp_path / "shelf"), Random(5)).test_client().get(path).text

    assert '<a href="mailto:desk@example.org" dir="ltr">desk@example.org</a>' in page
    assert "not yet given an address" not in page
