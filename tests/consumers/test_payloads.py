"""Public payloads as text, title, author and source: harmless in every place where a fragment is shown, in a browser.

They go in past the cleaning, straight into an edition, so that each place has to hold by itself.
"""

import itertools
import re

import brs_kb
import pytest

from fragments.ids import id_of
from fragments.nouns import Evidence, Fragment, Source, Suppression, Translation

pytestmark = pytest.mark.browser
OWN = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style></title></textarea><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "]]><script>alert(1)</script><![CDATA[",
    "--><script>alert(1)</script><!--",
    '<?xml-stylesheet href="javascript:alert(1)"?>',
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<iframe srcdoc='&lt;script>parent.alert(1)&lt;/script>'>",
    "<details open ontoggle=alert(1)>",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}#{7*7}",
    "\u2028alert(1)//\u2029",
    "\\u003cscript>alert(1)//\\",
    "`-alert(1)-`",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "\u202e<script>alert(1)</script>\u202c",
    "\ufeff<scr\u200bipt>alert(1)</script>",
    '#set page(width: 1pt) #eval("alert") $x$ @ref <label>',
    "javascript:alert(1)",
)
LEGAL = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]{1,400}")
TAKEN = 24  # of the collection's payloads, evenly over all of them
HTML_OF_OEMBED = """async (url) => {
  document.body.insertAdjacentHTML("beforeend", (await (await fetch(url)).json()).html); }"""


def payloads() -> list[str]:
    known = sorted({str(each["payload"]) for each in brs_kb.get_all_payloads().values()})
    legal = [text for text in known if LEGAL.fullmatch(text)]
    return [*OWN, *itertools.islice(legal, 0, None, len(legal) // TAKEN)]


def hostile(number: int, text: str) -> Fragment:
    act = Suppression(country="CN", who=text, company=text, evidence=(Evidence(url=text, citation=text),))
    source = Source(external_id=f"s{number}", title=text, author=text, url=text, publisher=text, suppressions=(act,))
    return Fragment(
        id=id_of(f"payload-{number}"),
        external_id=f"payload-{number}",
        source=source,
        lang="en",
        text=text,
        gloss=text,
        translations=(Translation(lang="fr", text=text, translator=text),),
    )


FRAGMENTS = [hostile(number, text) for number, text in enumerate(payloads())]


@pytest.fixture(scope="module")
def url(published):
    with published(*FRAGMENTS) as found:
        yield found


@pytest.fixture
def framing(blog):
    """Opens many addresses at once, each in a frame of its own on a blog."""

    def opened(addresses):
        frames = "".join(f'<iframe src="{each}" width="300" height="90"></iframe>' for each in addresses)
        page = blog(f"<!doctype html><body>{frames}</body>")
        page.wait_for_load_state("load")
        return page

    return opened


@pytest.mark.parametrize("path", ["/f/{}/frame?ui=fr", "/f/{}.svg", "/f/{}.txt", "/api/v1/fragments/{}"])
def test_nothing_runs_in_what_is_embedded_or_opened(framing, url, alarms, path):
    page = framing([url + path.format(each.id) for each in FRAGMENTS])
    assert len(page.frames) == len(FRAGMENTS) + 1
    assert alarms == []


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/query?limit=all", "/query?limit=all&format=RSS"])
def test_nothing_runs_in_lists_opened_by_themselves(page, url, alarms, path):
    page.goto(url + path) if "rss" not in path.lower() else page.evaluate("u => fetch(u).catch(() => 0)", url + path)
    assert alarms == []


def test_nothing_runs_in_pages(page, url, alarms):
    for each in FRAGMENTS[:40]:
        page.goto(f"{url}/f/{each.id}", wait_until="domcontentloaded")
    page.goto(f"{url}/fragments")
    assert alarms == []


def test_nothing_runs_where_a_site_puts_oembed_html_into_its_page(blog, url, alarms):
    page = blog("<body></body>")
    for each in FRAGMENTS:
        page.evaluate(HTML_OF_OEMBED, f"{url}/oembed?url={url}/f/{each.id}")
    assert page.locator("body > blockquote").count() == len(FRAGMENTS)
    assert page.locator("body > iframe").count() == len(FRAGMENTS)
    assert page.locator("body script, body img, body svg").count() == 0
    assert alarms == []


def test_nothing_runs_in_the_script_of_2006(blog, url, alarms):
    page = blog("<body>" + f'<script src="{url}/js/fragment-180.js"></script>' * 60 + "</body>")
    shadows = "[...document.querySelectorAll('*')].filter((each) => each.shadowRoot)"
    assert page.evaluate(f"{shadows}.length") == 60
    names = page.evaluate(
        f"[...new Set({shadows}.flatMap((e) => [...e.shadowRoot.querySelectorAll('*')]).map((e) => e.localName))]"
    )
    assert set(names) <= {"div", "blockquote", "p", "a"}
    assert alarms == []


def test_no_payload_breaks_a_picture(page, url):
    statuses = page.request
    answers = {statuses.get(f"{url}/f/{each.id}.png?width=320").status for each in FRAGMENTS}
    assert answers == {200}
