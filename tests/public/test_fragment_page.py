"""A fragment's own page: its texts, what was done to its source, and that a stranger's text stays text."""

import json
from collections.abc import Callable

import lxml.html
import pytest
from flask.testing import FlaskClient

from tests.public.conftest import GONE, HOSTILE

Id = Callable[[str], str]


def page_of(client: FlaskClient, id_: str, ui: str = "en") -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(client.get(f"/f/{id_}?ui={ui}").data.decode())


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_original_keeps_its_language_and_direction(client: FlaskClient, id_by: Id) -> None:
    first = page_of(client, id_by("arabic")).findall(".//blockquote")[0]

    assert (first.get("lang"), first.get("dir"), first.text) == ("ar", "rtl", "نص قصير.")


def test_a_reader_gets_the_translation_in_their_language_beside_it(client: FlaskClient, id_by: Id) -> None:
    texts = page_of(client, id_by("arabic"), "fa").findall(".//blockquote")

    assert [each.get("lang") for each in texts][:2] == ["ar", "fa"]


def test_a_reader_of_the_original_gets_it_alone(client: FlaskClient, id_by: Id) -> None:
    page = page_of(client, id_by("arabic"), "ar")

    assert len(page.find_class("version")) == 1


def test_who_made_a_translation_is_said(client: FlaskClient, id_by: Id) -> None:
    said = words(page_of(client, id_by("arabic")))

    assert "Translated by Tana" in said
    assert "Translated by a machine" in said
    assert "Translation made for this project" in said
    assert "a person who is not named" in said


def test_an_original_that_is_not_carried_is_said_to_be_missing(client: FlaskClient, id_by: Id) -> None:
    page = page_of(client, id_by("elsewhere"))

    assert page.findall(".//blockquote")[0].get("lang") == "en"
    assert "The original, in Latin, is not carried here" in words(page)


def test_verse_keeps_its_lines_and_indents(client: FlaskClient, id_by: Id) -> None:
    (text,) = page_of(client, id_by("chinese"), "zh").findall(".//blockquote")

    assert text.text == "　真的猛士\n　敢于直面"
    assert "verse" in text.get("class")


def test_a_text_with_a_warning_is_closed_until_the_reader_opens_it(client: FlaskClient, id_by: Id) -> None:
    (closed,) = page_of(client, id_by("warned")).find_class("warned")

    assert closed.tag == "details"
    assert closed.get("open") is None
    assert "A hard text." in words(closed)


def test_each_suppression_says_who_where_when_and_how(client: FlaskClient, id_by: Id) -> None:
    acts = page_of(client, id_by("cited")).xpath("//ol[@class='acts']/li")

    first = words(acts[0])
    for fact in (
        "Soviet Union",
        "1921",
        "1988",
        "Glavlit",
        "banned",
        "post",
        "Carrier",
        "lifted",
        "slander",
        "Ruling 7",
    ):
        assert fact in first
    assert acts[0].xpath(".//a/@href") == ["https://example.org/ruling"]
    assert "January 2, 2026" in first
    assert "ab" * 32 in first


def test_a_claim_without_evidence_says_so(client: FlaskClient, id_by: Id) -> None:
    _, stated, bare = page_of(client, id_by("cited")).xpath("//ol[@class='acts']/li")

    assert "Said in the text itself" in words(stated)
    assert "No citation yet" not in words(stated)
    assert "No citation yet" in words(bare)


def test_a_withheld_author_is_nowhere_in_the_page(client: FlaskClient, id_by: Id) -> None:
    answer = client.get(f"/f/{id_by('cited')}").text

    assert "Author of cited" not in answer
    assert "Withheld, to protect the author" in answer


def test_a_correction_is_stated(client: FlaskClient, id_by: Id) -> None:
    assert "The year was wrong." in words(page_of(client, id_by("corrected")).find_class("notice")[0])


def test_the_page_leads_to_sharing_embedding_text_and_data(client: FlaskClient, id_by: Id) -> None:
    id_ = id_by("plain")
    page = page_of(client, id_)

    links = page.xpath("//a/@href")
    assert f"/embed?f={id_}&ui=en" in links
    assert f"/f/{id_}.txt" in links
    assert f"/api/v1/fragments/{id_}" in links
    assert page.xpath("//input[@id='address']/@value") == [f"http://127.0.0.1:8199/f/{id_}"]
    assert "/fragments?campaign=cause&ui=en" in links


def test_a_card_for_other_sites_tells_title_and_description(client: FlaskClient, id_by: Id) -> None:
    page = page_of(client, id_by("plain"))

    told = {each.get("property"): each.get("content") for each in page.xpath("//meta[@property]")}
    assert told["og:title"].startswith("“A text.”")
    assert told["og:type"] == "article"
    assert "Title of plain" in told["og:description"]


def test_search_engines_read_a_quotation(client: FlaskClient, id_by: Id) -> None:
    (body,) = page_of(client, id_by("arabic")).xpath("//script[@type='application/ld+json']/text()")

    said = json.loads(body)
    assert (said["@type"], said["text"], said["inLanguage"]) == ("Quotation", "نص قصير.", "ar")
    assert said["creator"]["name"] == "Author of arabic"


@pytest.mark.parametrize(
    "path", ["/f/{}", "/fragments?country=US", "/embed?f={}", "/f/random?country=US", "/f/{}?ui=vi"]
)
def test_markup_in_a_text_is_shown_and_never_obeyed(client: FlaskClient, id_by: Id, path: str) -> None:
    page = lxml.html.document_fromstring(client.get(path.format(id_by("hostile"))).data.decode())

    assert not page.xpath("//img")
    assert not [each for each in page.xpath("//script/text()") if "alert" in each and "Quotation" not in each]
    assert not [each for each in page.xpath("//@href | //@src | //@cite") if each.startswith(("javascript", "data"))]
    assert "{{ 7 * 7 }}" in page.text_content()


def test_markup_in_a_quotation_for_machines_stays_inside_it(client: FlaskClient, id_by: Id) -> None:
    body = client.get(f"/f/{id_by('hostile')}").text
    inside = body.split('type="application/ld+json">')[1].split("</script>")[0]

    assert json.loads(inside)["text"] == HOSTILE
    assert "\u2028" not in inside
    assert "<" not in inside


@pytest.mark.parametrize("ending", ["", ".txt", "/frame"])
def test_a_withdrawn_fragment_is_gone_everywhere(client: FlaskClient, ending: str) -> None:
    assert client.get(f"/f/{GONE}{ending}").status_code == 410


def test_the_page_of_a_withdrawn_fragment_explains_and_says_no_more(client: FlaskClient) -> None:
    said = client.get(f"/f/{GONE}?ui=fr").text

    assert "Ce fragment" in said
    assert "Title of gone" not in said


def test_a_withdrawn_fragment_is_gone_for_programs_too(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/fragments/{GONE}")

    assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")


@pytest.mark.parametrize("id_", ["nix", "zzzzzzzzzz", "..", "%00", "a" * 3000, "%F0%9F%92%A9"])
def test_a_fragment_that_never_was_is_not_found(client: FlaskClient, id_: str) -> None:
    assert client.get(f"/f/{id_}").status_code == 404
