"""Which facets and pairs of facets an edition is dealt by: each of them gets a deck, and a feed.

Rules: everything together, each value of a facet in use, and the pairs of values of two kinds that most fragments have
together. The names are those of decks (`lang-vi.country-VN`); fragments keep their order.

It prints nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from fragments.drawing import KINDS, facets_of
from fragments.nouns import Fragment

MOST_PAIRS = 400  # decks of two facets: at 10 kB a part and 16 parts, 64 MB before compression
LEAST_IN_PAIR = 2  # one fragment alone has its own deck


def gathered(fragments: Sequence[Fragment]) -> dict[str, list[Fragment]]:
    """Names with their fragments: `all`, each value of a facet, and the pairs in use most. Empty without fragments."""
    found: dict[str, list[Fragment]] = {"all": list(fragments)} if fragments else {}
    names = [sorted(facets_of(fragment), key=_kind) for fragment in fragments]
    pairs = _pairs(names)
    for fragment, facets in zip(fragments, names, strict=True):
        for facet in facets:
            found.setdefault(facet, []).append(fragment)
        for pair in combinations(facets, 2):
            if pair in pairs:
                found.setdefault(".".join(pair), []).append(fragment)
    return found


def _pairs(names: Iterable[Sequence[str]]) -> frozenset[tuple[str, str]]:
    counts = Counter(
        pair for facets in names for pair in combinations(facets, 2) if _kind(pair[0])[0] != _kind(pair[1])[0]
    )
    often = [pair for pair, count in counts.items() if count >= LEAST_IN_PAIR]
    return frozenset(sorted(often, key=lambda pair: (-counts[pair], pair))[:MOST_PAIRS])


def _kind(facet: str) -> tuple[int, str]:
    return KINDS.index(facet.partition("-")[0]), facet
