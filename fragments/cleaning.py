"""What may be stored: foreign material in, plain text out, with notes for the editor.

Rules: a cap first (20,000 nested tags once cost 7 s), then characters (fragments.characters), then markup: what is no
tag is text, bleach 6.4.0 strips all but a fixed list, nh3 must find nothing left to do, and the few tags become line
breaks or nothing. Entities are decoded once. The result holds no markup at all; everybody who prints it still escapes.
Line breaks are kept; indents are kept in verse. What cannot be repaired without guessing is a note, not a change.

It does not keep the raw value (the caller does), and it does not judge what a text says.
"""

import re
import threading
from dataclasses import dataclass

import nh3
import regex
from bleach.sanitizer import Cleaner

from fragments.characters import keep
from fragments.errors import FieldError
from fragments.languages import script_of
from fragments.leftovers import notes_on, without_signs
from fragments.markup import TAGS, as_html, as_text, may_hold_markup
from fragments.notes import Note
from fragments.nouns import Form

MOST_BYTES = 8192  # of UTF-8 in one value
LONGEST_WORD = 1000  # characters without a break in a script with spaces; Sanskrit compounds stay below 500

_BLANK = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SPACES = re.compile(r"[ \t\n]+")  # not NBSP, which keeps numbers together, and not U+3000, which is an indent
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONG_WORD = regex.compile(
    rf"[^\s\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}\p{{Tibetan}}\p{{Javanese}}"
    rf"\p{{Balinese}}\p{{Hangul}}\p{{Ethiopic}}\p{{Yi}}]{{{LONGEST_WORD + 1}}}"
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that may be stored, and what an editor should know of it."""

    text: str
    notes: tuple[Note, ...] = ()


def clean(
    raw: str, *, field: str = "text", lang: str | None = None, form: Form = Form.PROSE, markup: bool = True
) -> Cleaned:
    """Return the plain text of a passage.

    `lang` is its canonical tag, None if not known. `markup=False` is for text that is plain already (our own export,
    what an editor typed): nothing is taken for a tag, an entity or a sign; cleaning it twice changes nothing.
    Raises FieldError: not text, longer than 8192 bytes, a word over 1000 characters, nothing left.
    """
    script = script_of(lang) if lang else "Zyyy"
    kept = keep(_capped(raw, field), script)
    text, notes = kept.text, kept.notes
    if markup:
        plain = _without_markup(text, field)
        if plain != text:
            again = keep(plain, script)
            text, notes = again.text, _merged(notes, (_MARKUP_NOTE,), again.notes)
    text = _laid_out(text, form)
    _refuse_unfit(text, field)
    return Cleaned(text, _merged(notes, notes_on(text), _layout_notes(text, form)))


def clean_line(raw: str, *, field: str, lang: str | None = None, markup: bool = True) -> Cleaned:
    """Return a title, a name or a remark as one line of plain text. Raises FieldError as `clean` does."""
    return clean(raw, field=field, lang=lang, form=Form.HEADLINE, markup=markup)


_MARKUP_NOTE = Note("markup", "markup was taken out")


def _merged(*groups: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple({note.code: note for group in groups for note in group}.values())


def _capped(raw: str, field: str) -> str:
    if not isinstance(raw, str):
        raise FieldError(field, "is not text", raw)
    size = len(raw) if len(raw) > MOST_BYTES else len(raw.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise FieldError(field, f"is too long ({len(raw)} characters)", raw[:40], "choose a passage of at most 8 kB")
    return raw


# Markup -----------------------------------------------------------------------------------------------------------


class _Walls(threading.local):
    """Bleach and nh3 with the same list. A bleach Cleaner must not be shared by threads."""

    def __init__(self) -> None:
        self.bleach = Cleaner(tags=TAGS, attributes={}, protocols=frozenset(), strip=True, strip_comments=True)
        self.nh3 = nh3.Cleaner(tags=set(TAGS), attributes={})


_WALLS = _Walls()


def _without_markup(text: str, field: str) -> str:
    """Text without `<`, `&` or a sign is itself: HTML and we read it alike. Everything else goes through both walls."""
    if may_hold_markup(text):
        text = as_text(_walled(as_html(text), field))
    return without_signs(text)


def _walled(markup: str, field: str) -> str:
    """First bleach, then nh3, which must change nothing: of 9,270 attacks in a browser none passed either."""
    passed = str(_WALLS.bleach.clean(markup))
    if _WALLS.nh3.clean(passed) != passed.replace("\u00a0", "&nbsp;"):
        raise FieldError(field, "holds markup that cannot be made safe", passed[:40], "paste the words only")
    return passed


# Layout -----------------------------------------------------------------------------------------------------------


def _laid_out(text: str, form: Form) -> str:
    """One line for headlines and keywords; lines, without spaces that nobody sees, for the others."""
    if form in (Form.HEADLINE, Form.KEYWORD):
        return " ".join(_SPACES.split(text)).strip(_BLANK)
    lines = [line.rstrip(_BLANK) for line in text.split("\n")]
    lines = lines if form is Form.VERSE else _without_indents(lines)
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _without_indents(lines: list[str]) -> list[str]:
    """Prose loses its spaces, and the ideographic indent that all its lines share; one that sets a line apart stays."""
    words = [_SPACES.sub(" ", line.lstrip(" \t\u3000")).rstrip(" ") for line in lines]
    indents = [line[: len(line) - len(line.lstrip(" \t\u3000"))].count("\u3000") for line in lines]
    shared = min((indent for indent, word in zip(indents, words, strict=True) if word), default=0)
    return ["\u3000" * (indent - shared) + word if word else "" for indent, word in zip(indents, words, strict=True)]


def _refuse_unfit(text: str, field: str) -> None:
    if not text.strip(_BLANK + "\n"):
        raise FieldError(field, "is empty", hint="give it some words")
    if word := _LONG_WORD.search(text):
        hint = f"words may have {LONGEST_WORD} characters"
        raise FieldError(field, "has a word too long for any page", word[0][:40], hint)


def _layout_notes(text: str, form: Form) -> tuple[Note, ...]:
    lines = [line for line in text.split("\n") if line]
    if form is Form.PROSE and len(lines) > 2 and max(map(len, lines)) < 60:  # a line of verse is seldom longer
        return (Note("looks-like-verse", "has short lines like verse, but its form is prose"),)
    return ()
