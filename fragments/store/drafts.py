"""What people at the desk have typed and not saved, and the filters they keep.

Rules: everybody's own; nobody else reads it. A form is kept as it was typed, so that nothing is lost; it is cleaned
when it is saved as a fragment. Forms that nobody came back to for DRAFTS_LIVE are thrown away.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Executable, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from fragments.errors import NotAllowed
from fragments.store.database import reading, writing
from fragments.store.search_tables import desk_drafts, kept_filters

DRAFTS_LIVE = timedelta(days=90)
MOST_DRAFTS, MOST_FILTERS = 100, 50  # of one person
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that somebody has not saved."""

    key: str
    fields: Mapping[str, str]
    saved_at: datetime


class Drafts:
    """Drafts and filters of one archive's people, each named by the person's number."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, person: int, key: str, fields: Mapping[str, str], now: datetime) -> None:
        """Keep a form in place of the one before. Raises NotAllowed for one too many."""
        with writing(self._engine) as connection:
            keep_draft(connection, person, key, fields, now)

    def get(self, person: int, key: str) -> Typed | None:
        """The form that somebody has under a key."""
        table = desk_drafts
        chosen = select(table).where(table.c.person_id == person, table.c.key == key)
        with reading(self._engine) as connection:
            row = connection.execute(chosen).first()
        return Typed(row.key, json.loads(row.fields), row.saved_at) if row else None

    def all(self, person: int) -> tuple[Typed, ...]:
        """Everything that somebody has not saved, newest first."""
        table = desk_drafts
        chosen = select(table).where(table.c.person_id == person).order_by(table.c.saved_at.desc())
        with reading(self._engine) as connection:
            return tuple(Typed(row.key, json.loads(row.fields), row.saved_at) for row in connection.execute(chosen))

    def drop(self, person: int, key: str) -> None:
        """Throw a form away."""
        with writing(self._engine) as connection:
            table = desk_drafts
            connection.execute(delete(table).where(table.c.person_id == person, table.c.key == key))

    def keep_filter(self, person: int, name: str, query: str) -> None:
        """Keep a filter under a name, in place of one with that name. Raises NotAllowed for one too many."""
        with writing(self._engine) as connection:
            held = connection.scalars(select(kept_filters.c.name).where(kept_filters.c.person_id == person)).all()
            if len(held) >= MOST_FILTERS and name not in held:
                raise NotAllowed("keep", "filter", "has too many filters")
            row = {"person_id": person, "name": name[:LONGEST_NAME], "query": query}
            connection.execute(_upsert(self._engine, kept_filters, "query"), row)

    def rename_filter(self, person: int, name: str, new: str) -> None:
        """Give a filter another name. Raises NotAllowed where another one has it."""
        table = kept_filters
        with writing(self._engine) as connection:
            held = connection.scalars(select(table.c.name).where(table.c.person_id == person)).all()
            if name != new and new[:LONGEST_NAME] in held:
                raise NotAllowed("rename", "filter", "has the name of another")
            is_it = (table.c.person_id == person, table.c.name == name)
            connection.execute(update(table).where(*is_it).values(name=new[:LONGEST_NAME]))

    def filters(self, person: int) -> tuple[tuple[str, str], ...]:
        """Names and query strings of what somebody keeps."""
        table = kept_filters
        chosen = select(table.c.name, table.c.query).where(table.c.person_id == person).order_by(table.c.name)
        with reading(self._engine) as connection:
            return tuple((row.name, row.query) for row in connection.execute(chosen))

    def drop_filter(self, person: int, name: str) -> None:
        """Forget a filter."""
        with writing(self._engine) as connection:
            table = kept_filters
            connection.execute(delete(table).where(table.c.person_id == person, table.c.name == name))


def keep_draft(connection: Connection, person: int, key: str, fields: Mapping[str, str], now: datetime) -> None:
    """The same within a writing transaction. Raises NotAllowed for one too many."""
    row = {"person_id": person, "key": key, "fields": json.dumps(dict(fields)), "saved_at": now}
    connection.execute(delete(desk_drafts).where(desk_drafts.c.saved_at < now - DRAFTS_LIVE))
    held = connection.scalars(select(desk_drafts.c.key).where(desk_drafts.c.person_id == person)).all()
    if len(held) >= MOST_DRAFTS and key not in held:
        raise NotAllowed("keep", "draft", "has too many drafts")
    connection.execute(_upsert(connection.engine, desk_drafts, "fields", "saved_at"), row)


def _upsert(engine: Engine, table: Table, *changed: str) -> Executable:
    statement = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(table)
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={name: statement.excluded[name] for name in changed}
    )
    return upsert
