"""Subscribers of the feeds' hub."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "subscribers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("topic", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(200)),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("told", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_subscribers_host", "subscribers", ["host"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("subscribers")
