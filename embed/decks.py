"""Decks: which fragments lie in which part with what chance, how an entry is written, and how a file is closed.

Rules: docs/format.md, exactly. Chances are integers in sixteenths, so a fragment's whole chance is its weight's share
and no rounding enters. An entry always carries its first text; others go in, those first that most interfaces can show
beside it, until the part reaches its budget.

It does not choose which decks an edition has (embed.printing) and verifies nothing (fragments.verifying).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

import brotli

from embed import wording
from embed.strings import UI_LANGUAGES, spoken
from fragments import countries, graphemes, languages
from fragments.drawing import query_of_deck
from fragments.nouns import Form, Fragment, Sensitivity, Suppression
from fragments.signing import Keypair, join_notes, sign_note
from fragments.statements import MAX_ENTRIES, PARTS, deck_text

DECK_LIVES = timedelta(days=396)  # 13 months
BUDGET_BYTES = 4_500  # of a part, brotli, with root chain and now: three packets beyond TCP's first ten
LONGEST_TEXT_GRAPHEMES = 600  # a widget shows 300 to 400; the page behind the link has all of it
LONGEST_TEXT_BYTES = 3_000  # 24 of these stay below the 100,000 bytes a loader reads


@dataclass(frozen=True, slots=True)
class Dealt:
    """A fragment in a part, and how many sixteenths of its chance lie there."""

    fragment: Fragment
    sixteenths: int


Part = tuple[Dealt, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, ready but for the number of its texts, each of them JSON; the first always goes in."""

    start: str
    texts: tuple[str, ...]
    ranks: tuple[int, ...]  # of each text, rising after the first: lower goes in earlier
    rest: str

    def line(self, texts: int, sixteenths: int) -> str:
        """The entry as one line of JSON with its first `texts` texts."""
        chance = "" if sixteenths == 16 else f',"n":{sixteenths}'
        return f'{self.start}"x":[{",".join(self.texts[:texts])}]{self.rest}{chance}}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What closes the files of one edition: the chain, the edition's line, its signers, and a signed now."""

    name: str
    chain: str
    edition: int
    dated: datetime
    signers: tuple[Keypair, ...]
    now_note: str

    def close(self, deck: str, lines: Sequence[str]) -> bytes:
        """The bytes of a .cf file."""
        until = self.dated + DECK_LIVES
        text = deck_text(name=self.name, edition=self.edition, dated=self.dated, until=until, deck=deck, entries=lines)
        return join_notes([self.chain, sign_note(text, self.name, self.signers), self.now_note]).encode()


class Printer:
    """Prints the decks of one edition. It remembers entries, because a fragment is in a dozen decks."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._entries: dict[tuple[str, str | None], Entry] = {}
        overhead = brotli.compress(seal.close("lang-xx.country-XX", []), quality=5)
        self._budget = BUDGET_BYTES - len(overhead)

    def print_deck(self, name: str, fragments: Sequence[Fragment], random: Random) -> Iterator[tuple[int, bytes]]:
        """Part numbers and bytes of a deck: sixteen parts, or for one fragment's deck (`f-…`) part 0 alone."""
        lang = next(iter(query_of_deck(name).lang), None)
        parts = [tuple(Dealt(one, 16) for one in fragments)] if name.startswith("f-") else deal(fragments, random)
        for number, part in enumerate(parts):
            yield number, self._seal.close(name, self._lines(part, lang))

    def _lines(self, part: Part, lang: str | None) -> list[str]:
        entries = [self._entry(dealt.fragment, lang) for dealt in part]
        counts = fill(entries, self._budget)
        return [entry.line(count, dealt.sixteenths) for entry, count, dealt in zip(entries, counts, part, strict=True)]

    def _entry(self, fragment: Fragment, lang: str | None) -> Entry:
        key = fragment.id, lang
        if key not in self._entries:
            self._entries[key] = entry(fragment, lang)
        return self._entries[key]


