"""Markdown, signatures and badges: words without their pictures, and marks that stay text."""

import re
from dataclasses import replace

import pytest

from embed.snippets import Options
from embed.snippets_more import badge_html, badge_markdown, markdown, signature
from fragments.nouns import Form, Fragment, Sensitivity, Source, Suppression

OPTIONS = Options(public_url="https://fragments.example")
SOURCE = Source(external_id="s", title="Alpha", suppressions=(Suppression(country="VN"),))
FRAGMENT = Fragment(
    id="0123456789", external_id="1", source=SOURCE, lang="en", text="One\nTwo", form=Form.VERSE, gloss="About words"
)
KINDS = (markdown, badge_markdown, badge_html, signature)


def test_markdown_is_one_quotation_with_a_link():
    assert markdown(FRAGMENT, OPTIONS) == (
        "> **Someone tried to silence this**\n>\n> One  \n> Two\n>\n"
        "> [— Alpha](https://fragments.example/f/0123456789)  \n> Suppressed in Vietnam\n"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_leads_to_the_fragment(kind):
    assert "https://fragments.example/f/0123456789" in kind(FRAGMENT, OPTIONS)


@pytest.mark.parametrize("kind", (badge_markdown, badge_html))
def test_with_facets_a_badge_changes_and_its_words_do_not_claim_one_text(kind):
    made = kind(FRAGMENT, replace(OPTIONS, facets="lang=vi"))
    assert "/badge.svg?lang=vi&" in made.replace("&amp;", "&")
    assert "One" not in made


@pytest.mark.parametrize(
    ("facets", "picture", "page"),
    [
        ("", "/badge.svg?ui=en&width=600", "/f/random"),
        ("lang=vi", "/badge.svg?lang=vi&ui=en&width=600", "/f/random?lang=vi"),
        (None, "/f/0123456789.svg?ui=en&width=600", "/f/0123456789"),
    ],
    ids=["any", "narrowed", "one"],
)
def test_addresses_have_no_empty_words(facets, picture, page):
    made = badge_markdown(FRAGMENT, replace(OPTIONS, facets=facets))
    assert made.endswith(f"(https://fragments.example{picture})](https://fragments.example{page})\n")


@pytest.mark.parametrize("kind", (markdown, signature))
def test_words_that_never_change_lead_to_their_own_page(kind):
    assert "/f/random" not in kind(FRAGMENT, replace(OPTIONS, facets="lang=vi"))


def test_a_badge_keeps_its_room():
    assert 'width="320" height="278"' in badge_html(FRAGMENT, replace(OPTIONS, width=320))


def test_a_signature_reads_without_its_picture():
    words = re.sub(r"<[^>]+>", " ", signature(FRAGMENT, OPTIONS))
    assert words.split() == [
        *["Someone", "tried", "to", "silence", "this"],
        "One",
        "Two",
        "—",
        "Alpha",
        "Suppressed",
        "in",
        "Vietnam",
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "careful", [{"sensitivity": Sensitivity.NEEDS_FRESH}, {"content_warning": "violence"}], ids=["fresh", "warning"]
)
def test_what_cannot_be_recalled_is_in_none(kind, careful):
    made = kind(replace(FRAGMENT, **careful), OPTIONS)
    assert "One" not in made


SPELL = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://evil.example) \"'"
SPELLED = replace(FRAGMENT, text=SPELL, attribution=SPELL)


@pytest.mark.parametrize("kind", (badge_html, signature))
def test_markup_in_a_text_stays_text_in_html(kind):
    made = kind(SPELLED, OPTIONS)
    assert "<img src=x" not in made
    assert set(re.findall(r"<(\w+)", made)) <= {"a", "img", "div", "b", "br"}


@pytest.mark.parametrize("kind", (markdown, badge_markdown))
def test_marks_in_a_text_stay_text_in_markdown(kind):
    made = kind(SPELLED, OPTIONS)
    assert not re.search(r"(?<!\\)[<>`]", made.replace("\n> ", "\n").replace("\n>", "\n").removeprefix("> "))
    assert not re.search(r"(?<!\\)\]\((javascript|https://evil)", made)
