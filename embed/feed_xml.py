"""Atom and RSS by feedgen, its faults (version 1.0.0) worked round here and nowhere else.

The faults: dates default to the clock; entry links lose their attributes in RSS, and its link is the last one set;
entries are prepended; RSS dates are written by switching the process's locale, under every other thread; languages of
entries and hubs in RSS cannot be said. So these are written by the two extensions below, which feedgen calls.

A browser shows a feed as a page: a CSS style sheet (XSLT is being removed from browsers) hides what is for programs and
shows what stands here in XHTML beside it: what a feed is, and each item once more with its paragraphs, directions and
links. Feed readers pass over elements of that namespace (RFC 4287 section 6.4; RSS 2.0, "Extending RSS").

It words nothing (embed.feed_items).
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from embed.feed_items import Channel, Item, legal
from embed.strings import say
from fragments.languages import direction_of

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DC = "http://purl.org/dc/elements/1.1/"
ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
STYLED = b'<?xml-stylesheet type="text/css" href="/feed.css"?>\n'


def atom(channel: Channel, items: Sequence[Item], updated: datetime) -> bytes:
    """Atom 1.0 (RFC 4287)."""
    return _styled(_generator(channel, items, updated, "atom").atom_str())


def rss(channel: Channel, items: Sequence[Item], updated: datetime) -> bytes:
    """RSS 2.0 with content in the description, where every reader looks."""
    return _styled(_generator(channel, items, updated, "rss").rss_str())


def _styled(xml: bytes) -> bytes:
    declaration, _, rest = xml.partition(b"\n")
    return declaration + b"\n" + STYLED + rest


def _generator(channel: Channel, items: Sequence[Item], updated: datetime, ending: str) -> FeedGenerator:
    feed = FeedGenerator()
    feed.register_extension("unsilenced", _FeedWords, _ItemWords)
    words = feed.unsilenced
    words.channel, words.updated, words.address = channel, updated, f"{channel.stem}.{ending}"
    feed.id(channel.id)
    feed.title(legal(channel.title))
    feed.subtitle(legal(channel.description))
    feed.description(legal(channel.description))
    feed.language(channel.ui)
    feed.author({"name": legal(channel.authority.partition(",")[0])})
    feed.generator("Unsilenced")
    feed.updated(updated)
    feed._FeedGenerator__rss_lastBuildDate = None  # it cannot be unset otherwise; _FeedWords writes it
    page = {"href": channel.page, "rel": "alternate", "type": "text/html"}
    itself = {"href": f"{channel.stem}.{ending}", "rel": "self", "type": f"application/{ending}+xml"}
    # Some readers take the first link for the page's, whatever its rel; feedgen makes RSS of the last.
    feed.link([page, itself] if ending == "atom" else [itself, page])
    if channel.hub and ending == "atom":
        feed.link([{"href": channel.hub, "rel": "hub"}])
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
    channel: Channel
    updated: datetime
    address: str

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC}

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        feed.append(_greeting(self.channel, self.address))
        return feed

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        channel = feed[0]
        etree.SubElement(channel, "lastBuildDate").text = format_datetime(self.updated)
        if self.channel.hub:
            etree.SubElement(channel, f"{{{ATOM}}}link", rel="hub", href=self.channel.hub)
        channel.append(_greeting(self.channel, self.address))
        return feed


class _ItemWords(BaseEntryExtension):  # type: ignore[misc]
    item: Item

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        feed.set(XML_LANG, self.item.lang)
        etree.SubElement(feed, "published").text = self.item.published.isoformat()
        feed.append(_page(self.item))
        return feed

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        item = self.item
        etree.SubElement(feed, "pubDate").text = format_datetime(item.published)
        etree.SubElement(feed, f"{{{DC}}}language", nsmap={"dc": DC}).text = item.lang
        if item.author:
            etree.SubElement(feed, f"{{{DC}}}creator", nsmap={"dc": DC}).text = item.author
        if item.updated != item.published:
            etree.SubElement(feed, f"{{{ATOM}}}updated").text = item.updated.isoformat()
        feed.append(_page(item))
        return feed


def _greeting(channel: Channel, address: str) -> etree._Element:
    """What somebody who opened the address in a browser must know."""
    ui = channel.ui
    # A phone that is not told its own width shows XML as on a desk.
    parts = ['<meta name="viewport" content="width=device-width, initial-scale=1"/>']
    parts += [f"<h1>{escape(legal(channel.title))}</h1><p>{escape(say(ui, 'feed_what'))}</p>"]
    path = escape(address.removeprefix(channel.home)).replace("/", "<wbr/>/")  # a phone breaks it there, in no word
    parts += [f'<p><code dir="ltr">{escape(channel.home)}{path}</code></p>']
    parts += [f'<p><a href="{escape(channel.home)}/feeds">{escape(say(ui, "feed_all"))}</a></p>']
    parts += [f"<h2>{escape(say(ui, 'feed_carries'))}</h2>"]
    return etree.fromstring(f'<div xmlns="{XHTML}" lang="{ui}" dir="{direction_of(ui)}">{"".join(parts)}</div>')


def _page(item: Item) -> etree._Element:
    """The item's own HTML, which feed_items makes well-formed."""
    return etree.fromstring(f'<div xmlns="{XHTML}">{item.html}</div>')
