"""Reads the archive: fragments as the desk holds them, editions as they were frozen, sources, counts.

All functions take a connection within a reading transaction. What they give is built from the records of revisions.
Streams are in bounded memory: BATCH rows, and the sources named in them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from fragments.errors import UnknownFragment, UnsilencedError
from fragments.notes import Note
from fragments.nouns import Edition, Fragment, Source, State, Withdrawal
from fragments.store import audit, rows
from fragments.store.standing import editors_of, hold_of, terms_of
from fragments.store.tables import (
    EditionItemRow,
    EditionRow,
    FragmentRow,
    NoteRow,
    RevisionRow,
    SourceRow,
    WithdrawalRow,
)
from fragments.terms import Hold, Terms

BATCH = 1_000  # rows in memory at a time

_Said = aliased(RevisionRow, name="said")
_SaidOfSource = aliased(RevisionRow, name="said_of_source")


class UnknownEdition(UnsilencedError):
    """No edition has this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A fragment as the desk holds it."""

    fragment: Fragment  # the newest revision, with the newest revision of its source
    state: State  # of that revision
    live: int | None  # the approved revision, if any: the next edition shows it, unless dates or a hold forbid
    saved_by: str
    saved_at: datetime
    source_revision: int  # of the source: whoever approves the text approves it too
    terms: Terms = field(default_factory=Terms)
    hold: Hold | None = None
    notes: tuple[Note, ...] = ()
    history: tuple[audit.Entry, ...] = ()  # oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved version of a fragment, with its source as it is now."""

    fragment: Fragment
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A fragment that publishing passes over until somebody changes it, and the notes that say why."""

    id: str
    notes: tuple[Note, ...]


def held(connection: Connection, fragment_id: str) -> Held:
    """A fragment with its notes and history. Raises UnknownFragment."""
    chosen = _newest().add_columns(FragmentRow.saved_by, FragmentRow.saved_at, FragmentRow.state)
    chosen = chosen.add_columns(FragmentRow.approved_revision, FragmentRow.embargo_until, FragmentRow.expires_at)
    chosen = chosen.add_columns(FragmentRow.hold_by, FragmentRow.hold_since, FragmentRow.hold_reason)
    chosen = chosen.where(FragmentRow.id == fragment_id)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise UnknownFragment(fragment_id)
    return Held(
        fragment=_fragment(row),
        state=State(row["state"]),
        live=row["approved_revision"],
        saved_by=row["saved_by"],
        saved_at=row["saved_at"],
        source_revision=row["source_revision"],
        terms=terms_of(row),
        hold=hold_of(row),
        notes=notes(connection, fragment_id),
        history=tuple(audit.entries(connection, subject=fragment_id)),
    )


def writers(connection: Connection, fragment_id: str) -> frozenset[str]:
    """Who made what waits for approval in a fragment: where two must act, none of them approves it."""
    of_it = select(FragmentRow.__table__).where(FragmentRow.id == fragment_id)
    row = connection.execute(of_it).mappings().one()
    source = select(SourceRow.__table__).where(SourceRow.external_id == row["source_id"])
    return editors_of(dict(row), dict(connection.execute(source).mappings().one()))


def newest(connection: Connection, fragment_id: str) -> Fragment:
    """The newest revision of a fragment. Raises UnknownFragment. Streams nothing: a writing connection may ask."""
    row = connection.execute(_newest().where(FragmentRow.id == fragment_id)).mappings().first()
    if row is None:
        raise UnknownFragment(fragment_id)
    return _fragment(row)


def notes(connection: Connection, fragment_id: str) -> tuple[Note, ...]:
    """The notes of cleaning on a fragment's newest revision."""
    chosen = select(NoteRow.code, NoteRow.message, NoteRow.blocks).where(NoteRow.fragment_id == fragment_id)
    return tuple(Note(*row) for row in connection.execute(chosen.order_by(NoteRow.place)))


def held_back(connection: Connection) -> tuple[HeldBack, ...]:
    """The fragments in review that have a note which stops publishing."""
    chosen = select(NoteRow.fragment_id).join(FragmentRow, FragmentRow.id == NoteRow.fragment_id)
    chosen = chosen.where(NoteRow.blocks, FragmentRow.state == State.IN_REVIEW.value)
    ids = connection.execute(chosen.distinct().order_by(NoteRow.fragment_id)).scalars().all()
    return tuple(HeldBack(id_, tuple(note for note in notes(connection, id_) if note.blocks)) for id_ in ids)


def revisions(connection: Connection, fragment_id: str) -> tuple[Revision, ...]:
    """Every saved version of a fragment, oldest first. Raises UnknownFragment."""
    newest = held(connection, fragment_id).fragment
    of_it = and_(RevisionRow.kind == "fragment", RevisionRow.subject == fragment_id)
    found = connection.execute(select(RevisionRow.__table__).where(of_it).order_by(RevisionRow.revision)).mappings()
    return tuple(
        Revision(
            fragment=rows.fragment_of(row["record"], newest.source, revision=row["revision"]),
            saved_by=row["saved_by"],
            saved_at=row["saved_at"],
        )
        for row in found
    )


def fragments(connection: Connection, state: State | None = None) -> Iterator[Fragment]:
    """The newest revision of every fragment, or of those in a state, by id."""
    chosen = _newest().order_by(FragmentRow.id)
    yield from _stream(connection, chosen if state is None else chosen.where(_is_in(state)))


