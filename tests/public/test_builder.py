"""The builder: choices in, snippets out, and nothing a stranger writes becomes part of a page."""

import json
from collections.abc import Callable
from importlib.resources import files

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.public.conftest import GONE, URL

Id = Callable[[str], str]


def page_of(client: FlaskClient, query: str = "") -> lxml.html.HtmlElement:
    answer = client.get(f"/embed?{query}")
    assert answer.status_code == 200
    return lxml.html.document_fromstring(answer.data.decode())


def snippet(page: lxml.html.HtmlElement, kind: str) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(page.get_element_by_id(kind).text, create_parent=True)


def test_three_snippets_are_offered_with_words_and_a_button(client: FlaskClient) -> None:
    page = page_of(client)

    assert page.xpath("//textarea/@id") == ["script", "frame", "quotation"]
    assert page.xpath("//button[contains(@class, 'copy')]/@data-copies") == ["script", "frame", "quotation"]
    assert len(page.find_class("snippet")) == 3


def test_the_script_names_deck_key_edition_and_origin(client: FlaskClient) -> None:
    key = client.get("/edition.json").get_json()["key"]

    (box,) = snippet(page_of(client, "lang=fa"), "script").find_class("unsilenced")
    assert (box.get("data-deck"), box.get("data-key"), box.get("data-edition")) == ("lang-fa", key, "7")
    assert URL in box.get("data-from")
    (script,) = box.getparent().xpath(".//script")
    assert script.get("integrity").startswith("sha384-")
    assert client.get(script.get("src")).status_code == 200


def test_the_frame_draws_from_what_was_chosen(client: FlaskClient) -> None:
    (src,) = snippet(page_of(client, "country=SU&theme=dark&label=fr"), "frame").xpath(".//object/@data")

    assert src == f"{URL}/frame?country=SU&ui=fr&theme=dark"
    assert client.get(src).status_code == 200


def test_a_frame_of_everything_is_drawn_anew_each_time(client: FlaskClient) -> None:
    (src,) = snippet(page_of(client), "frame").xpath(".//object/@data")

    assert src == f"{URL}/frame?ui=en"
    assert client.get(src).headers["Cache-Control"] == "no-store"


def test_the_label_is_in_the_language_of_the_bloggers_page(client: FlaskClient) -> None:
    box = snippet(page_of(client, "label=fa"), "quotation")[0]

    assert (box.get("lang"), box.get("dir")) == ("fa", "rtl")


@pytest.mark.parametrize(
    "typed", ["{}", f"{URL}/f/{{}}", "https://mirror.example/f/{}?ui=fr#x", "  {} ", "/f/{}/frame"]
)
def test_one_fragment_is_chosen_by_its_address(client: FlaskClient, id_by: Id, typed: str) -> None:
    page = page_of(client, f"f={typed.format(id_by('arabic')).replace('#', '%23').replace('?', '%3F')}")

    (box,) = snippet(page, "script").find_class("unsilenced")
    assert box.get("data-deck") == f"f-{id_by('arabic')}"
    assert "نص قصير." in box.text_content()
    assert "Shows this passage" in page.text_content()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("f=nothing", "There is no fragment at this address."),
        ("f=https://example.org/", "There is no fragment at this address."),
        (f"f={GONE}", "This fragment was withdrawn"),
        ("lang=pt", "No fragment fits"),
        ("country=SU&lang=ar", "No fragment fits"),
        ("topic=%3Cscript%3E", "No fragment fits"),
    ],
)
def test_what_cannot_be_had_is_said_beside_the_form(client: FlaskClient, query: str, said: str) -> None:
    page = page_of(client, query)

    assert said in page.get_element_by_id("preview").text_content()


def test_a_choice_that_no_deck_answers_is_said_and_the_frame_offered(client: FlaskClient) -> None:
    page = page_of(client, "country=SU,US")

    assert page.xpath("//textarea/@id") == ["frame", "quotation"]
    assert "use the frame below" in page.text_content()


def test_the_preview_is_the_snippet_itself(client: FlaskClient) -> None:
    (src,) = page_of(client, "lang=fa&width=300&theme=dark").xpath("//iframe[@name='shown']/@src")

    answer = client.get(src)
    shown = lxml.html.document_fromstring(answer.data.decode())
    (box,) = shown.find_class("unsilenced")
    assert (box.get("data-deck"), box.get("data-theme")) == ("lang-fa", "dark")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_the_preview_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert client.get("/embed/preview?country=SU&lang=ar").status_code == 404


def test_different_bloggers_paste_different_passages(client: FlaskClient) -> None:
    pasted = {snippet(page_of(client), "quotation").xpath(".//blockquote")[0].text_content() for _ in range(12)}

    assert len(pasted) > 1


def test_a_passage_with_a_warning_is_not_pasted_where_another_will_do(client: FlaskClient) -> None:
    pasted = {snippet(page_of(client), "quotation").xpath("string(.//blockquote)") for _ in range(20)}

    assert "A hard text." not in pasted


def test_the_sample_says_what_each_text_is_about(client: FlaskClient) -> None:
    sample = page_of(client, "country=SU").get_element_by_id("sample").text_content()

    assert "Fragments in this choice: 1" in sample
    assert "What cited is about." in sample


@pytest.mark.parametrize("query", ["width=1e9", "theme=%22%3E", "label=../..", "pasted=nothing", "width=300&width=400"])
def test_nonsense_in_the_form_is_as_if_not_said(client: FlaskClient, query: str) -> None:
    assert len(page_of(client, query).xpath("//textarea")) == 3


def test_what_was_typed_comes_back_as_text(client: FlaskClient) -> None:
    typed = '"><script>alert(1)</script>'

    page = page_of(client, "f=" + typed.replace('"', "%22").replace("<", "%3C").replace(">", "%3E"))
    assert page.get_element_by_id("one").get("value") == typed


def test_the_app_has_no_secret_and_no_session(app: Flask) -> None:
    assert app.secret_key is None


def test_the_spanish_builder_calls_a_blogger_tu_throughout() -> None:
    spanish = json.loads((files("widget_server.public") / "strings" / "es.json").read_text("utf-8"))
    said = {key: text for key, text in spanish.items() if key.startswith(("embed.", "check."))}

    assert any("tu página" in text for text in said.values())
    assert [key for key, text in said.items() if "su página" in text or "usted" in text] == []
