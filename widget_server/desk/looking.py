"""What an editor should look at in a form while it is typed and before it is saved: warnings, questions, suggestions.

Rules: a form that is not finished is looked at all the same, as far as it goes; nothing here refuses anything. The
language is guessed and never set. Words that may name a private person are shown as a question, because no program can
decide it (fragments.gathering.persons). What another person's draft holds is told of, not shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fragments import graphemes, languages
from fragments.errors import FieldError
from fragments.folding import folded
from fragments.gathering.guessing import guess
from fragments.gathering.persons import may_name
from fragments.notes import Note
from fragments.nouns import Fragment, Source
from fragments.store.nearing import Nearby
from fragments.store.searching import FoundSource
from widget_server.desk import at_hand, forms

MOST_ALIKE = 20  # sources that have the words of a title
SHORTEST_TWIN = 40  # characters: shorter texts (headlines, keywords) may well be the same
_OPENED = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"} | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_CLOSERS = frozenset(_OPENED.values())
_TEXTS = re.compile(r"text|gloss|attribution|content_warning|t[0-7]_(text|translator|note)|s_(title|author|publisher)")


@dataclass(frozen=True, slots=True)
class Near:
    """A fragment that is nearly the same as a text; without `fragment` where whoever asks may not see it."""

    id: str
    fragment: Fragment | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at; `fragment` is the form as far as it goes, None while it has no text."""

    fragment: Fragment | None
    fault: FieldError | None = None
    codes: tuple[str, ...] = ()  # of forms.warnings
    notes: tuple[Note, ...] = ()
    unpaired: tuple[str, ...] = ()  # fields whose direction controls are not in pairs
    guessed: str = ""  # a language, where the form names none or another
    names: tuple[str, ...] = ()  # words that may name or lead to a person
    near: tuple[Near, ...] = ()
    sources: tuple[FoundSource, ...] = ()  # that are here already under the title of a new one


def look_at(fields: Mapping[str, str], source: Source | None, but: str = "") -> Look:
    """Look at a form; `source` where one was picked, `but` the id of the fragment that the form changes."""
    unpaired = tuple(name for name, text in fields.items() if _TEXTS.fullmatch(name) and not is_paired(text))
    text = fields.get("text", "")
    guessed = _other_than(fields.get("lang", ""), guess(text))
    here = () if source else known_sources(fields.get("s_title", ""))
    try:
        filled = forms.read(_as_far_as_it_goes(fields), "preview", source or _source(fields))
    except FieldError as fault:
        return Look(None, fault, unpaired=unpaired, guessed=guessed, near=near(text, but), sources=here)
    return Look(
        filled.fragment,
        codes=forms.warnings(filled.fragment),
        notes=filled.notes,
        unpaired=unpaired,
        guessed=guessed,
        names=_names(filled.fragment),
        near=near(filled.fragment.text, but),
        sources=here,
    )


def known_sources(title: str) -> tuple[FoundSource, ...]:
    """Sources of this very title, however it is typed: one record stands for a work."""
    wanted = folded(title)
    found = at_hand.finding().sources(title, limit=MOST_ALIKE) if wanted else ()
    return tuple(each for each in found if folded(each.title) == wanted)[:3]


def near(text: str, but: str = "") -> tuple[Near, ...]:
    """What the archive has that is nearly the same."""
    twins = Nearby(at_hand.archive().engine).to(text, but=but)
    return tuple(Near(each.fragment_id, _seen(each.fragment_id), each.nearness.alike == 1) for each in twins)


def is_new_twin(text: str, shown: str) -> bool:
    """Whether a new text is nearly the same as one that was not on the page (`shown`: ids with spaces between)."""
    if graphemes.count(text) < SHORTEST_TWIN:
        return False
    return not {each.id for each in near(text)} <= set(shown.split())


def is_paired(text: str) -> bool:
    """Whether each direction control that opens is closed in its line, and none closes what is not open (UAX #9)."""
    for line in text.split("\n"):
        expected: list[str] = []
        for char in line:
            if char in _OPENED:
                expected.append(_OPENED[char])
            elif char in _CLOSERS and (not expected or expected.pop() != char):
                return False
        if expected:
            return False
    return True


def _seen(fragment_id: str) -> Fragment | None:
    if not at_hand.is_editor() and not at_hand.finding().may_see(fragment_id, at_hand.person().name):
        return None
    return at_hand.archive().fragment(fragment_id).fragment


def _as_far_as_it_goes(fields: Mapping[str, str]) -> dict[str, str]:
    """Without what stands in the way of a preview: a language that is not typed to its end, an unnamed translation."""
    found = dict(fields)
    for name in ("lang", "gloss_lang", *(f"t{place}_lang" for place in range(forms.MOST_TRANSLATIONS))):
        try:
            languages.canonical(fields.get(name, ""))
        except FieldError:
            found[name] = "und"
    if not fields.get("gloss_lang"):
        found["gloss_lang"] = "en"
    return found


def _source(fields: Mapping[str, str]) -> Source:
    """The new source of a form, or what can be said of it while it is not finished."""
    try:
        return forms.source_of({**fields, "s_title": fields.get("s_title") or "…"}, "preview")
    except FieldError:
        return Source(external_id="preview", title=fields.get("s_title", "")[:400])


def _other_than(lang: str, guessed: str | None) -> str:
    return guessed if guessed and guessed.split("-")[0] != lang.strip().split("-")[0].lower() else ""


def _names(fragment: Fragment) -> tuple[str, ...]:
    source = fragment.source
    known = " ".join(filter(None, (source.author, source.title, source.publisher, fragment.attribution)))
    texts = [fragment.text, fragment.gloss or "", *(each.text for each in fragment.translations)]
    return tuple(dict.fromkeys(name for text in texts for name in may_name(text, known)))
