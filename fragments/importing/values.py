"""One cell into one clean value: text, line, choice, number, list, date, address, short name.

Rules: every value of a file is foreign. Texts go through fragments.cleaning, dates, addresses, languages and countries
through their rooms; their remarks gather in the Taker. A FieldError says which field, what is wrong
and what to write instead.

It does not know how values belong together.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from fragments import addresses, cleaning, dates
from fragments.date_reading import LONGEST_RAW
from fragments.errors import FieldError
from fragments.notes import Note
from fragments.nouns import Form, PartialDate

LONGEST_ID = 200  # characters; a URL used as an id fits
LONGEST_SLUG = 40  # characters; it becomes part of deck and feed addresses
BLANK = " \t\r\n\u00a0\u3000\u200b\u200e\u200f\u2060\ufeff"  # spreadsheets leave these in cells that look empty
EDTF = re.compile(r"[0-9X~?%/.\[\]{},YE+-]{1,80}|\.\./[0-9X~?%-]{4,20}")

_Choice = TypeVar("_Choice", bound=StrEnum)
_Found = TypeVar("_Found")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def plain_text(value: object, field: str) -> str | None:
    """A cell as it stands in the file: None when it is empty. Raises FieldError for lists and objects."""
    if value is None or isinstance(value, str):
        return value if value and value.strip(BLANK) else None
    if not isinstance(value, int | float):
        raise FieldError(field, "is a list or an object where text is expected", value, "write it in quotation marks")
    return str(value).lower()


def identifier(value: object, field: str) -> str | None:
    """An id of the file's own: printable characters on one line."""
    text = plain_text(value, field)
    if text is None:
        return None
    text = unicodedata.normalize("NFC", text.strip().strip("\ufeff"))
    if len(text) > LONGEST_ID:
        raise FieldError(field, f"is longer than {LONGEST_ID} characters", text[:40])
    if not text.replace(" ", "").isprintable():
        raise FieldError(field, "has characters that cannot be seen", text, "write letters and digits")
    return text


@dataclass(slots=True)
class Taker:
    """Takes the values of one row; what is remarkable about them gathers in `notes`.

    `markup` is False for our own record, whose texts are plain already: a `<b>` in one is a text about markup.
    """

    markup: bool = True
    notes: list[Note] = made_by(default_factory=list)

    def passage(self, value: object, name: str, lang: str, form: Form) -> str:
        """A text in a language, clean; empty when the cell is."""
        text = plain_text(value, name)
        if text is None:
            return ""
        cleaned = cleaning.clean(text, field=name, lang=lang, form=form, markup=self.markup)
        self.note(name, cleaned.notes)
        return cleaned.text

    def line(self, value: object, name: str, lang: str | None = None) -> str | None:
        """A name, a title or another text of one line, clean; None when the cell is empty."""
        text = plain_text(value, name)
        if text is None:
            return None
        cleaned = _line(text, name, lang, self.markup)
        self.note(name, cleaned.notes)
        return cleaned.text or None

    def date(self, value: object, name: str) -> PartialDate | None:
        """A date as written and, where it can be read, in EDTF. Takes the {raw, edtf} of our own record too."""
        known = None
        if isinstance(value, dict):
            known = plain_text(value.get("edtf"), name)
            value = value.get("raw") or known
        raw = plain_text(value, name)
        if raw is None:
            return None
        cleaned = _line(raw, name, None, self.markup).text
        if len(cleaned) > LONGEST_RAW:
            raise FieldError(name, "is too long for a date", cleaned[:40], "write the date here and the rest in a note")
        if known is not None:
            return PartialDate(raw=cleaned, edtf=_edtf(known, name))
        self.note(name, dates.problems(cleaned))
        return dates.read(cleaned)

    def address(self, value: object, name: str) -> str | None:
        """A web address in its one canonical form."""
        url = named(addresses.canonical, value, name)
        if url:
            self.note(name, addresses.warnings(url))
        return url

    def addresses(self, value: object, name: str) -> tuple[str, ...]:
        """The addresses of a list, or of a cell that holds several between spaces, | or line breaks."""
        urls = (self.address(text, name) for text in several(value, name, "| \n\t"))
        return tuple(dict.fromkeys(url for url in urls if url))

    def note(self, name: str, notes: Iterable[Note]) -> None:
        """Keep notes on a field, with its name before them."""
        self.notes += [replace(note, message=f"{name}: {note.message}") for note in notes]


@lru_cache(maxsize=4096)  # lists name the same author, publisher and authority a thousand times
def _line(text: str, name: str, lang: str | None, markup: bool) -> cleaning.Cleaned:
    return cleaning.clean_line(text, field=name, lang=lang, markup=markup)


def choice(value: object, field: str, default: _Choice) -> _Choice:
    """One of the words of an enumeration, however it is capitalised; the default when the cell is empty."""
    text = plain_text(value, field)
    if text is None:
        return default
    words = {str(member): member for member in type(default)}
    word = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    if word not in words:
        near = difflib.get_close_matches(word, words, n=1)
        hint = f"did you mean {near[0]}?" if near else "write one of: " + ", ".join(words)
        raise FieldError(field, "is not one of the words for this", text, hint)
    return words[word]


def whole(value: object, field: str, least: int, most: int, default: int) -> int:
    """A whole number between two bounds."""
    text = plain_text(value, field)
    if text is None:
        return default
    text = text.strip().removesuffix(".0")  # spreadsheets write 3 as 3.0
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise FieldError(field, "is not a whole number in its bounds", text, f"write {least} to {most}")
    return int(text)


def several(value: object, field: str, separators: str) -> list[str]:
    """The entries of a list, or of a cell that holds several between `separators`; empty ones are left out."""
    entries = value if isinstance(value, list) else [value]
    texts = [plain_text(entry, field) for entry in entries]
    found = [part.strip() for text in texts if text for part in re.split(f"[{re.escape(separators)}]", text)]
    return [part for part in found if part]


def slug(text: str, field: str) -> str:
    """A short name for addresses: "Press freedom" becomes press-freedom."""
    bare = unicodedata.normalize("NFKD", text.strip().casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    name = re.sub(r"[\s_/&,.:'’-]+", "-", bare).strip("-")
    if not _SLUG.fullmatch(name) or len(name) > LONGEST_SLUG:
        hint = f"write it in a to z, digits and hyphens, at most {LONGEST_SLUG} of them: it becomes part of an address"
        raise FieldError(field, "cannot be a short name", text, hint)
    return name


def _edtf(text: str, field: str) -> str:
    if not EDTF.fullmatch(text):
        raise FieldError(f"{field}.edtf", "is not a date in EDTF", text, "leave it out: it is read from raw")
    return text


def named(read: Callable[[str], _Found], value: object, field: str) -> _Found | None:
    """Read a cell with a function that does not know the field's name; its FieldError gets the name."""
    text = plain_text(value, field)
    if text is None:
        return None
    try:
        return read(text)
    except FieldError as error:
        raise FieldError(field, error.reason, error.value, error.hint) from error
