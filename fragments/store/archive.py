"""The archive: the one door to everything that is stored.

    archive = Archive.open("sqlite:///instance/archive.db", two_person=True)
    with archive.writing("ana") as desk:
        desk.save_fragment(fragment, state=State.IN_REVIEW)
    with archive.writing("ben") as desk:
        desk.approve(fragment.id)
    edition = archive.publish("ben", now)

Each call is one transaction. Writers stand in line, readers never wait. Prints nothing, signs nothing, cleans nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from fragments.errors import FieldError
from fragments.nouns import Edition, Fragment, Source, State
from fragments.store import audit as record_of_acts
from fragments.store import database, reading
from fragments.store.audit import Chain, Entry
from fragments.store.freezing import freeze, freeze_due
from fragments.store.presence import anything_is_due
from fragments.store.reading import Held, HeldBack, Revision
from fragments.store.writing import Desk


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Archive:
    """Sources, fragments and editions in one database."""

    def __init__(self, engine: Engine, *, two_person: bool = True, clock: Callable[[], datetime] = _utc_now) -> None:
        self.engine = engine  # for the other rooms of the store: counts, people
        self._two_person = two_person
        self._clock = clock

    @classmethod
    def open(cls, url: str, *, two_person: bool = True, clock: Callable[[], datetime] = _utc_now) -> Self:
        """Open sqlite:///PATH or postgresql://…, made and migrated as needed.

        `two_person` off lets writers approve their own texts, and the audit record say so.
        Raises FieldError for another kind of database.
        """
        engine = database.engine_of(url)
        database.migrate(engine)
        return cls(engine, two_person=two_person, clock=clock)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def writing(self, actor: str, now: datetime | None = None) -> Iterator[Desk]:
        """One transaction by `actor`: an editor's name, or fragments.review.OPERATOR. An exception undoes it all."""
        if not actor.strip():
            raise FieldError("actor", "is missing")
        with database.writing(self.engine) as connection:
            desk = Desk(connection, actor, now or self._clock(), two_person=self._two_person)
            yield desk
            desk.finish()

    def publish(self, actor: str, now: datetime, *, approve_imported: bool = True, above: int = 0) -> Edition:
        """Freeze an edition of all that is approved; the latest one where nothing has changed since.

        Where the actor is the operator, what the operator imported is approved first, unless `approve_imported` is off;
        held_back() lists what a note stopped. Its number is greater than `above`.
        """
        with database.writing(self.engine) as connection:
            number = freeze(connection, actor, now, approve_imported=approve_imported, above=above)
        return self.edition(number)

    def publish_due(self, now: datetime, *, above: int = 0) -> Edition | None:
        """Freeze an edition of what has come and gone by its date alone, as the clock; None where no date has come."""
        with database.reading(self.engine) as connection:
            if not anything_is_due(connection, now):
                return None
        with database.writing(self.engine) as connection:
            number = freeze_due(connection, now, above)
        return None if number is None else self.edition(number)

    def fragment(self, fragment_id: str) -> Held:
        """A fragment as the desk holds it, with notes and history. Raises UnknownFragment."""
        with database.reading(self.engine) as connection:
            return reading.held(connection, fragment_id)

    def writers(self, fragment_id: str) -> frozenset[str]:
        """Who made what waits for approval in a fragment: where two must act, none of them approves it."""
        with database.reading(self.engine) as connection:
            return reading.writers(connection, fragment_id)

    def revisions(self, fragment_id: str) -> tuple[Revision, ...]:
        """Every saved version of a fragment, oldest first. Raises UnknownFragment."""
        with database.reading(self.engine) as connection:
            return reading.revisions(connection, fragment_id)

    def fragments(self, state: State | None = None) -> Iterator[Fragment]:
        """The newest revision of every fragment, by id, in bounded memory; PUBLISHED: of those that are live."""
        with database.reading(self.engine) as connection:
            yield from reading.fragments(connection, state)

    def held_back(self) -> tuple[HeldBack, ...]:
        """Fragments in review that a note keeps from being published, with those notes."""
        with database.reading(self.engine) as connection:
            return reading.held_back(connection)

    def count(self, state: State | None = None) -> int:
        """How many fragments there are, or are in a state; PUBLISHED counts those that the next edition shows."""
        with database.reading(self.engine) as connection:
            return reading.count(connection, state)

    def source(self, external_id: str) -> Source | None:
        """A source as it is now, or None."""
        with database.reading(self.engine) as connection:
            return reading.source(connection, external_id)

    def sources(self, *, after: str = "", limit: int | None = None) -> Iterator[Source]:
        """Sources as they are now, by external id, in bounded memory."""
        with database.reading(self.engine) as connection:
            yield from reading.sources(connection, after, limit)

    def count_sources(self) -> int:
        """How many sources there are."""
        with database.reading(self.engine) as connection:
            return reading.count_sources(connection)

    def latest_number(self) -> int | None:
        """The number of the newest edition, without reading it; None before the first."""
        with database.reading(self.engine) as connection:
            return reading.latest_number(connection)

    def latest_edition(self) -> Edition | None:
        """The newest edition, or None before the first."""
        with database.reading(self.engine) as connection:
            number = reading.latest_number(connection)
            return None if number is None else reading.edition(connection, number)

    def edition(self, number: int) -> Edition:
        """An edition as it was frozen. Raises UnknownEdition."""
        with database.reading(self.engine) as connection:
            return reading.edition(connection, number)

    def published(self) -> Iterator[Fragment]:
        """The fragments of the newest edition, in bounded memory."""
        with database.reading(self.engine) as connection:
            number = reading.latest_number(connection)
            if number is not None:
                yield from reading.published(connection, number)

    def audit(self, *, subject: str | None = None, after: int = 0) -> Iterator[Entry]:
        """The audit record, oldest entry first, in bounded memory."""
        with database.reading(self.engine) as connection:
            yield from record_of_acts.entries(connection, subject=subject, after=after)

    def newest_acts(
        self, *, subject: str = "", actor: str = "", before: int | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """The end of the audit record, newest entry first."""
        with database.reading(self.engine) as connection:
            return record_of_acts.newest(connection, subject=subject, actor=actor, before=before, limit=limit)

    def check_audit(self) -> Chain:
        """Go through the whole audit record. Raises BrokenAudit(number, reason) at the first bad entry."""
        with database.reading(self.engine) as connection:
            return record_of_acts.check(connection)
