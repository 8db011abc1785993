"""Visits to sites are polite, bounded, and say whether the snippet is there: real HTTP on loopback."""

import gzip
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fragments.store.archive import Archive
from fragments.store.registrations import Errand, Proof, Registrations, Verdict, Visits
from tests.sites.conftest import Answer, Led, Web
from widget_server.fetching import Fetcher
from widget_server.settings import Settings
from widget_server.sites.visiting import SITES_A_TURN, Rounds, Visitor, agent_of

SITE = "alice.github.io"
US = "https://fragments.org"
FRAME = f'<!doctype html><title>A</title><body><iframe src="{US}/frame?lang=vi" title="x"></iframe>'
NIGHT = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
HOME = Errand(SITE, None)


@pytest.fixture
def settings() -> Settings:
    return Settings(public_url=US)


@pytest.fixture
def visitor(web: Web, settings: Settings) -> Visitor:
    return Visitor(Led(web, agent_of(settings)), [US])


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        (FRAME, Verdict.FOUND),
        (f'<img src="{US}/badge.svg?lang=fa" alt="">', Verdict.FOUND),
        (f'<blockquote cite="{US}/f/0123456789">Words</blockquote>', Verdict.FOUND),
        (f'<a href="{US}/f/0123456789">a link</a>', Verdict.MISSING),
        (f"<!-- {FRAME} -->", Verdict.MISSING),
        ("<p>Nothing</p>", Verdict.MISSING),
        ("", Verdict.MISSING),
    ],
    ids=["frame", "badge", "quotation", "link-only", "comment", "nothing", "empty"],
)
def test_what_stands_on_the_first_page_decides(web: Web, visitor: Visitor, page: str, verdict: Verdict) -> None:
    web.say(SITE, "/", page)

    assert visitor.look(HOME) is verdict


def test_the_page_that_the_owner_named_is_looked_at(web: Web, visitor: Visitor) -> None:
    web.say(SITE, "/", "nothing here")
    web.say(f"blog.{SITE}", "/post", FRAME)

    assert visitor.look(Errand(SITE, f"https://blog.{SITE}/post")) is Verdict.FOUND
    assert [path for _, path, _ in web.asked] == ["/robots.txt", "/post"]


@pytest.mark.parametrize(
    ("robots", "verdict"),
    [
        ("User-agent: *\nDisallow: /\n", Verdict.REFUSED),
        ("User-agent: Unsilenced\nDisallow: /\n", Verdict.REFUSED),
        ("User-agent: *\nDisallow: /\n\nUser-agent: unsilenced\nAllow: /\n", Verdict.FOUND),
        ("User-agent: Other\nDisallow: /\n", Verdict.FOUND),
        ("User-agent: *\nDisallow: /private\n", Verdict.FOUND),
        ("\0\xff" * 500, Verdict.FOUND),
    ],
    ids=["all", "us", "all-but-us", "others", "elsewhere", "rubbish"],
)
def test_robots_txt_is_obeyed(web: Web, visitor: Visitor, robots: str, verdict: Verdict) -> None:
    web.say(SITE, "/robots.txt", robots)
    web.say(SITE, "/", FRAME)

    assert visitor.look(HOME) is verdict
    assert ("/" in [path for _, path, _ in web.asked]) is (verdict is Verdict.FOUND)


@pytest.mark.parametrize(
    ("status", "verdict"), [(404, Verdict.FOUND), (403, Verdict.FOUND), (503, Verdict.UNREACHABLE)]
)
def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(
    web: Web, visitor: Visitor, status: int, verdict: Verdict
) -> None:
    web.say(SITE, "/robots.txt", "User-agent: *\nDisallow: /", status=status)
    web.say(SITE, "/", FRAME)

    assert visitor.look(HOME) is verdict


def test_a_page_that_moves_to_another_host_of_the_site_is_asked_for_its_own_rules(web: Web, visitor: Visitor) -> None:
    web.say(SITE, "/", X_Moved=f"https://www.{SITE}/")
    web.say(f"www.{SITE}", "/", FRAME)
    assert visitor.look(HOME) is Verdict.FOUND

    web.say(f"www.{SITE}", "/robots.txt", "User-agent: *\nDisallow: /")
    assert visitor.look(HOME) is Verdict.REFUSED


def test_a_snippet_on_another_site_is_not_on_this_one(web: Web, visitor: Visitor) -> None:
    web.say(SITE, "/", X_Moved="https://mallory.org/")
    web.say("mallory.org", "/", FRAME)

    assert visitor.look(HOME) is Verdict.MISSING


def test_a_site_that_turns_in_circles_is_left(web: Web, visitor: Visitor) -> None:
    web.say(SITE, "/", X_Moved=f"https://{SITE}/")

    assert visitor.look(HOME) is Verdict.UNREACHABLE
    assert len(web.asked) < 20


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b" " * 1_000_001),
        Answer(gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["plain", "unpacked"],
)
def test_a_page_over_a_megabyte_is_not_read(web: Web, visitor: Visitor, answer: Answer) -> None:
    web.pages[SITE, "/"] = answer

    assert visitor.look(HOME) is Verdict.TOO_LARGE


