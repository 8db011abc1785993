"""What a writing transaction has decided and not yet sent to the database: sent in bulk, a batch at a time.

A row at a time costs 1 ms and more on either database, in bulk a tenth. A mark can be set and gone back to, which
undoes everything since: nothing of it has reached the database.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection, Executable, Table, delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from fragments.notes import Note
from fragments.nouns import Fragment, Source
from fragments.store import audit, rows
from fragments.store.indexing import index
from fragments.store.rows import Row
from fragments.store.tables import (
    Base,
    CampaignRow,
    EvidenceRow,
    FragmentRow,
    NoteRow,
    RevisionRow,
    SourceRow,
    SuppressionRow,
    TopicRow,
    TranslationRow,
    WithdrawalRow,
)

CHUNK = 500  # values in one IN (…): SQLite took 999 variables at most until 3.32


@dataclass(slots=True)
class Outbox:
    """Rows to write. The newest row of a fragment or source wins; revisions and acts are all kept."""

    fragments: dict[str, Row] = field(default_factory=dict)  # by id
    sources: dict[str, Row] = field(default_factory=dict)  # by external id
    said: dict[str, Fragment] = field(default_factory=dict)  # fragments whose text changed: parts are laid out anew
    said_sources: dict[str, Source] = field(default_factory=dict)
    notes: dict[str, tuple[Note, ...]] = field(default_factory=dict)
    revisions: list[Row] = field(default_factory=list)
    withdrawals: list[Row] = field(default_factory=list)
    acts: list[audit.Act] = field(default_factory=list)

    def mark(self) -> "Outbox":
        """A copy to go back to."""
        return Outbox(
            dict(self.fragments),
            dict(self.sources),
            dict(self.said),
            dict(self.said_sources),
            dict(self.notes),
            list(self.revisions),
            list(self.withdrawals),
            list(self.acts),
        )

    def send(self, connection: Connection) -> None:
        """Write everything, parents before children."""
        _upsert(connection, SourceRow, self.sources.values())
        said_sources = self.said_sources.values()
        _replace(connection, SuppressionRow, "source_id", self.said_sources, map(rows.suppression_rows, said_sources))
        _insert(connection, EvidenceRow, map(rows.evidence_rows, said_sources))
        _upsert(connection, FragmentRow, self.fragments.values())
        said = self.said.values()
        _replace(connection, TranslationRow, "fragment_id", self.said, map(rows.translation_rows, said))
        _replace(connection, TopicRow, "fragment_id", self.said, map(rows.topic_rows, said))
        _replace(connection, NoteRow, "fragment_id", self.notes, itertools.starmap(rows.note_rows, self.notes.items()))
        _insert(connection, RevisionRow, [self.revisions])
        _insert(connection, WithdrawalRow, [self.withdrawals])
        index(connection, said, said_sources)
        audit.append(connection, self.acts)


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Values in lists short enough for one IN (…)."""
    waiting = iter(values)
    while chunk := list(itertools.islice(waiting, CHUNK)):
        yield chunk


def name_campaign(connection: Connection, slug: str, name: str) -> None:
    """Write a campaign's name down at once."""
    _upsert(connection, CampaignRow, [{"slug": slug, "name": name}])


def _upsert(connection: Connection, model: type[Base], found: Iterable[Row]) -> None:
    given = list(found)
    if given:
        connection.execute(_upsert_statement(connection.dialect.name, model), given)


@functools.cache
def _upsert_statement(dialect: str, model: type[Base]) -> Executable:
    table = cast("Table", model.__table__)
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    upsert: Executable = statement.on_conflict_do_update(index_elements=table.primary_key.columns, set_=others)
    return upsert


def _replace(
    connection: Connection, model: type[Base], key: str, of: Iterable[str], found: Iterable[list[Row]]
) -> None:
    for chunk in chunks(of):
        connection.execute(delete(model).where(model.__table__.c[key].in_(chunk)))
    _insert(connection, model, found)


def _insert(connection: Connection, model: type[Base], found: Iterable[list[Row]]) -> None:
    given = list(itertools.chain.from_iterable(found))
    if given:
        connection.execute(insert(model), given)
