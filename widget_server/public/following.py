"""The feeds that this edition has, as pages offer them: found by programs, listed for people.

Rules: what is offered is there (a pair that few fragments share has no feed). On every page the feed of what the page
shows comes first, then the one in the page's language, then everything: readers of feeds often take the first.

It prints and serves no feed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from embed.feed_items import narrowing_of, path_of
from fragments.drawing import KINDS, NotADeck, Query, deck_name
from widget_server.public import listing, site

KINDS_OF_FEEDS = (("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json"))


@dataclass(frozen=True)
class Feed:
    """A feed: its path without the ending, and how it is called in the reader's language."""

    path: str
    name: str


@dataclass(frozen=True)
class Group:
    """Feeds under one heading."""

    name: str
    feeds: tuple[Feed, ...]


def discovered(narrowed: str = "") -> list[Feed]:
    """The feeds that a page names in its head; `narrowed` is the path of the feed of just what it shows, or ""."""
    site_name, ui = site.speaker().say("site.name"), site.speaker().ui
    own = Feed(path_of(f"lang-{ui}"), f"{site_name}: {site.speaker().language(ui)}")
    offered = [
        Feed(narrowed, f"{site_name}: {_names(narrowed)}"),
        own,
        Feed("/feed", site_name),
        Feed("/daily", f"{site_name}: {site.speaker().say('feeds.daily')}"),
    ]
    by_path = {feed.path: feed for feed in reversed(offered) if has_feed(feed.path)}
    return list(reversed(by_path.values()))


def feed_of(query: Query) -> str:
    """The path, without its ending, of the feed that carries just this; "" if there is none."""
    try:
        path = path_of(deck_name(query))
    except NotADeck:
        return ""
    return path if has_feed(path) else ""


def has_feed(path: str) -> bool:
    """Whether this edition has the feed."""
    found = site.printing_if_any()
    return bool(path and found and found.get(f"{path}.atom"))


def single() -> Iterator[tuple[str, tuple[Feed, ...]]]:
    """For each kind of facet: the path of its page, and the feeds of its values, most fragments first."""
    for kind, page in listing.PATHS.items():
        values = listing.values(site.printing().facets, kind, site.speaker(), site.campaigns())
        feeds = tuple(Feed(path_of(f"{kind}-{each.value}"), each.name) for each in values)
        found = tuple(feed for feed in feeds if has_feed(feed.path))
        if found:
            yield page, found


def pairs() -> list[Group]:
    """The feeds of two facets, under the name of the first: languages with all that narrows them, then countries, …"""
    groups: dict[tuple[int, str], list[Feed]] = {}
    for name in site.printing().edition.get("pairs", []):
        (kind, value), (other, narrower) = narrowing_of(name)
        feed = Feed(path_of(name), _namer(other)(narrower))
        if has_feed(feed.path):
            groups.setdefault((KINDS.index(kind), _namer(kind)(value)), []).append(feed)
    return [Group(name, tuple(sorted(feeds, key=_by_name))) for (_, name), feeds in sorted(groups.items())]


def _by_name(feed: Feed) -> tuple[int, str]:
    return KINDS.index(feed.path.split("/")[4]), feed.name


def _names(path: str) -> str:
    """`/feeds/lang/vi/country/VN` in the reader's words."""
    words = path.split("/")[2:]
    return ", ".join(_namer(kind)(value) for kind, value in zip(words[::2], words[1::2], strict=True))


def _namer(kind: str) -> Callable[[str], str]:
    return listing.namer(kind, site.speaker(), site.campaigns())
