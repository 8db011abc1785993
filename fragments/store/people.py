"""The people at the desk: accounts, sign-ins that can be revoked, invitations, failures.

Rules: tokens and passwords come in as hashes and never leave; the first administrator is made once, by a token that
then is gone, in one transaction with its audit entry; failures are kept by bucket, so that nothing a stranger types
makes a row of its own. It hashes nothing, checks no password and knows no cookie (widget_server/desk).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Exists,
    Row,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from fragments.errors import NotAllowed
from fragments.review import OPERATOR
from fragments.store import audit
from fragments.store.database import reading, writing
from fragments.store.factor_tables import passkeys, totp_secrets
from fragments.store.people_tables import desk_sessions, failed_sign_ins, invitations, people
from fragments.terms import CLOCK

ADMINISTRATOR = "administrator"
ROLES = {"contributor": "a contributor", "editor": "an editor", ADMINISTRATOR: "an administrator"}
BUCKETS = 4096
FREE_TRIES = 5  # then each failure doubles the wait
LONGEST_WAIT = timedelta(minutes=15)
FAILURES_FADE = timedelta(days=1)
USE_NOTED_EVERY = timedelta(minutes=5)  # a write for each page would make reading a page cost one


# Who acts in the audit record without an account: whoever bore such a name could approve what the operator imported.
NOBODYS = frozenset({OPERATOR.casefold(), CLOCK.casefold()})


class NameTaken(NotAllowed):
    """Somebody has this name already."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at the desk."""

    id: int
    name: str
    role: str
    password_hash: str
    email: str | None = None
    has_second_factor: bool = False  # a confirmed TOTP secret or a passkey


