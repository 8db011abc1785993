"""Finding: folded words with a trigram index; drafts and kept filters of people at the desk."""

import json
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from fragments.nouns import Fragment
from fragments.record import from_record, source_from_record
from fragments.store.indexing import index

revision = "0004"
down_revision = "0003"

BATCH = 1_000
_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "words, content='search_texts', content_rowid='number', tokenize='trigram', detail='full')"
)
_ADD = "INSERT INTO search_index(rowid, words) VALUES (new.number, new.words);"
_DROP = "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.number, old.words);"
_FOLLOW = {
    "search_follows_insert": f"AFTER INSERT ON search_texts BEGIN {_ADD} END",
    "search_follows_delete": f"AFTER DELETE ON search_texts BEGIN {_DROP} END",
    "search_follows_update": f"AFTER UPDATE ON search_texts WHEN old.words <> new.words BEGIN {_DROP} {_ADD} END",
}
_NEWEST = (
    "SELECT record FROM revisions JOIN {table} ON revisions.subject = {table}.{key} "
    "AND revisions.revision = {table}.revision WHERE revisions.kind = '{kind}' ORDER BY {table}.{key}"
)


def upgrade() -> None:
    """Make the tables and lay out what is there."""
    op.create_table(
        "search_texts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "subject", name="uq_search_texts_subject"),
    )
    _make_what_people_keep()
    op.create_index("ix_fragments_saved_at", "fragments", ["saved_at", "id"])
    op.create_index("ix_fragments_campaign_saved", "fragments", ["campaign", "saved_at"])
    (_index_sqlite if op.get_context().dialect.name == "sqlite" else _index_postgresql)()
    _lay_out()


def downgrade() -> None:
    """Drop them."""
    if op.get_context().dialect.name == "sqlite":
        for trigger in _FOLLOW:
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE search_index")
    op.drop_index("ix_fragments_campaign_saved", "fragments")
    op.drop_index("ix_fragments_saved_at", "fragments")
    for table in ("kept_filters", "desk_drafts", "search_texts"):
        op.drop_table(table)


def _make_what_people_keep() -> None:
    person = sa.ForeignKey("people.id", ondelete="CASCADE")
    op.create_table(
        "desk_drafts",
        sa.Column("person_id", sa.Integer, person, primary_key=True),
        sa.Column("key", sa.String(24), primary_key=True),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_desk_drafts_saved_at", "desk_drafts", ["saved_at"])
    op.create_table(
        "kept_filters",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
    )


def _index_sqlite() -> None:
    op.execute(_INDEX)
    for name, what in _FOLLOW.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def _index_postgresql() -> None:
    """Where the extension may not be made, ILIKE reads every row: slower, and right all the same."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(
                sa.text("CREATE INDEX ix_search_texts_words ON search_texts USING gin (words gin_trgm_ops)")
            )
    except sa.exc.DBAPIError:
        return


def _lay_out() -> None:
    for records in _newest("sources", "external_id", "source"):
        index(op.get_bind(), (), [source_from_record(json.loads(record)) for record in records])
    for records in _newest("fragments", "id", "fragment"):
        index(op.get_bind(), [_fragment(record) for record in records], ())


def _newest(table: str, key: str, kind: str) -> Iterator[Sequence[str]]:
    chosen = sa.text(_NEWEST.format(table=table, key=key, kind=kind))
    found = op.get_bind().execute(chosen, execution_options={"yield_per": BATCH})
    yield from found.scalars().partitions()


def _fragment(record: str) -> Fragment:
    stored = json.loads(record)
    return from_record({**stored, "source": {"external_id": stored["source"]}})
