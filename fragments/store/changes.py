"""What an edition changes: the texts that come, change and go, before and after.

The next one is computed from what is approved now, a past one from its items. Freezes nothing.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, or_, select

from fragments.nouns import Fragment
from fragments.store import rows
from fragments.store.database import reading
from fragments.store.freezing import come, gone
from fragments.store.presence import absent
from fragments.store.standing import hold_of, terms_of
from fragments.store.tables import EditionItemRow, EditionRow, FragmentRow, RevisionRow, SourceRow, WithdrawalRow
from fragments.terms import Absence, absence

MOST_SHOWN = 100  # of each kind, with texts; the rest is a number
WITHDRAWN, EMBARGO_OVER, LEAVES = "withdrawn", "embargo over", "leaves"

_Item = tuple[int, str, int]  # revision, source, its revision
_Reasons = dict[str, tuple[str, str]]  # by id: why, and the words that somebody gave


@dataclass(frozen=True, slots=True)
class Change:
    """A fragment, as one edition has it and as the next will; None where it is not in it."""

    id: str
    before: Fragment | None
    after: Fragment | None
    why: str = ""  # WITHDRAWN, an Absence, or EMBARGO_OVER
    words: str = ""  # the reason that somebody gave


@dataclass(frozen=True, slots=True)
class Later:
    """An approved fragment that a date or a hold concerns: why, and when, where that is known."""

    id: str
    lang: str
    text: str
    gloss: str | None
    title: str  # of its source
    why: str  # an Absence, or LEAVES
    at: datetime | None


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
            return _changes(connection, old, new, _reasons_now(connection, now, old.keys() | new.keys()))

    def later(self, now: datetime) -> tuple[Later, ...]:
        """What is approved and waits for a date or under a hold, and what has a date to leave at; soonest first."""
        row = FragmentRow
        dated = or_(row.embargo_until > now, row.expires_at > now, row.hold_by.is_not(None))
        chosen = select(row.id, row.lang, row.text, row.gloss, SourceRow.title, row.embargo_until, row.expires_at,
                        row.hold_by, row.hold_since, row.hold_reason)  # fmt: skip
        chosen = chosen.join(SourceRow, SourceRow.external_id == row.source_id)
        chosen = chosen.where(row.approved_revision.is_not(None), dated)
        with reading(self._engine) as connection:
            found = [_later(each, now) for each in connection.execute(chosen).mappings()]
        return tuple(sorted(found, key=lambda each: (each.at is None, each.at or now, each.id))[:MOST_SHOWN])

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
                _reasons_of(connection, WithdrawalRow.from_edition == number),
            )

    def listed(self, limit: int = 20) -> list[Any]:
        """The newest editions: number, dated, frozen_by."""
        row = EditionRow
        chosen = select(row.number, row.dated, row.frozen_by).order_by(row.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return list(connection.execute(chosen).mappings().all())


def _item(row: Any) -> _Item:
    return row["revision"], row["source_id"], row["source_revision"]


def _later(row: Any, now: datetime) -> Later:
    why = absence(terms_of(row), hold_of(row), now)
    at = row["embargo_until"] if why is Absence.EMBARGO else None if why else row["expires_at"]
    return Later(row["id"], row["lang"], row["text"], row["gloss"], row["title"], why.value if why else LEAVES, at)


def _reasons_now(connection: Connection, now: datetime, ids: Set[str]) -> _Reasons:
    """Why fragments would leave or come with an edition frozen now."""
    row = FragmentRow
    reasons = _reasons_of(connection, WithdrawalRow.from_edition.is_(None))
    reasons |= {id_: (why.value, "") for id_, why, _ in absent(connection, now)}
    over = connection.execute(select(row.id).where(row.embargo_until <= now)).scalars()
    reasons |= {id_: (EMBARGO_OVER, "") for id_ in over if id_ not in reasons}
    return {id_: why for id_, why in reasons.items() if id_ in ids}


def _reasons_of(connection: Connection, which: ColumnElement[bool]) -> _Reasons:
    row, kinds = WithdrawalRow, tuple(Absence)
    found = connection.execute(select(row.fragment_id, row.reason).where(which).order_by(row.number))
    return {id_: (reason, "") if reason in kinds else (WITHDRAWN, reason) for id_, reason in found}


def _changes(connection: Connection, old: dict[str, _Item], new: dict[str, _Item], reasons: _Reasons) -> Changes:
    added, withdrawn = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    changed = sorted(new.keys() & old.keys())
    counts = {"added": len(added), "changed": len(changed), "withdrawn": len(withdrawn)}

    def shown(ids: list[str]) -> tuple[Change, ...]:
        return tuple(
            Change(
                id_,
                _text(connection, id_, old.get(id_)),
                _text(connection, id_, new.get(id_)),
                *reasons.get(id_, ("", "")),
            )
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
