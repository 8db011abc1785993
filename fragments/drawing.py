"""Random choice over facets: every fragment with exactly its weight, in the same time at 100 fragments or 100,000.

Rules: each fragment owns as many neighbouring slots as its weight; a facet's value is a compressed set of slots
(Roaring bitmap); values OR within a kind, AND across kinds; a draw is one random rank in the resulting set. `lang`
means what a fragment can be *read* in: the original, if its text is there, each translation, and what those tags are
part of (zh-Hans is also zh). The random source is an argument.

It holds ids, not texts, and knows no HTTP: a query is a mapping of words.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random

from pyroaring import BitMap

from fragments import countries, languages
from fragments.errors import FieldError, UnknownFacet
from fragments.nouns import Fragment

KINDS = ("lang", "country", "topic", "campaign")  # the order in a deck's name
ID_LENGTH = 10  # fragments.ids
MAGIC = b"unsilenced facets 1\n"
MOST_VALUES = 50  # in one query: more is nobody's wish


class NothingToDraw(UnknownFacet):
    """Each value is known, but no fragment has them together."""


class NotADeck(UnknownFacet):
    """A name that no deck can have, or a query that no deck answers: several values of one kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is drawn from: values of each kind, canonical and sorted; none means all. Or one fragment alone."""

    lang: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    fragment: str | None = None

    def values(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The kinds that narrow, each with its values, in the order of a deck's name."""
        return ((kind, getattr(self, kind)) for kind in KINDS if getattr(self, kind))


EVERYTHING = Query()


def facets_of(fragment: Fragment) -> frozenset[str]:
    """The facets of a fragment as deck names: `lang-vi`, `country-VN`, `topic-…`, `campaign-…`."""
    read_in = {translation.lang for translation in fragment.translations}
    if fragment.text:
        read_in.add(fragment.lang)
    found = {f"lang-{prefix}" for lang in read_in for prefix in languages.prefixes_of(lang)}
    found |= {f"country-{suppression.country}" for suppression in fragment.source.suppressions}
    found |= {f"topic-{topic}" for topic in fragment.topics}
    return frozenset(found | {f"campaign-{fragment.campaign}"} if fragment.campaign else found)


def parse_query(words: Mapping[str, str]) -> Query:
    """`{"lang": "vi", "country": "VN,CN"}` → Query; empty values are as if not there.

    Raises UnknownFacet(kind, value) for another kind of facet or a value that cannot be one (not: that is not in use).
    """
    found: dict[str, tuple[str, ...]] = {}
    for kind, text in words.items():
        if kind not in KINDS:
            raise UnknownFacet(kind)
        values = {value.strip() for value in text.split(",")} - {""}
        if len(values) > MOST_VALUES:
            raise UnknownFacet(kind, f"{len(values)} values")
        found[kind] = tuple(sorted({_canonical(kind, value) for value in values}))
    return _query(found)


def deck_name(query: Query) -> str:
    """`lang-vi.country-VN`, `all`, `f-<id>`; raises NotADeck where a kind has several values."""
    if query.fragment is not None:
        return f"f-{query.fragment}"
    parts = []
    for kind, values in query.values():
        if len(values) > 1:
            raise NotADeck(kind, ",".join(values))
        parts.append(f"{kind}-{values[0]}")
    return ".".join(parts) or "all"


def query_of_deck(name: str) -> Query:
    """The query that a deck of this name answers; raises NotADeck for a name that `deck_name` does not give."""
    if name.startswith("f-"):
        return Query(fragment=name.removeprefix("f-"))
    found: dict[str, tuple[str, ...]] = {}
    for part in [] if name == "all" else name.split("."):
        kind, _, value = part.partition("-")
        if kind not in KINDS or not value or kind in found:
            raise NotADeck(name)
        found[kind] = (value,)
    query = _query(found)
    if deck_name(query) != name:
        raise NotADeck(name)
    return query


