"""Text broken into lines of a picture that is drawn elsewhere, with fonts nobody knows here.

Rules: breaks fall where UAX #14 allows them, with ICU's dictionaries for Thai, Khmer, Lao and Burmese; a piece wider
than a line is cut between graphemes. Widths are estimates, on the generous side: a viewer's font may be a tenth wider
than ours.

The PNG does not need this: its typesetter measures.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex
from icu4py.breakers import LineBreaker

# Widths in em: Noto Sans, DejaVu Sans and Arial were measured, the widest taken.
WIDE, CAPITAL, LETTER, NARROW = 1.05, 0.72, 0.56, 0.33
ROUND = 0.66  # Cyrillic, Greek, Armenian, Georgian
INDIC = 0.78  # consonants and vowel signs that take room
BURMESE = 1.0
THIN = frozenset("iIjlt.,:;!'|()[]{} ’‘·")
BLOCKS = (("\u0370", "\u058f", ROUND), ("\u0900", "\u0dff", INDIC), ("\u0e80", "\u0fff", INDIC),
          ("\u1000", "\u109f", BURMESE), ("\u10a0", "\u10ff", ROUND), ("\u1100", "\u18af", INDIC))  # fmt: skip
_CLUSTER = regex.compile(r"\X")


def width(text: str) -> float:
    """How wide a text is at most, in em."""
    return sum(map(_advance, text))


def broken(text: str, most: float, lang: str) -> list[str]:
    """The text in lines at most `most` em wide; a line break in it stays one."""
    return [line for part in text.splitlines() or [""] for line in _lines(part, most, lang)]


def _lines(text: str, most: float, lang: str) -> Iterator[str]:
    line, room = "", most
    for piece in (part for segment in LineBreaker(text, lang) for part in _narrow(segment, most)):
        if line and width(piece.rstrip()) > room:
            yield line.strip()
            line, room = "", most
        line += piece
        room -= width(piece)
    yield line.strip()


def _narrow(segment: str, most: float) -> Iterator[str]:
    if width(segment.rstrip()) <= most:
        yield segment
        return
    part, room = "", most
    for cluster in _CLUSTER.findall(segment):
        room -= width(cluster)
        if part and room < 0:
            yield part
            part, room = "", most - width(cluster)
        part += cluster
    yield part


@lru_cache(4096)
def _advance(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE
    if character in THIN:
        return NARROW
    if character.isupper():
        return CAPITAL
    return next((wide for first, last, wide in BLOCKS if first <= character <= last), LETTER)
