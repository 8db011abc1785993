"""Pulling: makes a directory the copy of an edition, so that a static server shows genuine files at every moment.

Rules: a file is fetched when the signed list says that it changed, checked in memory, and kept beside under
`.incoming` until all are there; then each takes its place by one rename: other files, deck files, statements last.
Every deck file is whole and signed on its own, so a reader between two renames gets one edition or the other,
never a mix (docs/decisions/0005). What is no longer listed is removed. Killed at any moment, the next pull goes
on where it stopped. An older edition, an older now and an older root chain are refused.

It does not loop or draw (commands.mirror), and checks nothing itself (verdicts).
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fragments.errors import BadSignature, UnsilencedError
from fragments.signing import Note, join_notes, read_notes
from fragments.statements import Root
from fragments.verifying import open_chain, open_deck
from widget_server.mirroring.checking import Progress, claim_of, unseen
from widget_server.mirroring.places import AT_ONCE, Read, Unreadable, read_file
from widget_server.mirroring.verdicts import SAFE_PATH, STATEMENTS, Claim, Keys, digest_of, judge

INCOMING = ".incoming"
EDITION = "/edition.txt"
TRIES = 3  # an origin that publishes while we pull is asked again; one that does so for ever is not


class GoesBack(UnsilencedError):
    """The origin offers an edition older than the copy: (offered, held)."""

    def __str__(self) -> str:
        return f"the origin offers edition {self.args[0]}, this copy is edition {self.args[1]}: kept as it is"


class NotWhatWasSigned(UnsilencedError):
    """A file from the origin that is not what the publisher signed: (path, what is wrong)."""

    def __str__(self) -> str:
        return f"{self.args[0]} of the origin is {self.args[1]}: nothing was changed"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did: the edition, files fetched, files restapled here, files removed."""

    edition: int
    fetched: int
    restapled: int
    removed: int


def pull(read: Read, directory: Path, keys: Keys, progress: Progress = unseen, *, is_carried: bool = False) -> Pulled:
    """Make `directory` the copy of what `read` offers. `is_carried`: by hand, so that its now may have run out.

    Raises BadSignature, Unreadable, NotWhatWasSigned or GoesBack, with the copy as it was.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory):
        for _ in range(TRIES - 1):
            seen: dict[str, bytes | None] = {}
            try:
                return _pull(_noting(read, seen), directory, keys, progress, is_carried)
            except (BadSignature, NotWhatWasSigned):
                # Of two editions nothing fits together; nobody altered it, and what was fetched is not fetched again.
                if read(EDITION) == seen.get(EDITION):
                    raise
        return _pull(read, directory, keys, progress, is_carried)


def _noting(read: Read, seen: dict[str, bytes | None]) -> Read:
    """The same, which keeps the statement of the edition as it was read."""

    def noting(path: str) -> bytes | None:
        body = read(path)
        if path == EDITION:
            seen[path] = body
        return body

    return noting


def _pull(read: Read, directory: Path, keys: Keys, progress: Progress, is_carried: bool) -> Pulled:
    claim, statements = claim_of(read, keys)
    if claim.now is None or not (is_carried or claim.is_fresh(keys.now)):
        raise NotWhatWasSigned("/now.txt", "missing, altered or expired")
    _refuse_older(claim, statements, directory, keys)
    incoming = directory / INCOMING
    incoming.mkdir(exist_ok=True)
    root = open_chain(read_notes(statements["/root.txt"].decode()), keys.pinned, keys.now)
    _sweep(incoming, claim, root)
    wanted = [path for path in claim.files if not _is_here(path, (directory, incoming), claim, root)]
    _fetch(read, incoming, wanted, claim, keys, progress)
    restapled = _restaple(directory, incoming, claim, statements)
    _switch(directory, incoming, statements)
    return Pulled(claim.edition.edition, len(wanted), restapled, _remove(directory, claim))


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Of two pulls into one directory the second is refused: each would take away what the other is about to place."""
    held = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise Unreadable(str(directory), "is being pulled into by another mirror") from fault
        yield
    finally:
        os.close(held)


