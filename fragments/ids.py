"""Public ids of fragments: stable across imports, unguessable in order, readable aloud."""

import hashlib

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: no i, l, o, u


def id_of(external_id: str) -> str:
    """The public id of the fragment that its owner calls `external_id`: 10 characters, 50 bits.

    Derived, not drawn, so that a second import of the same file on another machine gives the same
    addresses. At 100,000 fragments two collide with a chance of 4 in a million; the store refuses the second.
    """
    number = int.from_bytes(hashlib.sha256(b"fragment\n" + external_id.encode()).digest()[:8]) >> 14
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(45, -1, -5))