def count(connection: Connection, state: State | None = None) -> int:
    """How many fragments there are; PUBLISHED counts those that the next edition shows, other states the newest text.

    A published fragment whose newer revision is in review counts in both.
    """
    chosen = select(func.count()).select_from(FragmentRow)
    return connection.execute(chosen if state is None else chosen.where(_is_in(state))).scalar_one()


def source(connection: Connection, external_id: str) -> Source | None:
    """The newest revision of a source; of one that was merged into another, that other."""
    kept = select(SourceRow.merged_into).where(SourceRow.external_id == external_id)
    name = connection.execute(kept).scalar() or external_id
    record = connection.execute(_newest_sources().where(SourceRow.external_id == name)).scalar()
    return rows.source_of(record) if record is not None else None


def sources(connection: Connection, after: str = "", limit: int | None = None) -> Iterator[Source]:
    """The newest revision of the sources whose external ids follow `after`, in their order."""
    chosen = _newest_sources().where(SourceRow.external_id > after, SourceRow.merged_into.is_(None))
    chosen = chosen.order_by(SourceRow.external_id).limit(limit)
    with connection.execution_options(yield_per=BATCH).execute(chosen) as found:
        yield from map(rows.source_of, found.scalars())


def count_sources(connection: Connection) -> int:
    """How many sources there are."""
    chosen = select(func.count()).select_from(SourceRow).where(SourceRow.merged_into.is_(None))
    return connection.execute(chosen).scalar_one()


def latest_number(connection: Connection) -> int | None:
    """The number of the newest edition."""
    return connection.execute(select(func.max(EditionRow.number))).scalar_one()


def edition(connection: Connection, number: int) -> Edition:
    """An edition as it was frozen. Raises UnknownEdition."""
    row = connection.execute(select(EditionRow.__table__).where(EditionRow.number == number)).mappings().first()
    if row is None:
        raise UnknownEdition(number)
    return Edition(
        number=number,
        dated=row["dated"],
        fragments=tuple(published(connection, number, sources_kept=None)),  # all are in the edition anyhow
        withdrawn=_withdrawn(connection, number),
        audit_head=row["audit_head"],
        campaigns=json.loads(row["campaigns"]),
    )


def published(connection: Connection, number: int, *, sources_kept: int | None = BATCH) -> Iterator[Fragment]:
    """The fragments of an edition in order of first publication, then id."""
    item = EditionItemRow
    chosen = (
        select(
            *(_Said.record, _SaidOfSource.record.label("source_record")),
            *(item.source_id, item.source_revision, item.revision),
            *(item.published_at, item.corrected_at, item.correction),
        )
        .join(_Said, _is_revision(_Said, "fragment", item.fragment_id, item.revision))
        .join(_SaidOfSource, _is_revision(_SaidOfSource, "source", item.source_id, item.source_revision))
        .where(_stands_in(item, number))
        .order_by(item.published_at, item.fragment_id)
    )
    yield from _stream(connection, chosen, sources_kept)


def _withdrawn(connection: Connection, number: int) -> tuple[Withdrawal, ...]:
    """Each once, from its first withdrawal on: what expired may be withdrawn too."""
    row, at = WithdrawalRow, func.min(WithdrawalRow.at)
    chosen = select(row.fragment_id, at).where(_stands_in(row, number)).group_by(row.fragment_id)
    chosen = chosen.order_by(at, row.fragment_id)
    return tuple(Withdrawal(id=id_, at=at) for id_, at in connection.execute(chosen))


def _stands_in(row: type[EditionItemRow] | type[WithdrawalRow], number: int) -> ColumnElement[bool]:
    return and_(row.from_edition <= number, or_(row.to_edition.is_(None), row.to_edition >= number))


def _is_in(state: State) -> ColumnElement[bool]:
    if state is State.PUBLISHED:
        return FragmentRow.approved_revision.is_not(None)
    return FragmentRow.state == state.value


def _newest() -> Select[*tuple[Any, ...]]:
    row = FragmentRow
    return (
        select(
            *(_Said.record, _SaidOfSource.record.label("source_record")),
            *(row.source_id, SourceRow.revision.label("source_revision"), row.revision),
            *(row.published_at, row.corrected_at, row.correction),
        )
        .join(_Said, _is_revision(_Said, "fragment", row.id, row.revision))
        .join(SourceRow, SourceRow.external_id == row.source_id)
        .join(_SaidOfSource, _is_revision(_SaidOfSource, "source", row.source_id, SourceRow.revision))
    )


def _newest_sources() -> Select[str]:
    return select(_Said.record).join(
        SourceRow, _is_revision(_Said, "source", SourceRow.external_id, SourceRow.revision)
    )


def _is_revision(said: type[RevisionRow], kind: str, subject: Any, revision: Any) -> ColumnElement[bool]:
    return and_(said.kind == kind, said.subject == subject, said.revision == revision)


def _stream(
    connection: Connection, chosen: Select[*tuple[Any, ...]], sources_kept: int | None = BATCH
) -> Iterator[Fragment]:
    source_of = lru_cache(sources_kept)(rows.source_of)  # many fragments share a source
    with connection.execution_options(yield_per=BATCH).execute(chosen) as found:
        for row in found.mappings():
            yield _fragment(row, source_of(row["source_record"]))


def _fragment(row: Any, source: Source | None = None) -> Fragment:
    return rows.fragment_of(
        row["record"],
        source or rows.source_of(row["source_record"]),
        revision=row["revision"],
        published_at=row["published_at"],
        corrected_at=row["corrected_at"],
        correction=row["correction"],
    )
