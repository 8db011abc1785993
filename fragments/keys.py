"""The publisher's keys on disk: one directory, made on first use, never overwritten.

Rules: the directory is 0700 and every private key 0600; files are PEM (PKCS 8), two for each role (root, edition,
now), beside `roots.txt`, the public chain of root notes. A keyring is there whole or not at all: half of one is an
error that names what is missing, because making the missing half anew would orphan every pasted snippet.
A rotation writes new files beside (`.next`), the chain last; whoever opens the keyring then finishes it, so a crash
leaves the old keyring or the new one. Where a file `elsewhere.txt` stands, the root and edition keys are on another
machine on purpose, and the now keys are all there is.

It does not know what is signed with the keys (fragments.statements).
"""

import contextlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from fragments.errors import BadSignature, UnsilencedError
from fragments.signing import Keypair, Signer, join_notes, read_notes, sign_note
from fragments.statements import ROLES, pin, read_root, root_text

CHAIN, NEXT, ELSEWHERE = "roots.txt", ".next", "elsewhere.txt"
HANDED_OVER = ("now",)  # the role whose keys a server needs to keep an edition fresh
ROOT_LIVES = timedelta(days=396)  # 13 months: a year, and a month to notice


class IncompleteKeyring(UnsilencedError):
    """A directory that holds some of a keyring's files and not the others."""

    def __init__(self, directory: Path, missing: tuple[str, ...]) -> None:
        super().__init__(directory, missing)
        self.directory = directory
        self.missing = missing

    def __str__(self) -> str:
        names = ", ".join(self.missing)
        return f"{self.directory}: {names} missing; restore from a backup, new keys would orphan every snippet"


class KeyringExists(UnsilencedError):
    """New keys were asked for where a keyring stands."""


class OpenKeyring(UnsilencedError):
    """A private key that other accounts of the machine can read."""


class UnreadableKeyring(UnsilencedError):
    """A key file that holds no key of its kind, or a chain that is none."""


class StrangeKeys(UnsilencedError):
    """Keys that the current root does not name: whatever they sign would be refused. The name, the roles."""


class KeysElsewhere(UnsilencedError):
    """Something that only the root or edition keys can do, and they are kept on another machine."""

    def __str__(self) -> str:
        return "the root and edition keys are kept on another machine; it is done there"


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
        if _present(directory):
            raise KeyringExists(directory)
        directory.chmod(0o700)
        pairs = {role: Keypair.make() for role in ROLES}
        keyring = cls.made_of(name, pairs, now)
        for file, content in _pems(pairs).items():
            _write(directory / file, content)
        _write(directory / CHAIN, keyring.chain.encode())  # last: a crash before it is seen as a half keyring
        return keyring

    @classmethod
    def open(cls, directory: Path) -> "Keyring":
        """Reads a keyring; raises IncompleteKeyring, OpenKeyring or UnreadableKeyring."""
        _finish(directory)
        roles = HANDED_OVER if (directory / ELSEWHERE).exists() else ROLES
        missing = tuple(name for name in _files(roles) if not (directory / name).exists())
        if missing:
            raise IncompleteKeyring(directory, missing)
        return cls._of((directory / CHAIN).read_text("utf-8"), {role: _read_pair(directory, role) for role in roles})

    @classmethod
    def open_or_make(cls, directory: Path, name: str, now: datetime) -> "Keyring":
        """The keyring in `directory`, made when not one of its files is there. `name`: host of the public URL."""
        return cls.open(directory) if _present(directory) else cls.make(directory, name, now)

    @classmethod
    def hand_over(cls, directory: Path, to: Path) -> "Keyring":
        """Write to the directory `to` what a server needs that holds no root and no edition key; returns that.

        Raises KeyringExists where `to` holds keys, KeysElsewhere where `directory` has none to keep.
        """
        whole = cls.open(directory)
        if not whole.edition:
            raise KeysElsewhere
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _present(to):
            raise KeyringExists(to)
        _write(to / ELSEWHERE, b"The root and edition keys of this publisher are kept on another machine.\n")
        for file, content in _pems({"now": whole.now[0]}).items():
            _write(to / file, content)
        _write(to / CHAIN, whole.chain.encode())
        return cls.open(to)

    @classmethod
    def rotate(cls, directory: Path, now: datetime, *, root: bool = False) -> "Keyring":
        """New edition and now keys in `directory`, and with `root` new root keys; returns the new keyring.

        They are named by the next root, which the root keys before it and its own have signed: the pin, and so every
        pasted snippet, stays good. The old private keys are gone afterwards. Raises what `open` raises.
        """
        before = cls.open(directory)
        if not before.root:
            raise KeysElsewhere
        last = read_root(read_notes(before.chain)[-1].text)
        pairs = {role: Keypair.make() for role in ROLES}
        if not root:
            pairs["root"] = before.root[0]
        signers = {role: (1, [pair]) for role, pair in pairs.items()}
        until = now + ROOT_LIVES
        text = root_text(name=before.name, serial=last.serial + 1, since=now, until=until, signers=signers)
        by = [*before.root, pairs["root"]] if root else before.root
        after = cls._of(join_notes([before.chain, sign_note(text, before.name, by)]), pairs)
        _write_next(directory, {**_pems(pairs), CHAIN: after.chain.encode()})
        _finish(directory)
        return after

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


def _files(roles: Sequence[str] = ROLES) -> tuple[str, ...]:
    return (*(f"{role}.{algorithm}.pem" for role in roles for algorithm in ("p256", "ed25519")), CHAIN)


def _present(directory: Path) -> bool:
    return any((directory / name).exists() for name in _files())


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pems(pairs: Mapping[str, Keypair]) -> dict[str, bytes]:
    p256 = {f"{role}.p256.pem": _pem(pair.p256) for role, pair in pairs.items()}
    return {**p256, **{f"{role}.ed25519.pem": _pem(pair.ed25519) for role, pair in pairs.items()}}


def _write_next(directory: Path, files: Mapping[str, bytes]) -> None:
    """Writes the next keyring beside the current one; `files` ends with the chain, whose presence makes it whole."""
    for name in files:  # of a rotation that was cut short before its chain, and so never happened
        (directory / f"{name}{NEXT}").unlink(missing_ok=True)
    for name, content in files.items():
        beside = directory / f"{name}{NEXT}.part" if name == CHAIN else directory / f"{name}{NEXT}"
        beside.unlink(missing_ok=True)
        _write(beside, content)
    _sync(directory)
    (directory / f"{CHAIN}{NEXT}.part").rename(directory / f"{CHAIN}{NEXT}")
    _sync(directory)


def _finish(directory: Path) -> None:
    """Puts a next keyring that is whole in place of the current one, the chain last."""
    if not (directory / f"{CHAIN}{NEXT}").exists():
        return
    for name in _files():
        with contextlib.suppress(FileNotFoundError):  # done before a crash, or by another process just now
            (directory / f"{name}{NEXT}").replace(directory / name)
    _sync(directory)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    # O_EXCL: two processes that start at once cannot overwrite each other's keys.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_pair(directory: Path, role: str) -> Keypair:
    edwards, p256 = _read(directory / f"{role}.ed25519.pem"), _read(directory / f"{role}.p256.pem")
    if not isinstance(edwards, Ed25519PrivateKey) or not isinstance(p256, ec.EllipticCurvePrivateKey):
        raise UnreadableKeyring(directory, role)
    return Keypair.of(edwards, p256)


def _read(path: Path) -> object:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise OpenKeyring(path, oct(stat.S_IMODE(path.stat().st_mode)))
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise UnreadableKeyring(path) from error
