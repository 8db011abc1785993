"""A guess in which language a text is written: a suggestion for the form, never a decision.

Rules: letters come before statistics. Where CLDR knows one language for the script of a text (Javanese, Cherokee, Yi,
Tai Viet) that is the guess; otherwise CLD2 is asked, and not believed where its language is not written in that script.
Too little text gives no guess.

Measured on article 19 of the Universal Declaration in 95 versions (docs/editors.md): how often it is right is said
there. It asks no network.
"""

from collections import Counter

import pycld2
import regex
from babel.core import get_global

from fragments import languages
from fragments.errors import FieldError

FEWEST_LETTERS = 8
LONGEST = 4_000  # characters that are looked at
# Scripts that many languages share; of all others CLDR's likely language is as good as any guess.
SHARED = frozenset(
    {"Latn", "Cyrl", "Arab", "Deva", "Beng", "Ethi", "Hebr", "Hani", "Hira", "Kana", "Hang", "Tibt", "Mymr", "Grek"}
)
_ALIASES = {"iw": "he", "no": "nb", "syr": "aii", "zh": "zh-Hans", "zh-Hant": "zh-Hant", "bh": "bho", "jw": "jv"}
_WRITTEN = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hani", "Kore": "Hang", "Aran": "Arab"}
_CODES = sorted(
    {*SHARED, *(key[4:] for key in get_global("likely_subtags") if key.startswith("und_") and len(key) == 8)}
)


def guess(text: str) -> str | None:
    """A canonical tag, or None where nothing can be said."""
    letters = "".join(regex.findall(r"\p{L}", text[:LONGEST]))
    if len(letters) < FEWEST_LETTERS:
        return None
    script = _script(letters)
    if script not in SHARED:
        return _likely(script)
    return _asked(text[:LONGEST], script) or (_likely(script) if script in {"Tibt", "Mymr", "Grek", "Hang"} else None)


def _asked(text: str, script: str) -> str | None:
    """CLD2's first language that is written in this script."""
    try:
        found = pycld2.detect(text.encode("utf-8", "ignore").decode(), bestEffort=True)[2]
    except (pycld2.error, ValueError):
        return None
    tags = (_tag(code, script) for _, code, _, _ in found)
    return next((_mended(tag, text) for tag in tags if tag), None)


def _mended(tag: str, text: str) -> str:
    """Assamese has two letters of its own; short Bengali is often taken for it. CLD2 calls Central Kurdish Kurdish."""
    if tag == "as" and not regex.search("[ৰৱ]", text):
        return "bn"
    return "ckb" if tag == "ku-Arab" else tag


def _tag(code: str, script: str) -> str | None:
    if code in {"un", "xxx"} or code.startswith("xx-"):
        return None
    try:
        tag = languages.canonical(_ALIASES.get(code, code))
    except FieldError:
        return None
    usual = languages.script_of(tag)
    if _WRITTEN.get(usual, usual) == script or {usual, script} <= {"Jpan", "Hani", "Hira", "Kana"}:
        return tag
    try:
        return languages.canonical(f"{tag}-{script}") if script in {"Latn", "Cyrl", "Arab"} else None
    except FieldError:
        return None


def _likely(script: str) -> str | None:
    full = get_global("likely_subtags").get(f"und_{script}")
    if not full:
        return None
    language = "aii" if script == "Syrc" else str(full).split("_")[0]  # the Syriac of today's newspapers
    try:
        tag = languages.canonical(language)
    except FieldError:
        return None
    return tag if languages.script_of(tag) in (script, "Zyyy") else languages.canonical(f"{tag}-{script}")


def _script(letters: str) -> str:
    """The ISO 15924 code of most letters."""
    counts = Counter(_of(letter) for letter in set(letters) | set(letters[:200]))
    return max(counts, key=lambda code: (counts[code], code))


def _of(letter: str) -> str:
    for code in ("Latn", "Cyrl", "Arab", "Hani", *_CODES):
        pattern = _patterns().get(code)
        if pattern and pattern.match(letter):
            return code
    return "Zyyy"


_FOUND: dict[str, "regex.Pattern[str] | None"] = {}


def _patterns() -> dict[str, "regex.Pattern[str] | None"]:
    if not _FOUND:
        for code in _CODES:
            try:
                _FOUND[code] = regex.compile(rf"\p{{Script={code}}}")
            except regex.error:
                _FOUND[code] = None
    return _FOUND
