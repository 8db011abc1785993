"""The frame snippet, oEmbed, pictures, the script of 2006 and opened feeds in Firefox and in WebKit, Safari's engine.

A drill: it installs Firefox, WebKitWebDriver and Xvfb from Debian when they are missing.
"""

import io
import re
import time

import pytest
from PIL import Image, ImageChops

from embed import frames, legacy, snippets
from embed.oembed import Wish, oembed
from embed.pictures.faces import Faces
from embed.pictures.look import Look
from embed.pictures.png import Painter
from embed.pictures.svg import svg
from embed.printing import Press, print_edition
from fragments.nouns import Edition
from tests.browser.engines import PATIENCE, SEEN_IN_THE_MIDDLE
from tests.browser.origins import Answer
from tests.browser.test_framed import WORDPRESS

pytestmark = pytest.mark.drill

DARKS = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
HTML = "text/html; charset=utf-8"


@pytest.fixture
def framed(web, fragments):
    """The web, with the frame of the Arabic fragment; its path."""
    path = f"/f/{fragments[1].id}/frame"
    policy = {"Content-Security-Policy": frames.CONTENT_SECURITY_POLICY}
    body = frames.frame(fragments[1], public_url=web.publisher.url)
    web.publisher.answers[path] = Answer(body, HTML, headers=policy)
    return path


def as_pasted(window, web, snippet):
    """What is seen of a page with the quotation of a frame snippet alone."""
    window.visit(web.post(re.sub(r"<(object|iframe).*</\1>", "", snippet), path="/alone"))
    window.until("document.readyState == 'complete'")
    time.sleep(0.5)  # the first picture of a page may come before its letters
    return seen(window)


def seen(window):
    return Image.open(io.BytesIO(window.picture())).convert("L")


def is_like(one, other):
    """Whether two pictures say the same: a border drawn anew may move a pixel, a word has hundreds."""
    return sum(ImageChops.difference(one, other).histogram()[60:]) < 30


@DARKS
def test_a_live_frame_covers_the_quotation_and_is_light_or_dark_as_the_reader_prefers(
    web, framed, opened, engine, fragments, dark
):
    window, snippet = opened(engine, dark=dark), snippets.frame_snippet(fragments[1], web.options)
    alone = as_pasted(window, web, snippet)
    window.visit(web.post(snippet)).until(f"{SEEN_IN_THE_MIDDLE} == 'OBJECT'")
    end = time.monotonic() + PATIENCE
    while is_like(seen(window), alone):  # the frame has links, the pasted text below it has none
        assert time.monotonic() < end, "no frame is seen"
    box = window.evaluate(
        "(({x, y, right, bottom}) => [x, y, right, bottom])(document.querySelector('object').getBoundingClientRect())"
    )
    shades = seen(window).crop([round(edge) for edge in box]).histogram()
    assert (shades.index(max(shades)) < 60) == dark


@DARKS
@pytest.mark.parametrize("wrong", ["dead", "refusing", "silent"])
def test_where_no_frame_comes_the_pasted_quotation_is_seen(web, framed, opened, engine, fragments, wrong, dark):
    window, snippet = opened(engine, dark=dark), snippets.frame_snippet(fragments[1], web.options)
    hurt = {
        "dead": web.publisher.kill,
        "refusing": lambda: web.publisher.answers.update({framed: Answer(b"no", HTML, status=403)}),
        "silent": lambda: web.publisher.answers.update({framed: Answer(after_seconds=600)}),
    }
    hurt[wrong]()
    alone = as_pasted(window, web, snippet)
    window.visit(web.post(snippet))
    alike, end = 0, time.monotonic() + PATIENCE
    while alike < 5:  # for a second, so that what comes late is seen too
        assert time.monotonic() < end, "the page looks otherwise"
        time.sleep(0.2)
        alike = alike + 1 if is_like(seen(window), alone) else 0


def test_a_warned_text_can_be_opened_where_no_frame_comes(web, window, a_text):
    snippet = snippets.frame_snippet(a_text("warned", content_warning="Harsh words"), web.options)
    web.publisher.kill()
    summary, words = "document.querySelector('summary')", "document.querySelector('blockquote')"
    window.visit(web.post(snippet)).until(f"{summary}?.checkVisibility()")
    assert not window.evaluate(f"{words}.checkVisibility()")
    window.click(summary)
    window.until(f"{words}.checkVisibility()")


def test_a_live_frame_with_a_warning_fills_its_place(web, window, a_text):
    warned = a_text("warned", content_warning="Harsh words")
    body = frames.frame(warned, public_url=web.publisher.url)
    web.publisher.answers[f"/f/{warned.id}/frame"] = Answer(body, HTML)
    window.visit(web.post(snippets.frame_snippet(warned, web.options))).until("document.readyState == 'complete'")
    window.until(f"document.querySelector('object').offsetHeight == {snippets.frame_height(None)}")
    window.until("document.querySelector('summary').checkVisibility() == false")  # the pasted fold is under it


