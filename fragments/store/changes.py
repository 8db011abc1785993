"""What an edition changes: the texts that come, change and go, before and after.

The next one is computed from what is approved now, a past one from its items. Freezes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from fragments.nouns import Fragment
from fragments.store import rows
from fragments.store.database import reading
from fragments.store.freezing import come, gone
from fragments.store.tables import EditionItemRow, EditionRow, RevisionRow

MOST_SHOWN = 100  # of each kind, with texts; the rest is a number

_Item = tuple[int, str, int]  # revision, source, its revision


@dataclass(frozen=True, slots=True)
class Change:
    """A fragment, as one edition has it and as the next will; None where it is not in it."""

    id: str
    before: Fragment | None
    after: Fragment | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two editions: numbers, and the first texts of each kind."""

    counts: Mapping[str, int]  # added, changed, withdrawn
    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    withdrawn: tuple[Change, ...]

    def __bool__(self) -> bool:
        return any(self.counts.values())


class Editions:
    """The editions of one archive, as differences."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def coming(self, now: datetime) -> Changes:
        """What an edition frozen now would change."""
        with reading(self._engine) as connection:
            new = {row["fragment_id"]: _item(row) for row in come(connection, now)}
            old_ids = list(gone(connection, now))
            item = EditionItemRow
            chosen = select(item.__table__).where(item.to_edition.is_(None))
            open_items = connection.execute(chosen).mappings() if old_ids else ()
            wanted = set(old_ids)
            old = {row["fragment_id"]: _item(row) for row in open_items if row["fragment_id"] in wanted}
            return _changes(connection, old, new)

    def of(self, number: int) -> Changes:
        """What an edition changed."""
        item = EditionItemRow
        with reading(self._engine) as connection:
            come_ = connection.execute(select(item.__table__).where(item.from_edition == number)).mappings().all()
            gone_ = connection.execute(select(item.__table__).where(item.to_edition == number - 1)).mappings().all()
            return _changes(
                connection,
                {row["fragment_id"]: _item(row) for row in gone_},
                {row["fragment_id"]: _item(row) for row in come_},
            )

    def listed(self, limit: int = 20) -> list[Any]:
        """The newest editions: number, dated, frozen_by."""
        row = EditionRow
        chosen = select(row.number, row.dated, row.frozen_by).order_by(row.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return list(connection.execute(chosen).mappings().all())


def _item(row: Any) -> _Item:
    return row["revision"], row["source_id"], row["source_revision"]


def _changes(connection: Connection, old: dict[str, _Item], new: dict[str, _Item]) -> Changes:
    added, withdrawn = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    changed = sorted(new.keys() & old.keys())
    counts = {"added": len(added), "changed": len(changed), "withdrawn": len(withdrawn)}

    def shown(ids: list[str]) -> tuple[Change, ...]:
        return tuple(
            Change(id_, _text(connection, id_, old.get(id_)), _text(connection, id_, new.get(id_)))
            for id_ in ids[:MOST_SHOWN]
        )

    return Changes(counts, shown(added), shown(changed), shown(withdrawn))


def _text(connection: Connection, fragment_id: str, item: _Item | None) -> Fragment | None:
    if item is None:
        return None
    revision, source_id, source_revision = item
    source = rows.source_of(_record(connection, "source", source_id, source_revision))
    return rows.fragment_of(_record(connection, "fragment", fragment_id, revision), source, revision=revision)


def _record(connection: Connection, kind: str, subject: str, revision: int) -> str:
    row = RevisionRow
    chosen = select(row.record).where(row.kind == kind, row.subject == subject, row.revision == revision)
    return connection.execute(chosen).scalar_one()
