"""Mirrors, as they were last seen."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mirrors",
        sa.Column("address", sa.String(500), primary_key=True),
        sa.Column("is_sound", sa.Boolean, nullable=False),
        sa.Column("fault", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer),
        sa.Column("said_at", moment),
        sa.Column("looked_at", moment, nullable=False),
        sa.Column("failing_since", moment),
        sa.Column("dropped_at", moment),
        sa.Column("whole_at", moment),
        sa.Column("good_looks", sa.Integer, nullable=False),
        sa.Column("next_file", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("mirrors")
