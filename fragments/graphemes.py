"""User-perceived characters: counted, cut at, and kept from piling up.

Rules: a character is an extended grapheme cluster of UAX #29 (`\\X`), so that an emoji family, a flag or a Thai
syllable with its tone is one. A cut falls between clusters, if possible at a space, in Tibetan after a tsheg only;
writing without spaces (Chinese, Thai, Burmese, ...) is cut between any two clusters. A no-break space is a space to a
cut.

It does not know how wide a character is.
"""

import re
from itertools import islice

import regex

from fragments.languages import script_of

ELLIPSIS = "…"

# How much of the text a cut may give up to find a space; beyond it the word itself is cut.
LOOK_BACK = 0.4

# Marks of no script of their own (accents, enclosing signs): decomposed Vietnamese and Greek need 3 on a letter, the
# piles that grow into the lines above and below have 10 and more.
MOST_COMMON_MARKS = 4
# Marks of scripts that stack by nature: Tibetan and Burmese need up to 7.
MOST_MARKS = 10

_CLUSTER = regex.compile(r"\X")
_SPACE = regex.compile(r"[\s\u200b]+")  # \s has U+00A0 and U+202F, which are spaces to a cut
_TSHEG = regex.compile(r"[\u0f0b-\u0f14]$")
_WITHOUT_SPACES = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Javanese}\p{Balinese}"
    r"\p{Tai_Tham}\p{Yi}\u3000-\u303f\uff00-\uffef]"
)
# Thai and Lao vowels written before their consonant (เ ... ไ), and those written after it (ะ า ๆ ...).
_OPENS = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]$")
_CLOSES = re.compile("[\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46\u0eaf\u0eb0\u0eb2\u0eb3\u0ec6]")
_COMMON = r"[[\p{Mn}\p{Me}]&&\p{Script=Inherited}--[\ufe00-\ufe0f]]"  # without the selectors of emoji
_COMMON_PILE = regex.compile(rf"({_COMMON}{{{MOST_COMMON_MARKS}}}){_COMMON}+", regex.V1)
_PILE = regex.compile(rf"(\p{{M}}{{{MOST_MARKS}}})\p{{M}}+")


def count(text: str) -> int:
    """Return the number of user-perceived characters."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _CLUSTER.finditer(text))


def cut(text: str, at_most: int, lang: str) -> str:
    """Return the text if it has at most that many characters, else its beginning and "…", together at most that many.

    `lang` is a canonical tag; Tibetan is cut after a tsheg even when that gives up more than usual.
    """
    if at_most < 1:
        return ""
    clusters = [found[0] for found in islice(_CLUSTER.finditer(text), at_most + 1)]
    if len(clusters) <= at_most:
        return text
    return _trimmed(clusters[: _break_before(clusters, at_most - 1, script_of(lang))])


def _trimmed(clusters: list[str]) -> str:
    while clusters and _SPACE.fullmatch(clusters[-1]):
        clusters.pop()
    return "".join(clusters) + ELLIPSIS


def _break_before(clusters: list[str], room: int, script: str) -> int:
    """Return how many clusters to keep: the last good break, or `room` where there is none near."""
    lowest = 1 if script == "Tibt" else max(1, int(room * (1 - LOOK_BACK)))
    for end in range(room, lowest - 1, -1):
        if _may_break(clusters[end - 1], clusters[end]):
            return end
    return room


def _may_break(left: str, right: str) -> bool:
    if _SPACE.match(left) or _SPACE.match(right) or _TSHEG.search(left):
        return True
    if _OPENS.search(left) or _CLOSES.match(right):
        return False
    return bool(_WITHOUT_SPACES.match(left) or _WITHOUT_SPACES.match(right))


def without_piles(text: str) -> str:
    """Return the text with at most 4 common marks (10 of any kind) on one letter. The text must be NFC."""
    if text.isascii():
        return text
    return str(_PILE.sub(r"\1", _COMMON_PILE.sub(r"\1", text)))
