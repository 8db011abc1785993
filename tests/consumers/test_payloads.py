"""Public payloads as text, title, author and source: harmless in every place where a fragment is shown, in a browser.

The packages know 5,091: 4,462 of brs-kb, 464 more of the Big List of Naughty Strings, 165 invisible characters between
two letters. They go in past the cleaning, straight into an edition, so that each place has to hold by itself. Left out
are 26 that XML cannot hold and 3 that are nothing but space: test_payloads_imported.py says that the archive has no
such text. With 20 of our own that makes 5,082. `bin/test` takes 300 of them, evenly over all, and opens 44 for real;
`bin/test --all` takes all and opens 600; the script of 2006 runs with each that is taken.

Each answer is read by Chromium's parser for its kind, and may be made of nothing but what answers about ordinary
fragments are made of: elements, attributes, code, counts of them, and where its addresses lead. What has the same
elements, attributes and code cannot run anything else; that it does not is then seen in pages that are opened.
"""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from babel import Locale
from playwright.sync_api import Browser

from fragments.countries import NOT_COUNTRIES
from fragments.ids import id_of
from fragments.nouns import Evidence, Form, Fragment, Source, Suppression, Translation

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
LEGAL = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")  # XML 1.0, section 2.2
ORDINARY = (
    "rain & snow", "one\ntwo\n\nthree", "باران", "https://alpha.example/a?b=c", "http://alpha.example",
    "https://[no-address", "x" * 5000, "a b " * 1000,
)  # fmt: skip
A_FEED = 40  # fragments that share a country, and so a feed: fewer than a feed has room for
COUNTRIES = sorted(set(filter(re.compile("[A-Z]{2}").fullmatch, Locale("en").territories)) - NOT_COUNTRIES)
PLACES = {
    "/f/{}": "html", "/f/{}/frame?ui=fr": "html", "/oembed?url={url}/f/{}": "oembed", "/f/{}.svg": "svg",
    "/f/{}.txt": "text", "/api/v1/fragments/{}": "json",
}  # fmt: skip
LISTS = {
    "/feeds/country/{}.atom": "feed", "/feeds/country/{}.rss": "feed", "/feeds/country/{}.json": "jsonfeed",
    "/query?country={}&limit=all": "xml", "/query?country={}&limit=all&format=RSS": "feed",
}  # fmt: skip
JUDGING = Path(__file__).with_name("judging.js").read_text("utf-8")
INTO_THE_PAGE = """async (urls) => {
  const answers = await Promise.all(urls.map(async (url) => (await (await fetch(url)).json()).html));
  document.body.innerHTML = answers.join("");
  const loaded = (frame) => new Promise((done) => frame.addEventListener("load", done));
  await Promise.all([...document.querySelectorAll("body > iframe")].map(loaded));
  return [...document.querySelectorAll("body *")].map((each) => each.localName); }"""
IN_SHADOWS = """() => {
  const hosts = [...document.querySelectorAll("*")].filter((each) => each.shadowRoot);
  const inside = hosts.flatMap((each) => [...each.shadowRoot.querySelectorAll("*")]);
  return [inside.map((each) => each.localName), inside.map((each) => each.href).filter(Boolean)]; }"""


