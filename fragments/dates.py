"""Dates: kept as found, read into EDTF where there is one reading only, shown in a reader's language.

Rules: the raw words are never lost; `edtf` is None where nothing, or more than one thing, can be read, and `problems`
says why; a known absence of a date is `XXXX`. Times keep their offset, because the day in UTC may be another.

It guesses nothing, converts no calendar and no time zone, and knows no clock. The patterns are in date_reading.
"""

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_skeleton

from fragments.date_reading import reading
from fragments.languages import locale_for, prefixes_of
from fragments.notes import Note
from fragments.nouns import PartialDate

# First digit of the numbering systems that CLDR prefers for a language (babel formats with 0-9 only).
FIRST_DIGITS = {"arab": 0x660, "arabext": 0x6F0, "deva": 0x966, "beng": 0x9E6, "mymr": 0x1040, "tibt": 0xF20}

_ONE = r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T[^?~%/]*)?([?~%]?)"


def read(raw: str) -> PartialDate:
    """Return the date as found, with its EDTF form if it can be read in one way only. Never raises."""
    return PartialDate(raw=raw, edtf=reading(raw).edtf)


def problems(raw: str) -> tuple[Note, ...]:
    """Return what an editor should know of a date.

    Codes: date-impossible, date-ambiguous, date-calendar, date-unread, date-unknown, date-remark.
    """
    return reading(raw).notes


def year_of(when: PartialDate) -> int | None:
    """Return the first year that a date names: 1912 of `1912/1923`, 1930 of `193X`; None without one."""
    found = re.search(r"\d{4}|\d{3}X", when.edtf or "")
    return int(found[0].replace("X", "0")) if found else None


def show(when: PartialDate, in_lang: str) -> str:
    """Return a date in words for readers of a language: "about 1934", "1912–1923"; as found where it was not read."""
    if when.edtf is None:
        return when.raw
    locale = locale_for(in_lang)
    shown = _shown(when.edtf, _words(in_lang), locale)
    return when.raw if shown is None else _in_digits(shown, locale)


def _shown(edtf: str, words: dict[str, str], locale: Locale) -> str | None:
    if edtf == "XXXX":
        return words["unknown"]
    if re.fullmatch(r"\d{3}X", edtf):
        return words["decade"].format(edtf[:3] + "0")
    for pattern, word in (
        (r"\[\.\.(.+)\]", "before"),
        (r"\[(.+)\.\.\]", "after"),
        (r"(.+)/\.\.", "since"),
        (r"\.\./(.+)", "until"),
    ):
        found = re.fullmatch(pattern, edtf)
        if found:
            one = _one(found[1], words, locale)
            return one and words[word].format(one)
    return _span(edtf, words, locale) if "/" in edtf else _one(edtf, words, locale)


def _one(edtf: str, words: dict[str, str], locale: Locale) -> str | None:
    found = re.fullmatch(_ONE, edtf)
    if not found:
        return None
    year, month, day, doubt = found.groups()
    when = date(int(year), int(month or 1), int(day or 1))
    if day:
        shown = format_date(when, "long", locale=locale)
    else:
        shown = format_skeleton("yMMMM" if month else "y", when, locale=locale)
    if doubt in ("~", "%"):
        shown = words["about"].format(shown)
    return words["uncertain"].format(shown) if doubt in ("?", "%") else str(shown)


def _span(edtf: str, words: dict[str, str], locale: Locale) -> str | None:
    first, last = edtf.split("/")
    if re.fullmatch(r"\d{4}/\d{4}", edtf):
        return f"{first}–{_one(last, words, locale)}"
    ends = _one(first, words, locale), _one(last, words, locale)
    return " – ".join(end for end in ends if end) if all(ends) else None


@cache
def _all_words() -> dict[str, dict[str, str]]:
    text = (files("fragments") / "data" / "date_words.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _words(in_lang: str) -> dict[str, str]:
    """The words that CLDR does not have, in the languages of the interface; signs in others."""
    known = _all_words()
    wanted = "zh-Hans" if in_lang == "zh" else in_lang
    return next((known[prefix] for prefix in prefixes_of(wanted) if prefix in known), known["und"])


def _in_digits(shown: str, locale: Locale) -> str:
    first = FIRST_DIGITS.get(locale.default_numbering_system)
    if first is None:
        return shown
    return "".join(chr(first + int(char)) if "0" <= char <= "9" else char for char in shown)
