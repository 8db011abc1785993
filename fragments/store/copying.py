"""Every row of an archive as lines of JSON, and lines of JSON as rows: the same on SQLite and on PostgreSQL.

Rules: a copy is one moment of the archive (one reading transaction), whoever writes meanwhile; a copy goes in whole, in
one transaction, into tables of the migration it was made at, which then are brought up to date. Values keep their
kind: times carry their zone, bytes stand in base 64. It knows no files and no passphrases (widget_server/keeping).
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from alembic import command
from sqlalchemy import Connection, Date, DateTime, Engine, LargeBinary, Table, func, insert, select, text

from fragments.errors import UnsilencedError
from fragments.store.database import configured, migrating, migrations, reading
from fragments.store.reading import latest_number
from fragments.store.schema import numbered, tables
from fragments.store.tables import Moment

BATCH = 1_000  # rows at a time, out and in


class UnknownMigration(UnsilencedError):
    """A copy made by a newer version of this program: the name of its migration."""

    def __str__(self) -> str:
        return f"This copy was made by a newer version (its tables are at {self.args[0]}). Install that version first"


class UnknownTable(UnsilencedError):
    """A copy holds rows of a table that this version does not have: its name."""

    def __str__(self) -> str:
        return f"This version has no table {self.args[0]}"


class Copy:
    """One moment of an archive: use it within `copying`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.migration = migrations()[-1]
        self.tables = tuple(table.name for table in tables())

    def latest_edition(self) -> int | None:
        """The number of the newest edition."""
        return latest_number(self._connection)

    def count(self, name: str) -> int:
        """How many rows a table has."""
        return self._connection.execute(select(func.count()).select_from(_table(name))).scalar_one()

    def lines(self, name: str) -> Iterator[str]:
        """The rows of a table in the order of its key, each as one line of JSON, in bounded memory."""
        table = _table(name)
        chosen = select(table).order_by(*table.primary_key.columns)
        for row in self._connection.execution_options(yield_per=BATCH).execute(chosen).mappings():
            yield json.dumps({key: _written(value) for key, value in row.items()}, ensure_ascii=False)


class Copying:
    """`with Copying(engine) as copy`: all that is read of it is of the same moment."""

    def __init__(self, engine: Engine) -> None:
        self._transaction = reading(engine)

    def __enter__(self) -> Copy:
        return Copy(self._transaction.__enter__())

    def __exit__(self, *error: Any) -> None:
        self._transaction.__exit__(*error)


def is_empty(engine: Engine) -> bool:
    """Whether no table of the archive holds a row; a database without tables is empty, too."""
    with reading(engine) as connection:
        there = set(engine.dialect.get_table_names(connection))
        return not any(
            connection.execute(select(1).select_from(table).limit(1)).first()
            for table in tables()
            if table.name in there
        )


def restore(engine: Engine, migration: str, rows: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Replace everything in the archive by the `lines` of a copy; how many rows went into each table.

    All of it or nothing: a fault leaves the archive as it was. Raises UnknownMigration, UnknownTable.
    """
    if migration not in migrations():
        raise UnknownMigration(migration)
    order = {table.name: table for table in tables()}
    strange = [name for name in rows if name not in order]
    if strange:
        raise UnknownTable(strange[0])
    with migrating(engine) as connection:
        config = configured(connection)
        command.downgrade(config, "base")
        command.upgrade(config, migration)
        counts = {name: _fill(connection, table, rows[name]) for name, table in order.items() if name in rows}
        command.upgrade(config, "head")
        if connection.dialect.name == "postgresql":
            for table in order.values():
                _set_counter(connection, table)
    return counts


def _fill(connection: Connection, table: Table, lines: Iterable[str]) -> int:
    count = 0
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH)):
        rows = [{key: _read(table, key, value) for key, value in json.loads(line).items()} for line in batch]
        connection.execute(insert(table), rows)
        count += len(rows)
    return count


def _set_counter(connection: Connection, table: Table) -> None:
    for column in numbered(table):
        highest = connection.execute(select(func.max(column))).scalar()
        found = text("SELECT pg_get_serial_sequence(:table, :column)")
        counter = connection.execute(found, {"table": table.name, "column": column.name}).scalar()
        if highest is not None and counter is not None:
            connection.execute(text("SELECT setval(:counter, :highest)"), {"counter": counter, "highest": highest})


def _table(name: str) -> Table:
    return next(table for table in tables() if table.name == name)


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date


def _read(table: Table, key: str, value: Any) -> Any:
    kind = table.c[key].type
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime | Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
