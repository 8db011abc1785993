"""A second verifier: forty lines on `cryptography` that share nothing with ours, after docs/format.md alone."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def b64(text: str) -> bytes:
    return base64.b64decode(text)


def signed_by(algorithm: str, key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        if algorithm == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
        else:
            der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
            point.verify(der, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def require(note: tuple[str, str], role: str, root: list[str]) -> list[str]:
    text, lines = note[0] + "\n", [line.split(" ") for line in note[1].rstrip("\n").split("\n")]
    for _, threshold, algorithm, *keys in [line.split(" ") for line in root[3:] if line.startswith(role + " ")]:
        good = {
            key
            for key in keys
            for _, name, signature in lines
            if name == root[1] and signed_by(algorithm, b64(key), b64(signature)[4:], text.encode())
        }
        assert len(good) >= int(threshold), (role, algorithm)
    return note[0].split("\n")


def verify(body: bytes, pin: str, deck: str, now: str) -> tuple[int, list[dict]]:
    pieces = body.decode().split("\n\n")
    notes = list(zip(pieces[::2], pieces[1::2], strict=True))
    assert base64.urlsafe_b64encode(hashlib.sha256(f"{notes[0][0]}\n".encode()).digest()).decode()[:43] == pin
    root = require(notes[0], "root", notes[0][0].split("\n"))
    for note in notes[1:-2]:
        root = require(note, "root", require(note, "root", root))
    assert root[2].split(" ")[3] > now
    kind, _, edition, named, *entries = require(notes[-2], "edition", root)
    assert (kind, named) == ("unsilenced deck 1", f"deck {deck}")
    assert edition.split(" ")[3] > now
    assert require(notes[-1], "now", root)[2].split(" ")[3] > now
    return int(edition.split(" ")[1]), [json.loads(entry) for entry in entries]


# From here on our own printing, to have something to verify.

from embed.press import Press  # noqa: E402
from embed.printing import print_edition  # noqa: E402
from fragments.keys import Keyring  # noqa: E402
from fragments.nouns import Edition, Fragment, Source  # noqa: E402
from fragments.signing import Keypair  # noqa: E402

DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
NOW = "2026-11-25T10:00:00Z"


@pytest.fixture(scope="module")
def edition() -> tuple[dict[str, bytes], str]:
    keyring = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ("root", "edition", "now")}, DATED)
    fragments = tuple(
        Fragment(id=f"000000000{n}", external_id=str(n), source=Source(external_id="s"), lang="fa", text=f"سخن {n}")
        for n in range(5)
    )
    made = Edition(number=7, dated=DATED, fragments=fragments, audit_head="ab" * 32)
    press = Press(public_url="https://a.example", mirrors=[], keyring=keyring, now=DATED)
    return {file.path: file.body for file in print_edition(made, press)}, keyring.pin


def test_every_deck_of_a_printing_is_genuine_to_a_stranger(edition: tuple[dict[str, bytes], str]) -> None:
    files, pin = edition
    decks = [path for path in files if path.endswith(".cf")]
    assert len(decks) == 16 + 16 + 5
    for path in decks:
        number, entries = verify(files[path], pin, path.split("/")[2], NOW)
        assert number == 7
        assert entries


def test_the_list_of_files_is_what_was_signed_and_hashes_what_is_there(edition: tuple[dict[str, bytes], str]) -> None:
    files, _ = edition
    root = files["/root.txt"].decode().split("\n\n")[0].split("\n")
    text, lines = files["/edition.txt"].decode().split("\n\n")
    said = require((text, lines), "edition", root)
    assert said[3:] == [f"audit {'ab' * 32}", f"files {hashlib.sha256(files['/files.txt']).hexdigest()}"]
    for line in files["/files.txt"].decode().splitlines():
        digest, path = line.split(" ")
        body = files[path]
        if path.endswith(".cf"):
            body = (files[path].decode().split("\n\n")[2] + "\n").encode()
        assert hashlib.sha256(body).hexdigest() == digest


def test_a_strangers_check_can_fail(edition: tuple[dict[str, bytes], str]) -> None:
    files, pin = edition
    with pytest.raises(AssertionError):
        verify(files["/d/all/0.cf"].replace("سخن".encode(), "سخز".encode()), pin, "all", NOW)
    with pytest.raises(AssertionError):
        verify(files["/d/all/0.cf"], pin, "all", (DATED + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ"))
