"""`/feeds.opml`: every feed in one file (OPML 2.0), which feed readers import.

Rules: each feed stands in it once, as Atom, so that an import subscribes to nothing twice; the daily one first, then
everything, then one group a kind of facet, and the pairs in a group of their own, which a reader can leave out.

It prints no feed.
"""

from collections.abc import Iterable

from lxml import etree

from embed.feed_items import channel_of, legal
from embed.press import File, Press
from embed.strings import say
from fragments.drawing import KINDS
from fragments.nouns import Edition

PATH = "/feeds.opml"
GROUPS = {"lang": "Languages", "country": "Countries", "topic": "Topics", "campaign": "Campaigns"}
PAIRS = "Two at once"


def print_opml(facets: Iterable[str], edition: Edition, press: Press) -> File:
    """The file; `facets` are the feeds there are, by the names of gathering.py."""
    opml = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(opml, "head"), "title").text = say("en", "feed_title")
    body = etree.SubElement(opml, "body")
    groups: dict[str, etree._Element] = {}
    for facet in ("daily", *facets):
        title = group_of(facet)
        if title and title not in groups:
            groups[title] = etree.SubElement(body, "outline", text=title, title=title)
        _add(groups.get(title, body), facet, edition, press)
    return File(PATH, etree.tostring(opml, xml_declaration=True, encoding="UTF-8"), "text/x-opml; charset=utf-8")


def group_of(facet: str) -> str:
    """The title of a feed's group; empty for those that stand alone."""
    if "." in facet:
        return PAIRS
    kind = facet.partition("-")[0]
    return GROUPS[kind] if kind in KINDS else ""


def _add(parent: etree._Element, facet: str, edition: Edition, press: Press) -> None:
    channel = channel_of(facet, press, edition.campaigns)
    title = legal(channel.title)
    address = f"{channel.stem}.atom"
    said = {"type": "rss", "text": title, "title": title, "language": channel.ui}
    etree.SubElement(parent, "outline", {**said, "xmlUrl": address, "htmlUrl": channel.page})
