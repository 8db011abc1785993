"""Words of one and two letters are found by trigrams that begin with them: the last letters of a text get one too."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

END = "\n\n"  # as fragments.store.indexing ends a text's words
_GRAMS = "CREATE VIRTUAL TABLE search_index_grams USING fts5vocab(search_index, instance)"


def upgrade() -> None:
    """End the words of every text as new ones are; on SQLite the index follows by its triggers."""
    op.execute(sa.text("UPDATE search_texts SET words = rtrim(words, :end) || :end").bindparams(end=END))
    if op.get_context().dialect.name == "sqlite":
        op.execute(_GRAMS)


def downgrade() -> None:
    """As it was."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_grams")
    op.execute(sa.text("UPDATE search_texts SET words = rtrim(words, :end)").bindparams(end=END))