class Facets:
    """The drawing index of one edition. Make it with `of` or `from_bytes`."""

    def __init__(self, ids: bytes, weights: bytes, sets: Mapping[str, BitMap]) -> None:
        """`ids`: ten bytes a fragment, in order; `weights`: a byte each; `sets`: facet → slots."""
        self._ids = ids
        self._weights = weights
        self._sets = sets
        self._ends: Sequence[int] = list(accumulate(weights))
        self._all = BitMap(range(self._ends[-1] if self._ends else 0))
        self._all.run_optimize()
        # Where no fragment weighs more than another a set's size is its count of fragments, with nothing to look up.
        self._firsts = None if set(weights) <= {1} else BitMap([end - weights[n] for n, end in enumerate(self._ends)])

    @classmethod
    def of(cls, fragments: Iterable[Fragment]) -> "Facets":
        """The index of fragments, in their order; ValueError for an id that is not ten characters."""
        ids, weights, slots = bytearray(), bytearray(), 0
        sets: dict[str, BitMap] = {}
        for fragment in fragments:
            if len(fragment.id) != ID_LENGTH or not fragment.id.isascii():
                raise ValueError(fragment.id)
            ids += fragment.id.encode()
            weights.append(fragment.weight)
            for facet in facets_of(fragment):
                sets.setdefault(facet, BitMap()).add_range(slots, slots + fragment.weight)
            slots += fragment.weight
        for slots_of in sets.values():
            slots_of.run_optimize()
        return cls(bytes(ids), bytes(weights), dict(sorted(sets.items())))

    def to_bytes(self) -> bytes:
        """A magic line, a line of JSON (count of fragments; each facet, its set's size), then ids, weights, sets."""
        sets = {facet: slots.serialize() for facet, slots in self._sets.items()}
        head = {"fragments": len(self), "sets": [[facet, len(body)] for facet, body in sets.items()]}
        line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        return b"".join([MAGIC, line, b"\n", self._ids, self._weights, *sets.values()])

    @classmethod
    def from_bytes(cls, body: bytes) -> "Facets":
        """Reads `to_bytes`; ValueError for something else."""
        if not body.startswith(MAGIC):
            raise ValueError("not a drawing index")
        start = body.index(b"\n", len(MAGIC)) + 1
        head = json.loads(body[len(MAGIC) : start])
        weights_at = start + ID_LENGTH * head["fragments"]
        at = weights_at + head["fragments"]
        sets = {}
        for facet, size in head["sets"]:
            sets[facet] = BitMap.deserialize(body[at : at + size])
            at += size
        return cls(body[start:weights_at], body[weights_at : weights_at + head["fragments"]], sets)

    def __len__(self) -> int:
        return len(self._weights)

    def ids(self) -> Iterator[str]:
        """Every id, in order of first publication."""
        return (self._id(index) for index in range(len(self)))

    def count(self, query: Query = EVERYTHING) -> int:
        """How many fragments a query finds; 0 where its facets never meet. Raises UnknownFacet(kind, value)."""
        if query.fragment is not None:
            return int(query.fragment in self._indexes)
        slots = self._slots(query)
        return len(slots) if self._firsts is None else slots.intersection_cardinality(self._firsts)

    def draw(self, query: Query, random: Random) -> str:
        """The id of one of the query's fragments, each with its weight's share of the chance.

        Raises UnknownFacet(kind, value) for a value this edition does not have, NothingToDraw when none has them all.
        """
        if query.fragment is not None:
            if query.fragment not in self._indexes:
                raise UnknownFacet("fragment", query.fragment)
            return query.fragment
        slots = self._slots(query)
        if not slots:
            raise NothingToDraw(deck_name(query) if query == EVERYTHING else dict(query.values()))
        return self._id(bisect_right(self._ends, slots[random.randrange(len(slots))]))

    def find(self, query: Query) -> Iterator[str]:
        """Every id of a query, in order. Raises UnknownFacet."""
        if query.fragment is not None:
            return iter([query.fragment] if query.fragment in self._indexes else [])
        slots = self._slots(query)
        firsts = slots if self._firsts is None else slots & self._firsts
        return (self._id(bisect_right(self._ends, slot)) for slot in firsts)

    def values(self, kind: str) -> dict[str, int]:
        """Every value of a kind of facet with its number of fragments, most first. Raises UnknownFacet."""
        if kind not in KINDS:
            raise UnknownFacet(kind)
        named = ((facet.removeprefix(f"{kind}-"), facet) for facet in self._sets if facet.startswith(f"{kind}-"))
        counts = {value: self.count(query_of_deck(facet)) for value, facet in named}
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def _indexes(self) -> dict[str, int]:
        return {self._id(index): index for index in range(len(self))}

    def _id(self, index: int) -> str:
        return self._ids[ID_LENGTH * index : ID_LENGTH * (index + 1)].decode()

    def _slots(self, query: Query) -> BitMap:
        found: BitMap | None = None
        for kind, values in query.values():
            sets = [self._set(kind, value) for value in values]
            either = sets[0] if len(sets) == 1 else BitMap.union(*sets)
            found = either if found is None else found & either
        return self._all if found is None else found

    def _set(self, kind: str, value: str) -> BitMap:
        try:
            return self._sets[f"{kind}-{value}"]
        except KeyError:
            raise UnknownFacet(kind, value) from None


def _query(values: Mapping[str, tuple[str, ...]]) -> Query:
    lang, country, topic, campaign = (values.get(kind, ()) for kind in KINDS)
    return Query(lang=lang, country=country, topic=topic, campaign=campaign)


def _canonical(kind: str, value: str) -> str:
    try:
        if kind == "lang":
            # `zh` is no language of a text, but a reader may ask for both ways of writing it.
            return "zh" if value.lower() == "zh" else languages.canonical(value)
        if kind == "country":
            return countries.canonical(value)
    except FieldError as error:
        raise UnknownFacet(kind, value) from error
    return value.lower()
