"""The tables of the people at the desk. Made by migrations 0003 and 0006. Secrets stand in them as hashes only."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from fragments.store.tables import Moment

people_metadata = MetaData()

people = Table(
    "people",
    people_metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),  # as shown
    Column("name_key", String(80), nullable=False, unique=True),  # case folded, as compared
    Column("email", String(254)),
    Column("password_hash", String(255), nullable=False),  # argon2id, with its parameters
    Column("role", String(16), nullable=False),  # contributor, editor, administrator
    Column("is_active", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
)

desk_sessions = Table(
    "desk_sessions",
    people_metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("used_at", Moment),  # to five minutes
    Index("ix_desk_sessions_person", "person_id"),
)

invitations = Table(
    "invitations",
    people_metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("until", Moment, nullable=False),
    Column("made_by", String(80)),  # none: the link that a start prints while nobody administers the desk
)

failed_sign_ins = Table(
    "failed_sign_ins",
    people_metadata,
    Column("bucket", Integer, primary_key=True),  # of 4096: strangers cannot make more rows than that
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)
