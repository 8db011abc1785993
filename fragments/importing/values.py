"""One cell into one clean value: text, line, choice, number, list, date, address, short name.

Rules: every value of a file is foreign. Texts go through fragments.cleaning, dates, addresses, languages and countries
through their rooms; what comes back with remarks hands those to `notes`. A FieldError says which field, what is wrong
and what to write instead.

It does not know how values belong together.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
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
EDTF = re.compile(r"[0-9X~?%/.\[\]{},YE+-]{1,80}|\.\./[0-9X~?%-]{4,20}")

_Choice = TypeVar("_Choice", bound=StrEnum)
_Found = TypeVar("_Found")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def plain_text(value: object, field: str) -> str | None:
    """A cell as it stands in the file: None when it is empty. Raises FieldError for lists, objects, true and false."""
    if value is None or isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(field, "is a list or an object where text is expected", value, "write it in quotation marks")
    return str(value)


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


def passage(value: object, field: str, lang: str, form: Form, notes: list[Note]) -> str:
    """A text in a language, clean; empty when the cell is."""
    text = plain_text(value, field)
    if text is None:
        return ""
    cleaned = cleaning.clean(text, field=field, lang=lang, form=form)
    notes.extend(_about(field, cleaned.notes))
    return cleaned.text


def line(value: object, field: str, notes: list[Note]) -> str | None:
    """A name, a title or another text of one line, clean; None when nothing is left of it."""
    text = plain_text(value, field)
    if text is None:
        return None
    cleaned = _line(text, field)
    notes.extend(_about(field, cleaned.notes))
    return cleaned.text or None


@lru_cache(maxsize=4096)  # lists name the same author, publisher and authority a thousand times
def _line(text: str, field: str) -> cleaning.Cleaned:
    return cleaning.clean_line(text, field=field)


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


def date(value: object, field: str, notes: list[Note]) -> PartialDate | None:
    """A date as written and, where it can be read, in EDTF. Takes the {raw, edtf} of our own record too."""
    known = None
    if isinstance(value, dict):
        known = plain_text(value.get("edtf"), field)
        value = value.get("raw") or known
    raw = plain_text(value, field)
    if raw is None:
        return None
    cleaned = _line(raw, field).text
    if len(cleaned) > LONGEST_RAW:
        raise FieldError(field, "is too long for a date", cleaned[:40], "write the date here and the rest in a note")
    if known is not None:
        return PartialDate(raw=cleaned, edtf=_edtf(known, field))
    notes.extend(_about(field, dates.problems(cleaned)))
    return dates.read(cleaned)


def _edtf(text: str, field: str) -> str:
    if not EDTF.fullmatch(text):
        raise FieldError(f"{field}.edtf", "is not a date in EDTF", text, "leave it out: it is read from raw")
    return text


def address(value: object, field: str, notes: list[Note]) -> str | None:
    """A web address in its one canonical form."""
    text = plain_text(value, field)
    if text is None:
        return None
    try:
        url = addresses.canonical(text)
    except FieldError as error:
        raise FieldError(field, error.reason, error.value, error.hint) from error
    notes.extend(_about(field, addresses.warnings(url)))
    return url


def addresses_in(value: object, field: str, notes: list[Note]) -> tuple[str, ...]:
    """The addresses of a list, or of a cell that holds several between spaces, | or line breaks."""
    urls = (address(text, field, notes) for text in several(value, field, "| \n\t"))
    return tuple(dict.fromkeys(url for url in urls if url))


def named(read: Callable[[str], _Found], value: object, field: str) -> _Found | None:
    """Read a cell with a function that does not know the field's name; its FieldError gets the name."""
    text = plain_text(value, field)
    if text is None:
        return None
    try:
        return read(text)
    except FieldError as error:
        raise FieldError(field, error.reason, error.value, error.hint) from error


def _about(field: str, notes: Iterable[Note]) -> list[Note]:
    """Notes that say which field they are about."""
    return [note if field in note.message else replace(note, message=f"{field}: {note.message}") for note in notes]
