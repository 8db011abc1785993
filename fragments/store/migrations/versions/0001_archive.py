"""The archive: sources, fragments, revisions, editions and the audit record."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEEPERS = {  # the audit record can be added to, and nothing else
    "sqlite": (
        "CREATE TRIGGER audit_keeps_{event} BEFORE {event} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit record is only added to'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER audit_keeps_{event} BEFORE {event} ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()"
    ),
}
_KEEPER = (
    "CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit record is only added to'; END $$"
)
_TABLES = (
    *("revisions", "sources", "suppressions", "evidence", "campaigns"),
    *("fragments", "translations", "topics", "notes"),
    *("editions", "edition_items", "withdrawals", "audit"),
)


def upgrade() -> None:
    """Make the tables."""
    _make_sources()
    _make_fragments()
    _make_parts_of_fragments()
    _make_editions()
    _make_audit()


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_only_added_to")


def _texts(names: str, *, needed: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=not needed) for name in names.split()]


def _numbers(names: str, *, needed: bool = True) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=not needed) for name in names.split()]


def _moment(name: str, *, needed: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _fragment_key() -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    points = sa.ForeignKeyConstraint(["fragment_id"], ["fragments.id"], ondelete="CASCADE")
    return sa.Column("fragment_id", sa.String(10), nullable=False), points


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])


def _make_sources() -> None:
    op.create_table(
        "revisions",
        sa.Column("kind", sa.String(8), nullable=False),
        *_texts("subject record saved_by"),
        *_numbers("revision"),
        _moment("saved_at"),
        sa.PrimaryKeyConstraint("kind", "subject", "revision"),
    )
    op.create_table(
        "sources",
        *_texts("external_id kind title author_visibility saved_by"),
        *_texts("title_lang url publisher author date_raw date_edtf rights rights_basis", needed=False),
        *_numbers("revision"),
        *_numbers("approved_revision", needed=False),
        _moment("saved_at"),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("given", sa.String(64)),
        sa.PrimaryKeyConstraint("external_id"),
    )
    op.create_table(
        "suppressions",
        *_texts("source_id country verification"),
        *_texts("who company method action status since_raw since_edtf until_raw until_edtf reason note", needed=False),
        *_numbers("place"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.external_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "place"),
    )
    _index("suppressions", "country")
    op.create_table(
        "evidence",
        *_texts("source_id"),
        *_numbers("suppression_place place"),
        *_texts("url citation accessed sha256", needed=False),
        sa.ForeignKeyConstraint(
            ["source_id", "suppression_place"], ["suppressions.source_id", "suppressions.place"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "suppression_place", "place"),
    )


def _make_fragments() -> None:
    op.create_table("campaigns", *_texts("slug name"), sa.PrimaryKeyConstraint("slug"))
    op.create_table(
        "fragments",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_texts("external_id source_id lang text form gloss_lang sensitivity saved_by"),
        *_texts("gloss attribution content_warning campaign correction approved_source_id", needed=False),
        *_numbers("weight revision source_revision"),
        *_numbers("approved_revision", needed=False),
        _moment("saved_at"),
        _moment("published_at", needed=False),
        _moment("corrected_at", needed=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("given", sa.String(64)),
        sa.ForeignKeyConstraint(["source_id"], ["sources.external_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("external_id"),
    )
    for column in ("approved_revision", "campaign", "lang", "source_id", "state"):
        _index("fragments", column)


def _make_parts_of_fragments() -> None:
    op.create_table(
        "translations",
        *_fragment_key(),
        *_numbers("place"),
        *_texts("lang text maker"),
        *_texts("translator note", needed=False),
        sa.PrimaryKeyConstraint("fragment_id", "place"),
    )
    _index("translations", "lang")
    op.create_table(
        "topics",
        *_fragment_key(),
        *_numbers("place"),
        *_texts("slug"),
        sa.PrimaryKeyConstraint("fragment_id", "place"),
    )
    _index("topics", "slug")
    op.create_table(
        "notes",
        *_fragment_key(),
        *_numbers("place"),
        *_texts("code message"),
        sa.Column("blocks", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("fragment_id", "place"),
    )


def _make_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _moment("dated"),
        *_texts("frozen_by campaigns"),
        sa.Column("audit_head", sa.String(64), nullable=False),
    )
    op.create_table(
        "edition_items",
        sa.Column("fragment_id", sa.String(10), sa.ForeignKey("fragments.id"), nullable=False),
        sa.Column("from_edition", sa.Integer, sa.ForeignKey("editions.number"), nullable=False),
        *_numbers("to_edition", needed=False),
        *_numbers("revision source_revision"),
        *_texts("source_id"),
        _moment("published_at"),
        _moment("corrected_at", needed=False),
        *_texts("correction", needed=False),
        sa.PrimaryKeyConstraint("fragment_id", "from_edition"),
    )
    _index("edition_items", "to_edition")
    op.create_table(
        "withdrawals",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("fragment_id", sa.String(10), sa.ForeignKey("fragments.id"), nullable=False),
        _moment("at"),
        *_texts("by reason"),
        *_numbers("from_edition to_edition", needed=False),
    )
    _index("withdrawals", "fragment_id")


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _moment("at"),
        *_texts("actor action subject details"),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    _index("audit", "subject")
    dialect = op.get_context().dialect.name
    if dialect == "postgresql":
        op.execute(_KEEPER)
    for event in ("update", "delete"):
        op.execute(_KEEPERS[dialect].format(event=event))
