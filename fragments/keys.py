"""The publisher's keys on disk: one directory, made on first use, never overwritten.

Rules: the directory is 0700 and every private key 0600 (fragments.key_files), two for each role (root, edition,
now), beside `roots.txt`, the public chain of root notes. A keyring is there whole or not at all: half of one is an
error that names what is missing, because making the missing half anew would orphan every pasted snippet.
A crash leaves the old keyring or the new one. Where a file `elsewhere.txt` stands, the root and edition keys are on
another machine on purpose, and the now keys are all there is; a machine that signs beside others has no now keys. A
new root is proposed, signed by as many as the roots before and after it ask for, and adopted on each machine.

It does not know what is signed with the keys (fragments.statements) or what a new root may say (fragments.roots).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fragments.errors import BadSignature
from fragments.key_faults import (
    IncompleteKeyring,
    KeyringExists,
    KeysElsewhere,
    NeedsOthers,
    NotJoined,
    OpenKeyring,
    OtherChain,
    StrangeKeys,
    UnreadableKeyring,
)
from fragments.key_files import (
    CHAIN,
    ELSEWHERE,
    HANDED_OVER,
    HOLDS,
    PROPOSED,
    SIGNERS,
    files_of,
    finish,
    is_there,
    pems,
    read_pair,
    read_pairs,
    remove,
    roles_of,
    write,
    write_next,
    write_proposed,
)
from fragments.roots import (
    ROOT_LIVES,
    Change,
    Half,
    goes_on,
    last_root,
    missing,
    next_root,
    pairs_of,
    sign_last,
    threshold_of,
)
from fragments.signing import Keypair, Signer, join_notes, read_notes, sign_note
from fragments.statements import ROLES, Root, pin, read_root, root_text
from fragments.verifying import BrokenChain, open_chain

__all__ = [
    "ROOT_LIVES",
    "IncompleteKeyring",
    "Keyring",
    "KeyringExists",
    "KeysElsewhere",
    "NeedsOthers",
    "NotJoined",
    "OpenKeyring",
    "OtherChain",
    "StrangeKeys",
    "UnreadableKeyring",
]

AS_EVERY_YEAR = ("edition", "now")  # the roles whose keys a rotation makes anew


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a press signs with. `chain` is the text of `roots.txt`; `pin` names its first root.

    `root` and `edition` are empty where those keys are kept on another machine.
    """

    name: str
    chain: str
    pin: str
    root: tuple[Keypair, ...]
    edition: tuple[Signer, ...]
    now: tuple[Keypair, ...]

    @classmethod
    def made_of(cls, name: str, pairs: Mapping[str, Keypair], now: datetime) -> "Keyring":
        """A keyring with a first root by one signer a role, nothing written. `pairs`: role -> signer."""
        signers = {role: (1, [pairs[role]]) for role in ROLES}
        text = root_text(name=name, serial=1, since=now, until=now + ROOT_LIVES, signers=signers)
        return cls._of(sign_note(text, name, [pairs["root"]]), pairs)

    @classmethod
    def make(cls, directory: Path, name: str, now: datetime) -> "Keyring":
        """New keys in `directory` for the publisher `name`; raises KeyringExists rather than overwrite one file."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_there(directory):
            raise KeyringExists(directory)
        directory.chmod(0o700)
        pairs = {role: Keypair.make() for role in ROLES}
        keyring = cls.made_of(name, pairs, now)
        for file, content in pems(pairs).items():
            write(directory / file, content)
        write(directory / CHAIN, keyring.chain.encode())  # last: a crash before it is seen as a half keyring
        return keyring

    @classmethod
    def open(cls, directory: Path) -> "Keyring":
        """Reads a keyring; raises IncompleteKeyring, OpenKeyring or UnreadableKeyring."""
        finish(directory)
        roles = roles_of(directory)
        if (directory / HOLDS).exists() and not (directory / CHAIN).exists():
            raise NotJoined
        missing_files = tuple(name for name in files_of(roles) if not (directory / name).exists())
        if missing_files:
            raise IncompleteKeyring(directory, missing_files)
        return cls._of((directory / CHAIN).read_text("utf-8"), {role: read_pair(directory, role) for role in roles})

    @classmethod
    def open_or_make(cls, directory: Path, name: str, now: datetime) -> "Keyring":
        """The keyring in `directory`, made when not one of its files is there. `name`: host of the public URL."""
        return cls.open(directory) if is_there(directory) else cls.make(directory, name, now)

    @classmethod
    def hand_over(cls, directory: Path, to: Path) -> "Keyring":
        """Write to the directory `to` what a server needs that holds no root and no edition key; returns that.

        Raises KeyringExists where `to` holds keys, KeysElsewhere where `directory` has none to keep.
        """
        whole = cls.open(directory)
        if not whole.edition or not whole.now:
            raise KeysElsewhere
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_there(to):
            raise KeyringExists(to)
        write(to / ELSEWHERE, b"The root and edition keys of this publisher are kept on another machine.\n")
        for file, content in pems({"now": whole.now[0]}).items():
            write(to / file, content)
        write(to / CHAIN, whole.chain.encode())
        return cls.open(to)

    @classmethod
    def make_beside(cls, directory: Path, name: str) -> Half:
        """New root and edition keys for a machine that signs beside others; no root names them yet.

        Raises KeyringExists rather than overwrite one file.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_there(directory):
            raise KeyringExists(directory)
        directory.chmod(0o700)
        write(directory / HOLDS, f"{' '.join(SIGNERS)}\n{name}\n".encode())
        for file, content in pems({role: Keypair.make() for role in SIGNERS}).items():
            write(directory / file, content)
        return cls.half(directory)

    @classmethod
    def half(cls, directory: Path) -> Half:
        """The public half of a machine's root and edition keys, whether a root names them or not."""
        finish(directory)
        pairs = read_pairs(directory)
        if not set(SIGNERS) <= pairs.keys():
            raise KeysElsewhere
        return Half(_name_in(directory), {role: pairs[role].public for role in SIGNERS})

    @classmethod
    def rotate(cls, directory: Path, now: datetime, *, root: bool = False) -> "Keyring":
        """New edition and now keys in `directory`, and with `root` new root keys; returns the new keyring.

        They are named by the next root, which the root keys before it and its own have signed: the pin, and so every
        pasted snippet, stays good. The old private keys are gone afterwards. Raises what `open` raises, and
        NeedsOthers where the root asks for more signatures than this machine can give.
        """
        fresh = (*AS_EVERY_YEAR, "root") if root else AS_EVERY_YEAR
        return cls.adopt(directory, cls.propose(directory, now, fresh=fresh), now)

    @classmethod
    def propose(cls, directory: Path, now: datetime, *, fresh: Sequence[str] = (), change: Change | None = None) -> str:
        """The chain with a next root, signed by this machine; nothing counts before it is adopted.

        `fresh`: roles for which this machine makes new keys, kept beside until then. Raises KeysElsewhere.
        """
        before = cls.open(directory)
        if not before.root:
            raise KeysElsewhere
        old, new = before.pairs, {role: Keypair.make() for role in fresh}
        replaced = {role: {old.get(role, pair).public: pair.public} for role, pair in new.items()}
        text = next_root(last_root(before.chain), change or Change(), replaced, now)
        by = [*before.root, *(pair for role, pair in new.items() if role == "root")]
        write_proposed(directory, new)
        return join_notes([before.chain, sign_note(text, before.name, by)])

    @classmethod
    def cosign(cls, directory: Path, chain: str) -> str:
        """A proposed chain with this machine's signatures. Raises OtherChain, StrangeKeys or BadSignature."""
        finish(directory)
        *before, last = read_notes(chain)
        if not before:
            raise BrokenChain("a first root is nobody else's to sign")
        # A root that ran out can still be followed: only the last one's UNTIL matters (docs/format.md).
        held = open_chain(before, pin(before[0].text), datetime.fromisoformat(read_root(before[-1].text).since))
        following = read_root(last.text)
        if (following.name, following.serial) != (held.name, held.serial + 1):
            raise BrokenChain(following.name, following.serial)
        _refuse_other(directory, chain)
        named = {*pairs_of(held, "root"), *pairs_of(following, "root")}
        own = [read_pairs(directory, suffix).get("root") for suffix in ("", PROPOSED)]
        signers = [pair for pair in own if pair and pair.public in named]
        if not signers:
            raise StrangeKeys(held.name, ("root",))
        return sign_last(chain, signers)

    @classmethod
    def adopt(cls, directory: Path, chain: str, now: datetime) -> "Keyring":
        """Go over to a chain whose new root enough have signed; returns the new keyring.

        Of the keys here and those kept beside, the ones that it names stay; the others are removed. Raises
        NeedsOthers, OtherChain, StrangeKeys or BadSignature: nothing has changed.
        """
        finish(directory)
        if missing(chain) > 0:
            raise NeedsOthers(missing(chain))
        _refuse_other(directory, chain)
        root = open_chain(read_notes(chain), pin(read_notes(chain)[0].text), now)
        pairs = _named(root, read_pairs(directory), read_pairs(directory, PROPOSED))
        needed = HANDED_OVER if (directory / ELSEWHERE).exists() else SIGNERS
        strangers = tuple(role for role in needed if role not in pairs)
        if strangers:
            raise StrangeKeys(root.name, strangers)
        after = cls._of(chain, pairs)
        holds = {} if needed is HANDED_OVER else {HOLDS: f"{' '.join(pairs)}\n{root.name}\n".encode()}
        if pairs.keys() == set(ROLES) and not (directory / HOLDS).exists():
            holds = {}  # as it has been since the first start
        write_next(directory, {**holds, **pems(pairs), CHAIN: chain.encode()})
        finish(directory)
        remove(directory, (name for role in ROLES if role not in pairs for name in files_of((role,))[:-1]))
        remove(directory, (f"{name}{PROPOSED}" for name in files_of()))
        return after

    @property
    def pairs(self) -> dict[str, Keypair]:
        """The signers that are here: role -> signer."""
        held = {"root": self.root, "edition": self.edition, "now": self.now}
        return {role: pairs[0] for role, pairs in held.items() if pairs and isinstance(pairs[0], Keypair)}

    @property
    def signs_editions(self) -> bool:
        """Whether as many edition keys are here as must sign an edition."""
        return len(self.edition) >= threshold_of(last_root(self.chain), "edition")

    @property
    def signs_roots(self) -> bool:
        """Whether as many root keys are here as must sign a root."""
        return len(self.root) >= threshold_of(last_root(self.chain), "root")

    @classmethod
    def _of(cls, chain: str, pairs: Mapping[str, Keypair]) -> "Keyring":
        notes = read_notes(chain)
        try:
            root = read_root(notes[-1].text)
        except BadSignature as error:
            raise UnreadableKeyring(CHAIN) from error
        named = [line for line in root.lines if line.role in pairs]
        strangers = [line.role for line in named if not set(line.keys) & set(pairs[line.role].public)]
        if strangers:
            raise StrangeKeys(root.name, tuple(strangers))
        held = {role: (pairs[role],) if role in pairs else () for role in ROLES}
        return cls(root.name, chain, pin(notes[0].text), held["root"], held["edition"], held["now"])


def _named(root: Root, *held: Mapping[str, Keypair]) -> dict[str, Keypair]:
    """Of the signers at hand, for each role the one that a root names."""
    named = {role: pairs_of(root, role) for role in ROLES}
    return {role: pair for pairs in held for role, pair in pairs.items() if pair.public in named[role]}


def _refuse_other(directory: Path, chain: str) -> None:
    """Only roots that go on from those kept here, of the publisher that the keys were made for."""
    kept = directory / CHAIN
    if kept.exists() and not goes_on(kept.read_text("utf-8"), chain):
        raise OtherChain
    if last_root(chain).name != _name_in(directory):
        raise OtherChain


def _name_in(directory: Path) -> str:
    if (directory / CHAIN).exists():
        return last_root((directory / CHAIN).read_text("utf-8")).name
    return (directory / HOLDS).read_text("utf-8").splitlines()[1]
