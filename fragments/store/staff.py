"""What an administrator does with accounts, and what everybody does with their own: roles, passwords, sessions, ends.

Rules: the last administrator stays one; an account that ended keeps its name, so that the audit record never speaks
of two people by one name, and keeps nothing else; a new password ends every other session. Each act is in the
audit record, in the same transaction.

It makes no password and no link (widget_server/desk).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from fragments.errors import NotAllowed
from fragments.store.audit import Act, append
from fragments.store.database import reading, writing
from fragments.store.factor_tables import ceremonies, reset_links
from fragments.store.factors import Factors, factors_of, remove_all
from fragments.store.people import ADMINISTRATOR, ROLES, Person, accounts, person_of
from fragments.store.people_tables import desk_sessions, invitations, people

KEY_LENGTH = 16  # characters of a token's hash by which a session or a link is named; they open nothing


class LastAdministrator(NotAllowed):
    """Without this person nobody could administer the desk."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as an administrator sees them."""

    id: int
    name: str
    role: str
    email: str | None
    is_active: bool
    made_at: datetime
    factors: Factors
    sessions: int


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. No address and no browser is kept of it."""

    key: str
    made_at: datetime
    used_at: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that nobody has used yet."""

    key: str
    role: str
    until: datetime
    made_by: str | None


class Staff:
    """The accounts of one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, now: datetime) -> tuple[Account, ...]:
        """Everybody who ever had an account, those who have one first."""
        order = people.c.is_active.desc(), people.c.name_key
        with reading(self._engine) as connection:
            rows = connection.execute(select(people).order_by(*order)).all()
            return tuple(_account(connection, row, now) for row in rows)

    def without_second_factor(self) -> int:
        """How many can sign in with a password alone."""
        with reading(self._engine) as connection:
            rows = connection.execute(accounts().where(people.c.is_active)).all()
        return sum(not row.has_factor for row in rows)

    def invitations(self, now: datetime) -> tuple[Invitation, ...]:
        """The links that still make an account."""
        with reading(self._engine) as connection:
            open_ = select(invitations).where(invitations.c.until > now).order_by(invitations.c.until)
            rows = connection.execute(open_).all()
        return tuple(Invitation(row.token_hash[:KEY_LENGTH], row.role, row.until, row.made_by) for row in rows)

    def void_invitation(self, key: str, *, by: str, now: datetime) -> None:
        """Let a link that nobody has used make no account; an unknown key voids none."""
        named = func.substr(invitations.c.token_hash, 1, KEY_LENGTH) == key
        with writing(self._engine) as connection:
            if connection.execute(delete(invitations).where(named)).rowcount:
                append(connection, [Act(now, by, "voided an invitation", "desk")])

    def account(self, number: int, now: datetime) -> Account | None:
        """The account of a number."""
        with reading(self._engine) as connection:
            row = connection.execute(select(people).where(people.c.id == number)).first()
            return _account(connection, row, now) if row else None

    def reachable(self, name_or_email: str) -> Person | None:
        """The one active account of that name or e-mail address that has an e-mail address; None for two of them."""
        sought = name_or_email.strip().casefold()
        is_it = (people.c.name_key == sought) | (func.lower(people.c.email) == sought)
        with reading(self._engine) as connection:
            found = accounts().where(people.c.is_active, people.c.email.is_not(None), is_it)
            rows = connection.execute(found).all()
        return person_of(rows[0]) if len(rows) == 1 else None

    def change_role(self, number: int, role: str, *, by: str, now: datetime) -> None:
        """Give somebody another role. Raises LastAdministrator, NotAllowed."""
        with writing(self._engine) as connection:
            person = _active(connection, number)
            if person.role == role:
                return
            if role != ADMINISTRATOR:
                _keep_an_administrator(connection, person)
            connection.execute(update(people).where(people.c.id == number).values(role=role))
            told = {"before": person.role, "after": role}
            append(connection, [Act(now, by, f"made {ROLES[role]}", person.name, told)])

    def end(self, number: int, *, by: str, now: datetime) -> None:
        """Close an account: its name stays taken, the rest is forgotten. Raises LastAdministrator, NotAllowed."""
        forgotten = {"is_active": False, "email": None, "password_hash": ""}
        with writing(self._engine) as connection:
            person = _active(connection, number)
            _keep_an_administrator(connection, person)
            connection.execute(update(people).where(people.c.id == number).values(forgotten))
            _end_sessions(connection, number)
            connection.execute(delete(reset_links).where(reset_links.c.person_id == number))
            remove_all(connection, number)
            append(connection, [Act(now, by, "ended an account", person.name)])

    def remove_second_factor(self, number: int, *, by: str, now: datetime) -> None:
        """Somebody lost theirs: sign in without one, and set up a new one. Raises NotAllowed."""
        with writing(self._engine) as connection:
            person = _active(connection, number)
            remove_all(connection, number)
            _end_sessions(connection, number)
            append(connection, [Act(now, by, "removed a second factor", person.name)])

    def make_reset_link(self, number: int, token_hash: str, until: datetime, *, by: str, now: datetime) -> None:
        """Let the holder of a token set somebody's password, once; links made before are void. Raises NotAllowed."""
        with writing(self._engine) as connection:
            person = _active(connection, number)
            connection.execute(delete(reset_links).where(reset_links.c.person_id == number))
            row = {"token_hash": token_hash, "person_id": number, "until": until}
            connection.execute(insert(reset_links).values(row))
            append(connection, [Act(now, by, "made a link that sets a password", person.name)])

    def whose_link(self, token_hash: str, now: datetime) -> Person | None:
        """The person whose password a token still sets."""
        with reading(self._engine) as connection:
            return _whose_link(connection, token_hash, now)

    def reset_password(self, token_hash: str, password_hash: str, now: datetime) -> Person:
        """Set the password and use the token up; every session ends. Raises NotAllowed for a token that is void."""
        with writing(self._engine) as connection:
            person = _whose_link(connection, token_hash, now)
            if person is None:
                raise NotAllowed("reset")
            _set_password(connection, person, password_hash)
            append(connection, [Act(now, person.name, "set a new password by a link", person.name)])
            return person

    def change_password(self, person: Person, password_hash: str, now: datetime, *, keep: str) -> None:
        """A new password of one's own; every session but the one of the token hash `keep` ends."""
        with writing(self._engine) as connection:
            _set_password(connection, person, password_hash, keep)
            append(connection, [Act(now, person.name, "changed the password", person.name)])

    def change_email(self, person: Person, email: str | None, now: datetime) -> None:
        """Another address, or none. The record says that it changed, never what it is."""
        with writing(self._engine) as connection:
            connection.execute(update(people).where(people.c.id == person.id).values(email=email))
            connection.execute(delete(reset_links).where(reset_links.c.person_id == person.id))
            append(connection, [Act(now, person.name, "changed the e-mail address", person.name)])

    def sessions(self, person: Person, now: datetime) -> tuple[Session, ...]:
        """Where somebody is signed in, the newest first."""
        own = select(desk_sessions).where(desk_sessions.c.person_id == person.id, desk_sessions.c.until > now)
        with reading(self._engine) as connection:
            rows = connection.execute(own.order_by(desk_sessions.c.made_at.desc())).all()
        return tuple(Session(row.token_hash[:KEY_LENGTH], row.made_at, row.used_at, row.until) for row in rows)

    def end_session(self, person: Person, key: str) -> None:
        """End one of somebody's own sessions; an unknown key ends none."""
        own = desk_sessions.c.person_id == person.id, func.substr(desk_sessions.c.token_hash, 1, KEY_LENGTH) == key
        with writing(self._engine) as connection:
            connection.execute(delete(desk_sessions).where(*own))

    def end_sessions(self, person: Person, now: datetime) -> None:
        """Sign somebody out everywhere, here too."""
        with writing(self._engine) as connection:
            _end_sessions(connection, person.id)
            append(connection, [Act(now, person.name, "signed out everywhere", person.name)])


