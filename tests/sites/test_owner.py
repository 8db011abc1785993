"""A blogger's way: type a name, prove it, see the numbers, be listed, be forgotten."""

import html
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from embed.strings import UI_LANGUAGES
from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from fragments.store.republishers import Republishers
from tests.sites.conftest import NameServer, Web
from widget_server.fetching import Fetcher
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.sites import notice, secrecy
from widget_server.sites.app import create_sites
from widget_server.sites.at_hand import PROOFS
from widget_server.sites.limits import Tries
from widget_server.sites.proving import Prover, Resolver, Saw
from widget_server.sites.speaking import CATALOGUE

TODAY = date(2026, 11, 24)
SITE = "alice.github.io"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path, database_url=sqlite_url, public_url="https://fragments.org", sites_secret="0123456789abcdef" * 2
    )


@pytest.fixture
def app(settings: Settings, fetcher: Fetcher, names: NameServer) -> Flask:
    prover = Prover(fetcher, Resolver(names.resolver()), seconds=4.5)
    made = create_sites(settings, Shelf(settings.shelf_dir), prover, lambda: TODAY)
    made.config["APPLICATION_ROOT"] = "/site"
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def archive(sqlite_url: str) -> Archive:
    return Archive.open(sqlite_url)


def path_of(address: str) -> str:
    return address.removeprefix("/site")


def begin(client: FlaskClient, typed: str = SITE) -> str:
    """The private page of a site, as a path of this app."""
    answer = client.post("/", data={"site": typed})
    assert answer.status_code == 303
    return path_of(answer.headers["Location"])


def tag_on(page: str) -> str:
    """The tag that a private page asks for."""
    return re.findall(r'<meta name="unsilenced-site" content="\w{32}">', html.unescape(page))[0]


@pytest.fixture
def owned(client: FlaskClient, web: Web) -> str:
    """The private page of a proven site."""
    path = begin(client)
    web.say(SITE, "/", f"<title>Alice</title>{tag_on(client.get(path).text)}")
    assert client.post(f"{path}/proof").status_code == 303
    return path


def display(archive: Archive, count: int = 7, day: date = TODAY, deck: str = "all") -> None:
    Counts(archive.engine).add(Batch("m", f"{day}{deck}", 0, 1, {(day, "script", deck, SITE): count}, {}))


def test_a_site_is_proven_and_its_numbers_are_shown_to_its_owner(
    client: FlaskClient, archive: Archive, owned: str
) -> None:
    display(archive, 1234, TODAY - timedelta(days=2))
    display(archive, 5, TODAY, "lang-vi.country-VN")

    page = client.get(owned).text

    assert "1,239" in page
    assert page.split('class="days"')[1].count("<rect") == 2
    assert "Vietnamese · Vietnam" in page
    assert Registrations(archive.engine).all().keys() == {SITE}


def test_a_name_in_other_letters_is_read_in_them_and_only_its_dns_record_is_not(client: FlaskClient) -> None:
    path = begin(client, "https://дом.рф/о-нас")
    seen = re.sub("<[^>]*>|https?://[^<]*/site/xn--[^<]*", " ", client.get(path).text.split("<main")[1])

    assert "Show that дом.рф is yours" in seen
    assert "https://дом.рф/.well-known/unsilenced.txt" in seen
    assert re.findall(r"\S*xn--\S*", seen) == ["_unsilenced.xn--d1aqf.xn--p1ai"]


def test_the_owners_page_of_a_name_in_other_letters_is_read_in_them(client: FlaskClient, archive: Archive) -> None:
    link = secrecy.new_link()
    owners = Registrations(archive.engine)
    owners.register("xn--d1aqf.xn--p1ai", secrecy.hash_of(link), Proof.DNS, TODAY)
    visits = Visits(archive.engine)
    visits.choose("xn--d1aqf.xn--p1ai")
    visits.record("xn--d1aqf.xn--p1ai", Verdict.MISSING, TODAY)

    page = client.get(f"/xn--d1aqf.xn--p1ai/{link}").text.split("<main")[1].split("</main>")[0]

    assert "https://дом.рф/" in page
    assert "xn--" not in re.sub("<[^>]*>", " ", page)


