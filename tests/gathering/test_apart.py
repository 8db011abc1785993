"""A stranger's markup is read in a process that ends, whatever it does to the parsers."""

import pytest

from widget_server import apart as child
from widget_server.fetching import Fetched
from widget_server.gathering import apart
from widget_server.gathering.apart import feed_of, page_of
from widget_server.gathering.readable import NothingToRead, read_page

ADDRESS = "https://example.org/a"
WORDS = "The river keeps every stone that the children throw into its slow brown water. " * 4


def answered(body: str, kind: str = "text/html") -> Fetched:
    return Fetched(200, {"Content-Type": kind}, body.encode(), ADDRESS)


def test_a_page_is_read_there_as_it_is_read_here():
    fetched = answered(f"<html><head><title>Alpha</title></head><body><article><p>{WORDS}</p></article></body></html>")

    assert page_of(fetched) == read_page(fetched)


def test_a_feed_is_read_there_with_its_entries():
    item = f"<item><title>One</title><description>{WORDS}</description></item>"
    rss = f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>"

    found = feed_of(answered(rss, "application/rss+xml"))

    assert (found.title, [each.title for each in found.items]) == ("F", ["One"])


def test_why_there_is_nothing_to_read_comes_back():
    with pytest.raises(NothingToRead) as fault:
        page_of(answered("0", "video/mp4"))

    assert (fault.value.reason, fault.value.detail) == ("kind", "video/mp4")


def test_markup_that_keeps_the_parsers_busy_is_given_up(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 2.0)

    with pytest.raises(NothingToRead) as fault:
        page_of(answered("<html><body><article>" + "<p>a" * 500_000))

    assert fault.value.reason == "slow"


def test_the_process_knows_no_setting_and_no_secret(monkeypatch):
    monkeypatch.setenv("UNSILENCED_DESK_SECRET", "x" * 40)
    seen = {}

    def instead(_command, **options):
        seen.update(options["env"])
        raise child.subprocess.TimeoutExpired("", 1)

    monkeypatch.setattr(child.subprocess, "run", instead)
    with pytest.raises(NothingToRead):
        page_of(answered(WORDS))

    assert set(seen) == {"PYTHONPATH", "PATH"}
