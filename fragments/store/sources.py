"""Sources as the desk holds them: listed, one with everything done to it, and those that look like one another.

Rules: one that was merged into another is nowhere in a list; it is found by its old external id as that other. A source
is unverified where nothing says who suppressed it, or a suppression has no evidence. Changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import regex
from sqlalchemy import ColumnElement, Connection, Engine, exists, func, or_, select

from fragments.folding import folded
from fragments.nouns import Source, Verification
from fragments.store import audit, reading
from fragments.store.database import reading as reading_of
from fragments.store.indexing import SOURCE
from fragments.store.matching import subjects, words_asked
from fragments.store.tables import FragmentRow, SourceRow, SuppressionRow

MOST_ALIKE = 50  # groups on one page
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")


class Which(StrEnum):
    """What a list of sources can be narrowed to."""

    ALL = ""
    UNVERIFIED = "unverified"
    NEVER_CHECKED = "never-checked"
    WAITING = "waiting"  # for a second person, with the next fragment of it that is approved


class SourceOrder(StrEnum):
    """In which order sources stand."""

    TITLE = "title"
    CHECKED = "checked"  # never, then the longest ago


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source in a list."""

    external_id: str
    kind: str
    title: str
    author: str | None
    url: str | None
    fragments: int
    is_unverified: bool
    waits: bool
    checked_at: datetime | None
    checked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSource:
    """A source with how far it has come."""

    source: Source
    revision: int
    approved_revision: int | None
    saved_by: str
    saved_at: datetime
    checked_at: datetime | None
    checked_by: str | None
    is_unverified: bool
    fragments: int
    on_hold: int  # of its fragments
    taken_in: tuple[str, ...]  # external ids of duplicates that were merged into it
    history: tuple[audit.Entry, ...]


class Sources:
    """The sources of one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(
        self,
        words: str = "",
        which: Which = Which.ALL,
        *,
        order: SourceOrder = SourceOrder.TITLE,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[ListedSource, ...]:
        """Sources whose words fit."""
        row = SourceRow
        by = (func.lower(row.title), row.external_id)
        columns = by if order is SourceOrder.TITLE else (row.checked_at.is_not(None), row.checked_at, *by)
        chosen = _listing().where(*self._conditions(words, which)).order_by(*columns).limit(limit).offset(offset)
        with reading_of(self._engine) as connection:
            return tuple(ListedSource(**found) for found in connection.execute(chosen).mappings())

    def count(self, words: str = "", which: Which = Which.ALL) -> int:
        """How many sources fit."""
        chosen = select(func.count()).select_from(SourceRow).where(*self._conditions(words, which))
        with reading_of(self._engine) as connection:
            return connection.execute(chosen).scalar_one()

    def held(self, external_id: str) -> HeldSource | None:
        """A source; of one that was merged, the one that it was merged into."""
        with reading_of(self._engine) as connection:
            source = reading.source(connection, external_id)
            return _held(connection, source) if source else None

    def alike(self) -> tuple[tuple[ListedSource, ...], ...]:
        """Groups of sources that seem to be one: the same title and author, or the same address."""
        row = SourceRow
        plain = select(row.external_id, row.title, row.author, row.url).where(row.merged_into.is_(None))
        with reading_of(self._engine) as connection:
            groups = _groups(connection.execute(plain.order_by(row.external_id)))[:MOST_ALIKE]
            wanted = {id_ for group in groups for id_ in group}
            found = connection.execute(_listing().where(row.external_id.in_(wanted))).mappings()
            listed = {each["external_id"]: ListedSource(**each) for each in found}
        return tuple(tuple(listed[id_] for id_ in group) for group in groups)

    def _conditions(self, words: str, which: Which) -> list[ColumnElement[bool]]:
        row = SourceRow
        narrowed = {
            Which.UNVERIFIED: _is_unverified(),
            Which.NEVER_CHECKED: row.checked_at.is_(None),
            Which.WAITING: _waits(),
        }
        by_words = [row.external_id.in_(subjects(self._engine, SOURCE, word)) for word in words_asked(words)]
        return [row.merged_into.is_(None), *by_words, *([narrowed[which]] if which in narrowed else [])]


def _listing() -> Any:
    row = SourceRow
    many = select(func.count()).where(FragmentRow.source_id == row.external_id).scalar_subquery()
    plain = (row.external_id, row.kind, row.title, row.author, row.url, many.label("fragments"))
    more = (_is_unverified().label("is_unverified"), _waits().label("waits"), row.checked_at, row.checked_by)
    columns: list[Any] = [*plain, *more]
    return select(*columns)


def _waits() -> ColumnElement[bool]:
    return SourceRow.revision.is_distinct_from(SourceRow.approved_revision)


def _is_unverified() -> ColumnElement[bool]:
    acts = SuppressionRow.source_id == SourceRow.external_id
    uncited = SuppressionRow.verification == Verification.UNCITED.value
    return or_(~exists().where(acts), exists().where(acts, uncited))


def _held(connection: Connection, source: Source) -> HeldSource:
    row, fragment = SourceRow, FragmentRow
    names = ("revision", "approved_revision", "saved_by", "saved_at", "checked_at", "checked_by")
    columns: list[Any] = [getattr(row, name) for name in names]
    chosen = select(*columns, _is_unverified().label("is_unverified")).where(row.external_id == source.external_id)
    many = select(func.count(), func.count(fragment.hold_by)).where(fragment.source_id == source.external_id)
    taken_in = select(row.external_id).where(row.merged_into == source.external_id).order_by(row.external_id)
    fragments, on_hold = connection.execute(many).one()
    return HeldSource(
        source=source,
        fragments=fragments,
        on_hold=on_hold,
        taken_in=tuple(connection.execute(taken_in).scalars()),
        **connection.execute(chosen).mappings().one(),
        history=tuple(audit.entries(connection, subject=source.external_id)),
    )


def _groups(found: Iterable[Any]) -> list[tuple[str, ...]]:
    """External ids that share a key, each group once, in the order in which they were found."""
    by_key: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for external_id, title, author, url in found:
        for key in _keys(title, author, url):
            by_key[key].append(external_id)
    return list(dict.fromkeys(tuple(ids) for ids in by_key.values() if len(ids) > 1))


def _keys(title: str, author: str | None, url: str | None) -> Iterable[tuple[str, ...]]:
    """What two records of one source have in common; a title without letters says nothing."""
    plain = _NOT_LETTERS.sub(" ", folded(title)).strip()
    if plain:
        yield "title", plain, _NOT_LETTERS.sub(" ", folded(author or "")).strip()
    if url:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        yield "url", host, parts.path.rstrip("/"), parts.query
