"""Words of one and two letters, as Chinese ones are: on SQLite found by the trigrams that begin with them, so the last
letters of a text get one too; on PostgreSQL by an index of characters."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

END = "\n\n"  # as fragments.store.indexing ends a text's words
_GRAMS = "CREATE VIRTUAL TABLE search_index_grams USING fts5vocab(search_index, instance)"
_CHARACTERS = "CREATE INDEX ix_search_texts_characters ON search_texts USING gin (string_to_array(words, NULL))"


def upgrade() -> None:
    """End the words of every text as new ones are; on SQLite the index follows by its triggers."""
    op.execute(sa.text("UPDATE search_texts SET words = rtrim(words, :end) || :end").bindparams(end=END))
    if op.get_context().dialect.name == "sqlite":
        op.execute(_GRAMS)
    else:
        op.execute(_CHARACTERS)


def downgrade() -> None:
    """As it was."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_grams")
    else:
        op.execute("DROP INDEX ix_search_texts_characters")
    op.execute(sa.text("UPDATE search_texts SET words = rtrim(words, :end)").bindparams(end=END))
