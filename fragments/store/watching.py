"""Mirrors as they were last seen: one row each, written by whoever looked and read by doctor and desk.

Rules: one transaction a look; a mirror that was never looked at has no row. It neither looks nor judges
(widget_server.mirroring.health), and it does not know which mirrors the operator lists.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from fragments.store.database import reading, writing
from fragments.store.watching_tables import mirrors

LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A mirror: what the newest look found, and what follows from all looks. Times are aware."""

    address: str
    is_sound: bool  # named in new snippets and in the signed list
    fault: str  # a code; empty where the newest look found none
    detail: str  # which file, which answer
    edition: int | None
    said_at: datetime | None  # when its freshness statement was signed
    looked_at: datetime
    failing_since: datetime | None
    dropped_at: datetime | None
    whole_at: datetime | None  # when the last of all its files was checked
    good_looks: int
    next_file: int


class Watch:
    """The mirrors of one archive."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def mirrors(self) -> dict[str, Mirror]:
        """Every mirror that was ever looked at, by address."""
        with reading(self.engine) as connection:
            found = connection.execute(select(mirrors)).mappings()
            return {row["address"]: Mirror(**row) for row in found}

    def record(self, mirror: Mirror) -> None:
        """Keep what a look came to, in place of what stood there."""
        row = asdict(mirror) | {"detail": mirror.detail[:LONGEST_DETAIL]}
        with writing(self.engine) as connection:
            connection.execute(delete(mirrors).where(mirrors.c.address == mirror.address))
            connection.execute(insert(mirrors).values(row))

    def forget_others(self, listed: Iterable[str]) -> None:
        """Forget the mirrors that the operator no longer lists."""
        with writing(self.engine) as connection:
            connection.execute(delete(mirrors).where(mirrors.c.address.not_in(list(listed))))
