"""Suggests passages of a long text that could stand alone as fragments: whole sentences, of a size a widget shows.

Rules: a suggestion begins and ends where sentences do and never crosses a paragraph; verse is suggested in whole
lines, a stanza where one fits. Suggestions do not overlap. Each says why it was chosen, in codes that the page words;
an editor chooses, this only saves reading time. What a passage means is not understood here: "says much" counts the
words that the text itself repeats and its title names (Luhn, IBM Journal 2/1958).

The same text gives the same suggestions. It knows nothing of sources or the archive.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import regex
from icu4py.breakers import WordBreaker

from fragments import graphemes
from fragments.gathering.sentences import Block, blocks, sentences
from fragments.languages import script_of
from fragments.nouns import Form

MOST = 12  # suggestions: what an editor reads at one sitting
MOST_CHARACTERS = 200_000  # of the text: 40,000 words; the worst of them take two seconds
MOST_SPANS = 3_000  # sentences or lines: two long chapters; what comes after them is not suggested
LEAST, BEST_FROM, BEST_TO, LONGEST = 60, 130, 400, 600  # graphemes: a widget shows 300 to 400, and cuts at 600
# One character of these says what two or three of an alphabet say (UDHR article 19: 66 in Chinese, 250 in English).
DENSE = frozenset({"Hans", "Hant", "Jpan", "Kore", "Hani", "Yiii"})
DENSITY = 2.6
TOP_WORDS = 20
MOST_SENTENCES, MOST_LINES = 8, 24  # in one passage

_ENDED = regex.compile(r"[.!?。！？؟۔।॥။។።…༎།]['\"”’»」』）)\]]*$")
_LEANS = {  # words that lean on the sentence before
    "en": "and but or so yet he she it they this that these those however therefore also then",
    "fr": "et mais ou donc or ni car il elle ils elles ce cette ces cela celui-ci cependant aussi puis",
    "es": "y pero o así él ella ellos ellas esto eso este esta estos estas sin embargo también entonces",
    "ru": "и а но или он она оно они это этот эта эти однако также потом поэтому",
    "ar": "و لكن أو هو هي هم هذا هذه ذلك تلك كما ثم",
    "fa": "و اما ولی یا او آن این آنها همچنین سپس بنابراین",
    "vi": "và nhưng hoặc nó họ điều đó này đó tuy nhiên cũng",
    "zh": "但 但是 而 而且 他 她 它 他们 这 那 这些 那些 因此 所以 然而 也",
}
_CLAUSE = regex.compile(r"[,;:،؛，；：、၊—–]\s*|(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{M}])\s+")
_LITTER = re.compile(r"https?://|www\.|\S+@\S+\.\S|©|\||►|»\s*$|(?i:cookie|javascript|subscribe|sign up|read more)")
REASONS = ("size", "short", "long", "paragraph", "stanza", "says-much", "leans", "unfinished", "litter")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage, where it begins (block, then character), how good it looks (0 to 1), and why."""

    text: str
    form: Form
    place: tuple[int, int]
    length: int  # graphemes
    score: float
    reasons: tuple[str, ...]  # of REASONS


def suggest(
    text: str, lang: str, *, form: Form | None = None, title: str = "", most: int = MOST
) -> tuple[Suggestion, ...]:
    """The best passages, in the order of the text. `lang` is a canonical tag; what is too short is given whole."""
    parts = blocks(text[:MOST_CHARACTERS], form)
    weighed = _Weighing(lang, _top_words(parts, lang, title))
    parts = _stanzas_joined(parts, weighed.scaled(BEST_TO))
    found = sorted(_candidates(parts, weighed), key=lambda each: (-each.score, each.place))
    chosen: list[Suggestion] = []
    for each in found:
        if len(chosen) == most:
            break
        if not any(_overlap(each, other) for other in chosen):
            chosen.append(each)
    exact = [replace(each, length=graphemes.count(each.text)) for each in chosen]
    return tuple(sorted(exact, key=lambda each: each.place))


def _candidates(parts: list[Block], weighed: "_Weighing") -> Iterator[Suggestion]:
    whole = sum(len(part.text) + 1 for part in parts) - 1
    least, left = min(weighed.scaled(LEAST), whole), MOST_SPANS
    for number, block in enumerate(parts):
        if len(block.text) < least and block.form is not Form.VERSE:
            continue  # a page of one-word lines has 60,000 of these, and finding sentences takes 0.2 ms each
        spans = _lines(block.text) if block.form is Form.VERSE else _sentences(block.text, weighed.lang)
        spans, left = spans[:left], left - len(spans[:left])
        for start, end, length, top in _windows(block, spans, weighed):
            piece, is_whole = block.text[start:end], end - start == len(block.text)
            if length <= LONGEST and (length >= least or (is_whole and block.form is Form.VERSE)):
                yield weighed.suggestion(piece, block.form, (number, start), length, top, is_whole=is_whole)
            elif length > LONGEST and len(spans) == 1:  # nothing to part it at: its beginning
                cut = graphemes.cut(piece, LONGEST, weighed.lang)
                yield weighed.suggestion(cut, block.form, (number, 0), LONGEST, top)


def _windows(
    block: Block, spans: list[tuple[int, int]], weighed: "_Weighing"
) -> Iterator[tuple[int, int, int, frozenset[str]]]:
    """Neighbouring spans together: start, end, length, and the top words they have; each span is looked at once."""
    most = MOST_LINES if block.form is Form.VERSE else MOST_SENTENCES
    lengths = [graphemes.count(block.text[start:end]) for start, end in spans]
    tops = [weighed.top_in(block.text[start:end]) for start, end in spans]
    for first, (start, _) in enumerate(spans):
        length, top = -1, frozenset[str]()
        for last in range(first, min(first + most, len(spans))):
            gap = spans[last][0] - spans[last - 1][1] if last > first else 1
            length, top = length + gap + lengths[last], top | tops[last]
            yield start, spans[last][1], length, top
            if length > LONGEST:
                break


