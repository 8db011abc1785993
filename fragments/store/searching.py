"""Finds fragments and sources by their words and by where they stand.

Rules: every word asked for must stand in the fragment or in its source (fragments.store.matching). Newest first, or
oldest first for a queue. Who may see what is a condition like any other (`seen_by`). Changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, exists, func, or_, select
from sqlalchemy.sql import Select

from fragments.nouns import Sensitivity, State
from fragments.store.database import reading
from fragments.store.indexing import SOURCE
from fragments.store.matching import subjects, with_word, words_asked
from fragments.store.presence import is_shown
from fragments.store.tables import FragmentRow, RevisionRow, SourceRow, SuppressionRow, TopicRow

MOST_COUNTED = 10_000  # beyond it a list says "more than"
MARKED = {  # what lists can be narrowed to beside states
    "embargo": FragmentRow.embargo_until.is_not(None),
    "expiry": FragmentRow.expires_at.is_not(None),
    "hold": FragmentRow.hold_by.is_not(None),
}


class Order(StrEnum):
    """In which order a list stands; those of one language or risk with the oldest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LANGUAGE = "language"
    RISK = "risk"  # authors at risk first


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; an empty value asks for nothing."""

    words: str = ""
    state: str = ""  # a State, or "waiting" (in review, or published with a source that waits), or a key of MARKED
    lang: str = ""  # a tag and all that begin with it
    country: str = ""
    topic: str = ""
    campaign: str = ""
    editor: str = ""
    source: str = ""  # an external id
    sensitivity: str = ""
    saved_before: datetime | None = None
    seen_by: str = ""  # a contributor: what is theirs or published

    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return self == Wanted(seen_by=self.seen_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fragment in a list."""

    id: str
    state: State
    live: int | None
    revision: int
    lang: str
    text: str
    gloss: str | None
    sensitivity: str
    saved_by: str
    saved_at: datetime
    words_by: str | None  # who wrote the words, where that is another
    embargo_until: datetime | None
    expires_at: datetime | None
    hold_by: str | None
    source_id: str
    title: str
    author: str | None


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A source in a list, with how many fragments it has."""

    external_id: str
    title: str
    author: str | None
    url: str | None
    fragments: int
    verifications: tuple[str, ...]
    countries: tuple[str, ...]


class Finding:
    """Searches in one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fragments(
        self,
        wanted: Wanted,
        *,
        limit: int = 50,
        offset: int = 0,
        oldest_first: bool = False,
        order: Order = Order.NEWEST,
    ) -> tuple[Found, ...]:
        """Fragments that fit, newest first unless told otherwise."""
        with reading(self._engine) as connection:
            columns = _ordered(Order.OLDEST if oldest_first else order)
            chosen = (
                _listed().where(*self._conditions(connection, wanted)).order_by(*columns).limit(limit).offset(offset)
            )
            return tuple(_found(row) for row in connection.execute(chosen).mappings())

    def count(self, wanted: Wanted) -> int:
        """How many fragments fit; MOST_COUNTED + 1 where there are more."""
        with reading(self._engine) as connection:
            return _counted(connection, self._conditions(connection, wanted))

    def page(self, wanted: Wanted, *, limit: int = 50, offset: int = 0) -> tuple[tuple[Found, ...], int]:
        """The newest that fit, and how many do; words are looked up once for both."""
        with reading(self._engine) as connection:
            conditions = self._conditions(connection, wanted)
            chosen = _listed().where(*conditions).order_by(*_ordered(Order.NEWEST)).limit(limit).offset(offset)
            found = tuple(_found(row) for row in connection.execute(chosen).mappings())
            return found, _counted(connection, conditions)

    def sources(self, words: str = "", *, limit: int = 50, offset: int = 0) -> tuple[FoundSource, ...]:
        """Sources whose words fit, by title."""
        row = SourceRow
        many = select(func.count()).where(FragmentRow.source_id == row.external_id).scalar_subquery()
        chosen = select(row.external_id, row.title, row.author, row.url, many).where(row.merged_into.is_(None))
        chosen = chosen.order_by(func.lower(row.title), row.external_id)
        for word in words_asked(words):
            chosen = chosen.where(row.external_id.in_(subjects(self._engine, SOURCE, word)))
        with reading(self._engine) as connection:
            found = connection.execute(chosen.limit(limit).offset(offset)).all()
            acts = select(SuppressionRow).where(SuppressionRow.source_id.in_([each[0] for each in found]))
            told = [(a.source_id, a.verification, a.country) for a in connection.execute(acts.with_only_columns(
                SuppressionRow.source_id, SuppressionRow.verification, SuppressionRow.country
            ))]  # fmt: skip
        return tuple(
            FoundSource(each[0], each[1], each[2], each[3], each[4], _of(told, each[0], 1), _of(told, each[0], 2))
            for each in found
        )

    def may_see(self, fragment_id: str, seen_by: str) -> bool:
        """Whether a contributor wrote a fragment or finds it published."""
        chosen = select(FragmentRow.id).where(FragmentRow.id == fragment_id, _is_seen_by(seen_by))
        with reading(self._engine) as connection:
            return connection.execute(chosen).first() is not None

    def wrote(self, fragment_id: str, name: str) -> bool:
        """Whether somebody saved a revision of a fragment."""
        with reading(self._engine) as connection:
            found = select(RevisionRow.revision).where(_has_saved(fragment_id, name)).limit(1)
            return connection.execute(found).first() is not None

    def values(self) -> dict[str, tuple[str, ...]]:
        """What lists can be narrowed to: languages, countries, topics, campaigns, editors."""
        columns: dict[str, Any] = {
            "lang": FragmentRow.lang,
            "country": SuppressionRow.country,
            "topic": TopicRow.slug,
            "campaign": FragmentRow.campaign,
            "editor": FragmentRow.saved_by,
        }
        with reading(self._engine) as connection:
            found = {name: connection.scalars(select(each).distinct()).all() for name, each in columns.items()}
        return {name: tuple(sorted(filter(None, values))) for name, values in found.items()}

    def _conditions(self, connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
        by_words = [with_word(connection, word) for word in words_asked(wanted.words)]
        return [*by_words, *_narrowed(wanted)]


def _counted(connection: Connection, conditions: list[ColumnElement[bool]]) -> int:
    chosen = _joined(select(FragmentRow.id)).where(*conditions).limit(MOST_COUNTED + 1)
    return connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = FragmentRow
    if wanted.state == "waiting":
        yield _waits()
    elif wanted.state == State.PUBLISHED.value:
        yield row.approved_revision.is_not(None)
    elif wanted.state in MARKED:
        yield MARKED[wanted.state]
    elif wanted.state:
        yield row.state == wanted.state
    if wanted.saved_before:
        yield row.saved_at <= wanted.saved_before
    if wanted.lang:
        yield or_(row.lang == wanted.lang, row.lang.startswith(f"{wanted.lang}-", autoescape=True))
    if wanted.country:
        yield row.source_id.in_(select(SuppressionRow.source_id).where(SuppressionRow.country == wanted.country))
    if wanted.topic:
        yield row.id.in_(select(TopicRow.fragment_id).where(TopicRow.slug == wanted.topic))
    yield from _named(wanted)


def _named(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = FragmentRow
    for asked, kept in (
        (wanted.campaign, row.campaign),
        (wanted.source, row.source_id),
        (wanted.sensitivity, row.sensitivity),
    ):
        if asked:
            yield kept == asked
    if wanted.editor:
        yield exists().where(_has_saved(row.id, wanted.editor))
    if wanted.seen_by:
        yield _is_seen_by(wanted.seen_by)


def _waits() -> ColumnElement[bool]:
    is_new = SourceRow.revision.is_distinct_from(SourceRow.approved_revision)
    return or_(FragmentRow.state == State.IN_REVIEW.value, and_(FragmentRow.state == State.PUBLISHED.value, is_new))


def _has_saved(fragment_id: Any, name: str) -> ColumnElement[bool]:
    row = RevisionRow
    return and_(row.kind == "fragment", row.subject == fragment_id, row.saved_by == name)


def _is_seen_by(name: str) -> ColumnElement[bool]:
    return or_(is_shown(), exists().where(_has_saved(FragmentRow.id, name)))


def _ordered(order: Order) -> tuple[Any, ...]:
    row = FragmentRow
    oldest = (row.saved_at, row.id)
    return {
        Order.NEWEST: tuple(each.desc() for each in oldest),
        Order.OLDEST: oldest,
        Order.LANGUAGE: (row.lang, *oldest),
        Order.RISK: (case((row.sensitivity == Sensitivity.NEEDS_FRESH.value, 0), else_=1), *oldest),
    }[order]


def _joined(chosen: Select[Any]) -> Select[Any]:
    return chosen.join(SourceRow, SourceRow.external_id == FragmentRow.source_id)


def _listed() -> Select[Any]:
    row = FragmentRow
    plain = (row.id, row.state, row.revision, row.lang, row.text, row.gloss, row.sensitivity, row.saved_by)
    more = (row.saved_at, row.source_id, row.approved_revision.label("live"), SourceRow.title, SourceRow.author)
    dates = (row.words_by, row.embargo_until, row.expires_at, row.hold_by)
    columns: list[Any] = [*plain, *more, *dates]
    return _joined(select(*columns))


def _found(row: Any) -> Found:
    return Found(**{**row, "state": State(row["state"])})


def _of(told: Iterable[tuple[str, str, str]], source_id: str, place: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each[place] for each in told if each[0] == source_id))
