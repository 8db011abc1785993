"""Somebody who opens a feed's address in a real browser finds a page that says what it is, in the right direction."""

import pytest

from fragments.ids import id_of
from fragments.nouns import Form, Fragment, Source, Suppression, Translation

SOURCE = Source(external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="IR"),))
ATTACK = '<script>alert(1)</script><img src="x" onerror="alert(2)">'


def fragment(name: str, lang: str, text: str, **changes: object) -> Fragment:
    values: dict = {"translations": (Translation(lang="fa", text="باد"),), **changes}
    return Fragment(id=id_of(name), external_id=name, source=SOURCE, lang=lang, text=text, **values)


CAST = (fragment("verse", "fa", "باران\nبرف", form=Form.VERSE, translations=()), fragment("attack", "en", ATTACK))


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/feeds/lang/fa.atom", "/feeds/lang/fa.rss"])
def test_a_feed_opened_in_a_browser_is_a_page(published, page, alarms, path: str) -> None:
    with published(*CAST) as url:
        page.goto(url + path)
        heading = page.locator("h1")
        assert heading.inner_text() == "تکه‌های سانسورشده: به فارسی"
        assert page.locator("code").inner_text() == url + path
        asked = "element => [getComputedStyle(element).direction, getComputedStyle(element).display]"
        assert heading.evaluate(asked) == ["rtl", "block"]
        verse = page.locator("p", has_text="باران").first
        assert verse.evaluate(asked)[0] == "rtl"
        assert verse.bounding_box()["height"] > 50  # two lines
        assert page.locator("p", has_text="alert(1)").first.evaluate(asked)[0] == "ltr"
        written = page.evaluate(
            "[...document.querySelectorAll('content, description, id, guid, link')]"
            ".filter(each => each.getClientRects().length).length"
        )
        assert written == 0  # what is for programs is not shown
        top, first = heading.bounding_box()["y"], verse.bounding_box()["y"]
        assert top < first
        page.locator("a", has_text="همهٔ خوراک‌ها").click()
        page.wait_for_url(f"{url}/feeds")
    assert alarms == []


@pytest.mark.browser
def test_a_feed_fits_a_phone(published, chromium) -> None:
    with published(*CAST) as url:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, is_mobile=True)
        phone = context.new_page()
        phone.goto(f"{url}/feed.atom")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        phone.goto(f"{url}/feeds/lang/fa.atom")
        # Where an address does not fit a line it breaks before a slash, in no word.
        assert phone.locator("code wbr").count() == 3
        context.close()