def _active(connection: Connection, number: int) -> Person:
    person = person_of(connection.execute(accounts().where(people.c.id == number, people.c.is_active)).first())
    if person is None:
        raise NotAllowed(number)
    return person


def _keep_an_administrator(connection: Connection, person: Person) -> None:
    others = people.c.role == ADMINISTRATOR, people.c.is_active, people.c.id != person.id
    count = connection.execute(select(func.count()).select_from(people).where(*others)).scalar_one()
    if person.role == ADMINISTRATOR and not count:
        raise LastAdministrator(person.name)


def _end_sessions(connection: Connection, number: int, keep: str = "") -> None:
    own = desk_sessions.c.person_id == number, desk_sessions.c.token_hash != keep
    connection.execute(delete(desk_sessions).where(*own))


def _set_password(connection: Connection, person: Person, password_hash: str, keep: str = "") -> None:
    connection.execute(update(people).where(people.c.id == person.id).values(password_hash=password_hash))
    for table in (reset_links, ceremonies):  # a sign-in begun with the old password goes no further
        connection.execute(delete(table).where(table.c.person_id == person.id))
    _end_sessions(connection, person.id, keep)


def _whose_link(connection: Connection, token_hash: str, now: datetime) -> Person | None:
    found = (
        accounts()
        .join(reset_links, reset_links.c.person_id == people.c.id)
        .where(reset_links.c.token_hash == token_hash, reset_links.c.until > now, people.c.is_active)
    )
    return person_of(connection.execute(found).first())


def _account(connection: Connection, row: Row[Any], now: datetime) -> Account:
    open_ = desk_sessions.c.person_id == row.id, desk_sessions.c.until > now
    sessions = connection.execute(select(func.count()).select_from(desk_sessions).where(*open_)).scalar_one()
    factors = factors_of(connection, row.id)
    return Account(row.id, row.name, row.role, row.email, row.is_active, row.made_at, factors, sessions)