def test_an_error_page_and_a_site_that_is_not_there_are_unreachable(web: Web, visitor: Visitor) -> None:
    assert visitor.look(HOME) is Verdict.UNREACHABLE
    web.say(SITE, "/", FRAME, status=500)
    assert visitor.look(HOME) is Verdict.UNREACHABLE


def test_the_agent_says_who_it_is(web: Web, visitor: Visitor) -> None:
    web.say(SITE, "/", FRAME)
    visitor.look(HOME)

    agents = {headers["User-Agent"] for _, _, headers in web.asked}
    assert [agent.split("/")[0] for agent in agents] == ["Unsilenced"]
    assert all(agent.endswith("(+https://fragments.org/about)") for agent in agents)
    assert not any("Cookie" in headers or "Referer" in headers for _, _, headers in web.asked)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "169.254.169.254"])
def test_a_site_whose_name_leads_into_our_network_is_never_asked(
    web: Web, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    led = [(family, socket.SOCK_STREAM, 6, "", (address, web.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: led)

    assert Visitor(Fetcher("Unsilenced/test"), [US]).look(HOME) is Verdict.UNREACHABLE
    assert web.asked == []


@pytest.fixture
def chosen(sqlite_archive: Archive) -> Callable[..., Visits]:
    """chosen("a.org", "b.org"): sites that an editor wants visited."""

    def choose(*names: str) -> Visits:
        visits = Visits(sqlite_archive.engine)
        for name in names:
            visits.choose(name)
        return visits

    return choose


def test_a_round_visits_a_few_sites_and_writes_down_what_it_saw(
    web: Web, sqlite_archive: Archive, settings: Settings, visitor: Visitor, chosen: Callable[..., Visits]
) -> None:
    names = [f"site-{n}.org" for n in range(SITES_A_TURN + 2)]
    visits = chosen(*names)
    for name in names:
        web.say(name, "/", FRAME)
    rounds = Rounds(lambda _: visitor, lambda: NIGHT)

    counts = [rounds.go(settings, sqlite_archive) for _ in range(3)]

    assert counts == [SITES_A_TURN, 2, 0]
    assert {visit.verdict for visit in visits.all().values()} == {Verdict.FOUND}
    assert sorted(host for host, path, _ in web.asked if path == "/") == names


def test_two_machines_visit_a_site_once_a_day(
    web: Web, sqlite_archive: Archive, settings: Settings, visitor: Visitor, chosen: Callable[..., Visits]
) -> None:
    chosen("a.org")
    web.say("a.org", "/", FRAME)
    machines = [Rounds(lambda _: visitor, lambda: NIGHT) for _ in range(4)]
    threads = [threading.Thread(target=machine.go, args=(settings, sqlite_archive)) for machine in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Rounds(lambda _: visitor, lambda: NIGHT + timedelta(days=1)).go(settings, sqlite_archive)

    assert [path for _, path, _ in web.asked].count("/") == 2


def test_a_registered_site_that_asks_to_be_listed_is_visited_and_appears(
    web: Web, sqlite_archive: Archive, settings: Settings, visitor: Visitor
) -> None:
    owners = Registrations(sqlite_archive.engine)
    owners.register(SITE, "a" * 64, Proof.META, NIGHT.date())
    owners.list_in_public(SITE, True)
    web.say(SITE, "/", FRAME)

    Rounds(lambda _: visitor, lambda: NIGHT).go(settings, sqlite_archive)

    assert owners.shown_in_public(NIGHT.date()) == [SITE]


def test_the_caretaker_does_not_wait_for_a_slow_site(
    web: Web, sqlite_archive: Archive, settings: Settings, visitor: Visitor, chosen: Callable[..., Visits]
) -> None:
    visits = chosen("slow.org")
    go = threading.Event()
    web.pages["slow.org", "/"] = lambda: Answer(FRAME.encode()) if go.wait(60) else Answer()
    rounds = Rounds(lambda _: visitor, lambda: NIGHT)

    begun = time.monotonic()
    rounds.turn(settings, sqlite_archive)
    rounds.turn(settings, sqlite_archive)
    took = time.monotonic() - begun
    go.set()
    assert rounds._under_way
    rounds._under_way.join(5)

    assert took < 30
    assert visits.all()["slow.org"].verdict is Verdict.FOUND


def test_what_goes_wrong_with_visits_is_told_at_the_next_turn(sqlite_archive: Archive, settings: Settings) -> None:
    def broken(_: Settings) -> Visitor:
        raise OSError

    rounds = Rounds(broken, lambda: NIGHT)
    rounds.turn(settings, sqlite_archive)
    assert rounds._under_way
    rounds._under_way.join(5)

    with pytest.raises(OSError):
        rounds.turn(settings, sqlite_archive)
