"""Second factors of people at the desk: TOTP secrets, passkeys, recovery codes, and what a browser was asked.

Rules: whatever counts once is used up in one statement that only one of two requests can win; every change is in the
audit record, in the same transaction. TOTP secrets come in encrypted, codes and tokens as hashes.

It checks no code and no signature (widget_server/desk).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from fragments.errors import NotAllowed
from fragments.store.audit import Act, append
from fragments.store.database import reading, writing
from fragments.store.factor_tables import ceremonies, passkeys, recovery_codes, totp_secrets
from fragments.store.people import Person, accounts, person_of
from fragments.store.people_tables import people

MOST_PASSKEYS = 10  # of one person


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential that an authenticator made for one person. The id and the key are base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TotpSecret:
    """What an authenticator app shares with the desk, encrypted, and the counter of the last code taken."""

    secret: str
    last_counter: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has set up."""

    totp: TotpSecret | None  # confirmed or not
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def has_totp(self) -> bool:
        """Whether codes of an app are asked for."""
        return self.totp is not None and self.totp.is_confirmed

    @property
    def any(self) -> bool:
        """Whether a second factor is set up; recovery codes alone are none."""
        return self.has_totp or bool(self.passkeys)


class SecondFactors:
    """The second factors of one archive's people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, person: Person) -> Factors:
        """What somebody has set up."""
        with reading(self._engine) as connection:
            return factors_of(connection, person.id)

    def offer_totp(self, person: Person, secret: str, now: datetime) -> None:
        """Keep a secret that becomes a second factor with its first code. Raises NotAllowed where one is in use."""
        row = {"person_id": person.id, "secret": secret, "last_counter": -1, "is_confirmed": False, "made_at": now}
        with writing(self._engine) as connection:
            if factors_of(connection, person.id).has_totp:
                raise NotAllowed("TOTP is set up")
            connection.execute(delete(totp_secrets).where(totp_secrets.c.person_id == person.id))
            connection.execute(insert(totp_secrets).values(row))

    def confirm_totp(self, person: Person, now: datetime) -> bool:
        """Ask for codes from now on, since one was right; False where there is nothing to confirm."""
        waiting = update(totp_secrets).where(totp_secrets.c.person_id == person.id, ~totp_secrets.c.is_confirmed)
        with writing(self._engine) as connection:
            changed = connection.execute(waiting.values(is_confirmed=True)).rowcount
            if changed:
                append(connection, [Act(now, person.name, "set up an authenticator app", person.name)])
            return bool(changed)

    def use_counter(self, person: Person, counter: int) -> bool:
        """Take the code of a counter; False for one that was taken, and for all before it."""
        later = totp_secrets.c.person_id == person.id, totp_secrets.c.last_counter < counter
        with writing(self._engine) as connection:
            taken = connection.execute(update(totp_secrets).where(*later).values(last_counter=counter))
            return bool(taken.rowcount)

    def remove_totp(self, person: Person, now: datetime) -> None:
        """Ask for no more codes of the app."""
        with writing(self._engine) as connection:
            removed = connection.execute(delete(totp_secrets).where(totp_secrets.c.person_id == person.id)).rowcount
            _forget_lonely_codes(connection, person)
            if removed:
                append(connection, [Act(now, person.name, "removed the authenticator app", person.name)])

    def add_passkey(self, person: Person, passkey: Passkey) -> None:
        """Keep a new passkey. Raises NotAllowed for one that is known, and for one too many."""
        row = {name: getattr(passkey, name) for name in passkey.__slots__} | {"person_id": person.id}
        known = select(passkeys.c.person_id).where(passkeys.c.credential_id == passkey.credential_id)
        with writing(self._engine) as connection:
            held = len(factors_of(connection, person.id).passkeys)
            if held >= MOST_PASSKEYS or connection.execute(known).first():
                raise NotAllowed("passkey")
            connection.execute(insert(passkeys).values(row))
            append(connection, [Act(passkey.made_at, person.name, "added a passkey", person.name)])

    def note_passkey_use(self, credential_id: str, sign_count: int, now: datetime) -> None:
        """Keep the authenticator's counter, by which a copy of it shows."""
        with writing(self._engine) as connection:
            used = update(passkeys).where(passkeys.c.credential_id == credential_id)
            connection.execute(used.values(sign_count=sign_count, used_at=now))

    def remove_passkey(self, person: Person, credential_id: str, now: datetime) -> None:
        """Take no more signatures of one of somebody's own passkeys."""
        own = delete(passkeys).where(passkeys.c.credential_id == credential_id, passkeys.c.person_id == person.id)
        with writing(self._engine) as connection:
            if connection.execute(own).rowcount:
                append(connection, [Act(now, person.name, "removed a passkey", person.name)])
            _forget_lonely_codes(connection, person)

    def replace_codes(self, person: Person, hashes: Iterable[str], now: datetime) -> None:
        """New recovery codes; those before are void."""
        rows = [{"person_id": person.id, "code_hash": each} for each in hashes]
        with writing(self._engine) as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person.id))
            connection.execute(insert(recovery_codes), rows)
            append(connection, [Act(now, person.name, "made recovery codes", person.name, {"codes": len(rows)})])

    def use_code(self, person: Person, code_hash: str, now: datetime) -> bool:
        """Use a recovery code up; False for one that never was, or no longer is."""
        code = recovery_codes.c.person_id == person.id, recovery_codes.c.code_hash == code_hash
        with writing(self._engine) as connection:
            is_used = bool(connection.execute(delete(recovery_codes).where(*code)).rowcount)
            if is_used:
                append(connection, [Act(now, person.name, "signed in with a recovery code", person.name)])
            return is_used

    def begin(self, token_hash: str, person: Person, until: datetime, *, now: datetime, challenge: str = "") -> None:
        """Remember what the holder of a token has to answer; whatever it was asked before is void."""
        row = {"token_hash": token_hash, "person_id": person.id, "challenge": challenge or None, "until": until}
        with writing(self._engine) as connection:
            over = (ceremonies.c.token_hash == token_hash) | (ceremonies.c.until <= now)
            connection.execute(delete(ceremonies).where(over))
            connection.execute(insert(ceremonies).values(row))

    def asked(self, token_hash: str, now: datetime) -> Person | None:
        """Who the token's holder has to prove to be."""
        found = (
            accounts()
            .join(ceremonies, ceremonies.c.person_id == people.c.id)
            .where(ceremonies.c.token_hash == token_hash, ceremonies.c.until > now, people.c.is_active)
        )
        with reading(self._engine) as connection:
            return person_of(connection.execute(found).first())

    def ask_to_sign(self, token_hash: str, challenge: str) -> None:
        """What a passkey has to sign in a sign-in that is under way; what it was asked before is void."""
        with writing(self._engine) as connection:
            asked = update(ceremonies).where(ceremonies.c.token_hash == token_hash)
            connection.execute(asked.values(challenge=challenge))

    def take_challenge(self, token_hash: str, now: datetime) -> str | None:
        """What a passkey has to sign; it can be taken once."""
        asked = ceremonies.c.token_hash == token_hash, ceremonies.c.until > now
        with writing(self._engine) as connection:
            challenge: str | None = connection.execute(select(ceremonies.c.challenge).where(*asked)).scalar()
            connection.execute(update(ceremonies).where(*asked).values(challenge=None))
            return challenge

    def end(self, token_hash: str) -> bool:
        """Forget what was asked; False where it was forgotten before."""
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(ceremonies).where(ceremonies.c.token_hash == token_hash)).rowcount)


def factors_of(connection: Connection, number: int) -> Factors:
    """What the person of that number has set up, within a transaction."""
    totp = connection.execute(select(totp_secrets).where(totp_secrets.c.person_id == number)).first()
    keys = select(passkeys).where(passkeys.c.person_id == number).order_by(passkeys.c.made_at)
    codes = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.person_id == number)
    return Factors(
        TotpSecret(totp.secret, totp.last_counter, totp.is_confirmed) if totp else None,
        tuple(_passkey(row._mapping) for row in connection.execute(keys)),
        connection.execute(codes).scalar_one(),
    )


def remove_all(connection: Connection, number: int) -> None:
    """Every second factor of a person, and every sign-in that waits for one, within a transaction."""
    for table in (totp_secrets, passkeys, recovery_codes, ceremonies):
        connection.execute(delete(table).where(table.c.person_id == number))


def _forget_lonely_codes(connection: Connection, person: Person) -> None:
    """Recovery codes stand in for a second factor; without one they are a list of keys to nothing."""
    if not factors_of(connection, person.id).any:
        connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person.id))


def _passkey(row: Any) -> Passkey:
    return Passkey(**{name: row[name] for name in Passkey.__slots__})
