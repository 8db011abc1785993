"""Sites whose owners made themselves known, what was seen on them, and what the public was told of all."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "registrations",
        sa.Column("site", sa.String(253), primary_key=True),
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("proven_by", sa.String(8), nullable=False),
        sa.Column("proven_on", sa.Date, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("barred", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("page", sa.Text),
    )
    op.create_table(
        "visits",
        sa.Column("site", sa.String(253), primary_key=True),
        sa.Column("chosen", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("begun_on", sa.Date),
        sa.Column("looked_on", sa.Date),
        sa.Column("verdict", sa.String(16)),
        sa.Column("seen_on", sa.Date),
    )
    op.create_table(
        "public_weeks",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("displays", sa.BigInteger),
        sa.Column("sites", sa.Integer),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("public_weeks", "visits", "registrations"):
        op.drop_table(table)
