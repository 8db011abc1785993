"""What the public handed in, apart from everything that editors made."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_submissions_day", "submissions", ["day"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_submissions_day", "submissions")
    op.drop_table("submissions")
