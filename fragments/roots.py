"""The next root: who joins, who leaves, how many must sign; and whether enough have signed it.

Rules: what nobody asked to change stays; a role keeps at least as many keys as must sign for it, and at least one.
`now` is one key's business: it lives three days and can only say that an edition is current. A root that waits for
others is a chain whose last note lacks signatures: each signer adds theirs, in any order. Pure: no file, no clock.

It does not make keys or keep them (fragments.keys).
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fragments.errors import BadSignature, UnsilencedError
from fragments.signing import KEY_BYTES, Algorithm, Note, PublicKey, Signer, check, join_notes, read_notes, sign_note
from fragments.statements import ROLES, KeyLine, Root, read_root, root_text

ROOT_LIVES = timedelta(days=396)  # 13 months: a year, and a month to notice
SHORTEST_KEY = 8  # characters by which a key may be named
Pair = tuple[PublicKey, PublicKey]  # P-256, Ed25519


class NotAHalf(UnsilencedError):
    """A text that is no public half of somebody's keys."""

    def __str__(self) -> str:
        return "these are no public keys (`unsilenced keys public` writes them)"


class OtherName(UnsilencedError):
    """Keys that were made for another publisher: theirs, ours."""

    def __str__(self) -> str:
        return f"these keys were made for {self.args[0]}, and this publisher is {self.args[1]}"


class TooFewKeys(UnsilencedError):
    """A root that would have fewer keys for a role than must sign for it: the role, keys, how many must sign."""

    def __str__(self) -> str:
        role, keys, threshold = self.args
        return f"the role {role} would be left with {keys} of the {threshold} keys that must sign for it: refused"


class NoSuchKey(UnsilencedError):
    """The beginning of a key that the root in use does not name, or names twice."""

    def __str__(self) -> str:
        return f"{self.args[0]} begins no key of the root in use, or more than one; `unsilenced keys` shows them"


@dataclass(frozen=True, slots=True)
class Half:
    """The public half of a machine that signs beside others, for the publisher `name`."""

    name: str
    pairs: Mapping[str, Pair]  # of the roles root and edition


@dataclass(frozen=True, slots=True)
class Change:
    """What the next root has that the last has not: halves that join, pairs that leave, how many must sign."""

    joining: tuple[Half, ...] = ()
    leaving: tuple[Pair, ...] = ()
    threshold: int | None = None  # of root and edition; None: as before


@dataclass(frozen=True, slots=True)
class Seat:
    """A pair in a root text: what `root_text` needs of a signer."""

    public: Pair


def pairs_of(root: Root, role: str) -> tuple[Pair, ...]:
    """The pairs that a root names for a role, in its order."""
    lines = {line.algorithm: line.keys for line in root.lines if line.role == role}
    return tuple(zip(lines[Algorithm.P256], lines[Algorithm.ED25519], strict=True))


def threshold_of(root: Root, role: str) -> int:
    """How many must sign for a role."""
    return max(line.threshold for line in root.lines if line.role == role)


def last_root(chain: str) -> Root:
    """The newest root of a chain, unchecked."""
    return read_root(read_notes(chain)[-1].text)


def next_root(last: Root, change: Change, replaced: Mapping[str, Mapping[Pair, Pair]], now: datetime) -> str:
    """The text of the root after `last`. Raises OtherName or TooFewKeys.

    `replaced`: role -> old pair -> the new one in its place; of `now` the only one.
    """
    for half in change.joining:
        if half.name != last.name:
            raise OtherName(half.name, last.name)
    signers = {role: _seats(last, role, change, replaced.get(role, {})) for role in ROLES}
    until = now + ROOT_LIVES
    return root_text(name=last.name, serial=last.serial + 1, since=now, until=until, signers=signers)


def pair_named(root: Root, beginning: str) -> tuple[str, Pair]:
    """The role and pair of the one key that begins so in base64. Raises NoSuchKey."""
    found = {
        (role, pair)
        for role in ROLES
        for pair in pairs_of(root, role)
        if any(base64.b64encode(key.raw).decode().startswith(beginning) for key in pair)
    }
    if len(found) != 1 or len(beginning) < SHORTEST_KEY:
        raise NoSuchKey(beginning)
    return found.pop()


