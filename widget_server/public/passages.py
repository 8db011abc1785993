"""A fragment's texts as a page sets them: which stands first, which beside it, how large.

Rules: the original stands first and a translation that the reader can read beside it; in a list the reader gets the
text they can read. Every text keeps its own language and direction.
"""

from dataclasses import dataclass

from fragments import languages
from fragments.nouns import Form, Fragment, Translation
from widget_server.public.facts import web
from widget_server.public.speaking import Speaker

SHORT, MIDDLE, LONG = 110, 260, 600  # characters up to which a text is set in the largest, large, raised size
WIDE_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore", "Hani"})  # one character says about as much as 2.5 letters


@dataclass(frozen=True)
class Passage:
    """One text with what its typography needs."""

    text: str
    lang: str
    direction: str
    language: str  # name for the reader
    own_name: str
    verse: bool
    size: str  # a class of the style sheet
    cite: str | None = None
    translation: Translation | None = None


def best(fragment: Fragment, speaker: Speaker) -> Passage:
    """The text for a list: one this reader can read, else the original, else any."""
    original, translations = _passages(fragment, speaker)
    readable = _readable(translations, speaker)
    if original is None or (not speaks(fragment.lang, speaker.ui) and readable):
        return readable or translations[0]
    return original


def arranged(fragment: Fragment, speaker: Speaker) -> tuple[Passage, Passage | None, tuple[Passage, ...]]:
    """The text that stands first, the one beside it, and the others in order."""
    original, translations = _passages(fragment, speaker)
    readable = _readable(translations, speaker)
    first = original or readable or translations[0]
    wanted = None if first is readable or speaks(fragment.lang, speaker.ui) else readable
    others = tuple(each for each in translations if each is not first and each is not wanted)
    return first, wanted, others


def _passages(fragment: Fragment, speaker: Speaker) -> tuple[Passage | None, list[Passage]]:
    verse = fragment.form is Form.VERSE
    cite = web(fragment.source.url)
    translations = [_passage(each.text, each.lang, verse, speaker, cite, each) for each in fragment.translations]
    original = _passage(fragment.text, fragment.lang, verse, speaker, cite) if fragment.text else None
    if original is None and not translations:
        original = _passage("…", fragment.lang, verse, speaker, cite)
    return original, translations


def _readable(translations: list[Passage], speaker: Speaker) -> Passage | None:
    """The translation in the reader's language, else the English one, else none."""
    for wanted in dict.fromkeys((speaker.ui, "en")):
        for each in translations:
            if speaks(each.lang, wanted):
                return each
    return None


def speaks(tag: str, ui: str) -> bool:
    """Whether a reader of interface language `ui` reads `tag`; `zh` is Simplified, but reads Traditional too."""
    return ui in languages.prefixes_of(tag)


def _passage(
    text: str, lang: str, verse: bool, speaker: Speaker, cite: str | None, translation: Translation | None = None
) -> Passage:
    return Passage(
        text=text,
        lang=lang,
        direction=languages.direction_of(lang),
        language=speaker.language(lang),
        own_name=languages.own_name_of(lang),
        verse=verse,
        size=size_of(text, lang, verse=verse),
        cite=cite,
        translation=translation,
    )


def size_of(text: str, lang: str, *, verse: bool) -> str:
    """The class that sets a text: the shorter, the larger; lines of verse must not break for their size."""
    weight = len(text) * (2.5 if languages.script_of(lang) in WIDE_SCRIPTS else 1)
    if verse:
        return "middle" if max(map(len, text.splitlines()), default=0) <= 34 and weight <= LONG else "long"
    sizes = ((SHORT, "short"), (MIDDLE, "middle"), (LONG, "long"))
    return next((name for most, name in sizes if weight <= most), "second")
