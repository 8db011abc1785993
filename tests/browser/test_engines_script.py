"""The script snippet in Firefox and in WebKit, Safari's engine: the essentials of what is held to in Chromium.

A drill: it installs Firefox, WebKitWebDriver and Xvfb from Debian when they are missing.
"""

import time
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


def test_a_page_shows_a_fragment_and_complains_of_nothing(web, window, fragments):
    page = web.post(snippets.script_snippet(fragments[0], web.options))
    assert window.visit(page).until(f"{LIVE}?.textContent") in {one.text for one in fragments}
    assert window.evaluate(f"getComputedStyle({LIVE}).whiteSpace") == "pre-wrap"  # the style sheet was taken
    assert window.complaints(page) == []


@pytest.mark.parametrize(
    ("number", "ui", "direction"),
    [pytest.param(1, "ar", "rtl", id="Arabic"), pytest.param(2, "zh", "ltr", id="Chinese")],
)
def test_a_text_stands_in_its_script_and_direction(web, window, fragments, number, ui, direction):
    text = fragments[number]
    snippet = snippets.script_snippet(fragments[3], of_one(web, text, ui=ui))
    window.visit(web.post(snippet, lang=ui, dir=direction)).until(LIVE + " && true")
    assert window.evaluate(f"[{LIVE}.textContent, {LIVE}.lang, {LIVE}.dir]") == [text.text, text.lang, direction]
    side = {"rtl": "right", "ltr": "left"}[direction]
    edges = window.evaluate(
        f"[{BOX}.shadowRoot.querySelector('slot').assignedNodes()[0], {LIVE}, "
        f"{BOX}.shadowRoot.querySelector('figcaption a')].map((it) => {{ const all = document.createRange(); "
        f"all.selectNodeContents(it); return all.getBoundingClientRect().{side}; }})"
    )
    assert max(edges) - min(edges) < 6  # the bearings of first letters


@pytest.mark.parametrize("width", [360, 900])
def test_the_page_does_not_move_when_the_fragment_comes(web, window, fragments, width):
    options = of_one(web, fragments[0])
    path = f"/d/f-{fragments[0].id}/0.cf"
    web.publisher.answers[path] = replace(web.publisher.answers[path], after_seconds=1.5)
    web.post(snippets.script_snippet(fragments[3], options), path="/inside")
    window.visit(web.post(f'<iframe src="/inside" width="{width}" height="800"></iframe>'))
    window.until("frames[0]?.document?.querySelector('#after') && true")
    with window.within("document.querySelector('iframe')"):
        before = window.evaluate(f"[after.offsetTop, !!{BOX}.shadowRoot]")
        window.until(LIVE + " && true")
        assert before == [window.evaluate("after.offsetTop"), False]
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_box_is_light_or_dark_as_the_reader_prefers(web, opened, engine, fragments, dark):
    window = opened(engine, dark=dark)
    window.visit(web.post(snippets.script_snippet(fragments[0], web.options))).until(LIVE + " && true")
    paper, ink = lightness(window, BOX, "backgroundColor"), lightness(window, LIVE, "color")
    assert (paper < 0.2, ink < 0.2) == (dark, not dark)


def test_a_content_warning_is_a_fold_that_opens(web, window, fragments, a_text):
    options = of_one(web, a_text("warned", content_warning="Harsh words"))
    window.visit(web.post(snippets.script_snippet(fragments[0], options))).until(LIVE + " && true")
    assert not window.evaluate(f"{LIVE}.checkVisibility()")
    window.click(f"{BOX}.shadowRoot.querySelector('summary')")
    window.until(f"{LIVE}.checkVisibility()")


def test_with_the_publisher_gone_a_mirror_gives_script_and_fragment(web, window, fragments):
    options = replace(web.options, origins=(web.publisher.url, web.mirror.url))
    page = web.post(snippets.script_snippet(fragments[0], options))
    web.publisher.kill()
    assert window.visit(page).until(f"{LIVE}?.textContent") in {one.text for one in fragments}
    assert [len(web.mirror.paths(kind)) for kind in ("/e/", "/d/")] == [1, 1]


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
    window.visit(web.post(f"{clock}<div hidden>{boxes}</div>{script}"))
    names = [vector["file"].removesuffix(".cf") for vector in vectors for _ in vector.get("shown", ())]
    for name in set(names):
        window.until(f"[...document.querySelectorAll('#{name}')].every((box) => box.shadowRoot)")
    for vector in vectors:
        until_asked(web, f"/{vector['file'].removesuffix('.cf')}/d/")
    time.sleep(2.5)  # what is genuine and not fresh would come after 2 s
    shown = {vector["file"]: set() for vector in vectors}
    for name, id_ in window.evaluate(f"({DRAWN})()"):
        shown[f"{name}.cf"] |= {id_} - {None}
    assert {name: ids <= set(allowed(vectors, name)) for name, ids in shown.items()} == dict.fromkeys(shown, True)
    assert all(shown[vector["file"]] for vector in vectors if vector.get("shown"))


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