def test_in_wordpress_a_frame_tells_its_height(web, framed, window, fragments):
    html = oembed(fragments[1], Wish(ui="ar", most_wide=400), web.publisher.url)["html"]
    assert f"{web.publisher.url}{framed}?ui=ar" in html
    address = f"{web.publisher.url}{framed}?ui=ar"
    window.visit(web.post(WORDPRESS.replace("ADDRESS", address)))
    window.until("window.heard.length")
    told = window.evaluate("window.heard[0]")
    assert (told["message"], told["secret"], told["value"] > 150) == ("height", "abc123", True)


@pytest.mark.parametrize("ui", ["en", "ar", "zh"])
def test_pictures_are_drawn(web, window, fragments, ui):
    look, one = Look(), fragments[["en", "ar", "zh"].index(ui)]
    painter = Painter.with_faces(Faces.found())
    web.publisher.answers["/b.svg"] = Answer(svg(one, ui, "publisher.example", look), "image/svg+xml")
    web.publisher.answers["/b.png"] = Answer(painter.png(one, ui, "publisher.example", look), "image/png")
    pictures = "".join(f'<img src="{web.publisher.url}/b.{kind}">' for kind in ("svg", "png"))
    window.visit(web.post(pictures)).until("[...document.images].every((it) => it.complete)")
    assert window.evaluate("[...document.images].map((it) => it.naturalWidth)") == [look.width] * 2


# The letters of each line from left to right, as they are drawn; a mirrored bracket keeps its name.
DRAWN_ORDER = """[...document.querySelectorAll("text")].map((line) => [...line.textContent].map((letter, at) => {
  const one = document.createRange();
  one.setStart(line.firstChild, at);
  one.setEnd(line.firstChild, at + 1);
  return { letter, ...one.getBoundingClientRect().toJSON() };
}).filter(({ letter, width }) => width && /[\\p{L}\\p{N}(),—،]/u.test(letter))
  .sort((one, other) => one.x - other.x).map(({ letter }) => letter).join(""))"""


def test_lines_of_an_arabic_badge_stand_in_order_and_so_do_names_in_it(web, window, fragments):
    body = svg(fragments[1], "ar", "publisher.example", Look(400))
    web.publisher.answers["/b.svg"] = Answer(body, "image/svg+xml")
    window.visit(f"{web.publisher.url}/b.svg")
    _, first, second, attribution, *_ = window.evaluate(DRAWN_ORDER)
    assert first[::-1] == "كلمةأولىوكلمة"
    assert second[::-1] == "ثانيةوكلمةثالثة"
    assert attribution == ")1899(Alpha،AAuthor—"


def test_a_page_of_2006_shows_its_fragment(web, window, fragments):
    body = legacy.script(fragments[1], 300, web.publisher.url)
    web.publisher.answers["/js/fragment-300.js"] = Answer(body, "text/javascript; charset=utf-8")
    tag = f'<script type="text/javascript" src="{web.publisher.url}/js/fragment-300.js"></script>'
    page = web.post(f'<script>var irr_lang = "ar";</script>{tag}', doctype="")
    host = "document.querySelector('body > div')"
    window.visit(page).until(f"{host}?.shadowRoot && true")
    assert window.evaluate(f"[document.compatMode, {host}.shadowRoot.querySelector('blockquote').innerText]") == [
        "BackCompat",
        fragments[1].text,
    ]
    assert window.evaluate(f"{host}.shadowRoot.firstChild.offsetWidth") == 300
    assert window.complaints(page) == []


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_feed_that_is_opened_is_a_page_for_people(web, window, fragments, kind):
    edition = Edition(number=7, dated=web.press.dated, fragments=tuple(fragments))
    place = Press(public_url=web.publisher.url, mirrors=(), keyring=web.press.keyring, now=web.press.dated)
    for file in print_edition(edition, place):
        web.publisher.answers[file.path] = Answer(file.body, file.content_type)
    window.visit(f"{web.publisher.url}/feed.{kind}").until("document.readyState == 'complete'")
    heading = "document.getElementsByTagNameNS('http://www.w3.org/1999/xhtml', 'h1')[0]"
    assert window.evaluate(f"{heading}.checkVisibility()")
    assert float(window.evaluate(f"getComputedStyle({heading}).fontSize").removesuffix("px")) > 20  # it has its style
    hidden = "[...document.querySelectorAll('title, link, id, updated, pubDate, guid')]"
    assert window.evaluate(f"{hidden}.filter((it) => it.checkVisibility()).map((it) => it.tagName)") == []


def test_a_fault_on_a_page_is_heard_so_that_silence_means_something(web, window):
    policy = {"Content-Security-Policy": "script-src 'nonce-a'"}
    wrong = web.post('<script nonce="a">nowhere()</script><script>forbidden()</script>', headers=policy)
    assert len(window.complaints(wrong)) == 2
