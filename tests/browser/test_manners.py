"""What a blogger and a reader would mind: a page that jumps, something stored, a text that is not to be read."""

from dataclasses import replace

import pytest

from embed import snippets
from fragments.nouns import Translation

LONG = "A long passage goes on and on, as passages do, and needs more room than there is. " * 7
STORED = """async () => ({
  cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length })"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}


def later(web, seconds=1.2):
    """The decks come after the page was painted, as they do over a network."""
    for path, said in web.publisher.answers.items():
        if path.startswith("/d/"):
            web.publisher.answers[path] = replace(said, after_seconds=seconds)


def of_one(web, fragment):
    """Options for the deck of one fragment, which is published."""
    web.publish("f-x", [fragment])
    return replace(web.options, deck="f-x")


PAIRS = {
    "a long text after a short one": ("Short.", LONG),
    "a short text after a long one": (LONG, "Short."),
    "text with a long word": ("Short.", "Donaudampfschifffahrtsgesellschaftskapitän" * 6),
}


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("texts", PAIRS.values(), ids=PAIRS.keys())
def test_the_page_does_not_move_when_the_fragment_comes(web, reading, a_text, texts, width):
    options = of_one(web, a_text("live", text=texts[1]))
    later(web)
    with reading(viewport={"width": width, "height": 900}) as reader:
        reader.visit(web.post(snippets.script_snippet(a_text("pasted", text=texts[0]), options)))
        before = reader.page.evaluate("() => after.offsetTop")
        assert reader.untouched()
        assert reader.live() == texts[1]
        reader.settle(0.2)
        assert reader.page.evaluate("() => after.offsetTop") == before
        assert reader.shift() <= 0.02
        assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_text_too_long_for_its_box_can_be_scrolled_with_the_keyboard(web, reading, a_text):
    options = replace(of_one(web, a_text("live", text=LONG * 2)), width=300)
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(a_text("pasted"), options)))
        reader.live()
        assert reader.shade("querySelector('blockquote').tabIndex") == 0
        reader.page.locator(".unsilenced blockquote[tabindex]").focus()
        reader.page.keyboard.press("End")
        reader.page.wait_for_function(
            "() => document.querySelector('.unsilenced').shadowRoot.querySelector('blockquote').scrollTop > 0"
        )
        caption = reader.shade("querySelector('figcaption').getBoundingClientRect().bottom")
        box = reader.page.evaluate("() => document.querySelector('.unsilenced').getBoundingClientRect().bottom")
        assert caption < box


def test_a_long_translation_leaves_the_quotation_its_room(web, reading, a_text):
    english = Translation(lang="en", text=LONG)
    options = replace(
        of_one(web, a_text("live", lang="fa", text="متن نخست و متن دوم. " * 5, translations=(english,))), width=400
    )
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(a_text("pasted", text="A pasted text. " * 8), options)))
        reader.live()
        seen = reader.shade("querySelector('blockquote').clientHeight")
        line = reader.shade("querySelector('blockquote').computedStyleMap().get('font-size').value")
        assert seen >= 3 * line
        assert reader.shade("querySelector('figure').scrollHeight") > seen  # and the rest can be scrolled to


def test_out_of_sight_the_box_grows_instead(web, reading, a_text):
    options = replace(of_one(web, a_text("live", text=LONG * 2)), width=300)
    with reading() as reader:
        snippet = snippets.script_snippet(a_text("pasted"), options)
        reader.visit(web.post(f'<div style="height:3000px"></div>{snippet}'))
        reader.live()
        assert reader.page.evaluate("() => document.querySelector('.unsilenced').style.height") == ""
        assert reader.shade("querySelector('figcaption').getBoundingClientRect().bottom") < reader.page.evaluate(
            "() => document.querySelector('.unsilenced').getBoundingClientRect().bottom"
        )


def test_a_box_in_a_closed_tab_is_whole_when_it_is_opened(web, reading, a_text):
    options = of_one(web, a_text("live"))
    with reading() as reader:
        snippet = snippets.script_snippet(a_text("pasted"), options)
        reader.visit(web.post(f"<details><summary>More</summary>{snippet}</details>"))
        reader.live()
        reader.page.get_by_text("More").click()
        assert reader.page.evaluate("() => document.querySelector('.unsilenced').offsetHeight") > 200


def test_nothing_is_stored_anywhere(web, reading, fragments):
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options))).live()
        assert reader.page.evaluate(STORED) == NOTHING
        assert reader.context.cookies() == []
        reader.visit(f"{web.publisher.url}/d/all/0.cf")
        assert reader.page.evaluate(STORED) == NOTHING


LOOKS = {
    "auto, a reader in the light": ("auto", "light", "rgb(255, 255, 255)"),
    "auto, a reader in the dark": ("auto", "dark", "rgb(18, 18, 18)"),
    "light, a reader in the dark": ("light", "dark", "rgb(255, 255, 255)"),
    "dark, a reader in the light": ("dark", "light", "rgb(18, 18, 18)"),
}


@pytest.mark.parametrize(("theme", "preferred", "background"), LOOKS.values(), ids=LOOKS.keys())
def test_the_box_is_light_or_dark_as_chosen(web, reading, fragments, theme, preferred, background):
    with reading(color_scheme=preferred) as reader:
        snippet = snippets.script_snippet(fragments[0], replace(web.options, theme=theme))
        reader.visit(web.post(snippet)).live()
        look = reader.page.evaluate("() => getComputedStyle(document.querySelector('.unsilenced')).backgroundColor")
        assert look == background
        ink = reader.page.evaluate(
            "() => getComputedStyle(document.querySelector('.unsilenced').shadowRoot.querySelector('blockquote')).color"
        )
        assert ink != background


def test_with_forced_colours_text_and_links_take_the_readers_colours(web, reading, fragments):
    with reading(forced_colors="active") as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options))).live()
        colours = reader.page.evaluate(
            "() => { const box = document.querySelector('.unsilenced'); return [getComputedStyle(box).backgroundColor,"
            " getComputedStyle(box.shadowRoot.querySelector('blockquote')).color]; }"
        )
        assert colours[0] != colours[1]


def test_in_print_the_whole_text_stands_on_the_paper(web, reading, a_text):
    options = replace(of_one(web, a_text("live", text=LONG * 2)), width=300)
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(a_text("pasted"), options))).live()
        reader.page.emulate_media(media="print")
        assert reader.shade("querySelector('blockquote').scrollHeight") == reader.shade(
            "querySelector('blockquote').clientHeight"
        )


def test_a_screen_reader_hears_a_figure_with_a_quotation_and_its_source(web, reading, fragments):
    options = of_one(web, fragments[0])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[3], options))).live()
        heard = reader.page.locator("body").aria_snapshot()
        assert "figure" in heard
        assert "blockquote: The first of six short texts" in heard
        assert 'link "A. Author, Alpha (1899)"' in heard
        assert "Someone tried to silence this" in heard
        assert fragments[3].text not in heard


def test_without_style_sheets_or_scripts_the_pasted_text_says_everything(web, reading, fragments):
    pasted = snippets.script_snippet(fragments[1], web.options)
    with reading(java_script_enabled=False) as reader:
        reader.visit(web.post(pasted, headers={"Content-Security-Policy": "style-src 'none'"}))
        said = reader.page.locator(".unsilenced").inner_text()
        for words in (
            "Someone tried to silence this What is this?",
            "كلمة أولى",
            "A word in another language.",
            "Alpha",
        ):
            assert words in said
        assert "Suppressed by Office of Alpha in the United Kingdom (1900)" in said
