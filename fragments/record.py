"""Turns fragments and sources into the open JSON record, and records back into fragments and sources.

One shape serves three doors: a line of the JSON Lines export, a row that the importer takes, and the body of
/api/v1/fragments/<id>. Keys stand in the order of fragments.nouns; a key without a value is left out; times are
`2026-11-24T10:00:00Z`. Without loss when `public` is False. When it is True, the author of a source whose visibility
is `withheld` is left out, and nothing else.

Does not clean texts, canonicalise languages or look anything up: fragments.cleaning and the importer do.
Keys it does not know are passed over, so that an answer of the API with links around it can be read back.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from fragments.errors import FieldError
from fragments.ids import CROCKFORD, id_of
from fragments.nouns import (
    Evidence,
    Form,
    Fragment,
    Maker,
    PartialDate,
    Sensitivity,
    Source,
    Suppression,
    Translation,
    Verification,
    Visibility,
)

# What the desk and the edition stamp on a fragment. Two texts that differ in these alone are the same text.
STAMPS = ("revision", "published_at", "corrected_at", "correction")

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_Choice = TypeVar("_Choice", bound=StrEnum)
_Noun = Fragment | Source | Suppression | Evidence | Translation | PartialDate


def to_record(fragment: Fragment, *, public: bool = True) -> dict[str, Any]:
    """The record of a fragment with its source inside; plain JSON values only."""
    return {"record": "fragment", **_plain(fragment), "source": source_to_record(fragment.source, public=public)}


def source_to_record(source: Source, *, public: bool = True) -> dict[str, Any]:
    """The record of a source with its suppressions and their evidence inside."""
    record = {"record": "source", **_plain(source)}
    if public and source.author_visibility is Visibility.WITHHELD:
        record.pop("author", None)
    return record


def from_record(record: Mapping[str, Any]) -> Fragment:
    """The fragment of a record; an absent `id` is derived from `external_id`.

    Raises FieldError with the path of the value that cannot be taken: `source.suppressions[0].country`.
    """
    entry = _Entry(record)
    external_id = entry.text("external_id")
    return Fragment(
        id=entry.public_id("id", external_id),
        external_id=external_id,
        source=_source(entry.inside("source")),
        lang=entry.text("lang"),
        text=entry.text("text", ""),
        form=entry.choice("form", Form.PROSE),
        gloss=entry.maybe("gloss"),
        gloss_lang=entry.text("gloss_lang", "en"),
        attribution=entry.maybe("attribution"),
        content_warning=entry.maybe("content_warning"),
        sensitivity=entry.choice("sensitivity", Sensitivity.NORMAL),
        weight=entry.number("weight", 1, 1, 9),
        topics=entry.texts("topics"),
        campaign=entry.maybe("campaign"),
        translations=tuple(_translation(each) for each in entry.each("translations")),
        revision=entry.number("revision", 1, 1, 2**31 - 1),
        published_at=entry.moment("published_at"),
        corrected_at=entry.moment("corrected_at"),
        correction=entry.maybe("correction"),
    )


def source_from_record(record: Mapping[str, Any]) -> Source:
    """The source of a record. Raises FieldError with the path of the value that cannot be taken."""
    return _source(_Entry(record))


def content_hash(fragment: Fragment) -> str:
    """SHA-256, in hex, of everything said in a fragment and its source: its canonical record without the STAMPS."""
    record = to_record(fragment, public=False)
    for stamp in STAMPS:
        record.pop(stamp, None)
    return hash_of(record)


def hash_of(record: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a record's canonical JSON."""
    return hashlib.sha256(canonical_json(record).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_json(record: Mapping[str, Any]) -> str:
    """One line of JSON that is the same whatever order the keys came in: sorted, no spaces, text as it is."""
    return _CANONICAL.encode(record)


def _plain(noun: _Noun) -> dict[str, Any]:
    record = {}
    for name in _names(type(noun)):
        value = getattr(noun, name)
        if value is None or value == ():
            continue
        record[name] = value if type(value) in (str, int) else _plain_value(value)
    return record


def _plain_value(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    return value if isinstance(value, str | int) else _plain(value)


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(noun: type[_Noun]) -> tuple[str, ...]:
    """Field names in order; kept, for dataclasses.fields() costs as much as the rest of a record."""
    if noun not in _NAMES:
        _NAMES[noun] = tuple(field.name for field in fields(noun))
    return _NAMES[noun]


def show_moment(moment: datetime) -> str:
    """A time as the record writes it: `2026-11-24T10:00:00Z`, with a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _source(entry: "_Entry") -> Source:
    return Source(
        external_id=entry.text("external_id"),
        kind=entry.text("kind", "work"),
        title=entry.text("title", ""),
        title_lang=entry.maybe("title_lang"),
        url=entry.maybe("url"),
        archived_urls=entry.texts("archived_urls"),
        publisher=entry.maybe("publisher"),
        author=entry.maybe("author"),
        author_visibility=entry.choice("author_visibility", Visibility.NAMED),
        date=entry.date("date"),
        rights=entry.maybe("rights"),
        rights_basis=entry.maybe("rights_basis"),
        suppressions=tuple(_suppression(each) for each in entry.each("suppressions")),
    )


def _suppression(entry: "_Entry") -> Suppression:
    return Suppression(
        country=entry.text("country"),
        who=entry.maybe("who"),
        company=entry.maybe("company"),
        method=entry.maybe("method"),
        action=entry.maybe("action"),
        status=entry.maybe("status"),
        since=entry.date("since"),
        until=entry.date("until"),
        reason=entry.maybe("reason"),
        note=entry.maybe("note"),
        evidence=tuple(_evidence(each) for each in entry.each("evidence")),
        verification=entry.choice("verification", Verification.UNCITED),
    )


def _evidence(entry: "_Entry") -> Evidence:
    return Evidence(
        url=entry.maybe("url"),
        citation=entry.maybe("citation"),
        accessed=entry.maybe("accessed"),
        sha256=entry.maybe("sha256"),
    )


def _translation(entry: "_Entry") -> Translation:
    return Translation(
        lang=entry.text("lang"),
        text=entry.text("text"),
        maker=entry.choice("maker", Maker.HUMAN),
        translator=entry.maybe("translator"),
        note=entry.maybe("note"),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record being read, with the path to it for the error's sake."""

    record: Mapping[str, Any]
    path: str = ""

    def refuse(self, key: str, reason: str, value: object = None, hint: str = "") -> FieldError:
        return FieldError(self.path + key, reason, value, hint)

    def maybe(self, key: str) -> str | None:
        value = self.record.get(key)
        if value is not None and not isinstance(value, str):
            raise self.refuse(key, "is not text", value)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.maybe(key)
        value = default if value is None else value
        if value is None or (default is None and not value):
            raise self.refuse(key, "is missing")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(key, "is not a list of texts", values)
        return tuple(values)

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self.record.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self.refuse(key, f"is not a whole number from {least} to {most}", value)
        return value

    def choice(self, key: str, default: _Choice) -> _Choice:
        value = self.record.get(key, default.value)
        try:
            return type(default)(value)
        except ValueError:
            raise self.refuse(key, "is not known", value, f"write {' | '.join(type(default))}") from None

    def date(self, key: str) -> PartialDate | None:
        if self.record.get(key) is None:
            return None
        entry = self.inside(key)
        return PartialDate(raw=entry.text("raw", ""), edtf=entry.maybe("edtf"))

    def moment(self, key: str) -> datetime | None:
        value = self.maybe(key)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.refuse(key, "is not a time", value, "write 2026-11-24T10:00:00Z")
        return moment.astimezone(UTC)

    def public_id(self, key: str, external_id: str) -> str:
        value = self.maybe(key) or id_of(external_id)
        if len(value) != 10 or not set(value) <= set(CROCKFORD):
            raise self.refuse(key, "is not an id", value, "leave it out: it follows from external_id")
        return value

    def inside(self, key: str) -> "_Entry":
        return self._entry(key, self.record.get(key))

    def each(self, key: str) -> list["_Entry"]:
        return [self._entry(f"{key}[{place}]", value) for place, value in enumerate(self._list(key))]

    def _entry(self, key: str, value: object) -> "_Entry":
        if value is None:
            raise self.refuse(key, "is missing")
        if not isinstance(value, Mapping):
            raise self.refuse(key, "is not an object", value)
        return _Entry(value, f"{self.path}{key}.")

    def _list(self, key: str) -> list[Any]:
        values = self.record.get(key)
        if values is not None and not isinstance(values, list):
            raise self.refuse(key, "is not a list", values)
        return values or []
