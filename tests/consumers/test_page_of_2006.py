"""A page written in 2006, of which only the host's name was changed, in a browser of today."""

import pytest

from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression, Translation

pytestmark = pytest.mark.browser
SOURCE = Source(external_id="s", title="Alpha", suppressions=(Suppression(country="CN", who="Office"),))
FRAGMENT = Fragment(
    id=id_of("2006"),
    external_id="2006",
    source=SOURCE,
    lang="zh-Hans",
    text="一个字",
    translations=(Translation(lang="fr", text="Un mot"),),
)
LABELS = {
    "en": "Someone tried to silence this",
    "fr": "On a voulu faire taire ces mots",
    "es": "Alguien quiso silenciar estas palabras",
    "ar": "ثمّة من أراد إسكات هذه الكلمات",
}
HEAD = '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">'


@pytest.fixture(scope="module")
def url(published):
    with published(FRAGMENT) as found:
        yield found


def shown(page, within: str = "body") -> str:
    """The words of the box, which stand in a shadow tree."""
    return page.evaluate(
        "(at) => [...document.querySelectorAll(at + ' *')].find((each) => each.shadowRoot).shadowRoot.textContent",
        within,
    )


@pytest.mark.parametrize(("lang", "label"), LABELS.items(), ids=LABELS)
def test_the_label_is_in_the_language_that_the_page_asks_for(blog, url, alarms, lang, label):
    page = blog(
        f'{HEAD}<html><body><table><tr><td id="side"><script type="text/javascript">var irr_lang=\'{lang}\';</script>'
        f'<script type="text/javascript" src="{url}/js/fragment-180.js"></script></td><td>Post</td></tr></table>'
    )
    words = shown(page, "#side")
    assert label in words
    assert "一个字" in words
    assert alarms == []


@pytest.mark.parametrize("width", [120, 180, 300, 468, 1000])
def test_a_box_is_as_wide_as_its_name_says(blog, url, width):
    page = blog(
        f'{HEAD}<body style="margin:0;width:1100px"><script src="{url}/js/fragment-{width}.js"></script></body>'
    )
    box = page.locator("div > div").first.bounding_box()
    assert box["width"] == width


def test_a_script_in_the_head_shows_at_the_top_of_the_body(blog, url, alarms):
    page = blog(f'<head><script src="{url}/js/fragment-180.js"></script></head><body><p id="post">Post</p></body>')
    assert "一个字" in shown(page)
    assert page.evaluate("document.body.firstElementChild.shadowRoot !== null")
    assert page.locator("#post").inner_text() == "Post"
    assert alarms == []


def test_a_script_put_in_after_load_leaves_the_page_as_it_is(blog, url, alarms):
    page = blog('<body><p id="post">Post</p><div id="here"></div></body>')
    page.evaluate(
        """(src) => new Promise((done) => { const made = document.createElement("script");
        made.src = src; made.onload = done; document.getElementById("here").append(made); })""",
        f"{url}/js/fragment-300.js",
    )
    assert "一个字" in shown(page, "#here")
    assert page.locator("#post").inner_text() == "Post"
    assert alarms == []


@pytest.mark.parametrize("words", ["irr_lang='klingon'", "irr_lang=7", "irr_lang='__proto__'", "irr_lang={}", "x=1"])
def test_any_other_wish_is_english(blog, url, words):
    page = blog(f'<body><script>var {words};</script><script src="{url}/js/fragment-180.js"></script></body>')
    assert LABELS["en"] in shown(page)


def test_a_page_that_forbids_inline_styles_and_scripts_still_shows_it(blog, url, alarms):
    csp = f"default-src 'none'; script-src {url}; require-trusted-types-for 'script'; trusted-types 'none'"
    page = blog(f'<body><script src="{url}/js/fragment-180.js"></script></body>', csp)
    assert "一个字" in shown(page)
    assert alarms == []


def test_two_boxes_on_a_page_stand_where_they_were_put(blog, url):
    tag = f'<script src="{url}/js/fragment-180.js"></script>'
    page = blog(f'<body><p id="a">{tag}</p><p id="b">{tag}</p></body>')
    assert page.locator("#a > div").count() == 1
    assert page.locator("#b > div").count() == 1


def test_the_box_leads_to_the_fragment(blog, url):
    page = blog(f'<body><script src="{url}/js/fragment-180.js"></script></body>')
    assert page.locator("a").first.get_attribute("href") == f"{url}/f/{FRAGMENT.id}"