def fragment(number: int, text: str, form: Form = Form.PROSE) -> Fragment:
    act = Suppression(
        country=COUNTRIES[number // A_FEED], who=text, company=text, evidence=(Evidence(url=text, citation=text),)
    )
    source = Source(external_id=f"s{number}", title=text, author=text, url=text, publisher=text, suppressions=(act,))
    return Fragment(
        id=id_of(f"payload-{number}"),
        external_id=f"payload-{number}",
        source=source,
        lang="en",
        text=text,
        form=form,
        gloss=text,
        translations=(Translation(lang="fr", text=text, translator=text),),
    )


def evenly(texts: list[str], wanted: int) -> list[str]:
    return [texts[place * len(texts) // wanted] for place in range(wanted)]


class InTurn(Random):
    """Draws one after the other, so that everything is drawn."""

    at = -1

    def randrange(self, *bounds: int) -> int:
        self.at += 1
        return self.at % bounds[-1]


class Shown:
    """Fragments that are published at `url`, and those of them that are opened for real."""

    def __init__(self, url: str, fragments: list[Fragment], opened: int) -> None:
        self.url, self.fragments = url, fragments
        self.opened = evenly(fragments, min(opened, len(fragments)))

    def paths(self, place: str) -> list[str]:
        countries = {each.source.suppressions[0].country for each in self.fragments}
        names = countries if "country" in place else [each.id for each in self.fragments]
        return [place.format(name, url=self.url) for name in names]


@pytest.fixture(
    scope="module",
    params=[pytest.param((280, 44), id="300"), pytest.param((10_000, 600), id="all", marks=pytest.mark.drill)],
)
def shown(request, published, payloads):
    taken, opened = request.param
    legal = [text for text in payloads if LEGAL.fullmatch(text) and text.strip()]
    texts = [*OWN, *evenly(legal, min(taken, len(legal)))]
    made = [fragment(number, text) for number, text in enumerate(texts)]
    with published(*made, random=InTurn()) as url:
        yield Shown(url, made, opened)


@pytest.fixture(scope="module")
def ordinary(published):
    made = [fragment(number, text, form) for number, (text, form) in enumerate((t, f) for t in ORDINARY for f in Form)]
    with published(*made) as url:
        yield Shown(url, made, 0)


@pytest.fixture
def judge(chromium: Browser) -> Callable:
    """What all answers of a kind are made of, as the browser's parser reads them."""
    context = chromium.new_context(bypass_csp=True)

    def judged(shown: Shown, place: str, how: str) -> dict:
        page = context.new_page()
        page.goto(f"{shown.url}/f/{shown.fragments[0].id}.txt")
        found = page.evaluate(JUDGING, [shown.paths(place), how])
        plain = {re.sub("|".join(each.id for each in shown.fragments), "ID", code) for code in found["code"]}
        return {**found, "code": plain, "marks": set(found["marks"]), "leads": set(found["leads"])}

    yield judged
    context.close()


@pytest.mark.parametrize(("place", "how"), [*PLACES.items(), *LISTS.items()], ids=[*PLACES, *LISTS])
def test_an_answer_is_made_of_nothing_but_what_ordinary_ones_are_made_of(judge, shown, ordinary, place, how):
    found, expected = judge(shown, place, how), judge(ordinary, place, how)
    assert found["faults"] == []
    assert found["marks"] <= expected["marks"]
    assert found["code"] <= expected["code"]
    assert found["leads"] <= expected["leads"]


def test_nothing_runs_in_pages(page, shown, alarms):
    for each in shown.opened:
        page.goto(f"{shown.url}/f/{each.id}", wait_until="domcontentloaded")
    page.goto(f"{shown.url}/fragments")
    assert alarms == []


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/query?limit=all", "/query?limit=all&format=RSS"])
def test_nothing_runs_in_lists_opened_by_themselves(page, shown, alarms, path):
    page.goto(shown.url + path)
    assert alarms == []


def test_nothing_runs_where_a_site_puts_oembed_html_and_so_the_frame_into_its_page(blog, shown, alarms):
    page = blog("<body></body>")
    for at in range(0, len(shown.opened), 22):
        opened = shown.opened[at : at + 22]
        names = page.evaluate(INTO_THE_PAGE, [f"{shown.url}/oembed?url={shown.url}/f/{each.id}" for each in opened])
        assert names.count("iframe") == len(opened)
        assert set(names) <= {"blockquote", "p", "a", "iframe", "br"}
        assert len(page.frames) == len(opened) + 1
    assert alarms == []


def test_nothing_runs_in_the_script_of_2006(blog, shown, alarms):
    script = f'<script src="{shown.url}/js/fragment-180.js"></script>'
    names, links = set(), set()
    for _ in range(0, len(shown.fragments), 100):
        inside, leading = blog(f"<body>{script * 100}</body>").evaluate(IN_SHADOWS)
        names.update(inside)
        links.update(leading)
    assert names <= {"div", "blockquote", "p", "a"}
    assert {link[:7] for link in links} <= {"http://", "https:/"}
    assert {each.id for each in shown.fragments} <= {name for link in links for name in re.findall(r"\w{10}", link)}
    assert alarms == []


def test_no_payload_breaks_a_picture(page, shown):
    answers = {page.request.get(f"{shown.url}/f/{each.id}.png?width=320").status for each in shown.opened}
    assert answers == {200}
