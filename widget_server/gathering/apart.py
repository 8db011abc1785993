"""Reads a stranger's page or feed in a process of its own, with an end to its time and memory.

Rules: four parsers of three libraries meet whatever a stranger wrote. Three megabytes of `<p>a` keep them busy for more
than 40 seconds. The child gives back plain text, and is ended after SECONDS.

What is read is decided in readable.py and entries.py.
"""

from dataclasses import asdict
from typing import Any

from widget_server.apart import NoAnswer, TooSlow, answer, ask
from widget_server.fetching import Fetched
from widget_server.gathering.entries import Feed, Item, read_feed
from widget_server.gathering.readable import NothingToRead, Page, read_page

SECONDS = 12.0  # of which one goes for starting; ordinary pages take 0.1
MEMORY = 2 << 30  # bytes of address space


def page_of(fetched: Fetched) -> Page:
    """As readable.read_page. Raises NothingToRead, with the reason `slow` where it took too long."""
    return Page(**_asked("page", fetched))


def feed_of(fetched: Fetched) -> Feed:
    """As entries.read_feed. Raises NothingToRead, with the reason `slow` where it took too long."""
    found = _asked("feed", fetched)
    return Feed(found["title"], tuple(Item(**each) for each in found["items"]))


def _asked(what: str, fetched: Fetched) -> dict[str, Any]:
    kind = fetched.headers.get("Content-Type", "")
    told = {"what": what, "status": fetched.status, "kind": kind, "address": fetched.address}
    try:
        found: dict[str, Any] = ask("widget_server.gathering.apart", told, fetched.body, seconds=SECONDS)
    except TooSlow as fault:
        raise NothingToRead("slow") from fault
    except NoAnswer as fault:
        raise NothingToRead("empty") from fault
    if "reason" in found:
        raise NothingToRead(found["reason"], found["detail"])
    return found


def _read(told: dict[str, Any], body: bytes) -> dict[str, Any]:
    fetched = Fetched(told["status"], {"Content-Type": told["kind"]}, body, told["address"])
    try:
        return asdict((read_page if told["what"] == "page" else read_feed)(fetched))
    except NothingToRead as fault:
        return {"reason": fault.reason, "detail": fault.detail}


if __name__ == "__main__":
    answer(_read, seconds=SECONDS, memory=MEMORY)
