"""From the spool to the counts: whole lines only, each once, whoever is killed and whenever.

A pass goes over every segment: read from the stored position, tally, add. A segment without a writer whose end is
reached is marked finished and removed. Any number of drainers may run over one directory. A database that is
locked, slow or gone raises out of `drain`; the spool waits.
"""

import contextlib
import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fragments.store.counting import Batch, Counts, Key
from fragments.store.polling import PollKey, Said
from widget_server.counting.readers import Reader
from widget_server.counting.spool import LOST, POLL, Display, has_writer, read_lines, segments

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one pass did."""

    displays: int = 0
    lost: int = 0
    removed: int = 0

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(self.displays + other.displays, self.lost + other.lost, self.removed + other.removed)


def drain(directory: Path, counts: Counts, *, machine: str, today: date) -> Drained:
    """Add all that the segments hold and remove those that are done."""
    done = Drained()
    for path in segments(directory):
        try:
            done += _drain_segment(path, counts, machine, today)
        except FileNotFoundError:  # another drainer finished it meanwhile
            continue
    return done


def machine_name(directory: Path) -> str:
    """A random name for this spool directory, made once: positions of two machines must never meet."""
    path = directory / "machine"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return path.read_text().strip()
    # Written beside, then linked: of two drainers that begin together neither may read a name that is half there, or
    # both would count the same segment under different names; and a kill must not leave an empty one.
    beside = directory / f"{secrets.token_hex(8)}.name"
    beside.write_text(secrets.token_hex(8))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(beside)
    beside.unlink()
    return path.read_text().strip()


def _drain_segment(path: Path, counts: Counts, machine: str, today: date) -> Drained:
    closed = not has_writer(path)  # asked before reading: no line can come after a "no"
    position, done = counts.position(machine, path.name), Drained()
    while True:
        lines, end = read_lines(path, position)
        if not lines:
            break
        batch = _batch(machine, path.name, position, end, lines)
        if counts.add(batch):
            done += Drained(_displays(batch), sum(batch.lost.values()))
        position = counts.position(machine, path.name)
    if not closed:
        return done
    counts.finish(machine, path.name, today)
    path.unlink()
    return done + Drained(removed=1)


def _displays(batch: Batch) -> int:
    return sum(batch.tally.values()) + sum(polls for polls, _ in batch.polls.values())


def _batch(machine: str, segment: str, start: int, end: int, lines: list[bytes]) -> Batch:
    tally: Counter[Key] = Counter()
    lost: Counter[date] = Counter()
    polls: dict[PollKey, Said] = {}
    for line, times in Counter(lines).items():  # equal lines are many: parsed once
        display = Display.read(line)
        if display is None:
            log.warning("A line of the spool cannot be read and is passed over.")
        elif display.kind == LOST:
            lost[display.day] += times * int(display.deck)
        elif display.kind == POLL:
            _add_poll(polls, display, times)
        else:
            tally[display.day, display.kind, display.deck, display.site] += times
    return Batch(machine, segment, start, end, tally, lost, polls)


def _add_poll(polls: dict[PollKey, Said], display: Display, times: int) -> None:
    reader = Reader.read(display.site)
    if reader is not None:
        key = display.day, display.deck, reader.product
        before = polls.get(key, (0, 0))
        polls[key] = before[0] + times, max(before[1], reader.subscribers)
