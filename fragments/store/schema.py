"""All tables of an archive, whichever room declares them, those first that others point at.

A module of this package whose name ends in `tables` declares tables; one more such module needs no line here.
Migrations make the tables (database.py); this only names them.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, Table, inspect
from sqlalchemy.schema import sort_tables

HIDDEN = ("search_index",)  # the trigram index of SQLite: made anew by triggers as its texts go in
ROOM = "fragments.store"


def metadatas() -> list[MetaData]:
    """Each collection of tables that a room declares."""
    names = [name for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)]) if name.endswith("tables")]
    values = [vars(importlib.import_module(f"{ROOM}.{name}")).values() for name in names]
    found = {
        id(metadata): metadata
        for module in values
        for value in module
        if isinstance(metadata := getattr(value, "metadata", value), MetaData)
    }
    return list(found.values())


def tables() -> list[Table]:
    """Every declared table, in an order in which rows can go in: what is pointed at comes first."""
    return sort_tables([table for metadata in metadatas() for table in metadata.tables.values()])


def undeclared(engine: Engine) -> set[str]:
    """Tables of a database that no room declares: a copy of the archive would miss them."""
    there = {name for name in inspect(engine).get_table_names() if not name.startswith(HIDDEN)}
    return there - {table.name for table in tables()} - {"alembic_version"}


def numbered(table: Table) -> Iterator[Column[int]]:
    """Columns that the database numbers itself, so that its counter must follow rows that bring their numbers."""
    column = table.autoincrement_column
    if column is not None and column.autoincrement is not False and not column.foreign_keys:
        yield column