def _stanzas_joined(parts: list[Block], at_most: int) -> list[Block]:
    """Neighbouring stanzas as one block while they fit a widget together: a short poem is one passage."""
    joined: list[Block] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before and before.form is part.form is Form.VERSE:
            together = f"{before.text}\n\n{part.text}"
            if graphemes.count(together) <= at_most:
                joined[-1] = Block(together, Form.VERSE)
                continue
        joined.append(part)
    return joined


def _sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Sentences; one that is longer than a widget shows, in clauses: long Thai and legal prose have no other joints."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(text, lang):
        is_long = end - start > LONGEST and graphemes.count(text[start:end]) > LONGEST
        found += _clauses(text, start, end) if is_long else [(start, end)]
    return found


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long sentence in pieces as long as a widget likes, each ending after a comma or, without spaces, at one."""
    cuts = [match.end() for match in _CLAUSE.finditer(text, start, end)]
    begun = start
    for at, after in pairwise([*cuts, end]):
        if after - begun > BEST_TO and at > begun:
            yield begun, begun + len(text[begun:at].rstrip())
            begun = at
    yield begun, end


def _lines(text: str) -> list[tuple[int, int]]:
    return [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text)]


def _overlap(one: Suggestion, other: Suggestion) -> bool:
    if one.place[0] != other.place[0]:
        return False
    return one.place[1] < other.place[1] + len(other.text) and other.place[1] < one.place[1] + len(one.text)


@dataclass(frozen=True, slots=True)
class _Weighing:
    """What the passages of one text are weighed by."""

    lang: str
    top: frozenset[str]

    def scaled(self, size: int) -> int:
        return round(size / DENSITY) if script_of(self.lang) in DENSE else size

    def suggestion(
        self,
        piece: str,
        form: Form,
        place: tuple[int, int],
        length: int,
        top: frozenset[str],
        *,
        is_whole: bool = False,
    ) -> Suggestion:
        """One passage weighed: size counts half, what it says a quarter, how it begins and ends the rest."""
        size, said = self._size(length), self._said(top)
        is_prose = form is Form.PROSE
        leans, unfinished = is_prose and self._leans(piece), is_prose and self._is_unfinished(piece)
        litter = bool(_LITTER.search(piece))
        score = 0.5 * size + 0.25 * said + 0.15 * is_whole + 0.1 * (place[1] == 0)
        score -= 0.15 * leans + 0.2 * unfinished + 0.4 * litter
        named = {
            "size": size == 1, "short": length < self.scaled(BEST_FROM), "long": length > self.scaled(BEST_TO),
            "paragraph" if is_prose else "stanza": is_whole, "says-much": said >= 0.5,
            "leans": leans, "unfinished": unfinished, "litter": litter,
        }  # fmt: skip
        reasons = tuple(code for code, is_so in named.items() if is_so)
        return Suggestion(piece, form, place, length, round(max(0.0, min(1.0, score)), 2), reasons)

    def _size(self, length: int) -> float:
        """1 in the best range, falling to 0 at half of it and at twice its end."""
        low, high = self.scaled(BEST_FROM), self.scaled(BEST_TO)
        if length < low:
            return max(0.0, length / low)
        return 1.0 if length <= high else max(0.0, 1 - (length - high) / high)

    def top_in(self, piece: str) -> frozenset[str]:
        """The text's own top words that a sentence has."""
        return self.top.intersection(_words(piece, self.lang)) if self.top else self.top

    def _said(self, found: frozenset[str]) -> float:
        """What share of the top words a passage has, by the root: long passages have more by chance."""
        return min(1.0, math.sqrt(len(found) / len(self.top)) * 1.4) if self.top else 0.0

    def _leans(self, piece: str) -> bool:
        primary = self.lang.split("-", maxsplit=1)[0]
        openers = frozenset(_LEANS.get(primary, "").split())
        start = piece.lstrip("“\"'«‘「『（(—– ").lower()
        if primary == "zh":
            return start.startswith(tuple(openers))
        first = regex.match(r"[\p{L}\p{M}'’-]+", start)
        return bool(first and first[0] in openers)

    def _is_unfinished(self, piece: str) -> bool:
        """Prose without an end, in scripts that write one; Thai and Lao do not."""
        return script_of(self.lang) not in {"Thai", "Laoo", "Zyyy"} and not _ENDED.search(piece.rstrip())


def _top_words(parts: Iterable[Block], lang: str, title: str) -> frozenset[str]:
    """The words that the text repeats, long ones first among equals, and those of its title."""
    counts = Counter(word for part in parts for word in _words(part.text, lang))
    repeated = [(count * math.sqrt(len(word)), word) for word, count in counts.items() if count > 1]
    top = [word for _, word in sorted(repeated, reverse=True)[:TOP_WORDS]]
    return frozenset([*top, *(word for word in _words(title, lang) if word in counts)])


def _words(text: str, lang: str) -> list[str]:
    """Words that carry something: four letters of an alphabet, two characters of Chinese or Thai."""
    shortest = 2 if script_of(lang) in DENSE | {"Thai", "Laoo", "Khmr", "Mymr"} else 4
    primary = lang.split("-", maxsplit=1)[0]
    return [
        word
        for found in WordBreaker(text, primary)
        if len(word := found.strip().casefold()) >= shortest and regex.search(r"\p{L}", word)
    ]
