"""Passkeys (WebAuthn, level 2) as a second factor: what a browser is asked, and whether its answer is one.

Rules: a challenge is kept on the server and can be answered once; address and name of the desk come from the
settings, never from a request's Host; nothing is asked about the authenticator (no attestation), and it need not keep
the account's name, so that a found key names nobody.

It shows nothing; py_webauthn checks the signatures.
"""

import hmac
import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fragments.errors import NotAllowed
from fragments.store.factors import Passkey
from fragments.store.people import Person
from widget_server.desk import at_hand
from widget_server.desk.secrecy import cookie_key, new_token
from widget_server.desk.securing import ISSUER, second_factors

LIVES = timedelta(minutes=10)  # from the page to the touch of a key
_BAD_ANSWERS = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)  # what strange JSON raises


class BadPasskey(Exception):
    """An answer that proves nothing."""


def are_possible() -> bool:
    """Whether browsers make passkeys for this desk's address: a name on https, or localhost (WebAuthn, section 5)."""
    parts = urlsplit(at_hand.settings().desk_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
    return False


def asked_to_make(person: Person, token_hash: str) -> str:
    """JSON for navigator.credentials.create(); whatever this token was asked before is void."""
    challenge, now = new_token(), at_hand.now()
    second_factors().begin(token_hash, person, now + LIVES, now=now, challenge=challenge)
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_id=_handle(person),
        user_name=person.name,
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_known(person),
    )
    return webauthn.options_to_json(options)


def make(person: Person, token_hash: str, answer: str, name: str) -> None:
    """Keep the passkey that a browser made; raises BadPasskey."""
    expected, now = second_factors().take_challenge(token_hash, at_hand.now()), at_hand.now()
    if expected is None:
        raise BadPasskey("no challenge")
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(expected),
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
        identity, key = bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)
        second_factors().add_passkey(person, Passkey(identity, key, made.sign_count, name, now))
    except (*_BAD_ANSWERS, NotAllowed) as fault:
        raise BadPasskey(str(fault)) from fault


def asked_to_sign(person: Person, token_hash: str) -> str:
    """JSON for navigator.credentials.get(), in the sign-in that this token is a step of."""
    challenge = new_token()
    second_factors().ask_to_sign(token_hash, challenge)
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=base64url_to_bytes(challenge),
        allow_credentials=_known(person),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def check(person: Person, token_hash: str, answer: str) -> None:
    """Whether one of somebody's passkeys signed what was asked; raises BadPasskey."""
    expected = second_factors().take_challenge(token_hash, at_hand.now())
    try:
        given = parse_authentication_credential_json(answer)
        known = {each.credential_id: each for each in second_factors().of(person).passkeys}
        passkey = known[bytes_to_base64url(given.raw_id)]
        signed = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(expected or ""),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except _BAD_ANSWERS as fault:
        raise BadPasskey(str(fault)) from fault
    if not expected:
        raise BadPasskey("no challenge")
    second_factors().note_passkey_use(passkey.credential_id, signed.new_sign_count, at_hand.now())


def _known(person: Person) -> list[PublicKeyCredentialDescriptor]:
    keys = second_factors().of(person).passkeys
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in keys]


def _handle(person: Person) -> bytes:
    """The same for all passkeys of one person, and no name (WebAuthn, section 14.6.1)."""
    key = cookie_key(current_app.extensions["settings"]).encode()
    return hmac.new(key, f"passkeys of person {person.id}".encode(), "sha256").digest()


def _host() -> str:
    return urlsplit(at_hand.settings().desk_url).hostname or "localhost"


def _origin() -> str:
    parts = urlsplit(at_hand.settings().desk_url)
    return f"{parts.scheme}://{parts.netloc}"
