"""The script snippet in Firefox and in WebKit, Safari's engine: the essentials of what is held to in Chromium.

A drill: it installs Firefox, WebKitWebDriver and Xvfb from Debian when they are missing.
"""

import time
from contextlib import suppress
from dataclasses import replace

import pytest

from embed import snippets
from embed.loader.released import current
from tests.browser.conftest import CORS
from tests.browser.engines import PATIENCE, SEEN_IN_THE_MIDDLE
from tests.browser.origins import Answer
from tests.browser.test_forged import DRAWN, by_clock, pasted

pytestmark = pytest.mark.drill

BOX = "document.querySelector('.unsilenced')"
LIVE = f"{BOX}.shadowRoot?.querySelector('blockquote')"
CLOCK = """<script>{ const real = Date;
  Date = class extends real { constructor(...told) { super(...(told.length ? told : ["NOW"])); } }; }</script>"""
LIGHTNESS = """(([r, g, b]) => (r + g + b) / 765)(getComputedStyle(ELEMENT).PROPERTY.match(/[\\d.]+/g).map(Number))"""


def lightness(window, element, what):
    """Of an element's color or backgroundColor, 0 to 1."""
    return window.evaluate(LIGHTNESS.replace("ELEMENT", element).replace("PROPERTY", what))


def of_one(web, fragment, **changes):
    """Options for the deck of one fragment, which is published."""
    web.publish(f"f-{fragment.id}", [fragment])
    return replace(web.options, deck=f"f-{fragment.id}", **changes)


def opened_until(window, page, true):
    """Opens a page until an expression is true in it, which is its value.

    Again after a while: the loader gives up after 5 s, and a machine may stand still for longer.
    """
    for _ in range(5):
        with suppress(AssertionError):
            return window.visit(page).until(true, seconds=20)
    pytest.fail(f"never so: {true}")


def shown(window, page):
    """The text of the fragment that comes to a page."""
    return opened_until(window, page, f"{LIVE}?.textContent")


def test_a_page_shows_a_fragment_and_complains_of_nothing(web, window, fragments):
    page = web.post(snippets.script_snippet(fragments[0], web.options))
    assert shown(window, page) in {one.text for one in fragments}
    assert window.evaluate(f"getComputedStyle({LIVE}).whiteSpace") == "pre-wrap"  # the style sheet was taken
    assert window.complaints(page) == []


@pytest.mark.parametrize(
    ("number", "ui", "direction"),
    [pytest.param(1, "ar", "rtl", id="Arabic"), pytest.param(2, "zh", "ltr", id="Chinese")],
)
def test_a_text_stands_in_its_script_and_direction(web, window, fragments, number, ui, direction):
    text = fragments[number]
    snippet = snippets.script_snippet(fragments[3], of_one(web, text, ui=ui))
    assert shown(window, web.post(snippet, lang=ui, dir=direction)) == text.text
    assert window.evaluate(f"[{LIVE}.lang, {LIVE}.dir]") == [text.lang, direction]
    side = {"rtl": "right", "ltr": "left"}[direction]
    edges = window.evaluate(
        f"[{BOX}.shadowRoot.querySelector('slot').assignedNodes()[0], {LIVE}, "
        f"{BOX}.shadowRoot.querySelector('figcaption a')].map((it) => {{ const all = document.createRange(); "
        f"all.selectNodeContents(it); return all.getBoundingClientRect().{side}; }})"
    )
    assert max(edges) - min(edges) < 6  # the bearings of first letters


