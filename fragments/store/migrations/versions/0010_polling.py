"""Feed readers, by product and day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "polls",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("feed", sa.String(200), primary_key=True),
        sa.Column("product", sa.String(32), primary_key=True),
        sa.Column("polls", sa.BigInteger, nullable=False),
        sa.Column("subscribers", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("polls")
