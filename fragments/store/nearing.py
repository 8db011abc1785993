"""Finds what the archive has that is nearly the same as a text, or holds it, or stands in it.

Rules: the index of words names the candidates, by pieces of the text that a near-duplicate still has, those first that
have most of them; each is then compared whole (fragments.gathering.nearness), originals and translations alike. Nothing
is kept for it, so it is never behind, and 100,000 fragments cost no more to import; a text is compared with them in 70
ms (a shared core, SQLite). Without a trigram index (PostgreSQL without pg_trgm) it reads all words. What somebody may
not see is the caller's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, Engine, case, column, func, or_, select, table

from fragments.gathering.nearness import Nearness, nearness, probes, runs
from fragments.store.database import reading
from fragments.store.indexing import FRAGMENT, JOINT
from fragments.store.search_tables import search_texts

MOST_CANDIDATES = 40
SHORTEST_PROBE = 3  # characters: a trigram; shorter texts are compared with nothing
_index = table("search_index", column("rowid"), column("words"))  # SQLite's; its columns are FTS5's


@dataclass(frozen=True, slots=True)
class Twin:
    """A fragment that is near to a text."""

    fragment_id: str
    nearness: Nearness


class Nearby:
    """Near-duplicates in one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def to(self, text: str, *, but: str = "", most: int = 3) -> tuple[Twin, ...]:
        """The nearest fragments, nearest first; `but`: the id of the text itself."""
        wanted = [probe for probe in probes(text) if len(probe) >= SHORTEST_PROBE]
        if not wanted:
            return ()
        chosen = select(search_texts.c.subject, search_texts.c.words).where(
            search_texts.c.kind == FRAGMENT, search_texts.c.subject != but, self._has_one_of(wanted)
        )
        has = [case((self._has(probe), 1), else_=0) for probe in wanted]
        by_most = chosen.order_by(reduce(add, has).desc()).limit(MOST_CANDIDATES)
        with reading(self._engine) as connection:
            rows = connection.execute(by_most).all()
        ours = runs(text)
        twins = (Twin(row.subject, _nearest(ours, row.words.split(JOINT))) for row in rows)
        near = [twin for twin in twins if twin.nearness.is_near]
        return tuple(
            sorted(near, key=lambda each: (-each.nearness.alike, -each.nearness.inside, each.fragment_id))[:most]
        )

    def _has_one_of(self, wanted: list[str]) -> ColumnElement[bool]:
        if self._engine.dialect.name != "sqlite":
            return or_(*map(self._has, wanted))
        phrases = " OR ".join('"{}"'.format(probe.replace('"', '""')) for probe in wanted)
        return search_texts.c.number.in_(select(_index.c.rowid).where(_index.c.words.op("MATCH")(phrases)))

    def _has(self, probe: str) -> ColumnElement[bool]:
        if self._engine.dialect.name != "sqlite":
            return search_texts.c.words.contains(probe, autoescape=True)
        return func.instr(search_texts.c.words, probe) > 0


def _nearest(ours: frozenset[str], parts: Iterable[str]) -> Nearness:
    """The best of what a fragment is made of; its gloss and names are too short to be near by chance."""
    found = (nearness(ours, runs(part)) for part in parts if len(part) >= SHORTEST_PROBE * 4)
    return max(found, key=lambda each: (each.is_near, each.alike, each.inside), default=Nearness(0.0, 0.0))
