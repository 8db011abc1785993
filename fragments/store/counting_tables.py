"""The tables of displays. Made by migration 0002; in them stands no reader, no address, no path and no time of day."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table

counting = MetaData()

sites = Table(
    "sites",
    counting,
    Column("id", Integer, primary_key=True),
    Column("name", String(253), nullable=False, unique=True),  # or a bucket, which begins with "~"
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)


def _displays(name: str, period: str) -> Table:
    return Table(
        name,
        counting,
        Column(period, Date, primary_key=True),
        Column("site_id", Integer, ForeignKey("sites.id"), primary_key=True),
        Column("kind", String(16), primary_key=True),
        Column("deck", String(200), primary_key=True),
        Column("count", BigInteger, nullable=False),
        Index(f"ix_{name}_site", "site_id"),
    )


displays = _displays("displays", "day")
displays_monthly = _displays("displays_monthly", "month")  # the month's first day

losses = Table(
    "losses",
    counting,
    Column("day", Date, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

spool_positions = Table(
    "spool_positions",
    counting,
    Column("machine", String(64), primary_key=True),
    Column("segment", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False),  # bytes of the segment that are in the counts
    Column("finished", Date),  # kept a while after the segment is gone: a slow second drainer must still find it
)
