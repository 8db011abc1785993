"""In which language a page speaks, and how names, numbers and dates are written in it.

Rules: `?ui=fr` wins, then Accept-Language, then English; what we do not speak is never an error. A link inside the
site keeps a language that was chosen by `?ui=`, and only that: no cookie remembers it.

It does not choose the language of a fragment's text.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from importlib.resources import files
from urllib.parse import quote, urlencode

from babel import Locale
from babel.numbers import format_decimal
from flask import Request
from werkzeug.datastructures import MultiDict

from embed.strings import RIGHT_TO_LEFT, UI_LANGUAGES, Catalogue, negotiate
from fragments import countries, dates, languages
from fragments.drawing import KINDS
from fragments.nouns import PartialDate

CATALOGUE = Catalogue(files("widget_server.public") / "strings")
HTML_LANGS = {"zh": "zh-Hans"}  # browsers choose letterforms by it
MEANT = frozenset({*KINDS, "page", "f"})  # words of a query that change what a page is; all others are dropped
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")  # as in dates; Babel changes separators only
OG_LOCALES = {"en": "en_GB", "fr": "fr_FR", "es": "es_ES", "ar": "ar_AR", "fa": "fa_IR", "zh": "zh_CN", "vi": "vi_VN"}


@dataclass(frozen=True)
class Tongue:
    """One interface language as the language switch shows it."""

    ui: str
    url: str = ""

    @property
    def html_lang(self) -> str:
        """BCP 47 tag for `lang` and `hreflang`."""
        return HTML_LANGS.get(self.ui, self.ui)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.ui in RIGHT_TO_LEFT else "ltr"

    @property
    def own_name(self) -> str:
        """Its name in itself."""
        return languages.own_name_of(self.ui)


@dataclass(frozen=True)
class Speaker(Tongue):
    """The voice of one answer: `chosen` when the reader asked for the language by `?ui=`."""

    chosen: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """The words of `key`; see embed.strings.Catalogue."""
        return CATALOGUE.say(self.ui, key, **values)

    @cached_property
    def locale(self) -> Locale:
        """CLDR's rules for numbers."""
        return Locale.parse(self.ui)

    @property
    def og_locale(self) -> str:
        """Language and country, as OpenGraph wants it."""
        return OG_LOCALES.get(self.ui, f"{self.ui}_{self.ui.upper()}")

    def number(self, value: int) -> str:
        """A whole number with the separators of the language."""
        shown = format_decimal(value, locale=self.locale, numbering_system="default")
        return shown.translate(PERSIAN_DIGITS) if self.ui == "fa" else shown

    def day(self, moment: datetime | str | None) -> str:
        """A day in words; text that is no date is given back as it is."""
        raw = moment if isinstance(moment, str) else moment.date().isoformat() if moment else ""
        return dates.show(dates.read(raw), self.ui) if raw else ""

    def partial(self, when: PartialDate | None) -> str:
        """A date that may be only a year, or a span."""
        return dates.show(when, self.ui) if when else ""

    def language(self, tag: str) -> str:
        """Name of a language."""
        return languages.name_of(tag, self.ui)

    def country(self, code: str) -> str:
        """Name of a country or former state."""
        return countries.name_of(code, self.ui)

    def link(self, path: str) -> str:
        """A path of this site, with the language when it was chosen."""
        if not self.chosen:
            return path
        return f"{path}{'&' if '?' in path else '?'}ui={self.ui}"


def speaker_for(request: Request) -> Speaker:
    """The voice for a request."""
    asked = request.args.get("ui", "").split("-")[0].lower()
    if asked in UI_LANGUAGES:
        return Speaker(ui=asked, chosen=True)
    return Speaker(ui=negotiate(request.headers.get("Accept-Language")))


def addresses(path: str, args: MultiDict[str, str], public_url: str) -> tuple[str, list[Tongue]]:
    """A page's address without a language, and in each: (plain, one Tongue a language), the query kept in order."""
    pairs = [(name, value) for name, value in args.items(multi=True) if name in MEANT]
    address = partial(_address, public_url + quote(path), pairs)
    return address([]), [Tongue(ui, address([("ui", ui)])) for ui in UI_LANGUAGES]


def _address(base: str, pairs: list[tuple[str, str]], more: list[tuple[str, str]]) -> str:
    query = urlencode([*pairs, *more])
    return f"{base}?{query}" if query else base
