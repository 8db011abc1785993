"""The table of the hub's subscribers. Made by migration 0008; a row goes with its lease."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

subscribing = MetaData()

subscribers = Table(
    "subscribers",
    subscribing,
    Column(
        "key", String(64), primary_key=True
    ),  # SHA-256 of callback and topic: a callback may be too long for an index
    Column("callback", Text, nullable=False),
    Column("host", String(253), nullable=False),
    Column("topic", String(500), nullable=False),  # path of a feed
    Column("secret", String(200)),
    Column("until", BigInteger, nullable=False),  # seconds since 1970
    Column("told", String(64), nullable=False),  # tag of the content that was delivered last
    Column("failures", Integer, nullable=False),  # in a row
    Column("due", BigInteger, nullable=False),  # not to be told before, in seconds since 1970
    Index("ix_subscribers_host", "host"),
)
