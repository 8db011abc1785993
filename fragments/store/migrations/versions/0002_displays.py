"""Displays: sites, daily and monthly counts, losses, and how far each spool segment is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(253), nullable=False, unique=True),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
    )
    _make_displays("displays", "day")
    _make_displays("displays_monthly", "month")
    op.create_table(
        "losses",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "spool_positions",
        sa.Column("machine", sa.String(64), primary_key=True),
        sa.Column("segment", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.Date),
    )


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    for table in ("spool_positions", "losses", "displays_monthly", "displays", "sites"):
        op.drop_table(table)


def _make_displays(name: str, period: str) -> None:
    op.create_table(
        name,
        sa.Column(period, sa.Date, primary_key=True),
        sa.Column("site_id", sa.Integer, sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("deck", sa.String(200), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_index(f"ix_{name}_site", name, ["site_id"])
