"""The files of a keyring: private keys as PEM (PKCS 8, 0600), written beside first, put in place with the chain last.

Rules: no file is written over; a next keyring (`.next`) counts from the moment its chain stands, and whoever opens the
directory then finishes it. Keys of a root that others have yet to sign wait as `.proposed`. `holds.txt` names the
roles whose keys are here; without it all are.

It does not know what a root says (fragments.roots) or who signs (fragments.keys).
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from fragments.flushing import flush_directory
from fragments.key_faults import OpenKeyring, UnreadableKeyring
from fragments.signing import Keypair
from fragments.statements import ROLES

CHAIN, NEXT, PROPOSED, ELSEWHERE, HOLDS = "roots.txt", ".next", ".proposed", "elsewhere.txt", "holds.txt"
HANDED_OVER = ("now",)  # the role whose keys a server needs to keep an edition fresh
SIGNERS = ("root", "edition")  # the roles of a machine that signs beside others


def files_of(roles: Sequence[str] = ROLES) -> tuple[str, ...]:
    """The files of a keyring with the keys of `roles`, the chain last."""
    return (*(f"{role}.{algorithm}.pem" for role in roles for algorithm in ("p256", "ed25519")), CHAIN)


def is_there(directory: Path) -> bool:
    """Whether one file of a keyring stands in `directory`."""
    return any((directory / name).exists() for name in files_of())


def roles_of(directory: Path) -> tuple[str, ...]:
    """The roles whose keys are kept in `directory`."""
    if (directory / ELSEWHERE).exists():
        return HANDED_OVER
    held = directory / HOLDS
    return tuple(role for role in ROLES if role in held.read_text("utf-8").split()) if held.exists() else ROLES


def pems(pairs: Mapping[str, Keypair]) -> dict[str, bytes]:
    """File name -> content. `pairs`: role -> signer."""
    p256 = {f"{role}.p256.pem": _pem(pair.p256) for role, pair in pairs.items()}
    return {**p256, **{f"{role}.ed25519.pem": _pem(pair.ed25519) for role, pair in pairs.items()}}


def write_next(directory: Path, files: Mapping[str, bytes]) -> None:
    """Writes the next keyring beside the current one; `files` ends with the chain, whose presence makes it whole."""
    for name in (*files_of(), HOLDS):  # of a rotation that was cut short before its chain, and so never happened
        (directory / f"{name}{NEXT}").unlink(missing_ok=True)
    for name, content in files.items():
        beside = directory / f"{name}{NEXT}.part" if name == CHAIN else directory / f"{name}{NEXT}"
        beside.unlink(missing_ok=True)
        write(beside, content)
    flush_directory(directory)
    (directory / f"{CHAIN}{NEXT}.part").rename(directory / f"{CHAIN}{NEXT}")
    flush_directory(directory)


def finish(directory: Path) -> None:
    """Puts a next keyring that is whole in place of the current one, the chain last."""
    if not (directory / f"{CHAIN}{NEXT}").exists():
        return
    for name in (HOLDS, *files_of()):
        with contextlib.suppress(FileNotFoundError):  # done before a crash, or by another process just now
            (directory / f"{name}{NEXT}").replace(directory / name)
    flush_directory(directory)


def write_proposed(directory: Path, pairs: Mapping[str, Keypair]) -> None:
    """Keeps the keys of a root that is not in use yet, in place of those of another such root."""
    remove(directory, (f"{name}{PROPOSED}" for name in files_of()))
    for name, content in pems(pairs).items():
        write(directory / f"{name}{PROPOSED}", content)
    flush_directory(directory)


def remove(directory: Path, names: Iterable[str]) -> None:
    """Removes files, those that are there."""
    for name in names:
        (directory / name).unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """A new private file, on the disk when this returns."""
    # O_EXCL: two processes that start at once cannot overwrite each other's keys.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_pair(directory: Path, role: str, suffix: str = "") -> Keypair:
    """The signer of a role. Raises OpenKeyring or UnreadableKeyring."""
    names = (f"{role}.{algorithm}.pem{suffix}" for algorithm in ("ed25519", "p256"))
    edwards, p256 = (_read(directory / name) for name in names)
    if not isinstance(edwards, Ed25519PrivateKey) or not isinstance(p256, ec.EllipticCurvePrivateKey):
        raise UnreadableKeyring(directory, role)
    return Keypair.of(edwards, p256)


def read_pairs(directory: Path, suffix: str = "") -> dict[str, Keypair]:
    """The signers whose files are both there: role -> signer."""
    present = [
        role for role in ROLES if all((directory / f"{role}.{one}.pem{suffix}").exists() for one in ("p256", "ed25519"))
    ]
    return {role: read_pair(directory, role, suffix) for role in present}


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read(path: Path) -> object:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise OpenKeyring(path, oct(stat.S_IMODE(path.stat().st_mode)))
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise UnreadableKeyring(path) from error
