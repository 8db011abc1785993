"""oEmbed answers: what WordPress keeps of them, sizes that are kept, and words that stay words."""

import re
from dataclasses import replace

import pytest
from lxml import etree

from embed.oembed import Wish, oembed, to_xml
from fragments.nouns import Fragment, Sensitivity, Source, Suppression, Translation, Visibility

URL = "https://fragments.example"
SOURCE = Source(external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="VN"),))
FRAGMENT = Fragment(
    id="0123456789",
    external_id="1",
    source=SOURCE,
    lang="ar",
    text="سطر\nثان",
    gloss="About words",
    translations=(Translation(lang="en", text="A line & <more>"),),
)


def answer(fragment=FRAGMENT, **wish):
    return oembed(fragment, Wish(**wish), URL)


def test_the_html_begins_with_a_blockquote_and_ends_with_an_empty_frame():
    assert re.fullmatch(r"<blockquote>.*</blockquote><iframe [^>]*></iframe>", answer()["html"], re.DOTALL)


def test_only_what_wordpress_keeps_stands_in_the_html():
    elements = set(re.findall(r"<(\w+)", answer()["html"]))
    attributes = set(re.findall(r' (\w+)="', answer()["html"]))
    assert elements == {"blockquote", "a", "iframe"}
    kept = {"href", "src", "title", "width", "height", "frameborder", "marginwidth", "marginheight"}
    assert attributes == kept


def test_words_read_well_when_all_markup_is_dropped():
    words = re.sub(r"<[^>]*>", "", answer()["html"])
    assert words == (
        "Someone tried to silence this: \u2067سطر ثان\u2069 A line &amp; &lt;more&gt; — A. Author, Alpha"
        " Suppressed in Vietnam"
    )


@pytest.mark.parametrize(("most", "width"), [(None, 600), (400, 400), (2000, 600), (1, 1)])
def test_a_width_is_never_more_than_allowed(most, width):
    found = answer(most_wide=most)
    assert found["width"] == width
    assert f'width="{width}"' in found["html"]


@pytest.mark.parametrize("most", [1, 200, 10_000])
def test_a_height_is_never_more_than_allowed(most):
    assert answer(most_high=most)["height"] <= most


@pytest.mark.parametrize(("wide", "high"), [(None, None), (500, None), (None, 300), (700, 300)])
def test_a_thumbnail_is_never_larger_than_allowed(wide, high):
    found = answer(most_wide=wide, most_high=high)
    assert found["thumbnail_width"] <= (wide or 1200)
    assert found["thumbnail_height"] <= (high or 630)


@pytest.mark.parametrize("wish", [{"most_wide": 200}, {"most_high": 100}], ids=str)
def test_no_thumbnail_where_none_is_small_enough(wish):
    assert "thumbnail_url" not in answer(**wish)


@pytest.mark.parametrize(
    ("facets", "src"),
    [(None, "/f/0123456789/frame?ui=fr"), ("lang=vi", "/frame?lang=vi&amp;ui=fr"), ("", "/frame?ui=fr")],
)
def test_a_deck_page_gives_a_frame_that_draws(facets, src):
    assert f'src="{URL}{src}"' in answer(ui="fr", facets=facets)["html"]


@pytest.mark.parametrize(
    "careful",
    [{"sensitivity": Sensitivity.NEEDS_FRESH}, {"content_warning": "violence"}],
    ids=["needs a fresh statement", "content warning"],
)
def test_what_a_site_would_keep_too_long_is_not_quoted(careful):
    html = answer(replace(FRAGMENT, **careful))["html"]
    assert "سطر" not in html
    assert "A line" not in html
    assert "About words" in html


def test_a_withheld_author_is_not_named():
    hidden = replace(FRAGMENT, source=replace(SOURCE, author_visibility=Visibility.WITHHELD))
    assert "A. Author" not in str(answer(hidden))
    assert answer()["author_name"] == "A. Author"


def test_xml_says_the_same():
    root = etree.fromstring(to_xml(answer()))
    assert root.tag == "oembed"
    assert {each.tag: each.text for each in root} == {name: str(value) for name, value in answer().items()}


def test_square_brackets_are_no_shortcodes_for_whoever_publishes_the_answer(a_fragment):
    html = oembed(a_fragment("x", text="one [gallery] two"), Wish(), "https://unsilenced.example")["html"]

    assert "one &#91;gallery&#93; two" in html
