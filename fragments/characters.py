"""Which characters of a text are kept: spelling stays, noise and traps go.

Rules (each from real text, docs and numbers in the tests): NFC, never NFKC; one newline; nothing that XML 1.0 forbids;
no bidi embedding, override or isolate at all, since direction comes from the language; LRM, RLM and ALM only inside
right-to-left text; ZWJ and ZWNJ only where a script spells with them or an emoji is joined; U+200B only in scripts
without spaces; no BOM, soft hyphen, word joiner or tag characters (but flags stay); no piles of accents.

It knows nothing of markup, and layout (indents, blank lines) is not its business.
"""

import unicodedata
from dataclasses import dataclass

import regex

from fragments.graphemes import without_piles
from fragments.notes import Note

# NFC may order a mark between a letter and the joiner after it, so that the next pass sees other neighbours. Two passes
# were enough in 240,000 random texts; the others are only to be sure.
MOST_PASSES = 4

_NEWLINES = regex.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
_SURROGATES = regex.compile(r"[\ud800-\udfff]")
# XML 1.0 (5th edition, section 2.2) forbids C0 controls, U+FFFE and U+FFFF; C1, DEL and noncharacters are noise too.
_CONTROLS = regex.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef]"
    "|[" + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17)) + "]"
)
_BIDI = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")

# Everything below is decided by its neighbours, in runs, because noise comes in runs.
_INVISIBLE = (
    r"\u00ad\u115f\u1160\u3164\uffa0\u180e\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\ufffc"
    r"\u200b-\u200f\u061c\U000e0000-\U000e0fff"
)
_RUN = regex.compile(
    rf"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f)|([{_INVISIBLE}--[\U000e0100-\U000e01ef]]+)",
    regex.V1,
)
_MARKS = "\u200e\u200f\u061c"
_RIGHT_TO_LEFT = regex.compile(r"[\p{bidi_class=R}\p{bidi_class=AL}]")
_WITHOUT_SPACES = regex.compile(
    r"[\p{Javanese}\p{Khmer}\p{Thai}\p{Lao}\p{Myanmar}\p{Balinese}\p{Tai_Tham}\p{New_Tai_Lue}\p{Tai_Le}\p{Tai_Viet}]"
)
SCRIPTS_WITHOUT_SPACES = frozenset({"Java", "Khmr", "Thai", "Laoo", "Mymr", "Bali", "Lana", "Talu", "Tale", "Tavt"})
# Scripts that join or have conjuncts, so that ZWJ and ZWNJ are spelling (UAX #31, section 2.3, and The Unicode
# Standard, chapters 9, 12 and 13).
_JOINING = regex.compile(
    r"[\p{Arabic}\p{Syriac}\p{Mandaic}\p{Nko}\p{Adlam}\p{Hanifi_Rohingya}\p{Mongolian}\p{Phags_Pa}\p{Manichaean}"
    r"\p{Psalter_Pahlavi}\p{Sogdian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Tibetan}\p{Myanmar}\p{Khmer}\p{Javanese}\p{Balinese}\p{Sundanese}"
    r"\p{Newa}\p{Tirhuta}\p{Grantha}\p{Chakma}\p{Meetei_Mayek}\p{Limbu}\p{Saurashtra}\p{Brahmi}\p{Kaithi}\p{Sharada}"
    r"\p{Modi}\p{Siddham}\p{Khojki}\p{Khudawadi}\p{Takri}\p{Lepcha}\p{Tai_Tham}\p{Buginese}\p{Cham}]"
)
_EMOJI_BEFORE = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u20e3]")
_EMOJI_AFTER = regex.compile(r"[\p{Extended_Pictographic}\u2640\u2642\u2695]")
_ANYTHING = regex.compile(
    rf"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef{_INVISIBLE}]"
    "|[" + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17)) + "]"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The characters that were kept, and what an editor should know of the others."""

    text: str
    notes: tuple[Note, ...] = ()


def keep(text: str, script: str) -> Kept:
    """Return the text as it may be stored. `script` is the ISO 15924 code of its language (`Zyyy`: not known)."""
    notes: dict[str, Note] = {}
    for _ in range(MOST_PASSES):
        kept = _one_pass(text, script, notes)
        if kept == text:
            break
        text = kept
    return Kept(text, tuple(notes.values()))


def _one_pass(text: str, script: str, notes: dict[str, Note]) -> str:
    if _ANYTHING.search(text):
        text = _NEWLINES.sub("\n", text)
        text = _without(_SURROGATES, text, "\ufffd", notes, "lone-surrogate", "held half a character, now U+FFFD")
        text = _without(_CONTROLS, text, "", notes, "controls", "control characters were taken out")
        text = _without(_BIDI, text, "", notes, "bidi", "direction controls were taken out")
        text = _RUN.sub(lambda run: run[1] or _of_run(run, script), text)
    if text.isascii():
        return text
    return _bounded(unicodedata.normalize("NFC", text), notes)


def _without(found: "regex.Pattern[str]", text: str, by: str, notes: dict[str, Note], code: str, message: str) -> str:
    replaced, times = found.subn(by, text)
    if times:
        notes[code] = Note(code, message)
    return str(replaced)


def _bounded(text: str, notes: dict[str, Note]) -> str:
    bounded = without_piles(text)
    if bounded != text:
        notes["piled-marks"] = Note("piled-marks", "more than 4 accents on one letter: the others were taken out")
    return bounded


def _of_run(run: "regex.Match[str]", script: str) -> str:
    """Return what is kept of a run of invisible characters: at most one of each kind, in the order found."""
    before, after = run.string[: run.start()][-1:], run.string[run.end() :][:1]
    kept = [char for char in dict.fromkeys(run[0]) if _is_spelling(char, before, after, script)]
    return "".join(kept)


def _is_spelling(char: str, before: str, after: str, script: str) -> bool:
    if char == "\u200b":
        near = _WITHOUT_SPACES.match(before) or _WITHOUT_SPACES.match(after) or script in SCRIPTS_WITHOUT_SPACES
        return bool(near and before.strip() and after.strip())
    if char == "\u200d":
        return bool(_JOINING.match(before) or (_EMOJI_BEFORE.match(before) and _EMOJI_AFTER.match(after)))
    if char == "\u200c":
        return bool(_JOINING.match(before) and after.strip())
    if char in _MARKS:
        return bool(before.strip() and after.strip() and (_RIGHT_TO_LEFT.match(before) or _RIGHT_TO_LEFT.match(after)))
    return char == "\u180e" and script == "Mong"