class People:
    """The accounts of one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has_administrator(self) -> bool:
        """Whether anybody can administer the desk."""
        with reading(self._engine) as connection:
            return _has_administrator(connection)

    def invite_first_administrator(self, token_hash: str, until: datetime) -> None:
        """Let the holder of a token make the first administrator; tokens given before are void.

        Raises NotAllowed when there is an administrator.
        """
        with writing(self._engine) as connection:
            if _has_administrator(connection):
                raise NotAllowed(ADMINISTRATOR)
            connection.execute(delete(invitations).where(invitations.c.made_by.is_(None)))
            connection.execute(insert(invitations).values(token_hash=token_hash, role=ADMINISTRATOR, until=until))

    def invite(self, token_hash: str, role: str, until: datetime, *, now: datetime, by: str = OPERATOR) -> None:
        """Let the holder of a token make one account with a role."""
        row = {"token_hash": token_hash, "role": role, "until": until, "made_by": by}
        with writing(self._engine) as connection:
            connection.execute(delete(invitations).where(invitations.c.until <= now))
            connection.execute(insert(invitations).values(row))
            audit.append(connection, [audit.Act(now, by, f"invited {ROLES[role]}", "desk")])

    def role_offered(self, token_hash: str, now: datetime) -> str | None:
        """The role that the token still opens, or None."""
        with reading(self._engine) as connection:
            return _invitation(connection, token_hash, now)

    def join(self, token_hash: str, *, name: str, email: str | None, password_hash: str, now: datetime) -> Person:
        """Make the account that the token opens and use the token up.

        Raises NotAllowed for a token that is void, NameTaken.
        """
        with writing(self._engine) as connection:
            role = _invitation(connection, token_hash, now)
            if role is None:
                raise NotAllowed(ADMINISTRATOR)
            is_first = role == ADMINISTRATOR and not _has_administrator(connection)
            connection.execute(delete(invitations).where(invitations.c.token_hash == token_hash))
            person = _add(connection, name, email, password_hash, role, now)
            did = "made the first administrator" if is_first else f"joined as {role}"
            audit.append(connection, [audit.Act(now, person.name, did, person.name)])
            return person

    def person(self, name: str) -> Person | None:
        """The active account of that name, in any case of its letters."""
        with reading(self._engine) as connection:
            found = accounts().where(people.c.name_key == _key(name), people.c.is_active)
            return person_of(connection.execute(found).first())

    def open_session(self, token_hash: str, person: Person, now: datetime, until: datetime) -> None:
        """Remember a sign-in; sessions that ended are forgotten on the way."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.until < now))
            row = {"token_hash": token_hash, "person_id": person.id, "made_at": now, "until": until}
            connection.execute(insert(desk_sessions).values(row))

    def signed_in(self, token_hash: str, now: datetime) -> Person | None:
        """Who holds a session; None when it was ended, has run out, or the account is closed."""
        with reading(self._engine) as connection:
            found = (
                accounts()
                .add_columns(desk_sessions.c.used_at)
                .join(desk_sessions, desk_sessions.c.person_id == people.c.id)
                .where(desk_sessions.c.token_hash == token_hash, desk_sessions.c.until > now, people.c.is_active)
            )
            row = connection.execute(found).first()
        if row is not None and (row.used_at is None or now - row.used_at >= USE_NOTED_EVERY):
            self._note_use(token_hash, now)
        return person_of(row)

    def _note_use(self, token_hash: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            used = update(desk_sessions).where(desk_sessions.c.token_hash == token_hash)
            connection.execute(used.values(used_at=now))

    def close_session(self, token_hash: str) -> None:
        """End a session: whoever copied its cookie is out too."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.token_hash == token_hash))

    def wait(self, name: str, now: datetime) -> timedelta:
        """How long whoever signs in under `name` has to wait; zero for most."""
        with reading(self._engine) as connection:
            row = connection.execute(_failures(name)).first()
        if row is None or now - row.last_at > FAILURES_FADE:
            return timedelta()
        over_at: datetime = row.last_at + _penalty(row.failures)
        return max(timedelta(), over_at - now)

    def note_failure(self, name: str, now: datetime) -> None:
        """Count one failed sign-in, whether or not anybody has that name."""
        with writing(self._engine) as connection:
            row = connection.execute(_failures(name)).first()
            if row is None:
                connection.execute(insert(failed_sign_ins).values(bucket=_bucket(name), failures=1, last_at=now))
                return
            failures = 1 if now - row.last_at > FAILURES_FADE else row.failures + 1
            changed = update(failed_sign_ins).where(failed_sign_ins.c.bucket == _bucket(name))
            connection.execute(changed.values(failures=failures, last_at=now))

    def forget_failures(self, name: str) -> None:
        """After a success."""
        with writing(self._engine) as connection:
            connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.bucket == _bucket(name)))


def _penalty(failures: int) -> timedelta:
    """2 s after the sixth failure, doubling with each, up to a quarter of an hour."""
    if failures <= FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 20)), LONGEST_WAIT)


def _key(name: str) -> str:
    return name.strip().casefold()


def _bucket(name: str) -> int:
    return int.from_bytes(hashlib.sha256(_key(name).encode()).digest()[:4]) % BUCKETS


def _failures(name: str) -> Select[Any]:
    return select(failed_sign_ins).where(failed_sign_ins.c.bucket == _bucket(name))


def _has_administrator(connection: Connection) -> bool:
    found = select(func.count()).where(people.c.role == ADMINISTRATOR, people.c.is_active)
    return bool(connection.execute(found).scalar())


def _invitation(connection: Connection, token_hash: str, now: datetime) -> str | None:
    """The role that a token opens; the link for the first administrator opens nothing once there is one."""
    found = select(invitations).where(invitations.c.token_hash == token_hash, invitations.c.until > now)
    row = connection.execute(found).first()
    is_late = row and row.role == ADMINISTRATOR and row.made_by is None and _has_administrator(connection)
    return row.role if row and not is_late else None


def accounts() -> Select[Any]:
    """People, each with whether a second factor is set up."""
    return select(people, or_(_has(totp_secrets, totp_secrets.c.is_confirmed), _has(passkeys)).label("has_factor"))


def _has(table: Table, *conditions: ColumnElement[bool]) -> Exists:
    return exists().where(table.c.person_id == people.c.id, *conditions)


def _add(connection: Connection, name: str, email: str | None, password_hash: str, role: str, now: datetime) -> Person:
    is_somebodys = connection.execute(select(people.c.id).where(people.c.name_key == _key(name))).first()
    if is_somebodys or _key(name) in NOBODYS:
        raise NameTaken(name)
    row: dict[str, Any] = {"name": name.strip(), "name_key": _key(name), "email": email, "password_hash": password_hash}
    row |= {"role": role, "is_active": True, "made_at": now}
    number = connection.execute(insert(people).values(row).returning(people.c.id)).scalar_one()
    return Person(number, name.strip(), role, password_hash, email)


def person_of(row: Row[Any] | None) -> Person | None:
    """A row of `accounts()` as a person."""
    if row is None:
        return None
    found = row._mapping
    account = (found[name] for name in ("id", "name", "role", "password_hash", "email", "has_factor"))
    return Person(*account)
