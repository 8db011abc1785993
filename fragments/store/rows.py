"""Lays fragments and sources out as rows of tables, and takes them out of the records of their revisions.

Rows are plain dictionaries, treated as frozen: a change is a new dictionary. Refuses what a database cannot hold
(NUL, half of a surrogate pair) before a transaction could break on it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fragments.errors import FieldError
from fragments.notes import Note
from fragments.nouns import Fragment, Source
from fragments.record import (
    STAMPS,
    canonical_json,
    from_record,
    hash_of,
    source_from_record,
    source_to_record,
    to_record,
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """A fragment or source about to be saved: its record as stored, its hash, and the hash of what was given."""

    record: str
    content: str
    given: str


def version_of(fragment: Fragment) -> Version:
    """The version of a fragment; its record names the source instead of holding it. Raises FieldError."""
    record = to_record(fragment, public=False)
    for stamp in STAMPS:
        record.pop(stamp, None)
    given = hash_of(record)
    record["source"] = fragment.source.external_id
    stored = canonical_json(record)
    _refuse_what_no_database_holds(record, stored)
    return Version(stored, hash_of(record), given)


def version_of_source(source: Source) -> Version:
    """The version of a source. Raises FieldError."""
    record = source_to_record(source, public=False)
    stored = canonical_json(record)
    _refuse_what_no_database_holds(record, stored)
    content = hash_of(record)
    return Version(stored, content, content)


def fragment_of(record: str, source: Source, **stamps: Any) -> Fragment:
    """The fragment of a stored record, with its source put back and its stamps on."""
    stored = json.loads(record)
    stored["source"] = {"external_id": source.external_id}
    return replace(from_record(stored), source=source, **stamps)


def source_of(record: str) -> Source:
    """The source of a stored record."""
    return source_from_record(json.loads(record))


def fragment_row(fragment: Fragment) -> dict[str, Any]:
    """The columns of a fragment that follow from what it says."""
    return {
        "id": fragment.id,
        "external_id": fragment.external_id,
        "source_id": fragment.source.external_id,
        "lang": fragment.lang,
        "text": fragment.text,
        "form": fragment.form.value,
        "gloss": fragment.gloss,
        "gloss_lang": fragment.gloss_lang,
        "attribution": fragment.attribution,
        "content_warning": fragment.content_warning,
        "sensitivity": fragment.sensitivity.value,
        "weight": fragment.weight,
        "campaign": fragment.campaign,
    }


def source_row(source: Source) -> dict[str, Any]:
    """The columns of a source that follow from what it says."""
    return {
        "external_id": source.external_id,
        "kind": source.kind,
        "title": source.title,
        "title_lang": source.title_lang,
        "url": source.url,
        "publisher": source.publisher,
        "author": source.author,
        "author_visibility": source.author_visibility.value,
        "date_raw": source.date.raw if source.date else None,
        "date_edtf": source.date.edtf if source.date else None,
        "rights": source.rights,
        "rights_basis": source.rights_basis,
    }


def translation_rows(fragment: Fragment) -> list[Row]:
    """One row a translation, in order."""
    return [
        {
            "fragment_id": fragment.id,
            "place": place,
            "lang": translation.lang,
            "text": translation.text,
            "maker": translation.maker.value,
            "translator": translation.translator,
            "note": translation.note,
        }
        for place, translation in enumerate(fragment.translations)
    ]


def topic_rows(fragment: Fragment) -> list[Row]:
    """One row a topic, in order."""
    return [{"fragment_id": fragment.id, "place": place, "slug": slug} for place, slug in enumerate(fragment.topics)]


def note_rows(fragment_id: str, notes: tuple[Note, ...]) -> list[Row]:
    """One row a note, in order."""
    return [
        {"fragment_id": fragment_id, "place": place, "code": note.code, "message": note.message, "blocks": note.blocks}
        for place, note in enumerate(notes)
    ]


def suppression_rows(source: Source) -> list[Row]:
    """One row a suppression, in order."""
    return [
        {
            "source_id": source.external_id,
            "place": place,
            "country": act.country,
            "who": act.who,
            "company": act.company,
            "method": act.method,
            "action": act.action,
            "status": act.status,
            "since_raw": act.since.raw if act.since else None,
            "since_edtf": act.since.edtf if act.since else None,
            "until_raw": act.until.raw if act.until else None,
            "until_edtf": act.until.edtf if act.until else None,
            "reason": act.reason,
            "note": act.note,
            "verification": act.verification.value,
        }
        for place, act in enumerate(source.suppressions)
    ]


def evidence_rows(source: Source) -> list[Row]:
    """One row a piece of evidence, in order."""
    return [
        {
            "source_id": source.external_id,
            "suppression_place": act_place,
            "place": place,
            "url": piece.url,
            "citation": piece.citation,
            "accessed": piece.accessed,
            "sha256": piece.sha256,
        }
        for act_place, act in enumerate(source.suppressions)
        for place, piece in enumerate(act.evidence)
    ]


def revision_row(kind: str, subject: str, row: Row, record: str, at: datetime) -> Row:
    """The row that keeps a saved version for good."""
    return {
        "kind": kind,
        "subject": subject,
        "revision": row["revision"],
        "record": record,
        "saved_by": row["saved_by"],
        "saved_at": at,
    }


def _refuse_what_no_database_holds(record: Row, stored: str) -> None:
    """PostgreSQL holds no NUL, and neither database half a surrogate pair."""
    if "\\u0000" not in stored and stored.isascii():
        return
    try:
        stored.encode()
    except UnicodeEncodeError:
        raise _fault(record, "holds half of a surrogate pair", "decode the file again") from None
    if "\\u0000" in stored:  # may also be a backslash, quoted, before u0000: then no value holds a NUL
        fault = _fault(record, "holds a NUL character", "take it out")
        if fault.field:
            raise fault


def _fault(value: Any, reason: str, hint: str) -> FieldError:
    """The error for the first bad text in a record; its field is empty where no text is bad."""
    return next(
        (FieldError(path, reason, text, hint) for path, text in _texts(value) if _is_bad(text)), FieldError("", reason)
    )


def _texts(value: Any, path: str = "") -> "list[tuple[str, str]]":
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, Mapping):
        return [found for key, each in value.items() for found in _texts(each, f"{path}.{key}".lstrip("."))]
    if isinstance(value, Sequence):
        return [found for place, each in enumerate(value) for found in _texts(each, f"{path}[{place}]")]
    return []


def _is_bad(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)
