"""Frame and quotation snippets on a page of another origin."""

import re
from dataclasses import replace

import pytest

from embed import frames, snippets
from fragments.nouns import Source


@pytest.fixture
def framed(web, fragments, answer):
    """The web, with the frame of the Arabic fragment served as it will be."""
    body = frames.frame(fragments[1], public_url=web.publisher.url)
    policy = {"Content-Security-Policy": frames.CONTENT_SECURITY_POLICY}
    web.publisher.answers[f"/f/{fragments[1].id}/frame"] = answer(body, "text/html; charset=utf-8", headers=policy)
    return web


def test_a_frame_shows_text_translation_and_source_and_asks_for_nothing_more(framed, reading, fragments):
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(fragments[1], framed.options)))
        inside = reader.page.frames[1]
        assert inside.locator("blockquote").inner_text() == fragments[1].text
        assert inside.get_by_text("A word in another language.").is_visible()
        assert inside.get_by_text("Suppressed by Office of Alpha in the United Kingdom (1900)").is_visible()
        assert len(framed.publisher.asked) == 1
        assert reader.faults() == []
        assert reader.console == []


def test_a_frame_speaks_the_language_and_wears_the_theme_of_the_snippet(framed, reading, fragments):
    with reading() as reader:
        options = replace(framed.options, ui="fa", theme="dark")
        reader.visit(framed.post(snippets.frame_snippet(fragments[1], options), lang="fa", dir="rtl"))
        inside = reader.page.frames[1]
        assert inside.evaluate("() => document.documentElement.dir") == "rtl"
        assert inside.evaluate("() => document.querySelector('.head:not([hidden])').lang") == "fa"
        assert inside.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"


def test_an_author_nobody_knows_is_said_in_the_snippets_language(framed, reading, a_text, answer):
    nameless = a_text("x", source=Source(external_id="n"))
    body = frames.frame(nameless, public_url=framed.publisher.url)
    framed.publisher.answers[f"/f/{nameless.id}/frame"] = answer(body, "text/html; charset=utf-8")
    with reading() as reader:
        snippet = snippets.frame_snippet(nameless, replace(framed.options, ui="ar"))
        reader.visit(framed.post(snippet, lang="ar", dir="rtl"))
        (said,) = reader.page.frames[1].locator("figcaption a:visible").all()
        assert said.inner_text() == "صاحب النص مجهول"
        assert said.evaluate("(link) => link.matches(':dir(rtl)')")


def test_a_link_in_a_frame_leads_the_whole_page_there(framed, reading, fragments, answer):
    framed.publisher.answers[f"/f/{fragments[1].id}"] = answer(b"the page", "text/plain")
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(fragments[1], framed.options)))
        reader.page.frames[1].get_by_role("link", name="Alpha").click()
        reader.page.wait_for_url(f"{framed.publisher.url}/f/{fragments[1].id}")


WORDPRESS = """<script>window.heard = []; addEventListener("message", (e) => heard.push(e.data));</script>
<iframe sandbox="allow-scripts" src="ADDRESS#?secret=abc123" width="400" height="150"></iframe>"""


def test_in_wordpress_a_frame_tells_its_height_and_the_link_that_was_clicked(framed, reading, fragments):
    address = f"{framed.publisher.url}/f/{fragments[1].id}/frame"
    with reading() as reader:
        reader.visit(framed.post(WORDPRESS.replace("ADDRESS", address)))
        reader.page.frame_locator("iframe").get_by_role("link", name="What is this?").click()
        reader.page.wait_for_function("() => heard.some((told) => told.message === 'link')")
        height, *_, link = reader.page.evaluate("() => window.heard")
        assert (height["message"], height["secret"]) == ("height", "abc123")
        assert height["value"] > 150
        assert link == {"message": "link", "value": f"{framed.publisher.url}/what", "secret": "abc123"}
        before = reader.page.evaluate("() => heard.length")
        reader.page.evaluate("() => frames[0].postMessage({ message: 'ready', secret: 'abc123' }, '*')")
        reader.page.wait_for_function(f"() => heard.length > {before}")
        reader.settle(0.2)
        assert reader.page.evaluate("() => heard.length") == before + 1
        assert reader.page.url.startswith(framed.blog.url)


def test_elsewhere_a_frame_says_nothing_to_the_page(framed, reading, fragments):
    address = f"{framed.publisher.url}/f/{fragments[1].id}/frame"
    with reading() as reader:
        reader.visit(framed.post(WORDPRESS.replace("ADDRESS#?secret=abc123", address)))
        reader.settle(0.2)
        assert reader.page.evaluate("() => window.heard") == []


