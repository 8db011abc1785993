"""The table of mirrors as they were last seen. Made by migration 0011; which mirrors there are is the operator's."""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table

from fragments.store.tables import Moment

watching_metadata = MetaData()

mirrors = Table(
    "mirrors",
    watching_metadata,
    Column("address", String(500), primary_key=True),
    Column("is_sound", Boolean, nullable=False),  # named in new snippets and in the signed list
    Column("fault", String(16), nullable=False),  # of the newest look; empty where there was none
    Column("detail", String(300), nullable=False),  # which file, which answer
    Column("edition", Integer),  # the newest that was seen there
    Column("said_at", Moment),  # when its freshness statement was signed
    Column("looked_at", Moment, nullable=False),
    Column("failing_since", Moment),  # the first of the looks in a row that found a fault
    Column("dropped_at", Moment),
    Column("whole_at", Moment),  # when the last of all its files was checked
    Column("good_looks", Integer, nullable=False),  # in a row
    Column("next_file", Integer, nullable=False),  # place in the signed list, where the next look goes on
)
