"""How near two texts are to each other: the same, nearly the same, or one inside the other.

Rules: texts are compared as a search compares them (fragments.folding), without spaces and punctuation, by the runs of
five letters they share (three in writing without an alphabet): Broder, "On the resemblance and containment of
documents", 1997. Whole sets are compared and no sketches of them: the archive's own index names the few texts worth
comparing, by probes of a text that a near-duplicate still has.

It reads no archive (fragments.store.nearing) and never says that a text may not be saved.
"""

from dataclasses import dataclass

import regex

from fragments.folding import folded

ALIKE, INSIDE = 0.5, 0.8  # from where on an editor is told: half of all runs shared; four fifths of the shorter one's
RUN, DENSE_RUN = 5, 3  # letters
PROBES, PROBE = 8, 12  # with an error in every forty letters one in 30,000 texts has none of its eight probes left
DENSE_PROBE = 6
LONGEST = 20_000  # folded characters that are compared

_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Yi}]")
_LETTERS = regex.compile(r"[^\p{L}\p{N}\p{M}]+")


@dataclass(frozen=True, slots=True)
class Nearness:
    """Shares of runs, 0 to 1: of both texts together, and of the shorter text."""

    alike: float
    inside: float

    @property
    def is_near(self) -> bool:
        """Whether an editor should see the other text before saving."""
        return self.alike >= ALIKE or self.inside >= INSIDE


def runs(text: str) -> frozenset[str]:
    """The runs of letters of a text; a text shorter than one is its own run."""
    letters = _LETTERS.sub("", folded(text)[:LONGEST])
    size = DENSE_RUN if _is_dense(letters) else RUN
    return frozenset(letters[at : at + size] for at in range(max(1, len(letters) - size + 1))) - {""}


def nearness(one: frozenset[str], other: frozenset[str]) -> Nearness:
    """How near two texts are, by their runs."""
    shared, shorter = len(one & other), min(len(one), len(other))
    if not shorter:
        return Nearness(0.0, 0.0)
    return Nearness(shared / len(one | other), shared / shorter)


def probes(text: str) -> tuple[str, ...]:
    """Pieces of a folded text, evenly spread, by which an index of substrings finds what is near to it."""
    words = folded(text)[:LONGEST]
    size = DENSE_PROBE if _is_dense(words) else PROBE
    if len(words) <= size:
        return (words,) if words else ()
    last = len(words) - size
    many = min(PROBES, last + 1)
    places = [round(number * last / max(1, many - 1)) for number in range(many)]
    return tuple(dict.fromkeys(words[at : at + size] for at in places))


def _is_dense(text: str) -> bool:
    return len(_DENSE.findall(text[:400])) * 2 > len(text[:400])
