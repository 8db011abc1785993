"""The words an embed says around a fragment, in the languages of its interface.

Rules: one JSON file a language, flat, key to text with {placeholders}; English is the measure: every
file has exactly its keys, and exactly its placeholders in each, else the catalogue refuses to load.
A value that reads in the other direction than the interface is put between U+2068 and U+2069
(first-strong isolate, UAX #9), so a Persian title does not turn an English line round.

It does not escape for HTML (values and results are text, never markup), translate fragments, or
choose plurals: write "Fragments: {count}" instead.
"""

import json
import string
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import regex

from fragments.errors import UnsilencedError

UI_LANGUAGES = ("en", "fr", "es", "ar", "fa", "zh", "vi", "ru")  # zh is Simplified Chinese
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
HEADER_LIMIT = 1000  # characters of an Accept-Language header worth reading; browsers send under 100


class UnequalStrings(UnsilencedError):
    """A language whose keys or placeholders differ from the English ones: language, and a line a difference."""

    def __init__(self, language: str, differences: tuple[str, ...]) -> None:
        super().__init__(language, differences)
        self.language = language
        self.differences = differences


class Catalogue:
    """The strings of one directory of `<language>.json` files; a language without a file speaks English."""

    def __init__(self, directory: Traversable) -> None:
        """`directory`: package data such as `files("embed") / "strings"`, or a Path. Raises UnequalStrings."""
        self._directory = directory

    @cached_property
    def _strings(self) -> Mapping[str, Mapping[str, str]]:
        english = _read(self._directory / "en.json")
        strings: dict[str, Mapping[str, str]] = {"en": english}
        for language in UI_LANGUAGES[1:]:
            path = self._directory / f"{language}.json"
            strings[language] = _same_shape(language, _read(path), english) if path.is_file() else english
        return strings

    def say(self, ui: str, key: str, /, **values: object) -> str:
        """The text of `key` for interface language `ui` (`fr`, also `fr-CA`; English for a language we do not speak).

        Raises KeyError for a key or a placeholder that is not there: both are mistakes of ours, not of a reader.
        """
        language = spoken(ui)
        isolated = {name: _isolated(str(value), language) for name, value in values.items()}
        return self._strings[language][key].format_map(isolated)

    def has(self, key: str) -> bool:
        """Whether there is such a key: for words of an open set, like actions and topics."""
        return key in self._strings["en"]

    def keys(self) -> tuple[str, ...]:
        """Every key, in the order of the English file."""
        return tuple(self._strings["en"])


def _read(path: Traversable) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _same_shape(language: str, texts: Mapping[str, str], english: Mapping[str, str]) -> Mapping[str, str]:
    differences = [f"missing: {key}" for key in english if key not in texts]
    differences += [f"unknown: {key}" for key in texts if key not in english]
    differences += [
        f"placeholders: {key}"
        for key in english
        if key in texts and placeholders(texts[key]) != placeholders(english[key])
    ]
    if differences:
        raise UnequalStrings(language, tuple(differences))
    return texts


def placeholders(text: str) -> frozenset[str]:
    """The names between braces in `text`."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


_FOREIGN = {
    False: regex.compile(r"[\p{bidi_class=R}\p{bidi_class=AL}]"),
    True: regex.compile(r"\p{bidi_class=L}"),
}


@lru_cache(8192)  # a frame says the same names in eight languages, and an edition says them again and again
def _isolated(value: str, language: str) -> str:
    foreign = _FOREIGN[language in RIGHT_TO_LEFT]
    if not foreign.search(value):  # nine in ten, and a tenth of an edition's printing
        return value
    depth = 0  # what stands in an isolate of its own already needs no second one
    for character in value:
        kind = unicodedata.bidirectional(character)
        depth += {"LRI": 1, "RLI": 1, "FSI": 1, "PDI": -1}.get(kind, 0)
        if depth == 0 and foreign.match(character):
            return f"\u2068{value}\u2069"
    return value


def spoken(tag: str) -> str:
    """The interface language that serves a reader of `tag`: `zh-Hant-TW` gives `zh`, `de` gives `en`."""
    primary = tag.replace("_", "-").split("-", 1)[0].strip().lower()
    return primary if primary in UI_LANGUAGES else "en"


def negotiate(accept_language: str | None) -> str:
    """The interface language for an Accept-Language header (RFC 9110, section 12.5.4): the best we speak, else `en`.

    Never fails: a header that cannot be read counts for as much of it as can.
    """
    best, best_quality = "en", 0.0
    for part in (accept_language or "")[:HEADER_LIMIT].split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.split("-", 1)[0].strip().lower()
        quality = _quality(parameter)
        if primary in UI_LANGUAGES and quality > best_quality:
            best, best_quality = primary, quality
    return best


def _quality(parameter: str) -> float:
    name, _, number = parameter.replace(" ", "").partition("=")
    if name.lower() != "q":
        return 1.0
    try:
        quality = float(number)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0  # also false for nan


_EMBEDS = Catalogue(files("embed") / "strings")


def say(ui: str, key: str, /, **values: object) -> str:
    """The embeds' text for `key`; see Catalogue.say."""
    return _EMBEDS.say(ui, key, **values)


def has(key: str) -> bool:
    """Whether embeds have a word for `key`: `has("action_" + action.replace(" ", "_"))`."""
    return _EMBEDS.has(key)
