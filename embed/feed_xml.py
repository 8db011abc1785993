"""Atom and RSS by feedgen, its faults (version 1.0.0) worked round here and nowhere else.

The faults: dates default to the clock; entry links lose their attributes in RSS, and its link is the last one set;
entries are prepended; RSS dates are written by switching the process's locale, under every other thread; languages of
entries cannot be said. So dates of RSS and languages are written by the two extensions below, which feedgen calls.

It words nothing (embed.feed_items).
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from embed.feed_items import Channel, Item, legal

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DC = "http://purl.org/dc/elements/1.1/"


def atom(channel: Channel, items: Sequence[Item], updated: datetime) -> bytes:
    """Atom 1.0 (RFC 4287)."""
    return bytes(_generator(channel, items, updated, "atom").atom_str())


def rss(channel: Channel, items: Sequence[Item], updated: datetime) -> bytes:
    """RSS 2.0 with content in the description, where every reader looks."""
    return bytes(_generator(channel, items, updated, "rss").rss_str())


def _generator(channel: Channel, items: Sequence[Item], updated: datetime, ending: str) -> FeedGenerator:
    feed = FeedGenerator()
    feed.register_extension("unsilenced", _FeedWords, _ItemWords)
    feed.unsilenced.updated = updated
    feed.id(channel.id)
    feed.title(legal(channel.title))
    feed.subtitle(legal(channel.description))
    feed.description(legal(channel.description))
    feed.language(channel.ui)
    feed.author({"name": legal(channel.authority.partition(",")[0])})
    feed.generator("Unsilenced")
    feed.updated(updated)
    feed._FeedGenerator__rss_lastBuildDate = None  # it cannot be unset otherwise; _FeedWords writes it
    media_type = f"application/{ending}+xml"
    # RSS takes the last link: the page.
    feed.link([{"href": f"{channel.stem}.{ending}", "rel": "self", "type": media_type}])
    feed.link([{"href": channel.page, "rel": "alternate", "type": "text/html"}])
    for item in items:
        _add(feed, item)
    return feed


def _add(feed: FeedGenerator, item: Item) -> None:
    entry = feed.add_entry(order="append")
    entry.unsilenced.item = item
    entry.id(item.id)
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.updated(item.updated)
    entry.link(href=item.page, rel="alternate", type="text/html")
    entry.content(item.html, type="html")
    if item.author:
        entry.author({"name": item.author})
    entry.category([{"term": tag} for tag in item.tags])


class _FeedWords(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    updated: datetime

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC}

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        channel = feed[0]
        etree.SubElement(channel, "lastBuildDate").text = format_datetime(self.updated)
        return feed


class _ItemWords(BaseEntryExtension):  # type: ignore[misc]
    item: Item

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        feed.set(XML_LANG, self.item.lang)
        etree.SubElement(feed, "published").text = self.item.published.isoformat()
        return feed

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        etree.SubElement(feed, "pubDate").text = format_datetime(self.item.published)
        etree.SubElement(feed, f"{{{DC}}}language", nsmap={"dc": DC}).text = self.item.lang
        if self.item.author:
            etree.SubElement(feed, f"{{{DC}}}creator", nsmap={"dc": DC}).text = self.item.author
        return feed
