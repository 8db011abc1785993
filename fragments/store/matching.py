"""Which fragments and sources have a word in them, by the index of each database.

Rules: words are compared folded, anywhere in a text. Three letters and more are looked up by their trigrams. Of shorter
ones (a Chinese word has two), SQLite looks among the trigrams that begin with them, PostgreSQL for texts with both
characters; of alphabets it reads all words. It orders and limits nothing (fragments.store.searching).
"""

import re
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Text,
    and_,
    column,
    func,
    literal,
    null,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Select

from fragments.folding import folded
from fragments.store.indexing import FRAGMENT, SOURCE
from fragments.store.search_tables import search_texts
from fragments.store.tables import FragmentRow

MOST_WORDS = 8
FEW = 10_000  # fragments: PostgreSQL is told the ids of so many, and looks for 50 of more among the newest
SAMPLE = 1_000  # fragments that are looked through to tell a common word, 15 ms; fewer fragments have no common one
SHORTEST_INDEXED = 3  # characters: a trigram
FIRST_IDEOGRAPH = "\u2e80"  # below it stand alphabets: one letter of theirs is in nearly every text
LAST_CHARACTER = "\U0010ffff"
CHARACTERS = func.string_to_array(search_texts.c.words, null(), type_=ARRAY(Text))  # PostgreSQL's, each for itself
_OfSource = aliased(FragmentRow, name="of_source")  # apart from the fragments of the query around it
_index = table("search_index", column("rowid"), column("words"))  # SQLite's; its columns are FTS5's
_grams = table("search_index_grams", column("term"), column("doc"))  # SQLite's: each trigram and where it stands


def with_word(connection: Connection, word: str) -> ColumnElement[bool]:
    """Whether a fragment has a word in it or in its source.

    A word of most fragments is met again and again on the way through them, in whatever order they are listed: no index
    is asked. PostgreSQL reads every fragment for an OR of two indexes, 0.3 s of 100,000; it is told the ids of a rare
    word.
    """
    if _is_common(connection, word):
        return _is_met(connection, word)
    row = FragmentRow
    of_fragments, of_sources = (subjects(connection.engine, kind, word) for kind in (FRAGMENT, SOURCE))
    if connection.dialect.name != "sqlite":
        by_source = select(_OfSource.id).where(_OfSource.source_id.in_(of_sources))
        found = connection.scalars(union_all(of_fragments, by_source).limit(FEW + 1)).all()
        if len(found) <= FEW:
            return row.id.in_(select(func.unnest(literal(found, ARRAY(Text)))))
    return or_(row.id.in_(of_fragments), row.source_id.in_(of_sources))


def _is_common(connection: Connection, word: str) -> bool:
    """Whether two fifths of the newest and of the oldest fragments have a word: 10,001 are then met among 25,000."""
    row, ends = FragmentRow, (FragmentRow.saved_at.desc(), FragmentRow.saved_at)
    sample = union_all(*(select(select(row.id).order_by(end).limit(SAMPLE // 2).subquery()) for end in ends)).subquery()
    words = search_texts.c
    at = and_(words.kind == FRAGMENT, words.subject == sample.c.id)
    counted = select(func.count()).select_from(sample.join(search_texts, at)).where(_has(connection, word))
    return connection.execute(counted).scalar_one() * 5 >= SAMPLE * 2


def _is_met(connection: Connection, word: str) -> ColumnElement[bool]:
    """A look at each fragment's and its source's words; PostgreSQL would lay out a whole table for an EXISTS."""
    words, has = search_texts.c, _has(connection, word)
    of = ((FRAGMENT, FragmentRow.id), (SOURCE, FragmentRow.source_id))
    return or_(*(select(has).where(words.kind == kind, words.subject == id_).scalar_subquery() for kind, id_ in of))


def _has(at: Connection | Engine, word: str) -> ColumnElement[bool]:
    if at.dialect.name == "sqlite":
        return func.instr(search_texts.c.words, word) > 0
    return search_texts.c.words.contains(word, autoescape=True)


def subjects(engine: Engine, kind: str, word: str) -> Select[Any]:
    """What has a word, folded, in it: ids of fragments, or external ids of sources."""
    chosen = select(search_texts.c.subject).where(search_texts.c.kind == kind)
    if engine.dialect.name != "sqlite":
        is_there = _has(engine, word)
        is_short = len(word) < SHORTEST_INDEXED and min(word) >= FIRST_IDEOGRAPH
        return chosen.where(CHARACTERS.contains(list(word)), is_there) if is_short else chosen.where(is_there)
    if len(word) == 1 and word < FIRST_IDEOGRAPH:  # of 100,000 texts: 0.3 s by reading all, 0.6 s by their trigrams
        return chosen.where(_has(engine, word))
    if len(word) < SHORTEST_INDEXED:
        begins = and_(_grams.c.term >= word, _grams.c.term < word + LAST_CHARACTER)
        return chosen.where(search_texts.c.number.in_(select(_grams.c.doc).where(begins)))
    phrase = '"{}"'.format(word.replace('"', '""'))
    return chosen.where(search_texts.c.number.in_(select(_index.c.rowid).where(_index.c.words.op("MATCH")(phrase))))


def words_asked(asked: str) -> list[str]:
    """The words of a query, folded; what stands in quotation marks is one."""
    parts = re.findall(r'"([^"]+)"|(\S+)', asked.replace("\x00", " "))
    return [word for word in (folded(quoted or plain) for quoted, plain in parts[:MOST_WORDS]) if word]
