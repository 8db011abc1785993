"""The tables of second factors and ways back in, made by migration 0006. Secrets stand hashed or encrypted."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from fragments.store.people_tables import people_metadata
from fragments.store.tables import Moment


def _of_person(*, is_key: bool = False) -> Column[int]:
    return Column("person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), primary_key=is_key, nullable=False)


totp_secrets = Table(
    "totp_secrets",
    people_metadata,
    _of_person(is_key=True),
    Column("secret", Text, nullable=False),  # encrypted with a key that is not in the database
    Column("last_counter", BigInteger, nullable=False),  # of the last code taken: RFC 6238, section 5.2
    Column("is_confirmed", Boolean, nullable=False),  # a code of it was typed once
    Column("made_at", Moment, nullable=False),
)

passkeys = Table(
    "passkeys",
    people_metadata,
    Column("credential_id", String(1364), primary_key=True),  # base64url; WebAuthn allows 1,023 bytes
    _of_person(),
    Column("public_key", Text, nullable=False),  # COSE, base64url
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index("ix_passkeys_person", "person_id"),
)

recovery_codes = Table(
    "recovery_codes",
    people_metadata,
    _of_person(is_key=True),
    Column("code_hash", String(64), primary_key=True),
)

ceremonies = Table(
    "ceremonies",
    people_metadata,
    Column("token_hash", String(64), primary_key=True),  # of the browser that has to answer
    _of_person(),
    Column("challenge", String(128)),  # what a passkey has to sign, once; none for a code
    Column("until", Moment, nullable=False),
)

reset_links = Table(
    "reset_links",
    people_metadata,
    Column("token_hash", String(64), primary_key=True),
    _of_person(),
    Column("until", Moment, nullable=False),
    Index("ix_reset_links_person", "person_id"),
)
