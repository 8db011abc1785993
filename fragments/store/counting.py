"""Displays into the database, each exactly once.

A batch of spool lines is added in the transaction that moves the spool's position, and only where the position
stored is the one the batch begins at; whoever comes second changes nothing. Works on SQLite and PostgreSQL, for
several drainers and machines. It knows nothing of files, and reads nothing back (see republishers).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from fragments.store.counting_tables import displays, losses, sites, spool_positions
from fragments.store.database import writing
from fragments.store.polling import PollKey, Said, add_polls

MORE = "~more"  # all sites over the day's cap of new ones together
KEEP_MARKS_DAYS = 30  # a finished segment's position outlives its file: a slow second drainer must still find it

Key = tuple[date, str, str, str]  # day, kind, deck, site
Row = tuple[date, int, str, str]  # day or month, site id, kind, deck


@dataclass(frozen=True, slots=True)
class Batch:
    """Displays of bytes `start` to `end` of one segment of one machine."""

    machine: str
    segment: str
    start: int
    end: int
    tally: Mapping[Key, int]
    lost: Mapping[date, int]
    polls: Mapping[PollKey, Said] = field(default_factory=dict)


class Counts:
    """What drainers write to. `new_sites_a_day` bounds what strangers can make us store."""

    def __init__(self, engine: Engine, *, new_sites_a_day: int = 5_000) -> None:
        self.engine = engine
        self.new_sites_a_day = new_sites_a_day

    def position(self, machine: str, segment: str) -> int:
        """How many bytes of the segment are in the counts."""
        with self.engine.connect() as connection:
            found = select(spool_positions.c.position).where(_the_segment(machine, segment))
            return connection.execute(found).scalar() or 0

    def add(self, batch: Batch) -> bool:
        """Add a batch and move the position, both or neither; False where somebody else was first."""
        with writing(self.engine) as connection:
            if not _move(connection, batch):
                return False
            ids = self._site_ids(connection, batch.tally)
            rows: Counter[Row] = Counter()
            for (day, kind, deck, site), count in batch.tally.items():
                rows[day, ids[site], kind, deck] += count
            add_rows(connection, displays, rows)
            add_polls(connection, batch.polls)
            _add_losses(connection, batch.lost)
            return True

    def finish(self, machine: str, segment: str, today: date) -> None:
        """Mark a segment whose file is about to go, and drop the marks of those that went long ago."""
        with writing(self.engine) as connection:
            connection.execute(update(spool_positions).where(_the_segment(machine, segment)).values(finished=today))
            old = spool_positions.c.finished < today - timedelta(days=KEEP_MARKS_DAYS)
            connection.execute(delete(spool_positions).where(old))

    def _site_ids(self, connection: Connection, tally: Mapping[Key, int]) -> dict[str, int]:
        """The row of each site of the batch, made where it is new; over the cap, new ones share MORE's."""
        days: dict[str, list[date]] = {}
        for day, _, _, site in tally:
            days.setdefault(site, []).append(day)
        known = _known(connection, days)
        over = self._over_cap(connection, [name for name in sorted(days) if name not in known], days)
        for name in over:
            days.setdefault(MORE, []).extend(days.pop(name))
        if over:
            known |= _known(connection, [MORE])
        new = days.keys() - known.keys()
        _make(connection, {name: (min(days[name]), max(days[name])) for name in new})
        _see(
            connection,
            {name: max(days[name]) for name in days.keys() & known.keys() if max(days[name]) > known[name][1]},
        )
        known |= _known(connection, new)
        ids = {name: number for name, (number, _) in known.items()}
        return ids | dict.fromkeys(over, ids.get(MORE, 0))

    def _over_cap(self, connection: Connection, new: list[str], days: Mapping[str, list[date]]) -> list[str]:
        new = [name for name in new if not name.startswith("~")]
        if not new:
            return []
        today = max(max(days[name]) for name in new)
        born = select(func.count()).where(sites.c.first_day == today, ~sites.c.name.startswith("~"))
        room = self.new_sites_a_day - (connection.execute(born).scalar() or 0)
        return new[max(room, 0) :]


def add_rows(connection: Connection, table: Table, rows: Mapping[Row, int]) -> None:
    """Add counts to `displays` or `displays_monthly`, whose first four columns are the key."""
    key = [column.name for column in table.primary_key]
    insert = upsert(connection, table)
    insert = insert.on_conflict_do_update(index_elements=key, set_={"count": table.c.count + insert.excluded["count"]})
    values = [dict(zip(key, row, strict=True)) | {"count": count} for row, count in sorted(rows.items())]
    if values:
        connection.execute(insert, values)


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The insert of this database that knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _the_segment(machine: str, segment: str):  # type: ignore[no-untyped-def]
    return (spool_positions.c.machine == machine) & (spool_positions.c.segment == segment)


def _move(connection: Connection, batch: Batch) -> bool:
    """Move the position from start to end, holding its row until the transaction ends."""
    row = {"machine": batch.machine, "segment": batch.segment, "position": 0}
    connection.execute(upsert(connection, spool_positions).values(row).on_conflict_do_nothing())
    here = _the_segment(batch.machine, batch.segment) & (spool_positions.c.position == batch.start)
    return connection.execute(update(spool_positions).where(here).values(position=batch.end)).rowcount == 1


def _known(connection: Connection, names: Iterable[str]) -> dict[str, tuple[int, date]]:
    """Rows of the sites that there are: id, and the last day that was counted."""
    found: dict[str, tuple[int, date]] = {}
    ordered = sorted(names)
    for i in range(0, len(ordered), 500):  # far below SQLite's 32,766 parameters a statement
        some = select(sites.c.name, sites.c.id, sites.c.last_day).where(sites.c.name.in_(ordered[i : i + 500]))
        found.update({row.name: (row.id, row.last_day) for row in connection.execute(some)})
    return found


def _make(connection: Connection, spans: Mapping[str, tuple[date, date]]) -> None:
    rows = [{"name": name, "first_day": spans[name][0], "last_day": spans[name][1]} for name in sorted(spans)]
    if rows:
        connection.execute(upsert(connection, sites).on_conflict_do_nothing(index_elements=["name"]), rows)


def _see(connection: Connection, last_days: Mapping[str, date]) -> None:
    """Move the last day of sites that were there, always in the same order of names."""
    later = update(sites).where(sites.c.name == bindparam("seen"), sites.c.last_day < bindparam("day"))
    rows = [{"seen": name, "day": last_days[name]} for name in sorted(last_days)]
    if rows:
        connection.execute(later.values(last_day=bindparam("day")), rows)


def _add_losses(connection: Connection, lost: Mapping[date, int]) -> None:
    for day, count in sorted(lost.items()):
        insert = upsert(connection, losses)
        added = {"count": losses.c.count + insert.excluded["count"]}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["day"], set_=added), {"day": day, "count": count}
        )
