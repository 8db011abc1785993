"""What a proposed root would change, in lines for the person who is asked to sign it or to go over to it.

Rules: every key that comes or goes is told, with how many must sign for each role; the fingerprint is of the new
root's text, so that people at two machines can read it to each other. Pure.
"""

import base64
from collections.abc import Iterator

from fragments.roots import Pair, fingerprint_of, missing, pairs_of, threshold_of
from fragments.signing import read_notes
from fragments.statements import ROLES, Root, read_root


def told(chain: str) -> Iterator[str]:
    """The lines about the last root of a chain, beside the one before it."""
    notes = read_notes(chain)
    before, after = (read_root(notes[at].text) for at in (-2, -1))
    yield f"Root {after.serial} of {after.name}, good until {after.until}."
    for role in ROLES:
        yield f"  {role:<9} {_must(before, role)} before, {_must(after, role)} now"
        old, new = pairs_of(before, role), pairs_of(after, role)
        yield from (f"    joins   {_shown(pair)}" for pair in new if pair not in old)
        yield from (f"    leaves  {_shown(pair)}" for pair in old if pair not in new)
    yield f"Fingerprint {fingerprint_of(notes[-1].text)}. The other machines must show the same."


def lacking(chain: str) -> str:
    """How many signatures the last root waits for, in words."""
    count = missing(chain)
    if count <= 0:
        return "It has all the signatures it needs."
    return "It lacks one more signature." if count == 1 else f"It lacks {count} more signatures."


def _must(root: Root, role: str) -> str:
    return f"{threshold_of(root, role)} of {len(pairs_of(root, role))} must sign"


def _shown(pair: Pair) -> str:
    """The beginnings of both keys of a signer; the first two letters of a P-256 key tell nothing."""
    return "  ".join(f"{key.algorithm} {base64.b64encode(key.raw).decode()[:16]}…" for key in pair)
