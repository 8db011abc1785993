"""Feeds: the newest fragments as Atom 1.0, RSS 2.0 and JSON Feed 1.1: all, each facet's value, pairs, one a day.

Rules: the same fragments give the same bytes, whatever the edition: no clock, counter or edition number goes in. Ids
are `tag:` URIs (RFC 4151) of the publisher's name and the day of its first root, so they outlive a change of host.
`published` never moves, `updated` moves for a stated correction only. The fragment comes first, in its own script;
lines that run the other way are isolated. A fragment whose author is at risk is in no feed: feeds cannot recall text.

feed_xml builds the XML, feed_items the wording, daily draws, changes and opml are lists of their own. It does not
serve, and tells no hub.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from embed import feed_xml
from embed.changes import print_changes
from embed.daily import DAYS, Pick, picks
from embed.feed_items import Channel, Item, channel_of, item_of, item_of_day
from embed.gathering import gathered
from embed.opml import print_opml
from embed.press import File, Press
from fragments.nouns import Edition, Fragment, Sensitivity

NEWEST = 50  # Atom and RSS of 50 take 4 ms together; of 500, 60 ms, and no reader shows them
NEWEST_OF_PAIR = 20  # there may be 400 pairs in three formats: with 50 items each they were 300 MB
STYLE = "/feed.css"
# A style sheet works with this type alone: with application/atom+xml browsers show source, or offer a download.
XML, JSON_FEED = "application/xml; charset=utf-8", "application/feed+json"


def print_feeds(edition: Edition, press: Press) -> Iterator[File]:
    """`/feed.*`, `/feeds/<facet>/<value>.*` for each value in use, the same for pairs, `/daily.*`, and the lists."""
    careful = careful_of(edition.fragments)
    feeds = {"all": careful, **gathered(careful)}
    for facet, fragments in feeds.items():
        yield from print_feed(facet, fragments, edition, press)
    yield from print_daily(edition, press)
    yield print_opml(list(feeds), edition, press)
    yield print_changes(careful, edition, press)
    yield File(STYLE, files("embed").joinpath("feed.css").read_bytes(), "text/css; charset=utf-8")


def careful_of(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Those that feeds may carry."""
    return [one for one in fragments if one.sensitivity is not Sensitivity.NEEDS_FRESH]


def print_feed(facet: str, fragments: Sequence[Fragment], edition: Edition, press: Press) -> Iterator[File]:
    """Three files of one feed. `facet` is a name of gathering.py; `fragments` in order of publication."""
    channel = channel_of(facet, press, edition.campaigns)
    most = NEWEST_OF_PAIR if "." in facet else NEWEST
    newest = sorted(fragments, key=lambda one: (one.published_at or edition.dated, one.id), reverse=True)[:most]
    return _print(channel, [item_of(fragment, channel, edition.dated) for fragment in newest], edition)


def print_daily(edition: Edition, press: Press) -> Iterator[File]:
    """`/daily.*`: one fragment a day, the last seven days up to that of the press."""
    channel = channel_of("daily", press, edition.campaigns)
    drawn: list[Pick] = picks(careful_of(edition.fragments), press.now.date(), edition.dated, press.keyring.name)
    return _print(channel, [item_of_day(each, channel) for each in reversed(drawn[-DAYS:])], edition)


def is_daily(path: str) -> bool:
    """Whether a file changes with the day, so that no list of an edition can name its bytes."""
    return path.startswith("/daily.")


def _print(channel: Channel, items: Sequence[Item], edition: Edition) -> Iterator[File]:
    updated = max((item.updated for item in items), default=edition.dated)
    yield File(f"{channel.path}.atom", feed_xml.atom(channel, items, updated), XML)
    yield File(f"{channel.path}.rss", feed_xml.rss(channel, items, updated), XML)
    body = json.dumps(_json_feed(channel, items), ensure_ascii=False, separators=(",", ":"))
    yield File(f"{channel.path}.json", body.encode(), JSON_FEED)


def _json_feed(channel: Channel, items: Sequence[Item]) -> Mapping[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page,
        "feed_url": f"{channel.stem}.json",
        "language": channel.ui,
        **({"hubs": [{"type": "WebSub", "url": channel.hub}]} if channel.hub else {}),
        "items": [_json_item(item) for item in items],
    }


def _json_item(item: Item) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "id": item.id,
        "url": item.page,
        "title": item.title,
        "content_html": item.html,
        "content_text": item.text,
        "date_published": _rfc3339(item.published),
        "date_modified": _rfc3339(item.updated),
        "language": item.lang,
        "tags": list(item.tags),
    }
    return {**found, "authors": [{"name": item.author}]} if item.author else found


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
