"""Facets on pages: the words of a request as a query, values with names and counts, one page of fragments.

Rules: `lang=vi&lang=fa` and `lang=vi,fa` say the same; an empty value says nothing; an unknown one is UnknownFacet
for errors.py to word. Newest first.

It shows no fragment itself (showing.py) and draws none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from fragments import languages
from fragments.drawing import KINDS, Facets, Query, parse_query
from fragments.errors import UnknownFacet
from fragments.nouns import Fragment
from widget_server.public.showing import topic_name
from widget_server.public.speaking import Speaker
from widget_server.shelf import Printing

A_PAGE = 30  # fragments: what a reader scrolls through in five minutes
PATHS = {"lang": "languages", "country": "countries", "topic": "topics", "campaign": "campaigns"}


@dataclass(frozen=True)
class Value:
    """A facet's value as a link."""

    kind: str
    value: str
    name: str
    count: int
    own_name: str = ""
    own_lang: str = ""
    own_direction: str = ""

    @property
    def query(self) -> str:
        """`lang=vi`."""
        return urlencode({self.kind: self.value})


@dataclass(frozen=True)
class Batch:
    """One page of a list: `number` of `total` pages, `found` fragments in all."""

    fragments: tuple[Fragment, ...]
    found: int
    number: int
    total: int


def query_from(args: MultiDict[str, str]) -> Query:
    """The facets of a request, other words ignored. Raises UnknownFacet(kind, value)."""
    words = {kind: ",".join(args.getlist(kind)) for kind in KINDS if kind in args}
    for kind, text in words.items():
        if not text.isprintable():  # no value has control characters, and tables of names are not made for them
            raise UnknownFacet(kind, text)
    return parse_query(words)


def words_of(query: Query) -> str:
    """The query as a query string, canonical: `lang=fa,vi&country=IR`."""
    return urlencode({kind: ",".join(values) for kind, values in query.values()}, safe=",")


def values(facets: Facets, kind: str, speaker: Speaker, campaigns: Mapping[str, str]) -> list[Value]:
    """Every value of a kind that this edition has, most fragments first."""
    name = namer(kind, speaker, campaigns)
    return [_value(kind, value, name(value), count, speaker) for value, count in facets.values(kind).items()]


def namer(kind: str, speaker: Speaker, campaigns: Mapping[str, str]) -> Callable[[str], str]:
    """How values of a kind are called in the reader's language."""
    namers: dict[str, Callable[[str], str]] = {
        "lang": speaker.language,
        "country": speaker.country,
        "topic": lambda slug: topic_name(slug, speaker),
        "campaign": lambda slug: campaigns.get(slug, slug),
    }
    return namers[kind]


def _value(kind: str, value: str, name: str, count: int, speaker: Speaker) -> Value:
    if kind != "lang" or value.split("-", maxsplit=1)[0] == speaker.ui:
        return Value(kind, value, name, count)
    own = languages.own_name_of(value)
    if own.casefold() == name.casefold():
        return Value(kind, value, name, count)
    return Value(kind, value, name, count, own, value, languages.direction_of(value))


def batch(printing: Printing, query: Query, number: int) -> Batch:
    """Page `number` (from 1) of a query's fragments, newest first; beyond the last one it is the last."""
    ids = list(printing.facets.find(query))
    total = max(1, -(-len(ids) // A_PAGE))
    number = min(max(1, number), total)
    end = len(ids) - (number - 1) * A_PAGE
    return Batch(tuple(load(printing, reversed(ids[max(0, end - A_PAGE) : end]))), len(ids), number, total)


def load(printing: Printing, ids: Iterator[str]) -> Iterator[Fragment]:
    """The fragments of these ids, in their order."""
    return (found for each in ids if (found := printing.fragment(each)) is not None)