def sign_last(chain: str, signers: Sequence[Signer]) -> str:
    """The chain with the signatures of `signers` under its last root, beside those that stand there."""
    *before, last = read_notes(chain)
    own = read_notes(sign_note(last.text, read_root(last.text).name, signers))[0]
    return join_chains([_chain(before, last), _chain(before, own)])


def join_chains(chains: Sequence[str]) -> str:
    """One chain with every good signature that these have under the same last root; other lines are left out.

    Raises BadSignature where they are not the same roots.
    """
    first, *others = [read_notes(chain) for chain in chains]
    if any([note.text for note in notes] != [note.text for note in first] for notes in others):
        raise BadSignature("signatures of different roots")
    text = first[-1].text
    roots = [read_root(note.text) for note in first[-2:]]
    keys = [key for root in roots for line in root.lines if line.role == "root" for key in line.keys]
    lines = dict.fromkeys(line for notes in (first, *others) for line in notes[-1].lines.strip("\n").split("\n"))
    good = [line for line in lines if _is_good(Note(text, line), roots[-1].name, keys)]
    return _chain(first[:-1], Note(text, "\n".join(good)))


def missing(chain: str) -> int:
    """How many signers its last root still lacks, at least: by the root before it, or by its own."""
    notes = read_notes(chain)
    lines = [line for note in notes[-2:] for line in read_root(note.text).lines if line.role == "root"]
    return max(line.threshold - _signed(notes[-1], last_root(chain).name, line) for line in lines)


def goes_on(before: str, after: str) -> bool:
    """Whether a chain is another one with none or more roots after it."""
    ours, theirs = ([note.text for note in read_notes(chain)] for chain in (before, after))
    return theirs[: len(ours)] == ours


def write_half(half: Half) -> str:
    """A line for the kind, one for the publisher, and one a key: role, algorithm, key in base64."""
    keys = [
        f"{role} {key.algorithm} {base64.b64encode(key.raw).decode()}"
        for role, pair in half.pairs.items()
        for key in pair
    ]
    return "\n".join(["unsilenced public keys 1", half.name, *keys, ""])


def read_half(text: str) -> Half:
    """What `write_half` wrote. Raises NotAHalf."""
    try:
        kind, name, *lines = text.splitlines()
        keys = [line.split(" ") for line in lines]
        read = [PublicKey(Algorithm(algorithm), base64.b64decode(key, validate=True)) for _, algorithm, key in keys]
        half = Half(name, {"root": (read[0], read[1]), "edition": (read[2], read[3])})
        sound = all(len(key.raw) == KEY_BYTES[key.algorithm] for key in read)
    except (ValueError, IndexError) as fault:
        raise NotAHalf from fault
    if kind != "unsilenced public keys 1" or not sound or write_half(half) != text:
        raise NotAHalf
    return half


def fingerprint_of(text: str) -> str:
    """Eighty bits of a text's SHA-256, in five groups that two people can read to each other."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 20, 4))


def _seats(last: Root, role: str, change: Change, replaced: Mapping[Pair, Pair]) -> tuple[int, list[Seat]]:
    if role == "now" and replaced:
        return 1, [Seat(pair) for pair in replaced.values()]
    joining = [half.pairs[role] for half in change.joining if role in half.pairs]
    stay = [pair for pair in pairs_of(last, role) if pair not in change.leaving]
    pairs = dict.fromkeys([*(replaced.get(pair, pair) for pair in stay), *joining])
    wanted = change.threshold if change.threshold is not None and role != "now" else threshold_of(last, role)
    if len(pairs) < max(wanted, 1):
        raise TooFewKeys(role, len(pairs), wanted)
    return wanted, [Seat(pair) for pair in pairs]


def _chain(before: Sequence[Note], last: Note) -> str:
    return join_notes(f"{note.text}\n{note.lines.strip(chr(10))}\n" for note in (*before, last))


def _is_good(note: Note, name: str, keys: Sequence[PublicKey]) -> bool:
    try:
        check(note, name, keys, 1)
    except BadSignature:
        return False
    return True


def _signed(note: Note, name: str, line: KeyLine) -> int:
    return sum(_is_good(note, name, [key]) for key in line.keys)
