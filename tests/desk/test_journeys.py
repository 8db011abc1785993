"""Ana, ben and carol in a real Chromium: from the first administrator's link to a fragment on somebody else's page, two
people in one text, a withdrawal, and a day's work without a mouse. Two real origins, real sign-ins.

A click returns before the page that it leads to is there: what follows waits for an address or for words."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect

from tests.desk.houses import Site, blog, site
from widget_server.desk import passwords

pytestmark = pytest.mark.browser
PASSWORD = "three herons at dusk"
TEXT = "A sentence that somebody would rather not read."
FORM = {"lang": "en", "gloss": "A sentence", "s_title": "Alpha", "a_country": "GB", "a_who": "An office"}
FOCUSED = """() => { const e = document.activeElement, style = getComputedStyle(e);
  return {name: e.name || e.textContent.trim(), value: e.value, tag: e.tagName,
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2}; }"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Site]:
    """A fresh site; passwords cost little here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        with site(tmp_path_factory.mktemp("site") / "data", empty_sqlite) as made:
            yield made


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[Callable[[], Page]]:
    """Somebody with a browser of their own."""
    opened = []

    def new() -> Page:
        opened.append(chromium.new_context(locale="en-GB"))
        page = opened[-1].new_page()
        page.set_default_timeout(10_000)
        return page

    yield new
    for context in opened:
        context.close()


def fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)


def join(page: Page, link: str, name: str) -> Page:
    """Make an account by a one-time link."""
    page.goto(link)
    fill(page, {"name": name, "password": PASSWORD, "again": PASSWORD})
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def staff(desk: Site, visitor: Callable[[], Page]) -> dict[str, Page]:
    """ana, a contributor, and ben, an editor, whom the first administrator invited."""
    adm = join(visitor(), desk.first_link, "adm")
    found = {"adm": adm}
    for name, role in (("ana", "contributor"), ("ben", "editor")):
        adm.goto(desk.desk("/people"))
        adm.check(f"[name=role][value={role}]")
        adm.get_by_role("button", name="Make a link").click()
        shown = adm.get_by_text(re.compile(rf"{desk.url}/desk/first/[\w-]+"))
        expect(shown).to_be_visible()
        link = re.search(rf"{desk.url}/desk/first/[\w-]+", shown.inner_text())
        assert link
        found[name] = join(visitor(), link[0], name)
    return found


def write(page: Page, desk: Site, text: str) -> str:
    """Write a text and put it up for review; its id."""
    page.goto(desk.desk("/write"))
    fill(page, {**FORM, "text": text})
    page.get_by_role("button", name="Save and put up for review").click()
    page.wait_for_url("**/fragments/*")
    return page.url.rsplit("/", 1)[1]


def approve(page: Page, desk: Site, fragment_id: str) -> None:
    page.goto(desk.desk(f"/review/{fragment_id}"))
    for box in page.locator("[name^=check_]").all():
        box.check()
    page.get_by_role("button", name="Approve for the next edition").click()
    page.wait_for_url("**/fragments/*")


def publish(page: Page, desk: Site) -> None:
    page.goto(desk.desk("/publish"))
    page.get_by_role("button", name="Publish this edition").click()
    page.wait_for_url("**/editions/*")
    number, until = int(page.url.rsplit("/", 1)[1]), time.monotonic() + 10
    while served_edition(desk) != number:  # a server looks for a new printing twice a second
        assert time.monotonic() < until
        time.sleep(0.1)


def served_edition(desk: Site) -> int:
    """The number of the edition that the public pages show."""
    local = desk.url.replace("publisher.localhost", "127.0.0.1")
    with urllib.request.urlopen(f"{local}/api/v1/editions", timeout=5) as response:  # noqa: S310 - our own
        return next(each["number"] for each in json.load(response)["editions"] if each["current"])


def answer(page: Page, url: str) -> tuple[int, str]:
    """Status and text of an address."""
    response = page.goto(url)
    assert response
    return response.status, page.locator("body").inner_text()


def test_a_text_goes_from_the_first_link_through_two_people_onto_a_page_elsewhere_and_back(
    desk: Site, staff: dict[str, Page], visitor: Callable[[], Page]
) -> None:
    ana, ben, carol = staff["ana"], staff["ben"], visitor()

    written = write(ana, desk, TEXT)
    assert answer(ana, desk.desk(f"/review/{written}"))[0] == 404  # she writes, others approve
    assert answer(ana, desk.desk("/people"))[0] == 404
    approve(ben, desk, written)
    publish(ben, desk)

    carol.goto(f"{desk.url}/embed?f={written}")
    snippet = carol.locator("textarea#script").input_value()
    pasted = f"<!doctype html><html lang=en><meta charset=utf-8><title>A blog</title><p>A post.</p>{snippet}"
    with blog(lambda: pasted) as post:
        carol.goto(post)
        box = carol.locator(".unsilenced")
        expect(box.locator("figure blockquote").first).to_contain_text(TEXT)  # in the shadow tree: checked, not pasted

    for path in ("/", f"/review/{written}", f"/fragments/{written}", f"/write/{written}", "/people", "/audit"):
        assert carol.goto(desk.desk(path))
        expect(carol).to_have_url(desk.desk("/sign-in"))

    ben.goto(desk.desk(f"/review/{written}"))
    ben.get_by_text("Withdraw", exact=True).click()
    ben.fill("form:has(button[value=withdraw]) [name=words]", "The author asked")
    ben.get_by_role("button", name="Withdraw it").click()
    ben.wait_for_url("**/fragments/*")
    publish(ben, desk)
    assert answer(carol, f"{desk.url}/f/{written}")[0] == 410
    assert answer(visitor(), f"{desk.url}/d/f-{written}/0.cf")[0] == 404
    for path in ("/feed.json", "/api/v1/fragments", "/d/all/0.cf", "/fragments"):
        assert TEXT not in answer(visitor(), desk.url + path)[1]
    assert "withdrawn" in answer(ben, desk.desk("/find?words=rather"))[1]


def test_of_two_people_in_one_text_neither_overwrites_the_other(desk: Site, staff: dict[str, Page]) -> None:
    ana, ben = staff["ana"], staff["ben"]
    text = "Another sentence, of two minds."
    written = write(ana, desk, text)
    for page in (ana, ben):
        page.goto(desk.desk(f"/write/{written}"))

    ben.fill("[name=gloss]", "What ben says of it")
    ben.get_by_role("button", name="Save as a draft").click()
    ben.wait_for_url("**/fragments/*")
    ana.fill("[name=text]", f"{text} It goes on.")
    ana.get_by_role("button", name="Save as a draft").click()

    expect(ana.get_by_role("heading", level=1)).to_have_text("Two people changed this text")
    ana.get_by_role("button", name="Save as a draft").click()
    ana.wait_for_url("**/fragments/*")
    kept = desk.house.archive.fragment(written).fragment
    assert (kept.text, kept.gloss) == (f"{text} It goes on.", "What ben says of it")


def reach(page: Page, name: str) -> None:
    """Go on with the Tab key to a field or button by its name or words; what has the focus is always to be seen."""
    for _ in range(90):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        assert here["visible"] or here["tag"] in ("BODY", "IFRAME", "MAIN"), here
        if name in (here["name"], here["value"]):
            return
    raise AssertionError(name)


def test_a_days_work_needs_no_mouse(desk: Site, staff: dict[str, Page], visitor: Callable[[], Page]) -> None:
    page = visitor()
    page.goto(desk.desk("/sign-in"))
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to the page"
    page.keyboard.press("Enter")
    for field, typed in (("name", "ana"), ("password", PASSWORD)):
        reach(page, field)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signed in as ana")).to_be_visible()
    page.wait_for_load_state()  # text is to be seen before its style sheet is there, which draws what has the focus

    reach(page, "Write")
    page.keyboard.press("Enter")
    page.wait_for_url("**/write/*")
    for field, typed in {"lang": "en", "text": "Typed without a mouse.", **FORM}.items():
        reach(page, field)
        page.keyboard.type(typed)
    reach(page, "submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fragments/*")

    assert desk.house.archive.fragment(page.url.rsplit("/", 1)[1]).state == "in review"


def test_a_link_from_another_site_opens_the_desk_and_signs_nobody_out(desk: Site, staff: dict[str, Page]) -> None:
    adm = staff["adm"]
    with blog(lambda: f"<!doctype html><a href='{desk.desk('/audit')}'>To the desk</a>") as post:
        adm.goto(post)
        adm.click("a")
        expect(adm.get_by_role("heading", level=1)).to_have_text("Audit record")

    adm.goto(desk.desk("/"))
    expect(adm.get_by_text("Signed in as adm")).to_be_visible()
