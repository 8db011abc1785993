"""The whole way of a blogger in a real Chromium, without scripts; and how the pages look."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from tests.answering import answering
from tests.public.test_in_chromium import CONTRAST
from tests.sites.conftest import NameServer, Web
from widget_server.fetching import Fetcher
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.sites import notice, secrecy
from widget_server.sites.app import create_sites
from widget_server.sites.proving import Prover, Resolver

pytestmark = pytest.mark.browser
TODAY = date(2026, 11, 24)
SITE = "alice.github.io"
LINK = "L" * 43
PAGES = ("/site/", f"/site/bob.org/{LINK}", f"/site/{SITE}/{LINK}", "/site/forgotten", "/republishers")


@pytest.fixture
def archive(sqlite_url: str) -> Iterator[Archive]:
    """alice's site has an owner, displays, and a snippet that was seen."""
    with Archive.open(sqlite_url) as opened:
        days = [TODAY - timedelta(days=n) for n in range(70)]
        tally = {(day, "script", "lang-vi.country-VN", SITE): 5 + n * n for n, day in enumerate(days)}
        Counts(opened.engine).add(Batch("m", "s", 0, 1, tally, {}))
        Registrations(opened.engine).register(SITE, secrecy.hash_of(LINK), Proof.DNS, TODAY)
        Registrations(opened.engine).list_in_public(SITE, True)
        Visits(opened.engine).begin(SITE, TODAY)
        Visits(opened.engine).record(SITE, Verdict.FOUND, TODAY)
        yield opened


@pytest.fixture
def served(archive: Archive, tmp_path: Path, sqlite_url: str, fetcher: Fetcher, names: NameServer) -> Iterator[str]:
    """The public pages and those of site owners, on one address, with a notice that names alice's site."""
    weeks = tuple(
        notice.Week(date(2026, 11, 9) - timedelta(days=7 * n), None if n > 3 else 20_000, 50) for n in range(6)
    )
    notice.put_up(tmp_path, notice.Notice((SITE, "a-rather-long-name-of-a-site-that-nobody-types.example.org"), weeks))
    settings = Settings(data=tmp_path, database_url=sqlite_url, public_url="http://127.0.0.1:8198")
    shelf = Shelf(settings.shelf_dir)
    owners = create_sites(settings, shelf, Prover(fetcher, Resolver(names.resolver()), seconds=4.5), lambda: TODAY)
    app = DispatcherMiddleware(create_public(settings, shelf), {"/site": owners})
    with answering(app, 8198) as url:
        yield url
    owners.extensions["owners"].archive().close()


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    """A blogger's page, without scripts."""
    context = chromium.new_context(base_url=served, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_blogger_goes_the_whole_way_without_scripts_or_cookies(
    page: Page, web: Web, names: NameServer, archive: Archive
) -> None:
    page.goto("/site/")
    page.get_by_label("Your site").fill("https://blog.bob.org/2026/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that bob.org is yours")
    private = page.url
    expect(page.get_by_label("Your private address")).to_have_value(private)

    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("alert")).to_contain_text("DNS: there is no such TXT record.")
    names.texts["_unsilenced.bob.org"] = [page.get_by_label("Add a TXT record").input_value()]
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("bob.org in numbers")
    assert page.url == private

    page.get_by_role("button", name="List my site").click()
    expect(page.locator("#standing")).to_contain_text("once we have seen the snippet")
    page.get_by_label("Page that carries the snippet").fill("https://elsewhere.org/")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_have_text("This is not the address of a page on bob.org.")
    page.goto(private)
    page.get_by_label("Yes, forget bob.org").check()
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forgotten")

    assert page.context.cookies() == []
    assert Registrations(archive.engine).all().keys() == {SITE}


def test_a_click_on_a_private_page_does_not_tell_its_address(page: Page, served: str) -> None:
    told: list[str | None] = []
    page.on("request", lambda request: told.append(request.headers.get("referer")))
    page.goto(f"/site/{SITE}/{LINK}")
    page.get_by_role("link", name="About").first.click()
    expect(page).to_have_url(f"{served}/about")

    assert len(told) > 4
    assert [referer for referer in told if LINK in (referer or "")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_contrast_enough(chromium: Browser, served: str, scheme: str) -> None:
    for path in PAGES:
        page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(served + path)
        assert page.evaluate(CONTRAST) == [], path
        page.close()


@pytest.mark.parametrize("ui", ["en", "fr", "ar", "fa", "zh", "ru", "vi"])
def test_nothing_is_wider_than_a_small_phone(chromium: Browser, served: str, ui: str) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    for path in PAGES:
        page.goto(f"{served}{path}?ui={ui}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.close()


def test_the_chart_and_the_table_say_the_same(chromium: Browser, served: str) -> None:
    page = chromium.new_page()
    page.goto(f"{served}/site/{SITE}/{LINK}")
    page.get_by_text("As a table").click()

    titles = page.locator(".days title").all_text_contents()
    rows = page.locator("details .tally tbody tr").all_text_contents()
    page.close()
    assert len(titles) == len(rows) == 60
    assert titles[-1] == "November 24, 2026: 5"
    assert rows[0] == "November 24, 20265"
