"""The page inside a frame: the same bytes for everybody, in every language of the interface, with no way out."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from embed.frames import CONTENT_SECURITY_POLICY, frame
from embed.strings import UI_LANGUAGES, say
from fragments.nouns import Fragment, Sensitivity, Source, Suppression, Translation

URL = "https://fragments.example"
SOURCE = Source(
    external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="VN", who="Office"),)
)
FRAGMENT = Fragment(
    id="0123456789",
    external_id="1",
    source=SOURCE,
    lang="vi",
    text="Một chữ",
    gloss="About words",
    translations=(Translation(lang="ar", text="كلمة"),),
)


def page(fragment=FRAGMENT, **changes) -> str:
    return frame(fragment, public_url=URL, **changes).decode()


def sha256_of(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_allows_the_one_style_and_script_that_stand_in_the_page(element):
    (inside,) = re.findall(f"<{element}>(.*?)</{element}>", page(), re.DOTALL)
    assert f"{element}-src 'sha256-{sha256_of(inside)}'" in CONTENT_SECURITY_POLICY


def test_the_policy_allows_nothing_to_be_fetched_and_everybody_to_frame_it():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "*"


def test_a_frame_names_no_address_but_those_of_its_links():
    assert set(re.findall(r'(\w+)="https?:', page())) == {"href", "cite"}
    assert re.findall(r"url\(|@import|src=", page()) == []


def test_the_same_fragment_is_the_same_bytes():
    assert frame(FRAGMENT, public_url=URL) == frame(replace(FRAGMENT), public_url=URL)


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_label_of_each_language_is_there_and_one_is_seen(ui):
    said = page(ui=ui)
    assert say(ui, "label") in said
    seen = re.findall(r'<p class="head" lang="(\w+)" dir="\w+" data-ui="\w+">', said)
    assert seen == [ui]


def test_readers_of_the_text_get_nothing_beside_it_others_a_translation_or_the_gloss():
    besides = dict(re.findall(r'<p class="beside" lang="(\w+)" dir="\w+" data-ui="([^"]+)"', page()))
    assert besides == {"ar": "ar", "en": "en fr es fa zh ru"}


ATTRIBUTION = re.compile(r'<a href="[^"]+/f/0123456789"[^>]*? data-ui="([^"]+)"( hidden)?>([^<]*)</a>')


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_an_unknown_author_is_said_in_each_language_and_one_is_seen(ui):
    found = ATTRIBUTION.findall(page(replace(FRAGMENT, source=Source(external_id="s")), ui=ui))
    assert {language: said for language, _, said in found} == {
        language: say(language, "source_unknown_author") for language in UI_LANGUAGES
    }
    assert [language for language, hidden, _ in found if not hidden] == [ui]


def test_a_name_that_many_languages_write_alike_stands_once():
    found = {said: languages for languages, _, said in ATTRIBUTION.findall(page())}
    assert found == {"A. Author, Alpha": "en fr es vi ru", "A. Author، Alpha": "ar fa", "A. Author《Alpha》": "zh"}


def test_a_text_that_needs_a_fresh_statement_is_not_in_a_frame():
    careful = page(replace(FRAGMENT, sensitivity=Sensitivity.NEEDS_FRESH))
    assert "Một chữ" not in careful
    assert "كلمة" not in careful
    assert "About words" in careful


def test_a_theme_is_set_inside_the_frame():
    assert '<html lang="en" dir="ltr" data-theme="dark">' in page(theme="dark")


def test_markup_in_a_fragment_is_text_in_its_frame():
    spell = "</style><script>alert(1)</script>"
    spelled = page(replace(FRAGMENT, text=spell, gloss=spell, attribution=spell, content_warning=spell))
    assert "<script>alert" not in spelled
    assert spelled.count("&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
