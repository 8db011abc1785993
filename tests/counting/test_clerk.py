"""What counts as a display, and what is kept of whoever asked: nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from widget_server.counting.clerk import REMEMBERED, Asked, Clerk
from widget_server.counting.spool import Display, Spool, read_lines, segments
from widget_server.mirroring.places import AGENT
from widget_server.settings import Settings
from widget_server.sites.visiting import agent_of

DAY = date(2026, 11, 24)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


def asked(**changed: object) -> Asked:
    values: dict[str, object] = {
        "kind": "script", "deck": "all", "origin": "https://blog.example.com", "referer": "https://blog.example.com/",
        "user_agent": CHROME, "address": "203.0.113.9",
    }  # fmt: skip
    return Asked(**(values | changed))  # type: ignore[arg-type]


@pytest.fixture
def clerk(tmp_path: Path) -> Clerk:
    return Clerk(Spool(tmp_path), frozenset({"unsilenced.org"}), lambda: DAY, displays_a_minute=3)


def test_a_display_is_written_down_with_day_kind_deck_and_site_only(clerk: Clerk, tmp_path: Path) -> None:
    assert clerk.count(asked()) == "counted"
    (path,) = segments(tmp_path)
    assert read_lines(path, 0)[0] == [b"2026-11-24\tscript\tall\texample.com"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"referer": "https://unsilenced.org/embed"}, "own"),
        ({"referer": "http://localhost:4000/"}, "nowhere"),
        ({"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "crawler"),
        ({"user_agent": "curl/8.5.0"}, "crawler"),
        ({"user_agent": "facebookexternalhit/1.1"}, "crawler"),
    ],
)
def test_what_is_no_readers_display_is_not_counted(clerk: Clerk, changed: dict[str, str], why: str) -> None:
    assert clerk.judge(asked(**changed)) == (why, None)


@pytest.mark.parametrize("kind", ["script", "frame", "feed"])
@pytest.mark.parametrize("agent", [AGENT, agent_of(Settings())], ids=["mirror", "visit"])
def test_a_mirror_that_copies_an_edition_displays_nothing(clerk: Clerk, kind: str, agent: str) -> None:
    copying = asked(kind=kind, user_agent=agent, origin=None, referer=None)
    assert clerk.judge(copying) == ("mirror", None)


def test_a_feed_reader_is_a_program_and_counts(clerk: Clerk) -> None:
    verdict, display = clerk.judge(
        asked(kind="feed", user_agent="NetNewsWire/6 python-requests", origin=None, referer=None)
    )
    assert (verdict, display) == ("counted", Display(DAY, "poll", "all", "direct|0"))


def test_an_address_that_asks_too_often_is_answered_but_not_counted(clerk: Clerk) -> None:
    verdicts = [clerk.judge(asked())[0] for _ in range(5)]
    assert verdicts == ["counted"] * 3 + ["too often"] * 2
    assert clerk.judge(asked(address="203.0.113.10"))[0] == "counted"


def test_the_addresses_of_a_minute_are_thrown_away_with_it(tmp_path: Path) -> None:
    now = [0.0]
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: DAY, displays_a_minute=1, clock=lambda: now[0])
    assert [clerk.judge(asked())[0] for _ in range(2)] == ["counted", "too often"]
    now[0] = 61.0
    assert clerk.judge(asked())[0] == "counted"
    assert "203.0.113.9" not in repr(vars(clerk))


def test_the_user_agents_of_a_minute_are_thrown_away_with_it(tmp_path: Path) -> None:
    now = [0.0]
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: DAY, clock=lambda: now[0])
    assert [clerk.judge(asked(user_agent=agent))[0] for agent in ("curl/8.5.0", CHROME, "curl/8.5.0")] == [
        "crawler",
        "counted",
        "crawler",
    ]
    assert "curl" not in repr(vars(clerk)) and CHROME not in repr(vars(clerk))
    kept = dict(clerk._programs)
    now[0] = 61.0
    clerk.judge(asked())
    assert len(kept) == 2
    assert not kept.keys() & clerk._programs.keys()


def test_of_the_pages_of_a_minute_no_address_is_kept(tmp_path: Path) -> None:
    now = [0.0]
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: DAY, clock=lambda: now[0])
    for _ in range(2):
        clerk.judge(asked(origin=None, referer="https://blog.example.org/a-page-with-a-name"))
    kept = dict(clerk._meanings)
    assert "a-page-with-a-name" not in repr(vars(clerk))
    now[0] = 61.0
    clerk.judge(asked())
    assert len(kept) == 1
    assert not kept.keys() & clerk._meanings.keys()


def test_a_display_after_midnight_is_of_the_new_day(tmp_path: Path) -> None:
    days = [DAY, DAY, DAY + timedelta(days=1)]
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: days.pop(0), clock=lambda: 0.0)
    seen = [clerk.judge(asked())[1] for _ in range(3)]
    assert [display and display.day for display in seen] == [DAY, DAY, DAY + timedelta(days=1)]


def test_two_pages_two_kinds_and_two_decks_are_told_apart_when_they_come_again(tmp_path: Path) -> None:
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: DAY)
    told = [
        {"referer": f"https://{site}.org/", "kind": kind, "deck": deck}
        for site in ("alice", "bob")
        for kind in ("script", "frame")
        for deck in ("all", "lang-vi")
    ]
    once, again = ([clerk.judge(asked(**each))[1] for each in told] for _ in range(2))
    assert once == again
    assert len({(each.site, each.kind, each.deck) for each in again if each}) == 8


def test_however_many_pages_ask_the_memory_of_a_minute_is_bounded(tmp_path: Path) -> None:
    clerk = Clerk(Spool(tmp_path), frozenset(), lambda: DAY, displays_a_minute=100_000)
    for number in range(REMEMBERED + 5):
        clerk.judge(asked(referer=f"https://blog.example.org/{number}", user_agent=f"Mozilla/5.0 {number}"))
    assert len(clerk._meanings) <= REMEMBERED
    assert len(clerk._programs) <= REMEMBERED