def test_nothing_is_stored_before_it_is_proven(client: FlaskClient, archive: Archive) -> None:
    path = begin(client)
    client.get(path)
    answer = client.post(f"{path}/proof")

    assert "We did not find the line yet" in answer.text
    assert answer.text.count("<li>First page:") == answer.text.count("<li>File:") == answer.text.count("<li>DNS:") == 1
    assert Registrations(archive.engine).all() == {}


def test_the_private_address_is_stored_as_a_hash_only(client: FlaskClient, owned: str, settings: Settings) -> None:
    link = owned.rpartition("/")[2]
    files = [path for path in settings.data.rglob("*") if path.is_file()]

    assert len(link) == 43
    assert [path for path in files if link.encode() in path.read_bytes()] == []


def test_of_the_blogger_nothing_is_stored(client: FlaskClient, archive: Archive, web: Web, settings: Settings) -> None:
    known = {"REMOTE_ADDR": "203.0.113.77"}
    sent = {
        "User-Agent": "Alices-Browser/1.0",
        "Accept-Language": "tlh",
        "Referer": "https://alice.github.io/my-secret-page",
    }
    path = path_of(client.post("/", data={"site": SITE}, environ_base=known, headers=sent).headers["Location"])
    web.say(SITE, "/", tag_on(client.get(path, environ_base=known, headers=sent).text))
    for step, form in (("proof", {}), ("listing", {"listed": "yes"}), ("place", {"page": ""})):
        assert client.post(f"{path}/{step}", data=form, environ_base=known, headers=sent).status_code == 303
    archive.close()

    stored = b"".join(path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    assert SITE.encode() in stored
    assert [word for word in (b"203.0.113.77", b"Alices-Browser", b"tlh", b"my-secret-page") if word in stored] == []
    assert not any("203.0.113.77" in str(headers) or "Alices-Browser" in str(headers) for _, _, headers in web.asked)


def test_two_claims_of_a_site_are_settled_by_proof(client: FlaskClient, web: Web, owned: str) -> None:
    other = begin(client)
    refused = client.post(f"{other}/proof")
    assert "for another private address" in refused.text

    web.say(SITE, "/", tag_on(client.get(other).text))
    assert client.post(f"{other}/proof").status_code == 303

    assert "in numbers" in client.get(other).text
    assert "Show that" in client.get(owned).text


def test_a_wrong_address_does_not_tell_whether_the_site_is_registered(client: FlaskClient, owned: str) -> None:
    wrong = f"/{SITE}/{'w' * 43}"
    unknown = f"/bob.github.io/{'w' * 43}"
    shown = [re.sub(r"\w{32}\b", "", client.get(path).text).replace("bob", "alice") for path in (wrong, unknown)]

    assert shown[0] == shown[1]
    for step in ("listing", "place", "end"):
        assert client.post(f"{wrong}/{step}", data={"sure": "yes", "listed": "yes"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/{SITE}/short",
        f"/www.{SITE}/{'x' * 43}",
        f"/ALICE.github.io/{'x' * 43}",
        f"/localhost/{'x' * 43}",
        "/x",
        f"/{SITE}/{'x' * 43}/nothing",
    ],
    ids=str,
)
def test_an_address_that_no_form_leads_to_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_site_is_listed_when_it_is_wanted_and_seen_and_gone_at_once(
    client: FlaskClient, archive: Archive, owned: str, settings: Settings
) -> None:
    client.post(f"{owned}/listing", data={"listed": "yes"})
    assert "once we have seen the snippet" in client.get(owned).text
    assert notice.read(settings.data).sites == ()

    assert Visits(archive.engine).begin(SITE, TODAY)
    Visits(archive.engine).record(SITE, Verdict.FOUND, TODAY)
    client.post(f"{owned}/listing", data={"listed": "yes"})
    assert "Your site is listed." in client.get(owned).text
    assert notice.read(settings.data).sites == (SITE,)

    client.post(f"{owned}/listing", data={"listed": "no"})
    assert notice.read(settings.data).sites == ()


def test_being_forgotten_takes_the_name_everywhere_at_once(
    client: FlaskClient, archive: Archive, owned: str, settings: Settings
) -> None:
    display(archive)
    Visits(archive.engine).begin(SITE, TODAY)
    Visits(archive.engine).record(SITE, Verdict.FOUND, TODAY)
    client.post(f"{owned}/listing", data={"listed": "yes"})
    assert client.post(f"{owned}/end").status_code == 400

    answer = client.post(f"{owned}/end", data={"sure": "yes"})

    assert client.get(path_of(answer.headers["Location"])).status_code == 200
    assert notice.read(settings.data).sites == ()
    assert Republishers(archive.engine).totals().displays == 7
    with archive.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert SITE not in dump
    assert "Show that" in client.get(owned).text


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_owner_of_a_site_kept_off_the_list_is_told_what_outlasts_being_forgotten(
    client: FlaskClient, archive: Archive, owned: str, web: Web, ui: str
) -> None:
    said = CATALOGUE.say(ui, "forget.barred")
    before = client.get(f"{owned}?ui={ui}").text

    Registrations(archive.engine).bar(SITE, True)
    told = client.get(f"{owned}?ui={ui}").text
    client.post(f"{owned}/end", data={"sure": "yes"})
    again = begin(client)
    web.say(SITE, "/", f"<title>Alice</title>{tag_on(client.get(again).text)}")
    client.post(f"{again}/proof")

    assert [said in page for page in (before, told, client.get(f"{again}?ui={ui}").text)] == [False, True, True]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (f"https://{SITE}/blog/?p=1", 303),
        (f"https://www.{SITE}/", 303),
        ("", 303),
        ("https://mallory.org/", 400),
        ("javascript:alert(1)", 400),
        (f"ftp://{SITE}/", 400),
        ("http://127.0.0.1/", 400),
        (f"https://{SITE}@mallory.org/", 400),
    ],
    ids=str,
)
def test_only_a_page_of_the_site_can_be_named(client: FlaskClient, owned: str, typed: str, status: int) -> None:
    assert client.post(f"{owned}/place", data={"page": typed}).status_code == status


