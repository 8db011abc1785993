"""`/changes.atom`: what came, was corrected and was withdrawn, for programs that keep copies.

Rules: one entry a fragment without its text, with links to its page and its record; one tombstone (RFC 6721) a
withdrawn one. The newest 500 of each. It stands apart from the feeds because no reader of five minded tombstones and
validators complain of them. Like feeds it depends on the fragments alone and leaves people at risk out.

It cannot recall anything: whoever copies must look.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from embed.feed_items import authority_of, legal, updated_of
from embed.press import File, Press
from fragments.nouns import Edition, Fragment

PATH = "/changes.atom"
MOST = 500  # entries, and tombstones: a mirror that slept longer reads /edition.json, which names every withdrawn id
ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


def print_changes(fragments: Sequence[Fragment], edition: Edition, press: Press) -> File:
    """The file; `fragments` are those that feeds may carry."""
    authority = authority_of(press)
    entries = sorted(((updated_of(one, edition.dated), one.id, one) for one in fragments), reverse=True)[:MOST]
    graves = sorted(((one.at, one.id) for one in edition.withdrawn), reverse=True)[:MOST]
    moments = [moment for moment, _, _ in entries[:1]] + [at for at, _ in graves[:1]]
    feed = etree.fromstring(f'<feed xmlns="{ATOM}" xmlns:at="{TOMBSTONES}"/>')
    _say(feed, "id", f"tag:{authority}:changes")
    _say(feed, "title", "Fragments that came, were corrected or were withdrawn")
    _say(feed, "updated", _stamp(max(moments, default=edition.dated)))
    _say(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", authority.partition(",")[0])
    _link(feed, "alternate", press.address("/"), "text/html")  # first: some readers take it for the page's
    _link(feed, "self", press.address(PATH), "application/atom+xml")
    if press.hub:
        _link(feed, "hub", press.hub)
    for _, _, fragment in entries:
        _entry(feed, fragment, authority, edition, press)
    for at, id_ in graves:
        etree.SubElement(feed, f"{{{TOMBSTONES}}}deleted-entry", ref=f"tag:{authority}:f/{id_}", when=_stamp(at))
    return File(
        PATH, etree.tostring(feed, xml_declaration=True, encoding="UTF-8"), "application/atom+xml; charset=utf-8"
    )


def _entry(feed: etree._Element, fragment: Fragment, authority: str, edition: Edition, press: Press) -> None:
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    _say(entry, "id", f"tag:{authority}:f/{fragment.id}")
    _say(entry, "title", fragment.id)
    _say(entry, "published", _stamp(fragment.published_at or edition.dated))
    _say(entry, "updated", _stamp(updated_of(fragment, edition.dated)))
    if fragment.correction:
        _say(entry, "summary", legal(fragment.correction))
    _link(entry, "alternate", press.address(f"/f/{fragment.id}"), "text/html")
    _link(entry, "alternate", press.address(f"/api/v1/fragments/{fragment.id}"), "application/json")


def _say(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: etree._Element, rel: str, href: str, kind: str = "") -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href} | ({"type": kind} if kind else {}))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
