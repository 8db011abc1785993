"""How a fragment is described: which of its texts suits a reader, who wrote it, who suppressed it, and when.

Rules: a text in the reader's language comes before the original, the original before any other translation; other
translations in the order of PREFERRED. A withheld author is never named. Every result is text, never markup, in the
interface language `ui` (embed.strings); the order and wording of a language live in its strings, not here.

It does not cut, clean or escape, and it does not know what an embed looks like.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from embed.strings import say, spoken
from fragments import countries, dates, languages
from fragments.languages import Direction
from fragments.nouns import Fragment, Maker, Source, Suppression, Translation, Visibility

# After the reader's own language: those that most readers of the web can read, then those of the starter collection.
PREFERRED = ("en", "zh", "es", "ar", "fr", "ru", "vi", "fa", "pt", "de", "hi", "id", "ja", "tr", "ko", "my")
ISOLATES = {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}  # UAX #9: LRI, RLI, FSI
END_OF_ISOLATE = "\u2069"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as an embed carries it: language, direction, characters."""

    lang: str
    direction: Direction
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One text of a fragment as a reader sees it; `translation` is None for the original."""

    lang: str
    text: str
    direction: Direction
    translation: Translation | None = None

    @property
    def is_original(self) -> bool:
        """Whether this is what was suppressed, in its own words."""
        return self.translation is None

    @property
    def passage(self) -> Passage:
        """The text alone."""
        return Passage(self.lang, self.direction, self.text)


def texts(fragment: Fragment) -> tuple[Shown, ...]:
    """Every text: the original if it is there, then translations in the order of PREFERRED, then as they came."""
    return tuple(_original(fragment)) + tuple(
        Shown(each.lang, each.text, languages.direction_of(each.lang), each)
        for each in sorted(fragment.translations, key=lambda each: rank_of(each.lang))
    )


def best_text(fragment: Fragment, ui: str) -> Shown:
    """The text to put first for readers of `ui` (any tag): theirs, else the original, else the likeliest read."""
    return in_language(fragment, ui) or texts(fragment)[0]


def in_language(fragment: Fragment, lang: str) -> Shown | None:
    """The fragment's text in `lang`: original, else a translation into just that, or into a part of it (zh-Hant)."""
    readable = [shown for shown in texts(fragment) if lang in languages.prefixes_of(shown.lang)]
    return min(readable, key=lambda shown: (not shown.is_original, shown.lang != lang), default=None)


def translation_for(fragment: Fragment, ui: str) -> Shown | None:
    """The text to put beside an original that readers of `ui` cannot read: None where they can, or there is none."""
    shown = in_language(fragment, spoken(ui)) or in_language(fragment, "en")
    return shown if shown and not shown.is_original else None


def gloss(fragment: Fragment) -> Passage | None:
    """What it is about, in one line."""
    lang = fragment.gloss_lang
    return Passage(lang, languages.direction_of(lang), fragment.gloss) if fragment.gloss else None


def rank_of(lang: str) -> int:
    """A language's place in PREFERRED; all others share the last."""
    primary = lang.split("-", 1)[0]
    return PREFERRED.index(primary) if primary in PREFERRED else len(PREFERRED)


def attribution(fragment: Fragment, ui: str) -> str:
    """The line given with the fragment, else "author, title (year)" of its source."""
    return fragment.attribution or source_line(fragment.source, ui)


def has_names(fragment: Fragment) -> bool:
    """Whether an attribution names anything: words of the desk, an author who may be named, a title."""
    source = fragment.source
    author = source.author if source.author_visibility is not Visibility.WITHHELD else None
    return bool(fragment.attribution or author or source.title or source.publisher)


def names_of(fragment: Fragment, ui: str) -> str:
    """As much of the attribution as has no word of ours, so that languages differ in punctuation only; or ""."""
    if not has_names(fragment):
        return ""
    source = fragment.source
    if source.author_visibility is Visibility.WITHHELD:
        source = replace(source, author=None, author_visibility=Visibility.NAMED)
    return fragment.attribution or source_line(source, ui)


def words_beside_names(fragment: Fragment, ui: str) -> str:
    """What names_of leaves out: that the author is withheld, or that nobody is known; or ""."""
    if not has_names(fragment):
        return attribution(fragment, ui)
    is_withheld = fragment.source.author_visibility is Visibility.WITHHELD
    return say(ui, "withheld_author") if is_withheld and not fragment.attribution else ""


def source_line(source: Source, ui: str) -> str:
    """Author, title and year, as far as they are known and may be shown; never empty."""
    author, title = author_of(source, ui), source.title or (source.publisher or "")
    if not title:
        line = author or say(ui, "source_unknown_author")
    else:
        line = say(ui, "author_title", author=author, title=title) if author else title
    year = dates.year_of(source.date) if source.date else None
    return say(ui, "with_year", text=line, year=year) if year is not None else line


def author_of(source: Source, ui: str) -> str:
    """The name or pseudonym, words saying that the name is withheld, or "" where nobody knows one."""
    if source.author_visibility is Visibility.WITHHELD:
        return say(ui, "withheld_author")
    return source.author or ""


def suppressed_line(fragment: Fragment, ui: str) -> str:
    """The first suppression in one line: "Suppressed by Crown in the United Kingdom (1792)"; "" where there is none."""
    return next((line_of(suppression, ui) for suppression in fragment.source.suppressions), "")


def line_of(suppression: Suppression, ui: str) -> str:
    """One suppression: by whom, in which country, from which year."""
    country = countries.name_in_a_sentence(suppression.country, spoken(ui))
    if suppression.who:
        line = say(ui, "suppressed_by_in", who=suppression.who, country=country)
    else:
        line = say(ui, "suppressed_in", country=country)
    year = year_of(suppression)
    return say(ui, "with_year", text=line, year=year) if year else line


def year_of(suppression: Suppression) -> str:
    """The year a suppression began, "" where it is not known."""
    year = dates.year_of(suppression.since) if suppression.since else None
    return "" if year is None else str(year)


def credit(shown: Shown, ui: str, original: str) -> str:
    """Who made a translation: a name, a machine, or this project; "" for an original or a nameless translator.

    `original` is the fragment's language: a project's text in that very language is a retelling.
    """
    made = shown.translation
    if made is None:
        return ""
    if made.translator:
        return say(ui, "translated_by", translator=made.translator)
    is_retold = shown.lang.split("-")[0] == original.split("-", maxsplit=1)[0]
    project = "retold_for_this_project" if is_retold else "made_for_this_project"
    key = {Maker.PROJECT: project, Maker.MACHINE: "machine_translation"}.get(made.maker)
    return say(ui, key) if key else ""


def credit_before_name(shown: Shown, ui: str, original: str) -> str:
    """The credit up to the translator's name, which comes last in every language of the interface."""
    made = shown.translation
    return say(ui, "translated_by", translator="") if made and made.translator else credit(shown, ui, original)


def isolated(text: str, direction: Direction) -> str:
    """The text between isolates of its direction, so that a line around it keeps its own (UAX #9, 3.1.3)."""
    return f"{ISOLATES[direction]}{text}{END_OF_ISOLATE}"


def _original(fragment: Fragment) -> Iterator[Shown]:
    if fragment.text:
        yield Shown(fragment.lang, fragment.text, languages.direction_of(fragment.lang))
