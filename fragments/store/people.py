"""The people at the desk: accounts, sign-ins that can be revoked, invitations, failures.

Rules: tokens and passwords come in as hashes and never leave; the first administrator is made once, by a token that
then is gone, in one transaction with its audit entry; failures are kept by bucket, so that nothing a stranger types
makes a row of its own. It hashes nothing, checks no password and knows no cookie (widget_server/desk).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from fragments.errors import NotAllowed
from fragments.store import audit
from fragments.store.database import reading, writing
from fragments.store.people_tables import desk_sessions, failed_sign_ins, invitations, people

ADMINISTRATOR = "administrator"
BUCKETS = 4096
FREE_TRIES = 5  # then each failure doubles the wait
LONGEST_WAIT = timedelta(minutes=15)
FAILURES_FADE = timedelta(days=1)


class NameTaken(NotAllowed):
    """Somebody has this name already."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at the desk."""

    id: int
    name: str
    role: str
    password_hash: str


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
            connection.execute(delete(invitations).where(invitations.c.role == ADMINISTRATOR))
            connection.execute(insert(invitations).values(token_hash=token_hash, role=ADMINISTRATOR, until=until))

    def invite(self, token_hash: str, role: str, until: datetime) -> None:
        """Let the holder of a token make one account with a role."""
        with writing(self._engine) as connection:
            connection.execute(insert(invitations).values(token_hash=token_hash, role=role, until=until))

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
            is_late = role == ADMINISTRATOR and _has_administrator(connection)
            if role is None or is_late:
                raise NotAllowed(ADMINISTRATOR)
            connection.execute(delete(invitations).where(invitations.c.token_hash == token_hash))
            person = _add(connection, name, email, password_hash, role, now)
            did = "made the first administrator" if role == ADMINISTRATOR else f"joined as {role}"
            audit.append(connection, [audit.Act(now, person.name, did, person.name)])
            return person

    def person(self, name: str) -> Person | None:
        """The active account of that name, in any case of its letters."""
        with reading(self._engine) as connection:
            found = select(people).where(people.c.name_key == _key(name), people.c.is_active)
            return _person(connection.execute(found).first())

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
                select(people)
                .join(desk_sessions, desk_sessions.c.person_id == people.c.id)
                .where(desk_sessions.c.token_hash == token_hash, desk_sessions.c.until > now, people.c.is_active)
            )
            return _person(connection.execute(found).first())

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
    """The role that a token opens."""
    found = select(invitations.c.role).where(invitations.c.token_hash == token_hash, invitations.c.until > now)
    role: str | None = connection.execute(found).scalar()
    return role


def _add(connection: Connection, name: str, email: str | None, password_hash: str, role: str, now: datetime) -> Person:
    if connection.execute(select(people.c.id).where(people.c.name_key == _key(name))).first():
        raise NameTaken(name)
    row: dict[str, Any] = {"name": name.strip(), "name_key": _key(name), "email": email, "password_hash": password_hash}
    row |= {"role": role, "is_active": True, "made_at": now}
    added = connection.execute(insert(people).values(row).returning(people))
    person = _person(added.first())
    assert person is not None  # noqa: S101 - the row was just added
    return person


def _person(row: Row[Any] | None) -> Person | None:
    if row is None:
        return None
    found = row._mapping
    return Person(found["id"], found["name"], found["role"], found["password_hash"])
