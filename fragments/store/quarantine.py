"""What the public handed in, kept apart until an editor has looked at it.

Rules: nothing in here is a fragment, and nothing becomes one by itself. Taking one over or throwing it away removes it
and is in the audit record, without its words. What nobody looked at for QUARANTINE_LIVES is thrown away; a full
quarantine takes nothing more, so that a flood costs a bounded table.

It knows no form and cleans nothing: texts are as they were typed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, insert, select

from fragments.store import audit
from fragments.store.database import reading, writing
from fragments.store.quarantine_tables import submissions

QUARANTINE_LIVES = timedelta(days=90)
MOST = 2_000  # submissions: at 20 kB each 40 MB
TAKEN, THROWN = "took over a submission", "threw away a submission"


@dataclass(frozen=True, slots=True)
class Submission:
    """One of them: its id, what was typed, and the day (midnight, UTC)."""

    id: str
    fields: Mapping[str, str]
    day: datetime


class Quarantine:
    """The submissions of one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, handed_in: Iterable[Submission], now: datetime) -> int:
        """Take some in; those that are here already, and those beyond MOST, are passed over. How many came new."""
        table = submissions
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.day < now - QUARANTINE_LIVES))
            room = MOST - (connection.scalar(select(func.count()).select_from(table)) or 0)
            offered = {each.id: each for each in handed_in}
            known = set(connection.scalars(select(table.c.id).where(table.c.id.in_(offered))).all())
            rows = [
                {"id": each.id, "fields": json.dumps(dict(each.fields)), "day": _midnight(each.day)}
                for each in offered.values()
                if each.id not in known
            ][: max(0, room)]
            if rows:
                connection.execute(insert(table), rows)
            return len(rows)

    def all(self, limit: int = 100) -> tuple[Submission, ...]:
        """What waits, oldest first."""
        chosen = select(submissions).order_by(submissions.c.day, submissions.c.id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(Submission(row.id, json.loads(row.fields), row.day) for row in connection.execute(chosen))

    def count(self) -> int:
        """How many wait."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(submissions)) or 0

    def get(self, submission_id: str) -> Submission | None:
        """One of them, or None where somebody has dealt with it already."""
        with reading(self._engine) as connection:
            row = connection.execute(select(submissions).where(submissions.c.id == submission_id)).first()
        return Submission(row.id, json.loads(row.fields), row.day) if row else None

    def remove(self, submission_id: str, action: str, by: str, now: datetime) -> bool:
        """Take one out, with an entry in the audit record; False where it is not there any more."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(submissions).where(submissions.c.id == submission_id)).rowcount
            if gone:
                audit.append(connection, [audit.Act(now, by, action, submission_id)])
            return bool(gone)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
