"""Certificates of an authority of the drill's own: good for every name in the drill, and unknown everywhere else.

Rules: keys are made anew in each run and lie in its own folder. They are valid for some days either way, so that a
reader's wrong clock is about statements, not about TLS.
"""

import base64
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

VALID = timedelta(days=3)


@dataclass(frozen=True)
class Authority:
    """Who signs the certificates of the drill's hosts. `pem` is what a reader's browser is told to trust."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, name: str) -> "Authority":
        """A new authority that nobody trusts yet."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _draft(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(key, made.sign(key, hashes.SHA256()))

    @property
    def pem(self) -> bytes:
        """Its certificate."""
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, hosts: Sequence[str], folder: Path) -> "Issued":
        """A certificate for `hosts`, written to two files in `folder`."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = _draft(hosts[0], str(issuer), key).add_extension(names, critical=False)
        folder.mkdir(parents=True, exist_ok=True)
        leaf, secret = folder / "leaf.pem", folder / "leaf.key"
        leaf.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Issued(leaf, secret, base64.b64encode(hashlib.sha256(public).digest()).decode())


@dataclass(frozen=True)
class Issued:
    """A certificate on disk. `fingerprint`: base64 of the SHA-256 of its public key, as browsers' flags want it."""

    leaf: Path
    key: Path
    fingerprint: str

    def context(self) -> ssl.SSLContext:
        """What a server speaks TLS with."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.leaf, self.key)
        return made


def _draft(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - VALID)
        .not_valid_after(now + VALID)
    )