@pytest.mark.parametrize("typed", ["", "my blog", '"><script>alert(1)</script>', "localhost", "1.1.1.1"], ids=str)
def test_what_is_no_site_is_said_and_escaped(client: FlaskClient, typed: str) -> None:
    answer = client.post("/", data={"site": typed})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("sent", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_is_refused(client: FlaskClient, owned: str, sent: str) -> None:
    answer = client.post(f"{owned}/end", data={"sure": "yes"}, headers={"Sec-Fetch-Site": sent})

    assert answer.status_code == 400
    assert "in numbers" in client.get(owned).text


def test_hasty_visitors_wait_and_others_do_not(client: FlaskClient) -> None:
    path = begin(client)
    hasty, calm = {"REMOTE_ADDR": "203.0.113.1"}, {"REMOTE_ADDR": "203.0.113.2"}
    seen = [client.post(f"{path}/proof", environ_base=hasty).status_code for _ in range(PROOFS[0] + 1)]
    other = begin(client, "bob.github.io")

    assert seen == [200] * PROOFS[0] + [429]
    assert client.post(f"{other}/proof", environ_base=calm).status_code == 200
    assert client.post(f"{other}/proof", environ_base=hasty).status_code == 429


def test_one_site_is_not_looked_at_by_many_visitors_without_end(client: FlaskClient) -> None:
    path = begin(client)
    seen = [client.post(f"{path}/proof", environ_base={"REMOTE_ADDR": f"203.0.113.{n}"}).status_code for n in range(12)]

    assert seen == [200] * PROOFS[0] + [429] * 2


def test_tries_are_counted_by_hash_and_thrown_away() -> None:
    clock = [0.0]
    tries = Tries(2, 60, lambda: clock[0])

    assert [tries.may("203.0.113.1") for _ in range(3)] == [True, True, False]
    assert "203.0.113.1" not in str(vars(tries))
    clock[0] = 60
    assert tries.may("203.0.113.1")


def test_no_answer_sets_a_cookie_may_be_kept_or_names_the_page_to_others(client: FlaskClient, owned: str) -> None:
    for answer in (client.get("/"), client.get(owned), client.get("/x"), client.post("/", data={"site": SITE})):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


def test_a_private_page_names_its_address_to_no_machine(client: FlaskClient, owned: str) -> None:
    page = client.get(owned).text

    assert 'rel="canonical"' not in page
    assert "og:url" not in page
    assert f'href="https://fragments.org/site{owned}?ui=ar"' in page


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_every_page_speaks_every_language(client: FlaskClient, archive: Archive, owned: str, ui: str) -> None:
    display(archive)
    for path in ("/", owned, begin(client), "/forgotten", "/x"):
        page = client.get(path, headers={"Accept-Language": ui})
        assert f'<html lang="{ {"zh": "zh-Hans"}.get(ui, ui) }"' in page.text
    answer = client.post(f"{begin(client)}/proof?ui={ui}")
    assert CATALOGUE.say(ui, "claim.none") in answer.text


def test_every_word_is_used_and_every_finding_has_words() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path("widget_server/sites").rglob("*") if path.suffix in (".py", ".html")
    )
    composed = ("saw.", "kind.", "visit.", "start.trouble.")
    ways = {f"saw.{way}.{saw}" for way in Proof for saw in Saw if saw is not Saw.TOKEN}

    assert [
        key
        for key in CATALOGUE.keys()  # noqa: SIM118 - no dict
        if f'"{key}"' not in code and not key.startswith(composed)
    ] == []
    assert ways - set(CATALOGUE.keys()) == {"saw.dns.elsewhere"}
    assert all(CATALOGUE.has(f"visit.{verdict}") for verdict in Verdict)


