"""A long text as blocks (paragraphs of prose, stanzas of verse), and prose as sentences.

Rules: UAX #29 by ICU, mended where it is known to be wrong for us. ICU breaks Burmese at U+104A, which is a comma; it
breaks Thai and Lao nowhere, because there the space is what ends a clause; it knows no Tibetan shad; it takes an
initial (J. K.) and a short title (Dr.) for an end. Too long a sentence is no harm here, half a sentence is. Positions
are characters of the text as given, so that two neighbours can be joined with what stood between them.

It judges no sentence (suggesting.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, pstdev

import regex
from icu4py.breakers import SentenceBreaker

from fragments.nouns import Form

LONGEST_LINE_OF_VERSE = 60  # characters, as in fragments.cleaning: a line of verse is seldom longer
EVEN = 0.25  # spread of line lengths by their mean: Tang quatrains 0, Persian couplets below 0.2, dialogue above 0.5

_BLANK = " \t\n\u00a0\u3000\u1361"
_BLANK_LINE = re.compile(r"\n[^\S\n\u3000]*\n\s*?(?=[^\n]|$)")
_ENDS = regex.compile(r"[.!?。！？؟۔।॥။។፧።…‽།༎]['\"”’»」』）)\]]*$")
# A space ends a clause of Thai and Lao after thirty letters at least, and not before "and", "or", "that", "by".
_SPACED_CLAUSE = regex.compile(
    r"(?<=[\p{Thai}\p{Lao}\p{M}]{30}) +(?=[\p{Thai}\p{Lao}])(?!ๆ|ฯ|และ|หรือ|ที่|ซึ่ง|โดย|ແລະ|ຫຼື|ທີ່|ໂດຍ)"
)
_SHAD = regex.compile(r"(?<=[\u0f0d-\u0f12])\s+(?=\p{Tibetan})")
_NO_END = regex.compile(r"(?:\b(?:\p{Lu}|Dr|St|Sr|Jr|Mr|Mrs|Ms|Mme|Nr|No|Fr|Hr|Prof)\.|\u104a)\s*$")
_GOES_ON = regex.compile(r"[\p{Ll},;:၊،؛、，；]")  # what no sentence begins with


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of prose or a stanza of verse."""

    text: str
    form: Form


def blocks(text: str, form: Form | None = None) -> list[Block]:
    """The paragraphs and stanzas of a text; `form` where somebody knows it, else each block is looked at.

    Lines of prose that were broken by a mail program are joined; lines of verse stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\u2028", "\n")
    chunks = [chunk.strip("\n") for chunk in _BLANK_LINE.split(text)]
    return [block for chunk in chunks if chunk.strip() for block in _blocks(chunk, form)]


def _blocks(chunk: str, form: Form | None) -> Iterator[Block]:
    lines = [line.rstrip() for line in chunk.split("\n") if line.strip()]
    if form is Form.VERSE or (form is None and is_verse(lines)):
        yield Block("\n".join(lines), Form.VERSE)
    elif _was_wrapped(lines):
        yield Block(" ".join(line.strip() for line in lines), Form.PROSE)
    else:
        yield from (Block(line.strip(), Form.PROSE) for line in lines)


def is_verse(lines: list[str]) -> bool:
    """Whether lines look like verse: short, and either even or not ending where sentences end."""
    lengths = [len(line.strip()) for line in lines]
    if len(lines) < 2 or max(lengths) >= LONGEST_LINE_OF_VERSE:
        return False
    is_even = pstdev(lengths) <= EVEN * mean(lengths)
    ended = sum(bool(_ENDS.search(line.strip())) for line in lines)
    return is_even or (len(lines) > 2 and ended * 2 < len(lines))


def _was_wrapped(lines: list[str]) -> bool:
    """Lines of a mail or a plain-text book: all but the last end near one margin, most of them inside a sentence."""
    widest = max(map(len, lines))
    if len(lines) < 2 or not LONGEST_LINE_OF_VERSE <= widest <= 100:
        return False
    ended = sum(bool(_ENDS.search(line)) for line in lines[:-1])
    return ended * 2 < len(lines) and min(map(len, lines[:-1])) > 0.6 * widest


def sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of one paragraph, without the white space round it."""
    cuts = [0, *_ends(text, lang), len(text)]
    spans = [_trimmed(text, start, end) for start, end in pairwise(cuts)]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if start == end:
            continue
        if joined and not _is_end(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _ends(text: str, lang: str) -> list[int]:
    primary = lang.split("-", maxsplit=1)[0] or "en"
    found = {end for _, end in SentenceBreaker(text, f"{primary}@ss=standard").segments()}
    found |= {match.end() for pattern in (_SPACED_CLAUSE, _SHAD) for match in pattern.finditer(text)}
    return sorted(found - {len(text)})


def _is_end(text: str, end: int, start: int) -> bool:
    return not _NO_END.search(text, max(0, end - 8), end) and not _GOES_ON.match(text, start)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space; the Ethiopic word space begins no sentence."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(_BLANK))
    return start, max(start, end - len(piece) + len(piece.rstrip()))
