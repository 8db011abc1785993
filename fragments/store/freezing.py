"""Freezes an edition: what is approved and may be shown now, under the next number, for good.

Only differences are written: an edition of 100,000 fragments in which one changed is one row. First publication is
dated here and never moves. Publishing with nothing changed makes no edition.
The clock's editions change by dates alone: what was approved since waits for a person.
Does not print and does not sign (embed).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, exists, insert, or_, select, true, update

from fragments.nouns import State
from fragments.record import canonical_json
from fragments.review import OPERATOR, Wish, decide
from fragments.store import audit
from fragments.store.presence import anything_is_due, end_embargoes, is_due, is_shown, note_who_leaves, stands
from fragments.store.reading import latest_number
from fragments.store.rows import Row
from fragments.store.standing import approval_of, editors_of
from fragments.store.tables import (
    Base,
    CampaignRow,
    EditionItemRow,
    EditionRow,
    FragmentRow,
    NoteRow,
    SourceRow,
    WithdrawalRow,
)
from fragments.terms import CLOCK

_OF_FRAGMENT = ("id", "state", "saved_by", "words_by", "revision", "source_id", "source_revision", "approved_revision")
_OF_SOURCE = ("saved_by", "revision", "approved_revision")


def freeze(connection: Connection, actor: str, now: datetime, *, approve_imported: bool, above: int = 0) -> int:
    """Freeze what is approved within a writing transaction; the number of the newest edition, new or not.

    The number is greater than `above`, the newest that readers have seen: after a restore of an older backup it may be
    greater than any here, and a number must never be given twice.

    With `approve_imported`, what the operator imported and nobody else has touched is approved first, if the actor is
    the operator and no note stops it.
    """
    if approve_imported and actor == OPERATOR:
        _approve_imported(connection, now)
    return _freeze(connection, actor, now, true(), above)


def freeze_due(connection: Connection, now: datetime, above: int = 0) -> int | None:
    """Freeze what has come and gone by its date alone, as the clock; the new number, None where no date has come."""
    return _freeze(connection, CLOCK, now, is_due(now), above) if anything_is_due(connection, now) else None


def _freeze(connection: Connection, actor: str, now: datetime, scope: ColumnElement[bool], above: int) -> int:
    """Within `scope`, a condition on fragments that holds until the items are written."""
    latest = latest_number(connection)
    _date_first_publications(connection, now, scope)
    old, new = list(gone(connection, now, scope)), list(come(connection, now, scope))
    campaigns = _campaigns(connection, now, scope)
    old_campaigns = _frozen_campaigns(connection, latest)
    is_changed = old or new or _withdrawals_changed(connection, now, scope) or campaigns != old_campaigns
    if latest is not None and latest >= above and not is_changed:
        return latest
    number = max(latest or 0, above) + 1
    _write_edition(connection, actor, now, number, campaigns, len(new), len(old))
    note_who_leaves(connection, now, scope)
    _write_withdrawals(connection, number, now, scope)
    _write_items(connection, number, old, new)
    end_embargoes(connection, actor, now)
    return number


def _write_edition(
    connection: Connection, actor: str, now: datetime, number: int, campaigns: str, new: int, old: int
) -> None:
    details = {"added or changed": new, "removed or changed": old}
    end = audit.append(connection, [audit.Act(now, actor, "froze the edition", f"edition {number}", details)])
    edition = {"number": number, "dated": now, "frozen_by": actor, "audit_head": end.head, "campaigns": campaigns}
    connection.execute(insert(EditionRow), [edition])


def _approve_imported(connection: Connection, now: datetime) -> None:
    acts, approved, sources = [], [], {}
    for row, source in _waiting_imports(connection):
        move = decide(State(row["state"]), Wish.PUBLISH_IMPORTED, by=OPERATOR, editors=editors_of(row, source))
        details = {"revision": row["revision"], "source_revision": source["revision"]}
        acts.append(audit.Act(now, OPERATOR, move.recorded, row["id"], details))
        approved.append({"key": row["id"], "state": move.after.value, **approval_of(row)})
        sources[row["source_id"]] = {"key": row["source_id"], "approved_revision": source["revision"]}
    _update(connection, FragmentRow, "id", approved)
    _update(connection, SourceRow, "external_id", list(sources.values()))
    audit.append(connection, acts)


def _update(connection: Connection, model: type[Base], key: str, changes: Sequence[Row]) -> None:
    """Write changed columns of rows, each found by its `key`."""
    if changes:
        table = cast("Table", model.__table__)
        values: dict[str, Any] = {name: bindparam(name) for name in changes[0] if name != "key"}
        connection.execute(update(table).where(table.c[key] == bindparam("key")).values(values), changes)


def _waiting_imports(connection: Connection) -> Iterator[tuple[Row, Row]]:
    """Fragments with their sources that the operator alone has touched since they were approved last."""
    row, source = FragmentRow.__table__, SourceRow.__table__
    text_waits = and_(row.c.state == State.IN_REVIEW.value, row.c.saved_by == OPERATOR)
    source_waits = and_(
        row.c.state == State.PUBLISHED.value,
        source.c.saved_by == OPERATOR,
        source.c.revision.is_distinct_from(source.c.approved_revision),
    )
    blocked = exists().where(NoteRow.fragment_id == row.c.id, NoteRow.blocks)
    names = [*(row.c[name] for name in _OF_FRAGMENT), *(source.c[name].label(f"source {name}") for name in _OF_SOURCE)]
    chosen = select(*names).join(source, source.c.external_id == row.c.source_id)
    for found in connection.execute(
        chosen.where(or_(text_waits, source_waits), row.c.hold_by.is_(None), ~blocked).order_by(row.c.id)
    ).mappings():
        pair = {name: found[name] for name in _OF_FRAGMENT}, {name: found[f"source {name}"] for name in _OF_SOURCE}
        if editors_of(*pair) == {OPERATOR}:
            yield pair


def _date_first_publications(connection: Connection, now: datetime, scope: ColumnElement[bool]) -> None:
    is_first = and_(stands(now), FragmentRow.published_at.is_(None), scope)
    connection.execute(update(FragmentRow).where(is_first).values(published_at=now))


def _differs() -> Any:
    """Whether an item is not what is approved now; NULLs compare as values."""
    item, row = EditionItemRow, FragmentRow
    return or_(
        row.approved_revision.is_distinct_from(item.revision),
        row.approved_source_id.is_distinct_from(item.source_id),
        SourceRow.approved_revision.is_distinct_from(item.source_revision),
    )


def gone(connection: Connection, now: datetime, scope: ColumnElement[bool] = true()) -> Iterator[str]:  # noqa: B008
    """Ids whose item of the latest edition does not stand in one frozen now."""
    item = EditionItemRow
    chosen = (
        select(item.fragment_id)
        .join(FragmentRow, FragmentRow.id == item.fragment_id)
        .outerjoin(SourceRow, SourceRow.external_id == FragmentRow.approved_source_id)
        .where(item.to_edition.is_(None), or_(_differs(), ~stands(now)), scope)
    )
    yield from connection.execute(chosen).scalars()


def come(connection: Connection, now: datetime, scope: ColumnElement[bool] = true()) -> Iterator[Row]:  # noqa: B008
    """Items of an edition frozen now that do not stand in the latest."""
    item, row = EditionItemRow, FragmentRow
    chosen = (
        select(
            row.id.label("fragment_id"),
            row.approved_revision.label("revision"),
            row.approved_source_id.label("source_id"),
            SourceRow.approved_revision.label("source_revision"),
            *(row.published_at, row.corrected_at, row.correction),
        )
        .join(SourceRow, SourceRow.external_id == row.approved_source_id)
        .outerjoin(item, and_(item.fragment_id == row.id, item.to_edition.is_(None)))
        .where(stands(now), or_(item.fragment_id.is_(None), _differs()), scope)
    )
    yield from (dict(found) for found in connection.execute(chosen).mappings())


def _write_items(connection: Connection, number: int, old: list[str], new: list[Row]) -> None:
    open_item = and_(EditionItemRow.fragment_id == bindparam("key"), EditionItemRow.to_edition.is_(None))
    if old:
        closed = update(cast("Table", EditionItemRow.__table__)).where(open_item).values(to_edition=number - 1)
        connection.execute(closed, [{"key": fragment_id} for fragment_id in old])
    if new:
        connection.execute(insert(EditionItemRow), [{**item, "from_edition": number} for item in new])


def _campaigns(connection: Connection, now: datetime, scope: ColumnElement[bool]) -> str:
    """The campaigns of what the edition shows, slug -> name, as JSON; one that nobody named is called by its slug."""
    row = FragmentRow
    chosen = (
        select(row.campaign, CampaignRow.name)
        .outerjoin(CampaignRow, CampaignRow.slug == row.campaign)
        .where(row.campaign.is_not(None), stands(now), or_(scope, is_shown()))
        .distinct()
    )
    found = connection.execute(chosen)
    return canonical_json({slug: name or slug.replace("-", " ") for slug, name in found if slug})


def _frozen_campaigns(connection: Connection, number: int | None) -> str | None:
    return connection.execute(select(EditionRow.campaigns).where(EditionRow.number == number)).scalar()


def _new_withdrawals(now: datetime, scope: ColumnElement[bool]) -> Any:
    """Withdrawals that no edition has named: of fragments that were published, and are not now."""
    is_away = select(FragmentRow.id).where(~stands(now), FragmentRow.published_at.is_not(None), scope)
    return and_(WithdrawalRow.from_edition.is_(None), WithdrawalRow.fragment_id.in_(is_away))


def _ended_withdrawals(now: datetime, scope: ColumnElement[bool]) -> Any:
    """Withdrawals that editions name of fragments that are published again."""
    is_back = select(FragmentRow.id).where(stands(now), scope)
    row = WithdrawalRow
    return and_(row.from_edition.is_not(None), row.to_edition.is_(None), row.fragment_id.in_(is_back))


def _withdrawals_changed(connection: Connection, now: datetime, scope: ColumnElement[bool]) -> bool:
    is_either = or_(_new_withdrawals(now, scope), _ended_withdrawals(now, scope))
    return connection.execute(select(WithdrawalRow.number).where(is_either).limit(1)).first() is not None


def _write_withdrawals(connection: Connection, number: int, now: datetime, scope: ColumnElement[bool]) -> None:
    ended, new = _ended_withdrawals(now, scope), _new_withdrawals(now, scope)
    connection.execute(update(WithdrawalRow).where(ended).values(to_edition=number - 1))
    connection.execute(update(WithdrawalRow).where(new).values(from_edition=number))
