"""Signed notes (c2sp.org/signed-note): a text and the signatures of those who stand by it.

Rules: every signer signs twice, with Ed25519 and with ECDSA P-256 (docs/format.md says why). Signatures are
deterministic, so the same text by the same keys is the same bytes. A signature that does not verify counts for
nothing; a note is good when enough *different* keys have signed it. Bytes in, verdict out: no file, no clock.

It does not know what a text says (fragments.statements) or where keys are kept (fragments.keys).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fragments.errors import BadSignature

P256_LABEL = b"unsilenced.p256"  # c2sp.org/signed-note: type 0xff wants a label that tells our format from others
KEY_ID_BYTES, SIGNATURE_BYTES = 4, 64
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # c2sp.org/signed-note: none below U+0020 but the newline
MAX_SIGNATURES = 64  # a bound against endless data; we write two a signer
RFC6979 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class NotANote(BadSignature):
    """Bytes that do not have the form of a signed note: a block page, a truncated file, nothing at all."""


class NotSigned(BadSignature):
    """Fewer valid signatures by the right keys than the threshold asks for."""


class Algorithm(StrEnum):
    """The two signature algorithms, as they are called in a root."""

    P256 = "p256"
    ED25519 = "ed25519"


KEY_BYTES = {Algorithm.P256: 65, Algorithm.ED25519: 32}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks: `raw` is 32 bytes (Ed25519) or the 65 bytes of an uncompressed point (P-256)."""

    algorithm: Algorithm
    raw: bytes

    def id_for(self, name: str) -> bytes:
        """The four bytes that name this key in a signature line of the publisher `name`."""
        typed = b"\x01" + self.raw if self.algorithm is Algorithm.ED25519 else b"\xff" + P256_LABEL + self.raw
        return hashlib.sha256(name.encode() + b"\n" + typed).digest()[:KEY_ID_BYTES]

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True when `signature` (64 bytes) of `message` was made by this key's owner."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            if self.algorithm is Algorithm.ED25519:
                _ed25519(self.raw).verify(signature, message)
            else:
                r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                _p256(self.raw).verify(encode_dss_signature(r, s), message, RFC6979)
        except (InvalidSignature, ValueError):  # ValueError: bytes that are no key at all
            return False
        return True


@lru_cache(maxsize=256)
def _ed25519(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _p256(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)


class Signer(Protocol):
    """Whoever can give two signatures of a message: a key pair, or signatures that one made elsewhere."""

    @property
    def public(self) -> tuple[PublicKey, PublicKey]:
        """The keys that check them: P-256, Ed25519."""
        ...

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """The two signatures (64 bytes each), in the order of `public`."""
        ...


@dataclass(frozen=True, slots=True)
class Keypair:
    """One signer: a private key of each algorithm. Make it with `make` or `of`."""

    ed25519: Ed25519PrivateKey
    p256: ec.EllipticCurvePrivateKey
    public: tuple[PublicKey, PublicKey]  # P-256, Ed25519: the order of signature lines

    @classmethod
    def make(cls) -> "Keypair":
        """A new signer from the system's random source."""
        return cls.of(Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def of(cls, edwards: Ed25519PrivateKey, p256: ec.EllipticCurvePrivateKey) -> "Keypair":
        """A signer from keys at hand."""
        point = p256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        public = PublicKey(Algorithm.P256, point), PublicKey(Algorithm.ED25519, edwards.public_key().public_bytes_raw())
        return cls(ed25519=edwards, p256=p256, public=public)

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """The two signatures (64 bytes each), in the order of `public`."""
        r, s = decode_dss_signature(self.p256.sign(message, RFC6979))
        return r.to_bytes(32) + s.to_bytes(32), self.ed25519.sign(message)


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its newline at the end, and the signature lines that came with it, not yet read or checked."""

    text: str
    lines: str


def sign_note(text: str, name: str, keypairs: Sequence[Signer]) -> str:
    """The note of `text` signed by each of `keypairs` in the name of `name`.

    `text` ends in one newline and has no blank line or other control character: ValueError otherwise.
    """
    if not text.endswith("\n") or "\n\n" in text or CONTROL.search(text):
        raise ValueError("the text of a note ends in a newline and has no blank line or control character")
    message = text.encode()
    lines = [
        f"— {name} {base64.b64encode(key.id_for(name) + signature).decode()}\n"
        for keypair in keypairs
        for key, signature in zip(keypair.public, keypair.sign(message), strict=True)
    ]
    return f"{text}\n{''.join(lines)}"


def join_notes(notes: Iterable[str]) -> str:
    """Several notes as one file: a blank line between."""
    return "\n".join(notes)


def read_notes(file: str) -> list[Note]:
    """Splits a file into its notes, nothing checked: a spoiled note does not spoil those before it."""
    pieces = file.removesuffix("\n").split("\n\n")
    if len(pieces) % 2:
        pieces.append("")  # a text that was cut off before its signatures
    return [Note(f"{text}\n", lines) for text, lines in zip(pieces[::2], pieces[1::2], strict=True)]


def open_note(note: str, name: str, keys: Sequence[PublicKey], threshold: int) -> str:
    """The text of a single note that at least `threshold` different keys of `keys` have signed as `name`.

    Raises NotANote or NotSigned, both BadSignature.
    """
    notes = read_notes(note)
    if len(notes) != 1:
        raise NotANote("more than one note")
    check(notes[0], name, keys, threshold)
    return notes[0].text


def check(note: Note, name: str, keys: Sequence[PublicKey], threshold: int) -> None:
    """Raises NotSigned unless at least `threshold` (and at least one) different keys have signed the note as `name`.

    Raises NotANote for a control character in the text or a line that is no signature line.
    """
    if CONTROL.search(note.text):
        raise NotANote("a control character")
    by_id = {key.id_for(name): key for key in keys}
    message = note.text.encode()
    signed = {
        key_id
        for signer, key_id, signature in _signatures(note.lines)
        if signer == name and key_id in by_id and by_id[key_id].verifies(signature, message)
    }
    if len(signed) < max(threshold, 1):
        raise NotSigned(name, len(signed), threshold)


def _signatures(lines: str) -> list[tuple[str, bytes, bytes]]:
    found = lines.split("\n") if lines else []
    if len(found) > MAX_SIGNATURES:
        raise NotANote("too many signatures", len(found))
    return [_signature(line) for line in found]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    words = line.split(" ")
    if len(words) != 3 or words[0] != "—" or not words[1]:
        raise NotANote("not a signature line", line[:60])
    try:
        raw = base64.b64decode(words[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote("not base64", line[:60]) from error
    return words[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:]
