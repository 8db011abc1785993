"""The caretaker's rounds of the mirrors: who is due, a look at each beside other work, and what is told of it.

Rules: the place and the answers are the mirror's, the verdict health.py's; a look during which our own edition moved on
counts for nothing; a mirror is never asked by two looks at once; the operator's log says when one is dropped and when
it is back. It does not say what a look is (watching).
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from random import SystemRandom

import urllib3

from fragments.keys import Keyring
from fragments.signing import read_notes
from fragments.statements import read_edition, read_now
from fragments.store.archive import Archive
from fragments.store.watching import Mirror, Watch
from widget_server.beside import Beside
from widget_server.mirroring.health import EVERY, Fault, Look, after, is_watched
from widget_server.mirroring.places import AGENT, CONNECT_SECONDS, SILENCE_SECONDS, Unreadable, fetch, requests
from widget_server.mirroring.verdicts import Keys
from widget_server.mirroring.watching import Ours, look, put_up
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Printing, Shelf

AT_ONCE = 4  # mirrors
log = logging.getLogger(__name__)


class MirrorRounds:
    """Looks at the mirrors that are due; `turn` starts them beside, `go` waits for them."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self._now = now or _now
        self._under_way = Beside()

    def turn(self, settings: Settings, archive: Archive) -> None:
        """Start what is due, unless looks still go on. Raises what went wrong with those before."""
        self._under_way.begin(lambda: self.go(settings, archive))

    def go(self, settings: Settings, archive: Archive) -> int:
        """Look at what is due, and keep and tell what follows; how many mirrors were looked at."""
        watch, now = Watch(archive.engine), self._now()
        known = watch.mirrors()
        if known.keys() - set(settings.mirrors):
            watch.forget_others(settings.mirrors)
        looks = self._looks(settings, [each for each in settings.mirrors if _is_due(known.get(each), each, now)], known)
        somebody = _somebody_answers(known, looks)
        for address, seen in looks.items():
            _tell(known.get(address), mirror := after(known.get(address), address, seen, somebody_answers=somebody))
            watch.record(mirror)
        put_up(settings.data, tuple(each.address for each in watch.mirrors().values() if not each.is_sound))
        return len(looks)

    def _looks(self, settings: Settings, due: list[str], known: dict[str, Mirror]) -> dict[str, Look]:
        if not due:  # most turns: the list of a large edition is not read for nothing
            return {}
        try:
            printing = Shelf(settings.shelf_dir).current()
        except EmptyShelf:
            return {}
        ours = ours_of(printing, Keyring.open(settings.keys_dir).pin, self._now())

        def one(address: str) -> Look:
            return _look_at(address, ours, known[address].next_file if address in known else 0)

        with ThreadPoolExecutor(AT_ONCE) as threads:
            looks = dict(zip(due, threads.map(one, due), strict=True))
        has_moved = Shelf(settings.shelf_dir).current().number != printing.number
        return {address: seen for address, seen in looks.items() if not (has_moved and _may_be_ours(seen))}


def ours_of(printing: Printing, pinned: str, now: datetime) -> Ours:
    """What copies are compared with."""
    edition, said, listed = (_body(printing, path).decode() for path in ("/edition.txt", "/now.txt", "/files.txt"))
    files = {path: digest for digest, path in (line.split(" ", 1) for line in listed.splitlines())}
    newest = datetime.fromisoformat(read_now(read_notes(said)[0].text).since)
    return Ours(read_edition(read_notes(edition)[0].text), newest, files, Keys(pinned, now))


def _look_at(address: str, ours: Ours, start: int) -> Look:
    with requests() as pool:
        seen = look(
            lambda path: fetch(pool, address, path), lambda: _may_be_read(pool, address), ours, start, SystemRandom()
        )
    return replace(seen, detail=seen.detail.removeprefix(address))


def _may_be_read(pool: urllib3.PoolManager, address: str) -> bool:
    """Whether a browser lets pages of other sites read the mirror's files (Fetch standard, CORS check)."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENCE_SECONDS)
    headers = {"Origin": "https://example.org", "User-Agent": AGENT}
    where = f"{address}/now.txt"
    try:
        with pool.request(
            "GET", where, headers=headers, redirect=False, preload_content=False, timeout=timeout
        ) as answer:
            return bool(answer.headers.get("Access-Control-Allow-Origin") == "*")
    except urllib3.exceptions.HTTPError as fault:
        raise Unreadable(where, f"does not answer ({type(fault).__name__})") from fault


def _is_due(before: Mirror | None, address: str, now: datetime) -> bool:
    return is_watched(address) and (before is None or now - before.looked_at >= EVERY)


def _somebody_answers(known: dict[str, Mirror], looks: dict[str, Look]) -> bool:
    """Whether some mirror answers now, or did at its newest look."""
    faults = {address: mirror.fault for address, mirror in known.items()}
    faults |= {address: seen.fault for address, seen in looks.items()}
    return any(fault != Fault.UNREACHABLE for fault in faults.values())


def _may_be_ours(seen: Look) -> bool:
    """Whether a copy that was being renewed could have looked like this."""
    return seen.fault in {Fault.ALTERED, Fault.MISSING}


def _tell(before: Mirror | None, after_: Mirror) -> None:
    was_sound = before is None or before.is_sound
    if was_sound and not after_.is_sound:
        log.warning("Mirror %s is no longer named to readers: %s %s", after_.address, after_.fault, after_.detail)
    elif not was_sound and after_.is_sound:
        log.warning("Mirror %s is sound again and named to readers.", after_.address)


def _body(printing: Printing, path: str) -> bytes:
    printed = printing.get(path)
    if printed is None:
        raise LookupError(path)
    return printed.body


def _now() -> datetime:
    return datetime.now(UTC)
