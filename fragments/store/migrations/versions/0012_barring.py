"""Hashes of the names that editors keep off the public list: they outlast the registration they were said of."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table, with the names that are barred."""
    table = op.create_table("barred_names", sa.Column("hash", sa.String(64), primary_key=True))
    barred = op.get_bind().execute(sa.text("SELECT site FROM registrations WHERE barred")).scalars().all()
    op.bulk_insert(table, [{"hash": hashlib.sha256(site.encode()).hexdigest()} for site in barred])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("barred_names")
