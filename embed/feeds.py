"""Feeds: the newest fragments as Atom 1.0, RSS 2.0 and JSON Feed 1.1, for everything and for each facet's value.

Rules: the same fragments give the same bytes, whatever the edition: no clock, counter or edition number goes in. Ids
are `tag:` URIs (RFC 4151) of the publisher's name and the day of its first root, so they outlive a change of host.
`published` never moves, `updated` moves for a stated correction only. The fragment comes first, in its own script;
lines that run the other way are isolated. A fragment whose author is at risk is in no feed: feeds cannot recall text.

feed_xml builds the XML, feed_items the wording. It does not serve, and knows no hub yet.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from embed import feed_xml
from embed.feed_items import Channel, Item, channel_of, item_of
from embed.press import File, Press
from fragments.drawing import KINDS, facets_of
from fragments.nouns import Edition, Fragment, Sensitivity

NEWEST = 50  # Atom and RSS of 50 take 4 ms together; of 500, 60 ms, and no reader shows them
ATOM, RSS, JSON_FEED = "application/atom+xml", "application/rss+xml", "application/feed+json"


def print_feeds(edition: Edition, press: Press) -> Iterator[File]:
    """`/feed.*`, and `/feeds/<facet>/<value>.*` for each value in use."""
    careful = [one for one in edition.fragments if one.sensitivity is not Sensitivity.NEEDS_FRESH]
    yield from print_feed("all", careful, edition, press)
    values: dict[str, list[Fragment]] = {}
    for fragment in careful:
        for facet in facets_of(fragment):
            values.setdefault(facet, []).append(fragment)
    for facet in sorted(values):
        yield from print_feed(facet, values[facet], edition, press)


def print_feed(facet: str, fragments: Sequence[Fragment], edition: Edition, press: Press) -> Iterator[File]:
    """Three files of one feed. `facet` is `all` or a deck's name of one kind; `fragments` in order of publication."""
    channel = channel_of(facet, press, edition.campaigns)
    newest = sorted(fragments, key=lambda one: (one.published_at or edition.dated, one.id), reverse=True)[:NEWEST]
    items = [item_of(fragment, channel, edition.dated) for fragment in newest]
    updated = max((item.updated for item in items), default=edition.dated)
    stem = path_of(facet)
    yield File(f"{stem}.atom", feed_xml.atom(channel, items, updated), f"{ATOM}; charset=utf-8")
    yield File(f"{stem}.rss", feed_xml.rss(channel, items, updated), f"{RSS}; charset=utf-8")
    body = json.dumps(_json_feed(channel, items), ensure_ascii=False, separators=(",", ":"))
    yield File(f"{stem}.json", body.encode(), JSON_FEED)


def path_of(facet: str) -> str:
    """Where a feed lies, without its ending: `/feed`, `/feeds/country/VN`."""
    kind, _, value = facet.partition("-")
    return f"/feeds/{kind}/{value}" if kind in KINDS else "/feed"


def _json_feed(channel: Channel, items: Sequence[Item]) -> Mapping[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page,
        "feed_url": f"{channel.stem}.json",
        "language": channel.ui,
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
