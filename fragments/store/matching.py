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
SHORTEST_INDEXED = 3  # characters: a trigram
FIRST_IDEOGRAPH = "\u2e80"  # below it stand alphabets: one letter of theirs is in nearly every text
LAST_CHARACTER = "\U0010ffff"
CHARACTERS = func.string_to_array(search_texts.c.words, null(), type_=ARRAY(Text))  # PostgreSQL's, each for itself
_OfSource = aliased(FragmentRow, name="of_source")  # apart from the fragments of the query around it
_index = table("search_index", column("rowid"), column("words"))  # SQLite's; its columns are FTS5's
_grams = table("search_index_grams", column("term"), column("doc"))  # SQLite's: each trigram and where it stands


def with_word(connection: Connection, word: str) -> ColumnElement[bool]:
    """Whether a fragment has a word in it or in its source.

    PostgreSQL reads every fragment for such an OR, 0.3 s of 100,000, unless it meets 50 of them soon: a common word. Of
    a rarer one it is told the ids.
    """
    row = FragmentRow
    of_fragments, of_sources = (subjects(connection.engine, kind, word) for kind in (FRAGMENT, SOURCE))
    if connection.dialect.name != "sqlite":
        by_source = select(_OfSource.id).where(_OfSource.source_id.in_(of_sources))
        found = connection.scalars(union_all(of_fragments, by_source).limit(FEW + 1)).all()
        if len(found) <= FEW:
            return row.id.in_(select(func.unnest(literal(found, ARRAY(Text)))))
    return or_(row.id.in_(of_fragments), row.source_id.in_(of_sources))


def subjects(engine: Engine, kind: str, word: str) -> Select[Any]:
    """What has a word, folded, in it: ids of fragments, or external ids of sources."""
    chosen = select(search_texts.c.subject).where(search_texts.c.kind == kind)
    if engine.dialect.name != "sqlite":
        is_there = search_texts.c.words.contains(word, autoescape=True)
        is_short = len(word) < SHORTEST_INDEXED and min(word) >= FIRST_IDEOGRAPH
        return chosen.where(CHARACTERS.contains(list(word)), is_there) if is_short else chosen.where(is_there)
    if len(word) == 1 and word < FIRST_IDEOGRAPH:  # of 100,000 texts: 0.3 s by reading all, 0.6 s by their trigrams
        return chosen.where(func.instr(search_texts.c.words, word) > 0)
    if len(word) < SHORTEST_INDEXED:
        begins = and_(_grams.c.term >= word, _grams.c.term < word + LAST_CHARACTER)
        return chosen.where(search_texts.c.number.in_(select(_grams.c.doc).where(begins)))
    phrase = '"{}"'.format(word.replace('"', '""'))
    return chosen.where(search_texts.c.number.in_(select(_index.c.rowid).where(_index.c.words.op("MATCH")(phrase))))


def words_asked(asked: str) -> list[str]:
    """The words of a query, folded; what stands in quotation marks is one."""
    parts = re.findall(r'"([^"]+)"|(\S+)', asked.replace("\x00", " "))
    return [word for word in (folded(quoted or plain) for quoted, plain in parts[:MOST_WORDS]) if word]
