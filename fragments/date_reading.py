"""Words and figures into EDTF (ISO 8601-2:2019): the patterns behind `fragments.dates`.

Rules: one reading or none. What is read: ISO 8601, RFC 822, year/month/day, day.month.year with dots, month names in
the languages below, Chinese, Japanese and Korean dates, years, year ranges, decades, and around any of them brackets,
question marks and words such as "um", "ca.", "vor", "since". What is not: other calendars, 06/04/2019, 1910/12.

It never converts a calendar or a time zone and knows no clock.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_tz
from functools import cache, lru_cache

from babel import Locale

from fragments.notes import Note

LONGEST_RAW = 200  # characters; the longest date in the 1938 list, with its remark, has 38

# The Buddhist era was at 2500 in 1957, so a year above this is not Gregorian.
LAST_GREGORIAN_YEAR = 2199
# What Solar and lunar Hijri calendars counted in the Gregorian years 1785 to 2121.
HIJRI_YEARS = range(1200, 1500)

MONTH_NAMES_IN = ("en", "fr", "es", "de", "ru", "uk", "pt", "it", "nl", "tr", "pl", "id", "ar")

NO_DATE = frozenset(
    {"o. j.", "o.j.", "o. j", "n.d.", "n. d.", "s.a.", "s. a.", "s.d.", "s. d.", "undated", "unknown", "date unknown"}
    | {"no date", "sans date", "sin fecha", "б. г.", "б.г.", "不詳", "不详", "未知", "بی‌تا", "بی تا", "د.ت", "xxxx"}
)

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_ERAS = re.compile(r"民[國国]|平成|令和|昭和|大正|明治|光[緒绪]|พ\.?ศ|\b[BA]\.? ?[EH]\b|هـ|ه\.? ?ش\b|ه\.? ?ق\b")
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?,? +", re.I)
_SUFFIX = re.compile(r" (?:г\.?|года?)$|年$(?<=\d年)")

_ABOUT = "um|ca\\.?|c\\.|circa|about|around|vers|hacia|около|ок\\.|约|約|khoảng|حدود|حوالي|نحو|~"
_QUALIFIERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?:{_ABOUT}) ?(.+)", re.I), "{}~"),
    (re.compile(r"(?:vor|before|avant|antes de|до|trước|قبل|پیش از) (.+)", re.I), "[..{}]"),
    (re.compile(r"(?:nach|after|après|después de|после|sau|بعد|پس از) (.+)", re.I), "[{}..]"),
    (re.compile(r"(?:seit|ab|since|from|depuis|desde|с|từ|منذ) (.+)", re.I), "{}/.."),
    (re.compile(r"(?:bis|until|till|jusqu’à|hasta|đến|حتى) (.+)", re.I), "../{}"),
    (re.compile(r"(\d{4}) ?(?:ff?\.|-|et seq\.)"), "{}/.."),
    (re.compile(r"\[(.+)\](?<!\.\.\])|(.+?) ?\(?\?\)?"), "{}?"),
)  # fmt: skip
_SEPARATORS = (" - ", "/", "-", " bis ", " to ", " до ", "至")

_DAY = r"\d{4}(?:-\d\d){0,2}"
_EDTF = re.compile(
    rf"\d\d\dX|\[\.\.{_DAY}\]|\[{_DAY}\.\.\]|{_DAY}[?~%]|(?:\.\.|{_DAY}[?~%]?)/(?:\.\.|{_DAY}[?~%]?)(?<!\.\./\.\.)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The EDTF form of a date, if there is one, and what an editor should know."""

    edtf: str | None
    notes: tuple[Note, ...] = ()


