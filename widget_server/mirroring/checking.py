"""Checking a whole copy: reads it, a few files at once, and gathers the verdicts.

Rules: what cannot be read is named like what is altered; nothing is changed, and no more than AT_ONCE files are held
in memory. The verdicts are verdicts.py's.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from fragments.statements import stamp
from widget_server.mirroring.places import AT_ONCE, Read, Unreadable
from widget_server.mirroring.verdicts import STATEMENTS, Claim, Keys, judge, open_claim

Progress = Callable[[int, int], None]  # files done, files in all


def unseen(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A copy's claim, and what is wrong: path -> a few words."""

    claim: Claim
    bad: Mapping[str, str]

    @property
    def is_genuine(self) -> bool:
        """Whether every file is there and as it was signed."""
        return not self.bad

    def sentence(self, now: datetime) -> str:
        """The verdict in one line."""
        edition, said = self.claim.edition, self.claim.now
        word = "Genuine" if self.is_genuine else f"NOT GENUINE, {len(self.bad):,} bad of"
        count = f"{len(self.claim.files):,} files"
        days = (now - datetime.fromisoformat(edition.dated)).days
        age = "today" if days < 1 else f"{days} day{'s' * (days > 1)} old"
        until = "no freshness statement" if said is None else f"not fresh since {said.until}"
        fresh = f"fresh until {said.until}" if said and stamp(now) < said.until else until
        colon = ":" if self.is_genuine else ""
        return f"{word}{colon} {count} of edition {edition.edition} of {edition.name}, {age}, {fresh}."


def claim_of(read: Read, keys: Keys) -> tuple[Claim, dict[str, bytes]]:
    """A copy's claim and its statements. Raises BadSignature, or Unreadable where a statement is missing."""
    statements = {path: body for path in STATEMENTS if (body := read(path)) is not None}
    missing = [path for path in STATEMENTS if path not in statements and path != "/now.txt"]
    if missing:
        raise Unreadable(missing[0], "is missing: this is no copy of an edition")
    return open_claim(statements, keys), statements


def check(read: Read, keys: Keys, progress: Progress = unseen) -> Checked:
    """The verdict on every file of a copy. Raises what claim_of raises."""
    claim, _ = claim_of(read, keys)
    bad = {} if claim.now else {"/now.txt": "missing or altered"}

    def fault_of(path: str) -> str:
        try:
            return judge(path, read(path), claim, keys)
        except Unreadable as unreadable:
            return unreadable.reason

    threads = ThreadPoolExecutor(AT_ONCE)
    try:
        for done, (path, fault) in enumerate(zip(claim.files, threads.map(fault_of, claim.files), strict=True), 1):
            if fault:
                bad[path] = fault
            progress(done, len(claim.files))
    finally:
        threads.shutdown(cancel_futures=True)  # after Ctrl-C nothing more is asked
    return Checked(claim, bad)
