"""The builder and the pages in a real Chromium: choosing, seeing, copying; with scripts and without."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fragments.ids import id_of
from tests.answering import answering
from tests.public.conftest import URL
from widget_server.shelf import Shelf

pytestmark = pytest.mark.browser
CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => { for (let e = element; e; e = e.parentElement) {
    const colour = rgb(getComputedStyle(e).backgroundColor); if (colour[3] !== 0) return colour; }
    return [255, 255, 255]; };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(element.outerHTML.slice(0, 90));
  }
  return poor; }"""


@pytest.fixture(scope="session")
def served(app: Flask, shelf: Shelf) -> Iterator[str]:
    """The app on the address that it was made for."""
    with answering(app, urlsplit(URL).port) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    """A visitor's page that hears of every fault."""
    context = chromium.new_context(base_url=served, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    yield page
    context.close()
    assert faults == []


def test_a_blogger_chooses_a_language_sees_it_and_copies_the_snippet(page: Page) -> None:
    page.goto("/embed")
    page.get_by_label("Only texts that can be read in").select_option("fa")

    shown = page.frame_locator("iframe[name=shown]").locator(".unsilenced")
    expect(shown).to_have_attribute("data-deck", "lang-fa")
    expect(page.locator("#sample")).to_contain_text("Fragments in this choice: 1")
    page.get_by_role("button", name="Copy For any website").click()
    expect(page.locator("#script-copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 'data-deck="lang-fa"' in copied
    assert "lang=fa" in page.url


def test_the_preview_shows_a_fragment_that_the_loader_has_checked(page: Page) -> None:
    page.goto("/embed?lang=fa")

    box = page.frame_locator("iframe[name=shown]").locator(".unsilenced")
    expect(box.locator("figure blockquote").first).to_contain_text("In fa.")  # in the shadow tree: the loader was here


def test_another_one_draws_again_in_the_preview_only(page: Page) -> None:
    page.goto("/embed")
    with page.expect_request(lambda request: "/embed/preview" in request.url):
        page.get_by_role("link", name="Another one").click()

    assert page.url == f"{URL}/embed"


def test_what_cannot_be_had_is_said_while_choosing(page: Page) -> None:
    page.goto("/embed")
    page.get_by_label("Just this one").fill("nothing")

    expect(page.get_by_role("status")).to_have_text("There is no fragment at this address.")


def test_questions_come_and_go_with_the_place(page: Page) -> None:
    page.goto("/embed")
    page.get_by_label("Where is your site?").select_option("feed")
    expect(page.get_by_label("Colours")).to_be_hidden()
    expect(page.get_by_label("Address of your page")).to_be_hidden()

    page.get_by_label("Where is your site?").select_option("ghost")
    expect(page.get_by_label("Colours")).to_be_visible()
    expect(page.get_by_label("Address of your page")).to_be_visible()


def test_the_builder_works_without_scripts(chromium: Browser, served: str) -> None:
    context = chromium.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("/embed")
    page.get_by_label("Silenced in").select_option("SU")
    page.get_by_role("button", name="Show me").click()

    expect(page.locator("#script")).to_contain_text('data-deck="country-SU"')
    expect(page.frame_locator("iframe[name=shown]").locator("blockquote")).to_have_text("A text.")
    context.close()


def test_hostile_texts_do_nothing_in_a_browser(page: Page) -> None:
    id_ = id_of("hostile")
    for path in (f"/f/{id_}", f"/f/{id_}?ui=vi", "/fragments", f"/embed?f={id_}", "/f/random?country=US"):
        page.goto(path)
        page.wait_for_load_state("networkidle")

    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/embed", "/f/{}", "/fragments", "/privacy", "/nothing"])
def test_every_word_has_contrast_enough(chromium: Browser, served: str, path: str, scheme: str) -> None:
    page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(served + path.format(id_of("cited")))

    assert page.evaluate(CONTRAST) == []
    page.close()


@pytest.mark.parametrize("ui", ["en", "fr", "ar", "fa", "zh", "ru"])
@pytest.mark.parametrize("path", ["/", "/embed", "/f/{}", "/fragments", "/about", "/feeds"])
def test_nothing_is_wider_than_a_small_phone(chromium: Browser, served: str, path: str, ui: str) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    page.goto(f"{served}{path.format(id_of('cited'))}?ui={ui}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_visit_leaves_nothing_behind(page: Page) -> None:
    for path in ("/", "/embed", f"/f/{id_of('plain')}"):
        page.goto(path)
        page.wait_for_load_state("networkidle")

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases()") == []