def test_without_scripts_a_frame_is_in_english_and_whole(framed, reading, fragments):
    with reading(java_script_enabled=False) as reader:
        reader.visit(framed.post(snippets.frame_snippet(fragments[1], framed.options)))
        inside = reader.page.frames[1]
        assert inside.locator("blockquote").inner_text() == fragments[1].text
        assert inside.get_by_text("Someone tried to silence this").is_visible()


def shown_at_its_middle(reader):
    """The name of what a reader sees at the middle of the frame's box."""
    return reader.page.evaluate(
        """() => {
        const box = document.querySelector(".unsilenced-frame blockquote").getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).tagName;
    }"""
    )


def test_a_live_frame_covers_the_quotation_and_moves_nothing(framed, reading, fragments):
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(fragments[1], framed.options)))
        reader.page.frames[1].locator("blockquote").wait_for()
        assert shown_at_its_middle(reader) == "OBJECT"
        box, frame = (reader.page.locator(name).bounding_box() for name in (".unsilenced-frame > div", "object"))
        assert box == frame


def words_seen(reader, address):
    """The quotation's part of the page as pixels, once it is there."""
    reader.page.goto(address, wait_until="commit")
    reader.page.locator(".unsilenced-frame blockquote").wait_for()
    reader.settle(0.5)
    return reader.page.locator(".unsilenced-frame blockquote").screenshot()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wrong", ["dead", "refusing", "silent"])
def test_where_no_frame_comes_the_pasted_quotation_is_seen(framed, reading, fragments, answer, wrong, scheme):
    snippet = snippets.frame_snippet(fragments[1], framed.options)
    path = f"/f/{fragments[1].id}/frame"
    hurt = {
        "dead": framed.publisher.kill,
        "refusing": lambda: framed.publisher.answers.update({path: answer(b"no", "text/html", status=403)}),
        "silent": lambda: framed.publisher.answers.update({path: answer(b"", "text/html", after_seconds=20)}),
    }
    hurt[wrong]()
    with reading(color_scheme=scheme) as reader:
        alone = words_seen(reader, framed.post(re.sub("<object.*</object>", "", snippet)))
        assert words_seen(reader, framed.post(snippet)) == alone


@pytest.fixture
def warned(framed, fragments, answer):
    """The Arabic fragment behind a content warning, its frame served."""
    harsh = replace(fragments[1], content_warning="Harsh words")
    body = frames.frame(harsh, public_url=framed.publisher.url)
    framed.publisher.answers[f"/f/{harsh.id}/frame"] = answer(body, "text/html; charset=utf-8")
    return harsh


def focused(reader):
    """The elements of the page that the Tab key comes to, from its beginning to its end."""
    passed = []
    while (name := reader.page.evaluate("() => document.activeElement.tagName")) != "BODY" or not passed:
        passed.append(name)
        reader.page.keyboard.press("Tab")
    return list(dict.fromkeys(passed[1:]))


def test_the_keyboard_comes_to_no_fold_that_a_live_frame_covers(framed, reading, warned):
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(warned, framed.options)))
        reader.page.frames[1].get_by_text("Harsh words").wait_for()
        assert focused(reader) == ["OBJECT", "A"]
        assert not reader.page.locator("summary").is_visible()


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(lambda summary: summary.click(), id="mouse"),
        pytest.param(lambda summary: summary.press("Enter"), id="keyboard"),
    ],
)
def test_where_no_frame_comes_the_fold_can_be_opened(framed, reading, warned, opening):
    framed.publisher.kill()
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(warned, framed.options)))
        assert not reader.page.locator("blockquote").is_visible()
        opening(reader.page.get_by_text("Harsh words"))
        reader.page.locator("blockquote").wait_for()


def test_a_live_frame_with_a_warning_is_as_high_as_another_and_moves_nothing(framed, reading, warned):
    with reading() as reader:
        reader.visit(framed.post(snippets.frame_snippet(warned, framed.options)))
        reader.page.frames[1].get_by_text("Harsh words").wait_for()
        assert reader.page.locator("object").bounding_box()["height"] == snippets.frame_height(None)
        assert reader.shift() == 0


def test_the_quotation_snippet_asks_nobody_for_anything(web, reading, fragments):
    with reading() as reader:
        reader.visit(web.post(snippets.quotation_snippet(fragments[1], web.options)))
        reader.settle(0.1)
        assert reader.page.get_by_text("كلمة أولى وكلمة ثانية").is_visible()
        assert reader.page.get_by_role("link", name="Alpha").get_attribute("href") == (
            f"{web.publisher.url}/f/{fragments[1].id}"
        )
        assert web.publisher.asked == []
