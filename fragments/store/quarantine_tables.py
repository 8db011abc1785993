"""The table of what the public handed in. Made by migration 0009. It holds no address and no name of who did."""

from sqlalchemy import Column, MetaData, String, Table, Text

from fragments.store.tables import Moment

quarantine_metadata = MetaData()

submissions = Table(
    "submissions",
    quarantine_metadata,
    Column("id", String(32), primary_key=True),  # random, given at the door, so that taking one in twice is once
    Column("fields", Text, nullable=False),  # JSON: what was typed, not cleaned yet
    Column("day", Moment, nullable=False, index=True),  # midnight: the hour would tell more about who than about what
)
