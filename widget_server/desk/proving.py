"""The second step of a sign-in: a code of the app, a passkey, or a recovery code, each of which counts once.

Rules: tries are slowed for each person as tries of a password are; a step that was done is forgotten, so one password
opens one session; recovery codes are kept as hashes.

The pages are in pages.py and factors.py.
"""

import secrets
import unicodedata

from flask import request, session

from fragments.store.people import Person
from widget_server.desk import passkeys, signing_in
from widget_server.desk.passkeys import BadPasskey
from widget_server.desk.secrecy import hash_of
from widget_server.desk.securing import is_right, second_factors
from widget_server.desk.signing_in import NotSignedIn, now, people, refuse_early

CODES, CODE_LENGTH = 10, 16
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 that are not mistaken for each other; 16 of them hold 78 bits
_DIGITS = 6


def asked() -> Person | None:
    """Whose second factor this browser has to show: somebody whose password it gave within ten minutes."""
    return second_factors().asked(_step_hash(), now())


def challenge(person: Person) -> str | None:
    """What the page asks a passkey to sign, as JSON; None for somebody without passkeys."""
    if not passkeys.are_possible() or not second_factors().of(person).passkeys:
        return None
    return passkeys.asked_to_sign(person, _step_hash())


def finish(person: Person) -> None:
    """Open the session if the form proves it; raises NotSignedIn."""
    bucket = f"second factor of {person.id}"
    refuse_early(bucket)
    if not _proves(person) or not second_factors().end(_step_hash()):
        people().note_failure(bucket, now())
        raise NotSignedIn(people().wait(bucket, now()))
    people().forget_failures(bucket)
    signing_in.welcome(person)


def read_code() -> str:
    """The code as it was meant: no spaces or dashes, capitals, and the digits of any script."""
    typed = unicodedata.normalize("NFKC", request.form.get("code", "")[:80]).upper()
    kept = (each for each in typed if each.isalnum())
    return "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in kept)


def takes_code(person: Person) -> bool:
    """Whether the form holds a code of somebody's app, then used up; raises NotSignedIn when it is too soon."""
    bucket = f"second factor of {person.id}"
    refuse_early(bucket)
    if is_right(person, read_code()):
        people().forget_failures(bucket)
        return True
    people().note_failure(bucket, now())
    return False


def new_codes(person: Person) -> list[str]:
    """Ten recovery codes, to be shown once; those before are void."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    second_factors().replace_codes(person, [_hash_of(person, code) for code in codes], now())
    return ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]


def _proves(person: Person) -> bool:
    if request.form.get("credential"):
        try:
            passkeys.check(person, _step_hash(), request.form["credential"])
        except BadPasskey:
            return False
        return True
    code = read_code()
    if len(code) == _DIGITS:
        return second_factors().of(person).has_totp and is_right(person, code)
    return second_factors().use_code(person, _hash_of(person, code), now())


def _hash_of(person: Person, code: str) -> str:
    return hash_of(f"{person.id} {code}")  # the same code of two people is not seen to be the same


def _step_hash() -> str:
    return hash_of(session.get("step", ""))
