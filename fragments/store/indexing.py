"""Lays the words of fragments and sources out for finding, in the transaction that saves them.

A source's words stand once, not with each of its fragments: a corrected title is found at once.
It searches nothing (fragments.store.searching).
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from fragments.folding import folded
from fragments.nouns import Fragment, Source
from fragments.store.search_tables import search_texts

FRAGMENT, SOURCE = "fragment", "source"
JOINT = "\n"  # between texts; folding makes no newline, so that nothing is found across two of them
END = JOINT * 2  # so that a trigram begins at each letter, the last ones too, and a word of one or two is found by it


def index(connection: Connection, fragments: Iterable[Fragment], sources: Iterable[Source]) -> None:
    """Put the words of what was saved in place of those before."""
    rows = [_row(SOURCE, each.external_id, words_of_source(each)) for each in sources]
    rows += [_row(FRAGMENT, each.id, words_of(each)) for each in fragments]
    if rows:
        connection.execute(_upsert(connection, search_texts), rows)


def words_of(fragment: Fragment) -> tuple[str | None, ...]:
    """What a fragment is found by."""
    translated = [part for each in fragment.translations for part in (each.text, each.translator)]
    named = (fragment.attribution, fragment.external_id, fragment.id)
    return (fragment.text, fragment.gloss, *translated, *named)


def words_of_source(source: Source) -> tuple[str | None, ...]:
    """What a source is found by, and its fragments too."""
    acts = [part for act in source.suppressions for part in (act.who, act.company, act.reason)]
    return (source.title, source.author, source.publisher, source.url, source.external_id, *acts)


def joined(parts: Iterable[str | None]) -> str:
    """Words of several texts as they are indexed."""
    return JOINT.join(filter(None, (folded(part) for part in parts if part))) + END


def _row(kind: str, subject: str, parts: Iterable[str | None]) -> dict[str, str]:
    return {"kind": kind, "subject": subject, "words": joined(parts)}


def _upsert(connection: Connection, table: Table) -> Executable:
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=["kind", "subject"], set_={"words": statement.excluded["words"]}
    )
    return upsert
