"""The audit record: who did what to what, when; only added to, each entry sealed with the hash of the one before.

An entry's hash is SHA-256, in hex, over the previous hash, a newline, and the entry's canonical JSON (number, at,
actor, action, subject, details). Whoever alters, removes or inserts an entry breaks every hash after it, and the head
that editions have made public. Entries cut off at the end show by the editions that name them.
"""

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from fragments.errors import UnsilencedError
from fragments.record import canonical_json, show_moment
from fragments.store.tables import AuditRow, EditionRow

BATCH = 1_000  # rows in memory at a time
FIRST = "0" * 64  # what stands before the first entry


class BrokenAudit(UnsilencedError):
    """The audit record is not what was written: the number of the first bad entry, and what is wrong with it."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(number, reason)
        self.number = number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, not yet in the record."""

    at: datetime
    actor: str
    action: str
    subject: str  # a fragment's id, a source's external id, `edition 7`, …
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An act in the record."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A record that holds: how many entries, and the last one's hash."""

    entries: int
    head: str


def seal(previous: str, number: int, act: Act) -> str:
    """The hash of an entry."""
    content = canonical_json(
        {
            "number": number,
            "at": show_moment(act.at),
            "actor": act.actor,
            "action": act.action,
            "subject": act.subject,
            "details": act.details,
        }
    )
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def head(connection: Connection) -> Chain:
    """The end of the record, taken on trust."""
    last = select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)
    row = connection.execute(last).first()
    return Chain(row.number, row.hash) if row else Chain(0, FIRST)


def append(connection: Connection, acts: Iterable[Act]) -> Chain:
    """Write acts down in their order, within a writing transaction; the new end of the record."""
    end = head(connection)
    rows = []
    for act in acts:
        sealed = seal(end.head, end.entries + 1, act)
        rows.append(_row(act, end, sealed))
        end = Chain(end.entries + 1, sealed)
    if rows:
        connection.execute(insert(AuditRow), rows)
    return end


def entries(connection: Connection, *, subject: str | None = None, after: int = 0) -> Generator[Entry]:
    """The record from its oldest entry on, in bounded memory; of one subject where given."""
    chosen = select(AuditRow.__table__).where(AuditRow.number > after).order_by(AuditRow.number)
    if subject is not None:
        chosen = chosen.where(AuditRow.subject == subject)
    with connection.execution_options(yield_per=BATCH).execute(chosen) as found:
        yield from map(_entry, found.mappings())


def newest(
    connection: Connection, *, subject: str = "", actor: str = "", before: int | None = None, limit: int
) -> tuple[Entry, ...]:
    """The last entries, newest first: of one subject, of one actor, before an entry, where given."""
    chosen = select(AuditRow.__table__).order_by(AuditRow.number.desc()).limit(limit)
    for asked, kept in ((subject, AuditRow.subject), (actor, AuditRow.actor)):
        if asked:
            chosen = chosen.where(kept == asked)
    if before is not None:
        chosen = chosen.where(AuditRow.number < before)
    return tuple(map(_entry, connection.execute(chosen).mappings()))


def check(connection: Connection) -> Chain:
    """Go through the whole record. Raises BrokenAudit at the first entry that is not as it was written."""
    end = Chain(0, FIRST)
    heads = dict(connection.execute(select(EditionRow.audit_head, EditionRow.number)).all())
    with closing(entries(connection)) as whole:
        for entry in whole:
            end = _check_entry(entry, end)
            heads.pop(end.head, None)
    if heads:
        raise BrokenAudit(end.entries + 1, f"is missing: edition {min(heads.values())} names it or a later one")
    return end


def _check_entry(entry: Entry, before: Chain) -> Chain:
    number = before.entries + 1
    if entry.number != number:
        raise BrokenAudit(number, "is missing")
    if entry.previous != before.head:
        raise BrokenAudit(number, "does not follow from the one before")
    act = Act(entry.at, entry.actor, entry.action, entry.subject, entry.details)
    if entry.hash != seal(before.head, number, act):
        raise BrokenAudit(number, "is not what was sealed")
    return Chain(number, entry.hash)


def _row(act: Act, end: Chain, sealed: str) -> dict[str, Any]:
    return {
        "number": end.entries + 1,
        "at": act.at,
        "actor": act.actor,
        "action": act.action,
        "subject": act.subject,
        "details": canonical_json(act.details),
        "previous": end.head,
        "hash": sealed,
    }


def _entry(row: RowMapping) -> Entry:
    return Entry(**{**row, "details": json.loads(row["details"])})