class _NoReadingError(Exception):
    """There is none, or more than one; carries the note that says so."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.note = Note(code, message)


@lru_cache(maxsize=8192)
def reading(raw: str) -> Reading:
    """Read a date. Never raises: what cannot be read comes back without EDTF and with a note."""
    text = " ".join(_plain_digits(raw[: LONGEST_RAW + 1]).translate(_DASHES).split())
    if not text:
        return Reading(None)
    if text.lower() in NO_DATE:
        return Reading("XXXX", (Note("date-unknown", "the source says that there is no date"),))
    try:
        _refuse_other_calendars(raw, text)
        edtf = _whole(_WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text)
    except _NoReadingError as problem:
        return Reading(None, (problem.note,))
    return Reading(edtf) if edtf else _with_remark(text)


def _plain_digits(raw: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in raw)


def _refuse_other_calendars(raw: str, text: str) -> None:
    year = re.match(r"\d{4}", text)
    number = int(year[0]) if year else 0
    full = re.match(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}\b", text)
    foreign = any("\u0660" <= char <= "\u0669" or "\u06f0" <= char <= "\u06f9" for char in raw)
    if _ERAS.search(text) or number > LAST_GREGORIAN_YEAR or (number in HIJRI_YEARS and (foreign or full)):
        raise _NoReadingError("date-calendar", "may be of another calendar: write the Gregorian date beside it")


def _whole(text: str) -> str | None:
    if len(text) > LONGEST_RAW:
        return None
    if _EDTF.fullmatch(text):
        return _checked(text)
    return _single(text) or _qualified(text) or _range(text)


def _checked(edtf: str) -> str:
    """Refuse days that never were inside a text that is EDTF already."""
    for year, month, day in re.findall(r"(\d{4})-(\d\d)(?:-(\d\d))?", edtf):
        _ymd(year, month, day or None)
    return edtf


def _qualified(text: str) -> str | None:
    for pattern, form in _QUALIFIERS:
        found = pattern.fullmatch(text)
        if not found:
            continue
        inner = next(group for group in found.groups() if group)
        edtf = _single(inner.strip())
        if edtf:
            return form.format(edtf)
        doubted = _qualified(inner.strip()) if form == "{}?" else None
        if doubted and doubted[-1] in "?~":  # [um 1930], [1930?]
            return doubted if doubted[-1] == "?" else f"{doubted[:-1]}%"
    return None


def _range(text: str) -> str | None:
    for separator in _SEPARATORS:
        ends = [end.strip() for end in text.split(separator)]
        if len(ends) != 2:
            continue
        first, last = (_single(end) or _qualified(end) for end in ends)
        if first and last and not (set("/.") & set(first + last)):
            return _interval(first, last)
    return None


def _interval(first: str, last: str) -> str:
    if last[:4] < first[:4]:
        raise _NoReadingError("date-impossible", f"ends in {last[:4]}, before it begins")
    return f"{first}/{last}"


def _with_remark(text: str) -> Reading:
    """A year and words after it: `1939 (2. verb. Aufl.)`. The year is taken, and the note says so."""
    found = re.fullmatch(r"(\d{4})\.? ?(?:\(.+\)|[^\W\d].+)", text)
    if found and len(text) <= LONGEST_RAW and " u" not in text[4:6]:
        return Reading(
            found[1], (Note("date-remark", f"only the year was read: {text[4:].strip(' .')!r} is left out"),)
        )
    return Reading(None, (Note("date-unread", "is not a date that can be read in one way"),))


# One date ---------------------------------------------------------------------------------------------------------


def _single(text: str) -> str | None:
    for pattern, build in _FORMS:
        found = pattern.fullmatch(_SUFFIX.sub("", text))
        if found:
            edtf = build(found)
            if edtf:
                return edtf
    return None


def _ymd(year: str, month: str | None = None, day: str | None = None) -> str:
    try:
        known = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise _NoReadingError("date-impossible", "is a day that never was") from None
    return known.isoformat()[: 10 if day else 7 if month else 4]


def _timed(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second, offset = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise _NoReadingError("date-impossible", "is a time that never was")
    zone = "" if not offset else "Z" if offset in ("Z", "+00:00", "+0000") else f"{offset[:3]}:{offset[-2:]}"
    return f"{_ymd(year, month, day)}T{int(hour):02}:{minute}:{second or '00'}{zone}"


def _rfc_822(found: re.Match[str]) -> str | None:
    parsed = parsedate_tz(found[0])
    if parsed is None:
        return None
    year, month, day, hour, minute, second, *_, offset = parsed
    sign, minutes = ("-" if (offset or 0) < 0 else "+"), abs(offset or 0) // 60
    zone = "" if offset is None else "Z" if offset == 0 else f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{_ymd(str(year), str(month), str(day))}T{hour:02}:{minute:02}:{second:02}{zone}"


def _day_or_month_first(found: re.Match[str]) -> str:
    """30/04/2018 and 04/30/2018 have one reading, 06/04/2019 two; with dots the day comes first everywhere."""
    first, mark, second, year = found.groups()
    if mark == "." or first == second or int(first) > 12:
        return _ymd(year, second, first)
    if int(second) > 12:
        return _ymd(year, first, second)
    raise _NoReadingError("date-ambiguous", f"may be {_ymd(year, first, second)} or {_ymd(year, second, first)}: ask")


def _year_and_two_digits(found: re.Match[str]) -> str:
    """1925/28 is a range, 2021-10 a month; 1910/12 may be either."""
    year, mark, digits = found.groups()
    later, month = int(digits) > int(year[2:]) and len(digits) == 2, 1 <= int(digits) <= 12
    if later and month and mark == "/":
        raise _NoReadingError("date-ambiguous", f"may be {year}-{digits} or {year}/{year[:2]}{digits}: ask")
    if later and not month:
        return f"{year}/{year[:2]}{digits}"
    return _ymd(year, digits)


def _named(year: str, month: str, day: str | None = None) -> str | None:
    number = _month_numbers().get(month.casefold().rstrip("."))
    return _ymd(year, str(number), day) if number else None


@cache
def _month_numbers() -> dict[str, int]:
    found: dict[str, set[int]] = {"sept": {9}}
    for language in MONTH_NAMES_IN:
        for widths in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths[width].items():
                    found.setdefault(str(name).casefold().rstrip("."), set()).add(int(number))
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and not name.isdecimal()}


_ORDINAL = r"(?:st|nd|rd|th|\.|er|º)"
_WORD = r"([^\W\d]{3,15}\.?)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(pattern, re.I), build)
    for pattern, build in (
        (r"\d{4}", lambda m: _ymd(m[0])),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", lambda m: _ymd(m[1], m[2], m[3])),
        (r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?", _timed),
        (r"(\d{4})([/.]) ?(\d{1,2})\2 ?(\d{1,2})\.?", lambda m: _ymd(m[1], m[3], m[4])),
        (r"(\d{4}) ?[年년] ?(?:(\d{1,2}) ?[月월] ?(?:(\d{1,2}) ?[日号號일])?)?", lambda m: _ymd(m[1], m[2], m[3])),
        (r"((?:19|20)\d\d)(\d\d)(\d\d)", lambda m: _ymd(m[1], m[2], m[3])),
        (r"(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4})", _day_or_month_first),
        (r"(\d{4})([-/])(\d{1,2})", _year_and_two_digits),
        (r"\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)?(?: [+-]\d{4}| [a-z]{1,4})?", _rfc_822),
        (rf"{_WORD} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", lambda m: _named(m[3], m[1], m[2])),
        (rf"(\d{{1,2}}){_ORDINAL}? (?:de |of )?{_WORD},? (?:del? )?(\d{{4}})", lambda m: _named(m[3], m[2], m[1])),
        (rf"{_WORD},? (?:del? )?(\d{{4}})", lambda m: _named(m[2], m[1])),
        (r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? (?:năm )?(\d{4})", lambda m: _ymd(m[3], m[2], m[1])),
        (r"tháng (\d{1,2}),? (?:năm )?(\d{4})", lambda m: _ymd(m[2], m[1])),
        (r"(?:năm|سنة|سال) (\d{4})", lambda m: _ymd(m[1])),
        (r"(\d{3})0(?:s|er|er Jahre|-е|-е годы|年代)", lambda m: f"{m[1]}X"),
    )
)  # fmt: skip
