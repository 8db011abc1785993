"""What the public handed in, kept apart until an editor has looked at it.

Rules: nothing in here is a fragment, and nothing becomes one by itself. Taking one over or throwing it away removes it
and is in the audit record, without its words; of several who do so at once one wins, and the others can be told who.
What nobody looked at for QUARANTINE_LIVES is thrown away; a full quarantine takes nothing more, so that a flood costs a
bounded table, and says what it left out, so that nothing is lost in silence.

It knows no form and cleans nothing: texts are as they were typed.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select

from fragments.store import audit
from fragments.store.database import reading, writing
from fragments.store.drafts import keep_draft
from fragments.store.people import Person
from fragments.store.quarantine_tables import submissions
from fragments.store.tables import AuditRow

QUARANTINE_LIVES = timedelta(days=90)
MOST = 2_000  # submissions: at 20 kB each 40 MB
TAKEN, THROWN = "took over a submission", "threw away a submission"


@dataclass(frozen=True, slots=True)
class Submission:
    """One of them: its id, what was typed, and the day (midnight, UTC)."""

    id: str
    fields: Mapping[str, str]
    day: datetime


@dataclass(frozen=True, slots=True)
class Intake:
    """How many came new, and the ids of those for which there was no room."""

    came: int
    left_out: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dealt:
    """Who took one over or threw it away, and when."""

    by: str
    action: str  # TAKEN or THROWN
    at: datetime


class Quarantine:
    """The submissions of one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, handed_in: Iterable[Submission], now: datetime) -> Intake:
        """Take some in, the oldest first and no more than MOST; those that are or were here are passed over."""
        table = submissions
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.day < now - QUARANTINE_LIVES))
            room = MOST - (connection.scalar(select(func.count()).select_from(table)) or 0)
            offered = {each.id: each for each in handed_in}
            known = set(connection.scalars(select(table.c.id).where(table.c.id.in_(offered))))
            known |= set(connection.scalars(select(AuditRow.subject).where(AuditRow.subject.in_(offered))))
            fresh = sorted((each for each in offered.values() if each.id not in known), key=lambda each: each.day)
            taken, left_out = fresh[: max(0, room)], fresh[max(0, room) :]
            if taken:
                connection.execute(insert(table), [_row(each) for each in taken])
            return Intake(len(taken), frozenset(each.id for each in left_out))

    def all(self, limit: int = 100) -> tuple[Submission, ...]:
        """What waits, oldest first."""
        chosen = select(submissions).order_by(submissions.c.day, submissions.c.id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(Submission(row.id, json.loads(row.fields), row.day) for row in connection.execute(chosen))

    def count(self) -> int:
        """How many wait."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(submissions)) or 0

    def is_full(self) -> bool:
        """Whether there is no room for another one."""
        return self.count() >= MOST

    def get(self, submission_id: str) -> Submission | None:
        """One of them, or None where somebody has dealt with it already."""
        with reading(self._engine) as connection:
            row = connection.execute(select(submissions).where(submissions.c.id == submission_id)).first()
        return Submission(row.id, json.loads(row.fields), row.day) if row else None

    def remove(self, submission_id: str, action: str, by: str, now: datetime) -> bool:
        """Take one out, with an entry in the audit record; False where it is not there any more."""
        with writing(self._engine) as connection:
            return _claim(connection, submission_id, audit.Act(now, by, action, submission_id))

    def take_over(self, submission_id: str, by: Person, key: str, fields: Mapping[str, str], now: datetime) -> bool:
        """Make it somebody's form under a key; False where it is not there any more.

        Raises NotAllowed, and leaves it where it is, when they have as many forms as anybody may.
        """
        with writing(self._engine) as connection:
            is_mine = _claim(connection, submission_id, audit.Act(now, by.name, TAKEN, submission_id))
            if is_mine:
                keep_draft(connection, by.id, key, fields, now)
            return is_mine

    def dealt_with(self, submission_id: str) -> Dealt | None:
        """Who was first; None where nobody was."""
        with reading(self._engine) as connection, closing(audit.entries(connection, subject=submission_id)) as found:
            dealt = [Dealt(each.actor, each.action, each.at) for each in found if each.action in (TAKEN, THROWN)]
        return dealt[0] if dealt else None


def _claim(connection: Connection, submission_id: str, act: audit.Act) -> bool:
    """Remove it and write the act down, if it is still there: a row can be deleted by one transaction only."""
    gone = connection.execute(delete(submissions).where(submissions.c.id == submission_id)).rowcount
    if gone:
        audit.append(connection, [act])
    return bool(gone)


def _row(one: Submission) -> dict[str, object]:
    return {"id": one.id, "fields": json.dumps(dict(one.fields)), "day": _midnight(one.day)}


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
