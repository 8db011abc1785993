"""Decks: which fragments lie in which part with what chance, and how a file is closed.

Rules: docs/format.md, "Dealing" and "deck". Chances are integers in sixteenths, so a fragment's whole chance is its
weight's share and no rounding enters.

It does not choose which decks an edition has (embed.printing), word entries (embed.entries) or verify anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import brotli

from embed.entries import Entries, fill
from fragments.drawing import query_of_deck
from fragments.nouns import Fragment
from fragments.signing import Signer, join_notes, sign_note
from fragments.statements import MAX_ENTRIES, PARTS, deck_text

DECK_LIVES = timedelta(days=396)  # 13 months
BUDGET_BYTES = 4_500  # of a part, brotli, with root chain and now: three packets beyond TCP's first ten


@dataclass(frozen=True, slots=True)
class Dealt:
    """A fragment in a part, and how many sixteenths of its chance lie there."""

    fragment: Fragment
    sixteenths: int


Part = tuple[Dealt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What closes the files of one edition: the chain, the edition's line, its signers, and a signed now."""

    name: str
    chain: str
    edition: int
    dated: datetime
    signers: tuple[Signer, ...]
    now_note: str

    def close(self, deck: str, lines: Sequence[str]) -> bytes:
        """The bytes of a .cf file."""
        until = self.dated + DECK_LIVES
        text = deck_text(name=self.name, edition=self.edition, dated=self.dated, until=until, deck=deck, entries=lines)
        return join_notes([self.chain, sign_note(text, self.name, self.signers), self.now_note]).encode()


class Printer:
    """Prints the decks of one edition."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._entries = Entries()
        overhead = brotli.compress(seal.close("lang-xx.country-XX", []), quality=5)
        self._budget = BUDGET_BYTES - len(overhead)

    def print_deck(self, name: str, fragments: Sequence[Fragment], random: Random) -> Iterator[tuple[int, bytes]]:
        """Part numbers and bytes of a deck: sixteen parts, or for one fragment's deck (`f-…`) part 0 alone."""
        lang = next(iter(query_of_deck(name).lang), None)
        parts = [tuple(Dealt(one, 16) for one in fragments)] if name.startswith("f-") else deal(fragments, random)
        for number, part in enumerate(parts):
            yield number, self._seal.close(name, self._lines(part, lang))

    def _lines(self, part: Part, lang: str | None) -> list[str]:
        entries = [self._entries.of(dealt.fragment, lang) for dealt in part]
        counts = fill(entries, self._budget)
        return [entry.line(count, dealt.sixteenths) for entry, count, dealt in zip(entries, counts, part, strict=True)]


def deal(fragments: Sequence[Fragment], random: Random) -> list[Part]:
    """Sixteen parts such that a part drawn with chance 1/16, then an entry by `sixteenths`, is a draw by weight.

    At most 24 entries a part. Where they would be more, 384 places are drawn by weight first, so that every fragment's
    chance over many editions is its weight's share.
    """
    shuffled = random.sample(fragments, len(fragments))
    shares = [(fragment, fragment.weight) for fragment in shuffled]
    places = PARTS * MAX_ENTRIES
    parts = _cut(shares) if len(shares) <= places else None
    if parts is None or max(map(len, parts)) > MAX_ENTRIES:
        parts = _cut(_drawn(shares, places, random))
    return parts


def _cut(shares: Sequence[tuple[Fragment, int]]) -> list[Part]:
    # Each share lies on a line, 16 times its weight long; the line is cut into 16 pieces, each `total` long.
    total = sum(weight for _, weight in shares)
    parts: list[list[Dealt]] = [[] for _ in range(PARTS)]
    start = 0
    for fragment, weight in shares:
        end = start + PARTS * weight
        for number in range(start // total, (end - 1) // total + 1):
            inside = min(end, (number + 1) * total) - max(start, number * total)
            parts[number].append(Dealt(fragment, inside))
        start = end
    return [tuple(part) for part in parts]


def _drawn(shares: Sequence[tuple[Fragment, int]], places: int, random: Random) -> list[tuple[Fragment, int]]:
    # Systematic sampling (Madow 1949): `places` points at equal distances on the line of weights, from a random start.
    total = sum(weight for _, weight in shares)
    offset = random.randrange(total)
    drawn = []
    start = 0
    for fragment, weight in shares:
        end = start + weight
        hits = _points_before(end, places, total, offset) - _points_before(start, places, total, offset)
        if hits:
            drawn.append((fragment, hits))
        start = end
    return drawn


def _points_before(position: int, places: int, total: int, offset: int) -> int:
    # Point j stands at (offset + j x total) / places: how many of them are < position.
    return max(0, -((offset - position * places) // total))
