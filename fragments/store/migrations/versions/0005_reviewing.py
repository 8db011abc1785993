"""Dates and legal holds of fragments, who wrote words that another labelled, sources looked at again or merged."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)
_ADDED: dict[str, tuple[tuple[str, Any], ...]] = {
    "fragments": (
        ("words_by", sa.Text()),
        ("embargo_until", _MOMENT),
        ("expires_at", _MOMENT),
        ("hold_by", sa.Text()),
        ("hold_since", _MOMENT),
        ("hold_reason", sa.Text()),
    ),
    "sources": (("checked_at", _MOMENT), ("checked_by", sa.Text()), ("merged_into", sa.Text())),
}
_INDEXED = (("fragments", "embargo_until"), ("fragments", "expires_at"), ("sources", "merged_into"))


def upgrade() -> None:
    """Every column may be empty, and is in the rows that are there."""
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for table, name in _INDEXED:
        op.create_index(f"ix_{table}_{name}", table, [name])


def downgrade() -> None:
    """Drop them."""
    for table, name in _INDEXED:
        op.drop_index(f"ix_{table}_{name}", table)
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, _ in columns:
                batch.drop_column(name)
