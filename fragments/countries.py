"""Countries of suppressions: ISO 3166-1 alpha-2 codes, and the withdrawn codes of states that are no more.

Rules: codes, alpha-3 codes and names in many languages are read; regions (EU, CIS) are not countries; `UK` is refused,
because ISO gives it to nobody. XK is taken for Kosovo, as CLDR does. A former state keeps its withdrawn code
(ISO 3166-3: SU is SUHH) and its own name: the Soviet Union never turns into Russia. CS means Czechoslovakia (CSHH).

It does not say which country a text is about.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from fragments.errors import FieldError
from fragments.languages import locale_for, prefixes_of
from fragments.notes import Note

# In CLDR's list of territories, but not countries of ISO 3166-1 (exceptional reservations, groups, test locales).
NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
REGIONS = frozenset({"ASEAN", "CIS", "EU", "EZ", "MENA", "NATO", "QO", "UN"})

# Names are read in these languages: those of the interface, and the commonest of published lists.
READ_NAMES_IN = (
    *("en", "fr", "es", "ar", "fa", "zh", "zh_Hant", "vi", "ru"),
    *("de", "pt", "it", "nl", "tr", "id", "ja", "ko", "my", "uk"),
)

# Two states are called so in English; a list in another language may yet give the name to one of them.
TWO_STATES = frozenset({"congo", "korea"})

# In daily use, yet not in CLDR.
OTHER_NAMES = {
    "america": "US", "britain": "GB", "burma": "MM", "capeverde": "CV", "czechrepublic": "CZ", "dprk": "KP",
    "greatbritain": "GB", "holysee": "VA", "islamicrepublicofiran": "IR", "ivorycoast": "CI", "laopdr": "LA",
    "macedonia": "MK", "mainlandchina": "CN", "myanmar": "MM", "palestine": "PS", "peoplesrepublicofchina": "CN",
    "prc": "CN", "republicofkorea": "KR", "russianfederation": "RU", "swaziland": "SZ", "syrianarabrepublic": "SY",
    "turkey": "TR", "uae": "AE", "unitedstatesofamerica": "US", "usa": "US", "vatican": "VA",
}  # fmt: skip

# Names that take an article inside a sentence ("in the Philippines"), though not in a list; CLDR has no such form.
# Spanish asks for it before kinds of states, lands and islands; "Estados Unidos" goes without. Of the other languages
# of the interface none has articles, or their sentences need none (strings: "Pays de la censure : …").
_ISLANDS = ("AN", "AX", "CC", "CK", "FK", "FO", "KY", "MH", "MP", "NH", "PN", "SB", "TC", "UM", "VG", "VI")
WITH_ARTICLE = {
    "en": dict.fromkeys(
        (
            *_ISLANDS,
            *("AE", "BQ", "BS", "CF", "DO", "GB", "GM", "IM", "IO", "KM", "MV", "NL", "PH", "PS", "PZ", "SC", "SU"),
            *("TF", "US"),
        ),
        "the",
    ),
    "es": {
        **dict.fromkeys((*_ISLANDS, "BS", "GS", "HM"), "las"),
        **dict.fromkeys(("BQ", "GB", "IO"), "el"),
        **dict.fromkeys(("CD", "CF", "DO", "HK", "IM", "MO", "PZ", "SU"), "la"),
        **dict.fromkeys(("AE", "NL", "PS", "TF"), "los"),
    },
}
# CLDR tells the two of Congo by their capitals; a sentence says their names, and puts an article inside two others.
IN_A_SENTENCE = {
    "CD": "the Democratic Republic of the Congo",
    "CG": "the Republic of the Congo",
    "GS": "South Georgia & the South Sandwich Islands",
    "VC": "St. Vincent & the Grenadines",
}


@dataclass(frozen=True, slots=True)
class FormerState:
    """A state of ISO 3166-3 that has suppressed something: its codes, the year they were withdrawn, its names."""

    code: str
    alpha4: str
    alpha3: str
    withdrawn: int
    names: dict[str, str]
    also: list[str]


@cache
def _former() -> dict[str, FormerState]:
    text = (files("fragments") / "data" / "former_states.jsonl").read_text(encoding="utf-8")
    return {row["code"]: FormerState(**row) for row in map(json.loads, text.splitlines())}


@cache
def _current() -> frozenset[str]:
    codes = map(str, Locale.parse("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NOT_COUNTRIES


def canonical(value: str, *, field: str = "country") -> str:
    """Return the two-letter code of a code or a name: `vn`, `VNM`, `Vietnam` -> `VN`; `SUHH` -> `SU`.

    Raises FieldError: a region, a code of nobody, a name that is unknown or belongs to two countries.
    """
    return _canonical(value.strip(), field)


@lru_cache(maxsize=4096)
def _canonical(value: str, field: str) -> str:
    code = _of_code(value)
    if code is None and value.upper() not in REGIONS and value.upper() != "UK":
        code = _names().get(_key(value)) or _of_code(value.upper())
    if code is None:
        raise _refusal(value, field)
    return code


def _of_code(written: str) -> str | None:
    """Two letters may be written small; three may not, because "Nga" is Russia in Vietnamese and NGA is Nigeria."""
    value = written.upper()
    if value in _current() or value in _former():
        return value
    for state in _former().values():
        if value in (state.alpha3, state.alpha4):
            return state.code
    found = get_global("territory_aliases").get(value, []) if len(value) == 3 and not _is_a_word(written) else []
    return str(found[0]) if len(found) == 1 and found[0] in _current() else None


def _is_a_word(written: str) -> bool:
    return written.isalpha() and not written.isupper()


def _refusal(value: str, field: str) -> FieldError:
    code = value.upper()
    if code == "UK":
        return FieldError(field, "is not a code of ISO 3166-1", value, "write GB")
    if code == "CSXX":
        return FieldError(field, "is a state whose code now means Czechoslovakia here", value, "write RS or ME")
    if code in REGIONS or code in NOT_COUNTRIES:
        return FieldError(field, "is a region or a group, not a country", value, "name one country in each row")
    return FieldError(field, "is not a country", value, "write a two-letter code of ISO 3166-1")


def is_former(code: str) -> bool:
    """Say whether a canonical code is that of a state that no longer exists."""
    return code in _former()


def former_code_of(code: str) -> str | None:
    """Return the ISO 3166-3 code of a former state: `SU` -> `SUHH`; None for the others."""
    return _former()[code].alpha4 if is_former(code) else None


def name_of(code: str, in_lang: str) -> str:
    """Return the name of a country or former state for readers of a language; English where there is none."""
    if is_former(code):
        names = _former()[code].names
        return next((names[prefix] for prefix in prefixes_of(in_lang) if prefix in names), names["en"])
    return locale_for(in_lang).territories.get(code) or code


def name_in_a_sentence(code: str, in_lang: str) -> str:
    """Return the name as it stands after "in": "the United Kingdom", "el Reino Unido"; elsewhere as `name_of`."""
    name, language = name_of(code, in_lang), prefixes_of(in_lang)[-1]
    if language == "en" and code in IN_A_SENTENCE:
        return IN_A_SENTENCE[code]
    article = WITH_ARTICLE.get(language, {}).get(code)
    return f"{article} {name}" if article else name


def notes(value: str) -> tuple[Note, ...]:
    """Return what an editor should check in a value that `canonical` takes: a name is weaker than a code."""
    code = canonical(value)
    found = []
    if _of_code(value.strip()) is None:
        found.append(Note("country-from-name", f"{value.strip()!r} was read as {code}: check that the text agrees"))
    if is_former(code):
        found.append(Note("former-state", f"{code} ({former_code_of(code)}) is a state that no longer exists"))
    return tuple(found)


@cache
def _names() -> dict[str, str]:
    """Map every readable name to its code; a name of two countries maps to none."""
    found: dict[str, set[str]] = {}
    for name, code in _all_names():
        found.setdefault(_key(name), set()).add(code)
    names = {key: codes.pop() for key, codes in found.items() if len(codes) == 1 and key not in TWO_STATES}
    return {**names, **OTHER_NAMES}


def _all_names() -> Iterator[tuple[str, str]]:
    for language in READ_NAMES_IN:
        territories = Locale.parse(language).territories
        yield from ((territories[code], code) for code in _current() if code in territories)
    for state in _former().values():
        if state.code not in ("BU", "TP"):  # Burma and East Timor are still called so: the living state is meant
            yield from ((name, state.code) for name in (*state.names.values(), *state.also, state.code))


def _key(name: str) -> str:
    """Fold case, accents, spaces and punctuation: "Viêt Nam" and "VIETNAM" are one name."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    return re.sub(r"[\W_]|^the(?=\W)", "", "".join(c for c in letters if unicodedata.category(c) != "Mn"))