def deal(fragments: Sequence[Fragment], random: Random) -> list[Part]:
    """Sixteen parts such that a part drawn with chance 1/16, then an entry by `sixteenths`, is a draw by weight.

    At most 24 entries a part. Where they would be more, 384 places are drawn by weight first, so that every fragment's
    chance over many editions is its weight's share.
    """
    shuffled = random.sample(fragments, len(fragments))
    shares = [(fragment, fragment.weight) for fragment in shuffled]
    parts = _cut(shares)
    if max(map(len, parts)) > MAX_ENTRIES:
        parts = _cut(_drawn(shares, PARTS * MAX_ENTRIES, random))
    return parts


def entry(fragment: Fragment, lang: str | None) -> Entry:
    """The entry of a fragment in a deck of language `lang` (None: any)."""
    shown = list(wording.texts(fragment))
    first = (wording.in_language(fragment, lang) if lang else None) or shown[0]
    others = sorted((each for each in shown if each != first), key=_rank)
    ui = spoken(lang or "en")
    rest: dict[str, object] = {} if first.is_original else {"o": fragment.lang}
    if fragment.form is Form.VERSE:
        rest["v"] = 1
    if fragment.gloss:
        rest["g"] = _worded(fragment.gloss_lang, fragment.gloss)
    rest["a"] = wording.attribution(fragment, ui)
    rest |= _suppressed(fragment.source.suppressions, ui)
    if fragment.content_warning:
        rest["k"] = fragment.content_warning
    if fragment.sensitivity is Sensitivity.NEEDS_FRESH:
        rest["s"] = 1
    return Entry(
        start=f'{{"i":{_json(fragment.id)},',
        texts=tuple(_json(_worded(each.lang, cut(each.text, each.lang))) for each in (first, *others)),
        ranks=tuple(_rank(each) for each in (first, *others)),
        rest=f",{_json(rest)[1:-1]}",
    )


def fill(entries: Sequence[Entry], budget: int) -> list[int]:
    """How many texts each entry gets so that the part, compressed, stays within `budget` bytes; at least one."""
    wishes = sorted(
        (rank, place, number)
        for number, each in enumerate(entries)
        for place, rank in enumerate(each.ranks[1:], start=1)
    )
    least, most = 0, len(wishes)
    if _size(entries, wishes) <= budget:
        return [len(each.texts) for each in entries]
    while most - least > max(1, len(wishes) // 16):  # a sixteenth of the texts is near enough: 0.2 ms a try
        middle = (least + most) // 2
        least, most = (middle, most) if _size(entries, wishes[:middle]) <= budget else (least, middle)
    return _counts(entries, wishes[:least])


def cut(text: str, lang: str) -> str:
    """The text, or as much of it as a deck carries, ended by an ellipsis."""
    if len(text) <= LONGEST_TEXT_GRAPHEMES and len(text.encode()) <= LONGEST_TEXT_BYTES:
        return text
    at_most = LONGEST_TEXT_GRAPHEMES
    while len((shorter := graphemes.cut(text, at_most, lang)).encode()) > LONGEST_TEXT_BYTES:
        at_most -= 50
    return shorter


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


def _size(entries: Sequence[Entry], chosen: Sequence[tuple[int, int, int]]) -> int:
    counts = _counts(entries, chosen)
    lines = "\n".join(each.line(count, 16) for each, count in zip(entries, counts, strict=True))
    return len(brotli.compress(lines.encode(), quality=5))


def _counts(entries: Sequence[Entry], chosen: Sequence[tuple[int, int, int]]) -> list[int]:
    counts = [1] * len(entries)
    for _, place, number in chosen:
        counts[number] = max(counts[number], place + 1)
    return counts


def _rank(shown: wording.Shown) -> int:
    # An original comes second only in a `lang-` deck, after what the interface can show: the loader shows two texts.
    return len(UI_LANGUAGES) if shown.is_original else wording.rank_of(shown.lang)


def _suppressed(suppressions: Sequence[Suppression], ui: str) -> dict[str, str]:
    for suppression in islice(suppressions, 1):
        code = suppression.country
        place = countries.name_of(code, ui) if countries.is_former(code) else code
        who = ", ".join(word for word in (suppression.who, wording.year_of(suppression)) if word)
        return {"c": place, "w": who} if who else {"c": place}
    return {}


def _worded(lang: str, text: str) -> list[str | int]:
    return [lang, text, 1] if languages.direction_of(lang) == "rtl" else [lang, text]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
