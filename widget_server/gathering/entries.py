"""A fetched feed as a list of entries to choose from: RSS of every kind, Atom, JSON Feed.

Rules: feedparser reads bytes that are already here and fetches nothing; titles and texts become plain text; an entry
keeps its place in the feed as its name for the next request, checked by its address or title, because ids of feeds are
missing, repeated or moved.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from fragments import addresses
from fragments.errors import FieldError
from widget_server.fetching import Fetched
from widget_server.gathering.readable import NothingToRead, decoded, kind_of, plain_of

MOST_ENTRIES = 50
LONGEST_TEXT = 100_000
FULL_TEXT = 400  # characters: shorter ones are teasers


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; `text` is what the feed itself carries of it."""

    title: str
    link: str
    date: str
    author: str
    text: str

    @property
    def is_whole(self) -> bool:
        """Whether the feed seems to carry the whole text, so that its page need not be asked."""
        return len(self.text) >= FULL_TEXT


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title and its newest entries, in its own order."""

    title: str
    items: tuple[Item, ...]


def read_feed(fetched: Fetched) -> Feed:
    """The feed of an answer. Raises NothingToRead."""
    if not 200 <= fetched.status < 300:
        raise NothingToRead("status", str(fetched.status))
    if "json" in kind_of(fetched):
        return _from_json(fetched)
    headers = {"content-type": fetched.headers.get("Content-Type", ""), "content-location": fetched.address}
    parsed = feedparser.parse(io.BytesIO(fetched.body), response_headers=headers)  # a str would be taken for a path
    items = tuple(_item(entry) for entry in parsed.entries[:MOST_ENTRIES])
    if not items:
        raise NothingToRead("empty")
    return Feed(_line(parsed.feed.get("title")), items)


def _item(entry: Mapping[str, Any]) -> Item:
    bodies = [each.get("value", "") for each in entry.get("content", [])] + [entry.get("summary", "")]
    when = entry.get("published") or entry.get("updated") or ""
    struct = entry.get("published_parsed") or entry.get("updated_parsed")
    date = "-".join(f"{part:02}" for part in struct[:3]) if struct else _line(when)
    return Item(
        _line(plain_of(entry.get("title", ""))),
        _address(entry.get("link", "")),
        date,
        _line(entry.get("author")),
        max(map(plain_of, bodies), key=len)[:LONGEST_TEXT],
    )


def _from_json(fetched: Fetched) -> Feed:
    """JSON Feed 1.1 (jsonfeed.org): only what we show."""
    try:
        found = json.loads(decoded(fetched))
        entries = [each for each in found["items"] if isinstance(each, dict)][:MOST_ENTRIES]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise NothingToRead("empty") from fault
    items = tuple(
        Item(
            _line(each.get("title")),
            _address(each.get("url")),
            _line(each.get("date_published"))[:10],
            _line(" ".join(str(a.get("name", "")) for a in each.get("authors", []) if isinstance(a, dict))),
            (str(each.get("content_text") or "") or plain_of(str(each.get("content_html") or "")))[:LONGEST_TEXT],
        )
        for each in entries
    )
    if not items:
        raise NothingToRead("empty")
    return Feed(_line(found.get("title")), items)


def _address(value: object) -> str:
    """A web address, or nothing: what a feed calls a link may be anything."""
    try:
        return addresses.canonical(str(value or "").strip())
    except FieldError:
        return ""


def _line(value: object) -> str:
    return " ".join(str(value or "").split())[:400]