@pytest.mark.parametrize("width", [360, 900])
def test_the_page_does_not_move_when_the_fragment_comes(web, window, fragments, width):
    snippet = snippets.script_snippet(fragments[3], of_one(web, fragments[0]))
    web.post(snippet.partition("<script")[0], path="/pasted")
    web.post(snippet, path="/live")
    pasted, live = (
        web.post(f'<iframe src="{path}" width="{width}" height="800"></iframe>', path=f"/round{path}")
        for path in ("/pasted", "/live")
    )
    inside = "frames[0].document"
    place = f"{inside}.getElementById('after').offsetTop"
    before = window.visit(pasted).until(place)
    assert opened_until(window, live, f"{LIVE.replace('document', inside)}?.textContent") == fragments[0].text
    assert window.evaluate(place) == before
    assert window.evaluate(f"{inside}.documentElement.scrollWidth <= frames[0].innerWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_box_is_light_or_dark_as_the_reader_prefers(web, opened, engine, fragments, dark):
    window = opened(engine, dark=dark)
    shown(window, web.post(snippets.script_snippet(fragments[0], web.options)))
    paper, ink = lightness(window, BOX, "backgroundColor"), lightness(window, LIVE, "color")
    assert (paper < 0.2, ink < 0.2) == (dark, not dark)


def test_a_content_warning_is_a_fold_that_opens(web, window, fragments, a_text):
    options = of_one(web, a_text("warned", content_warning="Harsh words"))
    shown(window, web.post(snippets.script_snippet(fragments[0], options)))
    assert not window.evaluate(f"{LIVE}.checkVisibility()")
    window.click(f"{BOX}.shadowRoot.querySelector('summary')")
    window.until(f"{LIVE}.checkVisibility()")


def test_with_the_publisher_gone_a_mirror_gives_script_and_fragment(web, window, fragments):
    options = replace(web.options, origins=(web.publisher.url, web.mirror.url))
    page = web.post(snippets.script_snippet(fragments[0], options))
    web.publisher.kill()
    assert shown(window, page) in {one.text for one in fragments}
    assert web.mirror.paths("/e/")
    assert web.mirror.paths("/d/")


def stays_as_pasted(window, text, seconds=1.5):
    """Nothing replaced the quotation, and it is what a reader sees."""
    time.sleep(seconds)
    assert window.evaluate(f"[!!{BOX}.shadowRoot, {SEEN_IN_THE_MIDDLE}]") == [False, "BLOCKQUOTE"]
    assert window.evaluate("document.querySelector('.unsilenced blockquote').innerText") == text


def test_with_everybody_gone_the_pasted_text_stays(web, window, fragments):
    options = replace(web.options, origins=(web.publisher.url, web.mirror.url))
    page = web.post(snippets.script_snippet(fragments[0], options))
    web.publisher.kill()
    web.mirror.kill()
    window.visit(page)
    stays_as_pasted(window, fragments[0].text)


@pytest.mark.parametrize("vectors", by_clock())
def test_what_is_shown_agrees_with_the_verdict_on_every_shared_vector(web, window, fragments, answer, vectors):
    boxes = "".join(pasted(web, vector, answer, fragments[0]) for vector in vectors)
    script = snippets.script_snippet(fragments[0], web.options).partition("</div>")[2]
    clock = CLOCK.replace("NOW", vectors[0]["now"])
    page = web.post(f"{clock}<div hidden>{boxes}</div>{script}")
    genuine = [vector["file"].removesuffix(".cf") for vector in vectors if vector.get("shown")]
    some = (f"[...document.querySelectorAll('#{name}')].some((box) => box.shadowRoot)" for name in genuine)
    opened_until(window, page, " && ".join(["true", *some]))
    for vector in vectors:
        until_asked(web, f"/{vector['file'].removesuffix('.cf')}/d/")
    time.sleep(2.5)  # what is genuine and not fresh would come after 2 s
    seen = window.evaluate(f"({DRAWN})()")
    assert [(name, id_) for name, id_ in seen if id_ and id_ not in allowed(vectors, f"{name}.cf")] == []


def allowed(vectors, file):
    return next(vector.get("shown", ()) for vector in vectors if vector["file"] == file)


def test_a_script_that_was_changed_is_not_run(web, window, fragments):
    web.publisher.answers[current().path] = Answer(current().body + b";", "text/javascript", headers=CORS)
    window.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
    until_asked(web, "/e/")
    stays_as_pasted(window, fragments[0].text)
    assert web.publisher.paths("/d/") == []


def test_on_a_page_of_plain_http_the_pasted_text_stays(web, window, fragments):
    window.visit(web.post(snippets.script_snippet(fragments[0], web.options), host="blog.example"))
    until_asked(web, "/e/")
    stays_as_pasted(window, fragments[0].text)
    assert window.evaluate("[isSecureContext, !!crypto.subtle]") == [False, False]
    assert web.publisher.paths("/d/") == []


def until_asked(web, prefix):
    """Waits for a request to the publisher."""
    end = time.monotonic() + PATIENCE
    while not web.publisher.paths(prefix):
        assert time.monotonic() < end, web.publisher.asked
        time.sleep(0.05)
