"""Which approved fragments an edition frozen at a moment would show: the conditions of fragments.terms in SQL.

`stands` is the question of every edition, `is_due` that of the clock's: what has come or gone by its date alone.
Writes down why a fragment leaves. Freezes nothing (fragments.store.freezing).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from fragments.store import audit
from fragments.store.standing import hold_of, terms_of
from fragments.store.tables import EditionItemRow, FragmentRow, WithdrawalRow
from fragments.terms import CLOCK, Absence, absence

_Shown = aliased(EditionItemRow, name="shown")  # apart from the items of the query around it
_COLUMNS = (
    *(FragmentRow.id, FragmentRow.embargo_until, FragmentRow.expires_at),
    *(FragmentRow.hold_by, FragmentRow.hold_since, FragmentRow.hold_reason),
)


def stands(now: datetime) -> ColumnElement[bool]:
    """Whether a fragment is approved and neither its dates nor a hold keep it out; never NULL."""
    row = FragmentRow
    return and_(
        row.approved_revision.is_not(None),
        row.hold_by.is_(None),
        or_(row.embargo_until.is_(None), row.embargo_until <= now),
        or_(row.expires_at.is_(None), row.expires_at > now),
    )


def is_shown() -> ColumnElement[bool]:
    """Whether the newest edition shows a fragment."""
    return exists().where(_Shown.fragment_id == FragmentRow.id, _Shown.to_edition.is_(None))


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a date has come since the newest edition: an expiry of what it shows, an embargo of what it does not."""
    row = FragmentRow
    goes = and_(row.expires_at <= now, is_shown())
    comes = and_(row.embargo_until <= now, stands(now), ~is_shown())
    return or_(goes, comes)


def anything_is_due(connection: Connection, now: datetime) -> bool:
    """Whether the clock has an edition to make."""
    return connection.execute(select(FragmentRow.id).where(is_due(now)).limit(1)).first() is not None


def absent(connection: Connection, now: datetime) -> Iterator[tuple[str, Absence, datetime | None]]:
    """Approved fragments that an edition frozen now would not show: id, why, and until when if that is known."""
    chosen = select(*_COLUMNS).where(FragmentRow.approved_revision.is_not(None), ~stands(now)).order_by(FragmentRow.id)
    for row in connection.execute(chosen).mappings():
        why = _why(row, now)
        yield row["id"], why, row["embargo_until"] if why is Absence.EMBARGO else None


def note_who_leaves(connection: Connection, now: datetime, scope: ColumnElement[bool]) -> None:
    """Before its items are written: who leaves an edition without having been withdrawn, and why.

    A withdrawal reaches every copy that checks; leaving by a date or a hold has to reach them too.
    """
    leaving = select(*_COLUMNS).where(is_shown(), FragmentRow.approved_revision.is_not(None), ~stands(now), scope)
    found = connection.execute(leaving).mappings().all()
    told = [(row["id"], _why(row, now), row["hold_by"] or CLOCK) for row in found]
    audit.append(connection, [audit.Act(now, by, f"left the edition: {why}", id_, {}) for id_, why, by in told])
    withdrawals = [{"fragment_id": id_, "at": now, "by": by, "reason": why.value} for id_, why, by in told]
    if withdrawals:
        connection.execute(insert(WithdrawalRow), withdrawals)


def end_embargoes(connection: Connection, actor: str, now: datetime) -> None:
    """After its items are written: forget the embargoes that are over, and note whose they were."""
    over = and_(FragmentRow.embargo_until <= now, is_shown())
    ended = connection.execute(select(FragmentRow.id).where(over).order_by(FragmentRow.id)).scalars().all()
    audit.append(connection, [audit.Act(now, actor, "published: its embargo is over", id_, {}) for id_ in ended])
    connection.execute(update(FragmentRow).where(over).values(embargo_until=None))


def _why(row: Any, now: datetime) -> Absence:
    found = absence(terms_of(row), hold_of(row), now)
    assert found is not None  # noqa: S101 the condition of the query says so
    return found