def _refuse_older(claim: Claim, statements: Mapping[str, bytes], directory: Path, keys: Keys) -> None:
    try:
        held, before = claim_of(lambda path: read_file(directory, path), keys)
    except (BadSignature, Unreadable):  # no copy yet, or one that was spoiled: anything genuine is better
        return
    if claim.edition.edition < held.edition.edition:
        raise GoesBack(claim.edition.edition, held.edition.edition)
    if held.now and claim.now and claim.now.since < held.now.since:
        raise NotWhatWasSigned("/now.txt", f"older than the one held here ({claim.now.since})")
    ours, theirs = ([note.text for note in read_notes(each["/root.txt"].decode())] for each in (before, statements))
    # Taken back, it would let a retired key sign again.
    if theirs[: len(ours)] != ours:
        raise NotWhatWasSigned("/root.txt", f"not the chain of {len(ours)} held here, or one that goes on from it")


def _sweep(incoming: Path, claim: Claim, root: Root) -> None:
    """A pull that was cut short may have been of an edition between: only what this one has stays."""
    for file in incoming.rglob("*"):
        path = f"/{file.relative_to(incoming)}"
        if file.is_file() and not (path in claim.files and _is_here(path, (incoming,), claim, root)):
            file.unlink()


def _is_here(path: str, places: Iterable[Path], claim: Claim, root: Root) -> bool:
    bodies = (read_file(place, path) for place in places)
    return any(
        body is not None and digest_of(path, body) == claim.files[path] and _is_signed(path, body, root)
        for body in bodies
    )


def _is_signed(path: str, body: bytes, root: Root) -> bool:
    """Whether a deck that is held counts under the root of now: its signatures do not stand in the list."""
    if not path.endswith(".cf"):
        return True
    try:
        open_deck(_deck_of(body), root)
    except BadSignature:
        return False
    return True


def _fetch(read: Read, incoming: Path, paths: list[str], claim: Claim, keys: Keys, progress: Progress) -> None:
    def one(path: str) -> None:
        body = read(path)
        fault = judge(path, body, claim, keys)
        if fault or body is None:
            raise NotWhatWasSigned(path, fault)
        _write(incoming, path, body)

    threads = ThreadPoolExecutor(AT_ONCE)
    try:
        for done, _ in enumerate(threads.map(one, paths), 1):
            progress(done, len(paths))
    finally:
        threads.shutdown(cancel_futures=True)  # after a first bad file nothing more is asked


def _restaple(directory: Path, incoming: Path, claim: Claim, statements: Mapping[str, bytes]) -> int:
    """Closes deck files with the chain and the now of the pull; needs no key. How many changed."""
    chain, note = (statements[path].decode() for path in ("/root.txt", "/now.txt"))
    changed = 0
    for path in claim.files:
        if path.endswith(".cf"):
            came = read_file(incoming, path)
            before = came if came is not None else read_file(directory, path)
            after = _closed(before or b"", chain, note)
            if after != before:
                _write(incoming, path, after)
                changed += came is None
    return changed


def _closed(body: bytes, chain: str, note: str) -> bytes:
    deck = _deck_of(body)
    return join_notes([chain, join_notes([deck.text, f"{deck.lines}\n"]), note]).encode()


def _deck_of(body: bytes) -> Note:
    return next(each for each in read_notes(body.decode()) if each.text.startswith("unsilenced deck "))


def _switch(directory: Path, incoming: Path, statements: Mapping[str, bytes]) -> None:
    for path, body in statements.items():
        _write(incoming, path, body)
    came = [f"/{file.relative_to(incoming)}" for file in incoming.rglob("*") if file.is_file()]
    for path in sorted(came, key=_turn):
        if path.endswith(".new"):
            continue
        place = directory / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        (incoming / path.lstrip("/")).replace(place)
    shutil.rmtree(incoming)


def _turn(path: str) -> tuple[int, str]:
    return (2 if path in STATEMENTS else 1 if path.endswith(".cf") else 0), path


def _remove(directory: Path, claim: Claim) -> int:
    """Removes files of earlier editions: withdrawn fragments vanish here. Only in folders an edition has."""
    folders = {path.split("/")[1] for path in claim.files if path.count("/") > 1} | {"d", "f", "api", "feeds"}
    removed = 0
    for folder in folders:
        for file in sorted((directory / folder).rglob("*")):
            path = f"/{file.relative_to(directory)}"
            if file.is_file() and path not in claim.files and SAFE_PATH.fullmatch(path):
                file.unlink()
                removed += 1
                with contextlib.suppress(OSError):  # not empty: an emptied folder would still name the fragment
                    file.parent.rmdir()
    return removed


def _write(directory: Path, path: str, body: bytes) -> None:
    place = directory / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.new")  # a kill while writing leaves no half file under a real name
    beside.write_bytes(body)
    beside.replace(place)
