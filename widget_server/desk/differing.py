"""What changed between two texts: pieces that are the same, gone or new, by words, or by characters where a script
writes without spaces. Pure."""

from difflib import SequenceMatcher

import regex

_PIECE = regex.compile(
    r"\s+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*|[\p{L}\p{N}\p{M}\u200c\u200d]+|\X"
)
LONGEST = 20_000  # characters; longer texts are shown whole, as gone and new


def differing(before: str, after: str) -> list[tuple[str, str]]:
    """Pairs of `same`, `gone` or `new` and a piece of text."""
    if len(before) + len(after) > LONGEST:
        return [("gone", before), ("new", after)]
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    found: list[tuple[str, str]] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [(kind, text) for kind, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text]
    return found


def sides(before: str, after: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The same difference to be read side by side: what was there, and what is there now."""
    found = differing(before, after)
    return [each for each in found if each[0] != "new"], [each for each in found if each[0] != "gone"]