def test_while_the_database_is_away_pages_say_so_and_come_back(
    settings: Settings, fetcher: Fetcher, names: NameServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prover = Prover(fetcher, Resolver(names.resolver()))
    away = Settings(
        data=tmp_path, database_url=f"sqlite:///{tmp_path}/none/archive.db", public_url="https://fragments.org"
    )
    client = create_sites(away, Shelf(away.shelf_dir), prover).test_client()
    path = begin(client)

    answer = client.get(path)

    assert answer.status_code == 503
    assert "Published fragments are not affected" in answer.text
    assert path.rpartition("/")[2] not in caplog.text
    assert client.get("/").status_code == 200
    (tmp_path / "none").mkdir()
    assert client.get(path).status_code == 200
    client.application.extensions["owners"].archive().close()


def test_the_notice_holds_what_is_public_and_nothing_else(client: FlaskClient, owned: str, settings: Settings) -> None:
    client.post(f"{owned}/listing", data={"listed": "yes"})

    assert json.loads((settings.data / notice.FILE).read_text()) == {"sites": [], "weeks": []}


def test_the_files_of_the_app_are_found_wherever_it_is_mounted(settings: Settings) -> None:
    from werkzeug.test import Client

    from widget_server.app import create_app

    visitor = Client(create_app(settings))
    assert visitor.get("/site").status_code in (200, 308)
    page = visitor.get("/site/")
    assert page.status_code == 200
    assert 'action="/site/"' in page.text
    moved: Callable[..., object] = visitor.post("/site/", data={"site": SITE}).headers.get
    assert str(moved("Location")).startswith(f"/site/{SITE}/")
    assert visitor.get("/republishers").status_code == 200
