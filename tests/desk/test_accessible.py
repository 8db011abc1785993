"""Every page of the desk and of the public for everybody: axe-core's rules of WCAG 2.2 A and AA in light and dark, 320
pixels wide, and from right to left; and nothing runs that somebody typed. Pages come from the URL map, so that a new
one is looked at without being named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from fragments.nouns import Evidence, Suppression, Translation
from fragments.store.people import People
from tests.conftest import make_fragment, make_source
from tests.desk.houses import Site, site
from widget_server.desk import passwords
from widget_server.desk.app import create_desk
from widget_server.desk.secrecy import hash_of
from widget_server.public.app import create_public
from widget_server.publishing import publish

pytestmark = pytest.mark.browser
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PASSWORD = "three herons at dusk"
RUN = """(only) => axe.run({runOnly: only, iframes: false, resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`)))"""
# A preview as a page of its own, as it comes without JavaScript: submit() asks no script of the page.
ALONE = """(fields) => { const button = document.getElementById("preview"), form = button.form;
  for (const name in fields) form.elements[name].value = fields[name];  // no script hears it
  form.action = button.formAction; form.target = "_self"; HTMLFormElement.prototype.submit.call(form); }"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((e) => { const box = e.getBoundingClientRect(); return (box.right > innerWidth + 1 || box.left < -1)
    && e.checkVisibility() && !e.closest(".scroll, .skip"); }).map((e) => e.outerHTML.slice(0, 120)).slice(0, 4)"""
KIND = "(url) => fetch(url).then((answer) => answer.headers.get('content-type'))"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"
FAULTY = """<img src="x"><p style="color: #999">pale</p><div style="inline-size: 2000px">wide</div>
<nav><button style="padding: 0">.</button><button style="padding: 0">.</button></nav>"""
NOT_FROM_THE_RIGHT = "() => getComputedStyle(document.body).direction === 'rtl' ? [] : ['runs from left to right']"


def fill(house_of: Site) -> dict[str, str]:
    """A fragment in every state, hard to show; the ids by state."""
    archive = house_of.house.archive
    act = Suppression(country="GB", who="Office of Alpha", evidence=(Evidence(url="https://example.org/a" + "a" * 90),))
    source = make_source("alpha", title="A title " * 12, author=HOSTILE, suppressions=(act,))
    english = Translation(lang="en", text="A word in another language.")
    hard = {"text": "كلمة أولى وكلمة ثانية " * 9, "lang": "ar", "translations": (english,), "gloss": "About words"}
    made = {
        name: make_fragment(name, source=source, **{"text": f"Words of {name} " * 9, **more})
        for name, more in (
            ("published", hard),
            ("waiting", {"text": "Ab" * 70 + HOSTILE, "gloss": HOSTILE}),
            ("draft", {}),
            ("withdrawn", {}),
        )
    }
    with archive.writing("ana") as store:
        for each in made.values():
            store.save_fragment(each)
        for name in ("published", "waiting", "withdrawn"):
            store.submit(made[name].id)
    with archive.writing("ben") as store:
        store.approve(made["published"].id)
        store.withdraw(made["withdrawn"].id, "asked to")
    publish(house_of.house, "ben", datetime.now(UTC))
    with archive.writing("ana") as store:  # a revision that waits beside the one that is live
        store.save_fragment(make_fragment("published", source=source, **{**hard, "text": "كلمة أولى وثالثة " * 9}))
        store.submit(made["published"].id)
    return {name: each.id for name, each in made.items()}


@pytest.fixture
def full(tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with something of everything."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with site(tmp_path / "data", empty_sqlite) as made:
        yield made


def addresses(app: Flask, ids: dict[str, str]) -> Iterator[str]:
    """An address of every page that can be opened, from the URL map; a new kind of argument fails here by its name."""
    some = {"filename": "desk.css", "token": "x", "key": ids["draft"], "number": 1, "kind": "csv", "deed": "approve"}
    some |= {"fragment_id": ids["published"], "site": "blog.example", "submission_id": "1f", "source_id": "alpha"}
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield urls.build(rule.endpoint, {name: some[name] for name in rule.arguments}, method="GET")


def of_more_pages(people: People, ids: dict[str, str]) -> Iterator[str]:
    """States of pages that no address of the URL map shows."""
    for role in ("editor", "administrator"):
        now = datetime.now(UTC)
        people.invite(hash_of(role), role, now + timedelta(days=1), by="adm", now=now)
        yield f"/first/{role}"
    yield "/write/0123456789abcdef"
    yield "/find?words=nowhere"
    yield from (f"/review/{ids[state]}" for state in ("waiting", "draft", "withdrawn"))


def public_pages(made: Site) -> list[str]:
    """Every public page whose address has no part to fill in, from the URL map, and those of owners of sites."""
    house = made.house
    app = create_public(house.settings, house.shelf)
    client = app.test_client()
    plain = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    return [*(path for path in plain if client.get(path).mimetype == "text/html"), "/site/", "/nothing-here"]


def administrator(browser: Browser, full: Site) -> BrowserContext:
    """A browser in which the first administrator is signed in."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(full.first_link)
    for name, value in (("name", "adm"), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f"[name={name}]", value)
    page.click("main button")
    page.wait_for_url(full.desk("/"))
    page.close()
    return context


def look(page: Page) -> dict[str, Any]:
    """What is wrong with the page that is open."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE)
    found = {"in light": page.evaluate(RUN, WCAG)}
    page.emulate_media(color_scheme="dark")
    found["in dark"] = page.evaluate(RUN, {"type": "rule", "values": ["color-contrast"]})
    page.set_viewport_size({"width": 320, "height": 640})
    found["at 320 px"] = page.evaluate(TOO_WIDE)
    found["small targets at 320 px"] = page.evaluate(RUN, {"type": "rule", "values": ["target-size"]})
    return {how: what for how, what in found.items() if what}


def loud(heard: list[str]) -> bool:
    """Whether a page did more than say that it is not there."""
    return any("status of 4" not in each for each in heard)


def without_files(page: Page, urls: list[str]) -> list[str]:
    """The addresses that answer with a page."""
    return [url for url in urls if page.evaluate(KIND, url).startswith("text/html")]


def visit(context: BrowserContext, urls: list[str]) -> dict[str, Any]:
    """Every page at these addresses: what is wrong with it."""
    page, found, heard = context.new_page(), {}, []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    for url in urls:
        page.goto(url)
        found[url] = look(page) | ({"run or blocked": [*heard]} if loud(heard) else {})
        heard.clear()
    return {url: wrong for url, wrong in found.items() if wrong}


def answers(page: Page, full: Site) -> dict[str, Any]:
    """What is wrong with pages that only a form shows: a fault, a preview, a link for a colleague."""
    page.goto(full.desk("/write/fedcba9876543210"))
    page.fill("[name=text]", "A text. " * 30)
    page.fill("[name=lang]", "not a language")
    with page.expect_navigation():
        page.click("[value=draft]")
    found = {"a fault": look(page)}
    page.evaluate(ALONE, {"lang": "en", "s_title": "Alpha"})
    page.wait_for_url("**/preview")
    found["a preview"] = look(page)
    page.goto(full.desk("/people"))
    with page.expect_navigation():
        page.click("main form button:not(.plain)")
    found["a link for a colleague"] = look(page)
    return {where: wrong for where, wrong in found.items() if wrong}


def narrow(context: BrowserContext, urls: list[str]) -> dict[str, Any]:
    """Every page at these addresses: whether it runs from right to left, and over the edge of a small screen."""
    page, found = context.new_page(), {}
    page.set_viewport_size({"width": 320, "height": 640})
    for url in urls:
        page.goto(url)
        found[url] = page.evaluate(TOO_WIDE) + page.evaluate(NOT_FROM_THE_RIGHT)
    return {url: wrong for url, wrong in found.items() if wrong}


def test_a_page_with_faults_is_found_out(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(FAULTY)

    found = look(page)

    assert set(found) == {"in light", "in dark", "at 320 px", "small targets at 320 px"}
    assert "image-alt" in str(found["in light"])
    page.context.close()


def test_no_page_of_the_desk_breaks_wcag_or_runs_over_a_narrow_screen(chromium: Browser, full: Site) -> None:
    ids = fill(full)
    app = create_desk(full.house.settings, full.house.archive)
    context, stranger = administrator(chromium, full), chromium.new_context(locale="ar")
    own = [*addresses(app, ids), *of_more_pages(People(full.house.archive.engine), ids)]
    first = context.new_page()
    first.goto(full.desk("/"))
    pages = without_files(first, [full.desk(each) for each in dict.fromkeys(own)])

    found = visit(context, pages) | answers(context.new_page(), full)
    found |= visit(stranger, [full.desk(each) for each in ("/sign-in", "/forgotten", "/nothing-here")])
    with first.expect_navigation():
        first.get_by_role("button", name="العربية").click()
    in_arabic = narrow(context, pages)

    assert found == {}
    assert in_arabic == {}


def test_no_public_page_breaks_wcag_or_runs_over_a_narrow_screen(chromium: Browser, full: Site) -> None:
    ids, stranger = fill(full), chromium.new_context()
    id_ = ids["published"]
    of_fragments = [f"/f/{id_}", f"/f/{id_}/frame", f"/f/{ids['withdrawn']}", f"/embed?f={id_}", "/?ui=ar"]

    found = visit(stranger, [full.url + each for each in (*public_pages(full), *of_fragments)])

    assert found == {}
