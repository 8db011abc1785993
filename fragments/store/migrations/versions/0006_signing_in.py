"""Second factors, passkeys and recovery codes of people at the desk; links that set a password; sessions last used."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; sessions and invitations that exist have no last use and no maker."""
    op.create_table(
        "totp_secrets",
        _person(primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("last_counter", sa.BigInteger, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    _make_passkeys()
    op.create_table(
        "recovery_codes", _person(primary_key=True), sa.Column("code_hash", sa.String(64), primary_key=True)
    )
    op.create_table(
        "ceremonies",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _person(),
        sa.Column("challenge", sa.String(128)),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    _make_reset_links()
    op.add_column("desk_sessions", sa.Column("used_at", sa.DateTime(timezone=True)))
    op.add_column("invitations", sa.Column("made_by", sa.String(80)))


def downgrade() -> None:
    """Take everything back."""
    op.drop_column("invitations", "made_by")
    op.drop_column("desk_sessions", "used_at")
    for table in ("reset_links", "ceremonies", "recovery_codes", "passkeys", "totp_secrets"):
        op.drop_table(table)


def _person(*, primary_key: bool = False) -> sa.Column[int]:
    points_at = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer, points_at, primary_key=primary_key, nullable=False)


def _make_passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.String(1364), primary_key=True),
        _person(),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person_id"])


def _make_reset_links() -> None:
    op.create_table(
        "reset_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _person(),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_reset_links_person", "reset_links", ["person_id"])
