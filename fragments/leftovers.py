"""What is left in a text of the machines it went through: named for the editor, in two cases taken out.

Rules: pairs of BBCode and Markdown signs are taken out of foreign material, because a reader of a widget would see
them as dirt; their words stay. Wrong encodings, private-use characters, U+FFFD and not signs that were soft hyphens
are only noted: no program can know what stood there. U+FFFD stops publishing.
"""

import re

from fragments.notes import Note

# [b] to [/b], innermost first. The list is that of the commonest forum programs.
_BBCODE = re.compile(
    r"\[(b|i|u|s|quote|url|color|size|font|code|center|left|right|spoiler|list|li|email)(?:=[^\[\]\n]{0,200})?\]"
    r"([^\[\]]*)\[/\1\]",
    re.I,
)
_BBCODE_IMAGE = re.compile(r"\[(img|video|media)(?:=[^\[\]\n]{0,200})?\][^\[\]\s]*\[/\1\]", re.I)
_MARKDOWN = (
    (re.compile(r"!\[[^\[\]\n]*\]\(https?://[^()\s]*\)"), ""),
    (re.compile(r"\[([^\[\]\n]+)\]\(https?://[^()\s]*\)"), r"\1"),
    (re.compile(r"(?<![a-z0-9])\*\*(?=\S)([^*\n]+)(?<=\S)\*\*(?![a-z0-9])", re.I), r"\1"),  # not 2**3
    (re.compile(r"~~(?=\S)([^~\n]+)(?<=\S)~~"), r"\1"),
)
MOST_NESTED = 8  # signs inside signs; deeper ones stay and are noted

# Lead bytes of UTF-8 for accents, Cyrillic, Arabic and typographic signs, read as Windows-1252.
_MOJIBAKE = re.compile("(?:[ÂÃÅÐÑØÙ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€]|â[€‚„™œž]{1,2}.?)+")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_NOT_SIGN = re.compile(r"[^\W\d]¬\s?[^\W\d]|[^\W\d]¬$", re.M)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.I)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>", re.I)


def without_signs(text: str) -> str:
    """Return the text without the pairs of BBCode and Markdown, their words kept."""
    for _ in range(MOST_NESTED):
        plain = _BBCODE.sub(r"\2", _BBCODE_IMAGE.sub("", text)) if "[/" in text else text
        for pattern, words in _MARKDOWN:
            plain = pattern.sub(words, plain)
        if plain == text:
            break
        text = plain
    return text


def notes_on(text: str) -> tuple[Note, ...]:
    """Return what an editor should look at before this text is published."""
    found = [_mojibake(text), _entity(text), _signs(text)] if not text.isascii() or set("&<[*~") & set(text) else []
    if "\ufffd" in text:
        message = "holds U+FFFD where a character was lost: restore it from the source"
        found.append(Note("lost-character", message, blocks=True))
    if _PRIVATE_USE.search(text):
        found.append(Note("private-use", "holds a private-use character, which most readers see as an empty box"))
    if "¬" in text and _NOT_SIGN.search(text):
        found.append(Note("not-sign", "holds a not sign inside a word, probably a hyphen at the end of a printed line"))
    return tuple(note for note in found if note)


def _mojibake(text: str) -> Note | None:
    for found in _MOJIBAKE.finditer(text):
        repaired = _repaired(found[0])
        if repaired:
            message = f"looks like UTF-8 read in a wrong encoding: {found[0]!r} may have been {repaired!r}"
            return Note("wrong-encoding", message)
    return None


def _repaired(garbled: str) -> str | None:
    try:
        data = b"".join(char.encode("cp1252" if ord(char) > 0xFF else "latin-1") for char in garbled)
        repaired = data.decode("utf-8")
    except UnicodeError:
        return None
    return repaired if any(char.isalpha() or ord(char) >= 0x2010 for char in repaired) else None


def _entity(text: str) -> Note | None:
    if _ENTITY.search(text) or _TAG.search(text):
        return Note("markup-as-text", "holds what looks like HTML; readers will see it as it is written")
    return None


def _signs(text: str) -> Note | None:
    if without_signs(text) != text:
        return Note("signs-left", "holds Markdown or BBCode signs; readers will see them as they are written")
    return None
