"""The tables for finding: folded words of every fragment and source, drafts and kept filters of people at the desk.

Made by migrations 0004 and 0013. On SQLite a trigram index (FTS5, `search_index`) follows `search_texts` by triggers,
and `search_index_grams` shows its trigrams; on PostgreSQL an index of pg_trgm does, where that extension can be had.
None is read but by a condition on the words.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from fragments.store.people_tables import people_metadata
from fragments.store.tables import Moment

search_metadata = MetaData()

search_texts = Table(
    "search_texts",
    search_metadata,
    Column("number", Integer, primary_key=True),  # a rowid that VACUUM does not change
    Column("kind", String(8), nullable=False),  # fragment | source
    Column("subject", Text, nullable=False),  # its id, its external id
    Column("words", Text, nullable=False),  # fragments.folding
    UniqueConstraint("kind", "subject", name="uq_search_texts_subject"),
)

desk_drafts = Table(
    "desk_drafts",
    people_metadata,
    Column("person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(24), primary_key=True),  # a fragment's id, or the key of one that is not saved yet
    Column("fields", Text, nullable=False),  # the form as JSON, nothing cleaned
    Column("saved_at", Moment, nullable=False),
    Index("ix_desk_drafts_saved_at", "saved_at"),
)

kept_filters = Table(
    "kept_filters",
    people_metadata,
    Column("person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("query", Text, nullable=False),  # a query string
)
