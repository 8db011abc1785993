"""Languages by BCP 47: the canonical tag, its script and direction, and its name in any language.

Rules: tags are canonical in the sense of CLDR (`iw` is `he`, `prs` is `fa-AF`, `cmn` is `zh`). The script of a tag
comes from CLDR's likely subtags, never from the letters of a text. Chinese without a script or a region is refused:
nobody can guess which of two ways of writing it is. `und` (not known) is a language here, with direction `auto`.

It does not detect languages and knows nothing of texts.
"""

import re
from functools import lru_cache
from typing import Literal

import langcodes
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from langcodes.tag_parser import LanguageTagError

from fragments.errors import FieldError

Direction = Literal["ltr", "rtl", "auto"]

LONGEST_TAG = 35  # RFC 5646, section 4.4.1: buffers of 35 characters hold every sensible tag

# Unicode 16, ScriptExtensions and bidi classes R and AL, scripts in living or scholarly use.
RIGHT_TO_LEFT = frozenset(
    {"Adlm", "Arab", "Aran", "Armi", "Avst", "Chrs", "Cprt", "Elym", "Garm", "Hatr", "Hebr", "Hung", "Khar", "Lydi"}
    | {"Mand", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat", "Nkoo", "Orkh", "Ougr", "Palm", "Phli", "Phlp", "Phnx"}
    | {"Prti", "Rohg", "Samr", "Sarb", "Sogd", "Sogo", "Syrc", "Syre", "Syrj", "Syrn", "Thaa", "Yezi"}
)

# Own names that CLDR does not have (42 and later), from the languages' own primers and broadcasters.
OWN_NAMES = {"aii": "ܣܘܪܝܬ", "dv": "ދިވެހި", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ"}

NO_SCRIPT_HINT = "write zh-Hans or zh-Hant"

_SHAPE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SCRIPT = re.compile(r"[A-Za-z]{4}")
_NAMES = {"zh": "zh_Hans"}


def canonical(tag: str, *, script: str | None = None, field: str = "lang") -> str:
    """Return the canonical BCP 47 tag: `zh_CN` -> `zh-CN`, `iw` -> `he`.

    `script` is an ISO 15924 code known from elsewhere (a column beside the language); it completes a tag that names no
    script where the likely one differs or, for Chinese, always. Raises FieldError: not a language, no script for
    Chinese, extensions or private use, an unknown script.
    """
    return _canonical(tag.strip(), script.strip() if script else None, field)


@lru_cache(maxsize=4096)
def _canonical(tag: str, script: str | None, field: str) -> str:
    language = _parsed(tag, field)
    if script is not None:
        language = _completed(language, script, field)
    if language.language == "zh" and not language.script and not language.territory:
        raise FieldError(field, "does not say how it is written", tag, NO_SCRIPT_HINT)
    return str(language.to_tag())


def _parsed(tag: str, field: str) -> langcodes.Language:
    hyphenated = tag.replace("_", "-")
    if len(hyphenated) > LONGEST_TAG or not _SHAPE.fullmatch(hyphenated):
        raise FieldError(field, "is not a language tag", tag, _hint(tag))
    try:
        known = langcodes.tag_is_valid(hyphenated)
        language = langcodes.Language.get(hyphenated)
    except LanguageTagError:
        known = False
    if not known:
        raise FieldError(field, "is not a language", tag, _hint(tag))
    if language.extensions or language.private:
        raise FieldError(field, "has extensions or private codes", tag, "write language, script and region only")
    return _without_macro(language).simplify_script()


def _without_macro(language: langcodes.Language) -> langcodes.Language:
    """Replace an encompassed code by the one people use (cmn -> zh, arb -> ar), as CLDR's aliases do."""
    used = get_global("language_aliases").get(language.language or "und")
    if used is None or "_" in used:
        return language
    return langcodes.Language.make(
        language=used, script=language.script, territory=language.territory, variants=language.variants
    )


def _hint(tag: str) -> str:
    """A name instead of a tag ("english") is a common slip: say which tag it is, if that is certain."""
    # The trie behind find() reads past its end for a NUL, and cannot hold a lone surrogate (marisa-trie 1.4.1).
    if not 4 <= len(tag) <= LONGEST_TAG or not tag.isprintable():
        return ""
    try:
        return f"write {langcodes.find(tag).to_tag()}"
    except LookupError:
        return ""


def _completed(language: langcodes.Language, script: str, field: str) -> langcodes.Language:
    code = script.title()
    if not _SCRIPT.fullmatch(code) or not langcodes.tag_is_valid(f"und-{code}"):
        raise FieldError("script", "is not a script code of ISO 15924", script, "write Latn, Arab, Hans, ...")
    if language.script:
        if language.script != code:
            raise FieldError(field, f"does not agree with the script {code}", language.to_tag(), "correct one of them")
        return language
    if language.language != "zh" and _likely_script(language) == code:
        return language
    return langcodes.Language.make(
        language=language.language, script=code, territory=language.territory, variants=language.variants
    )


def script_of(tag: str) -> str:
    """Return the ISO 15924 code a tag is written in: `zh-TW` -> `Hant`, `und` and codes without data -> `Zyyy`."""
    return _script_of(tag)


@lru_cache(maxsize=4096)
def _script_of(tag: str) -> str:
    language = langcodes.Language.get(tag)
    return language.script or _likely_script(language)


def _likely_script(language: langcodes.Language) -> str:
    likely = get_global("likely_subtags")
    code = language.language or "und"
    for key in (f"{code}_{language.territory}", code):
        full = likely.get(key)
        if full and key != "und":
            return str(full.split("_")[1])
    return "Zyyy"


def direction_of(tag: str) -> Direction:
    """Return how a text in this language runs; `auto` where the script is not known."""
    script = script_of(tag)
    if script in ("Zyyy", "Zxxx", "Zzzz", "Zinh"):
        return "auto"
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


def prefixes_of(tag: str) -> tuple[str, ...]:
    """Return a canonical tag and what it is part of, narrowest first: `("en-IN", "en")`, `("zh-CN", "zh-Hans", "zh")`.

    Chinese by region is also Chinese by script, so that a reader of zh-Hans finds it.
    """
    parts = tag.split("-")
    found = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    if parts[0] == "zh" and len(parts) > 1 and len(parts[1]) != 4:
        found.insert(-1, f"zh-{script_of(tag)}")
    return tuple(found)


def name_of(tag: str, in_lang: str) -> str:
    """Return the name of a language for readers of another, from CLDR: `("ckb", "en")` -> "Central Kurdish"."""
    return _name_of(tag, in_lang)


@lru_cache(maxsize=8192)
def _name_of(tag: str, in_lang: str) -> str:
    locale = locale_for(in_lang)
    parts = tag.replace("-", "_").split("_")
    for length in range(len(parts), 0, -1):
        name = locale.languages.get("_".join(parts[:length]))
        if name:
            return _with_details(name, parts[length:], locale)
    return langcodes.Language.get(tag).display_name(in_lang)


def _with_details(name: str, rest: list[str], locale: Locale) -> str:
    details = [locale.scripts.get(part) or locale.territories.get(part) or part for part in rest]
    return f"{name} ({', '.join(details)})" if details else name


def own_name_of(tag: str) -> str:
    """Return the name of a language in itself: `fa` -> "فارسی", `zh-Hant` -> "繁體中文"."""
    code = tag.split("-", maxsplit=1)[0]
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    if code == "und":
        return name_of(tag, "en")
    if _exact_locale(tag) is None:
        return langcodes.Language.get(tag).autonym()
    return name_of(tag, tag)


@lru_cache(maxsize=512)
def locale_for(in_lang: str) -> Locale:
    """Return the CLDR locale nearest to a tag; English where there is none."""
    return _exact_locale(in_lang) or Locale.parse("en")


def _exact_locale(tag: str) -> Locale | None:
    for prefix in prefixes_of(tag):
        try:
            return Locale.parse(_NAMES.get(prefix, prefix), sep="-" if "-" in prefix else "_")
        except (UnknownLocaleError, ValueError):
            continue
    return None
