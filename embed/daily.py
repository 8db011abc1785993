"""Which fragment is drawn for a day: the same for everybody, the whole day long, without anybody remembering it.

Rules: a day's draw depends on the day, the publisher's name and what was published before that day, so that publishing
something new never changes a day that has begun; a withdrawal changes only the days that had drawn that fragment.
Each fragment has its weight's share of the chance; none comes twice within a fortnight while there are others. Days
are those of UTC.

It words and prints nothing (embed.feeds).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from math import log

from fragments.nouns import Fragment

DAYS = 7  # shown in the feed: whoever subscribes is not flooded, whoever polls once a week misses nothing
FORTNIGHT = 14  # days, counted from day 1: within each, what was drawn is not drawn again


@dataclass(frozen=True, slots=True)
class Pick:
    """The fragment of a day."""

    day: date
    fragment: Fragment

    @property
    def begins(self) -> datetime:
        """The first moment of the day."""
        return datetime.combine(self.day, time(), UTC)


def picks(fragments: Sequence[Fragment], today: date, dated: datetime, name: str) -> list[Pick]:
    """The fragments of the last days up to `today`, at least DAYS of them if anything was published that long.

    `dated` stands in where a fragment does not say when it was published; `name` is the publisher's.
    """
    line = sorted(((one.published_at or dated).astimezone(UTC), one.id, one) for one in fragments)
    return list(_draw(line, today.toordinal(), name)) if line else []


def _draw(line: list[tuple[datetime, str, Fragment]], today: int, name: str) -> Iterator[Pick]:
    moments = [moment for moment, _, _ in line]
    days = [moment.date() for moment in moments]
    in_line = [fragment for _, _, fragment in line]
    taken: set[str] = set()
    for ordinal in range((today - DAYS + 1) // FORTNIGHT * FORTNIGHT, today + 1):
        day = date.fromordinal(ordinal)
        if ordinal % FORTNIGHT == 0:
            taken = set()
        # On the very first day there is nothing older: then what the first edition brought.
        known = bisect_left(days, day) or (bisect_right(moments, moments[0]) if day == days[0] else 0)
        if known:
            pick = _best(in_line[:known], taken, f"{name} {day}")
            taken = {*taken, pick.id} if len(taken) + 1 < known else set()
            yield Pick(day, pick)


def _best(known: Sequence[Fragment], taken: set[str], seed: str) -> Fragment:
    """One draw by weights without a list of them: the greatest of log(u)/weight (Efraimidis and Spirakis, 2006)."""
    free = [one for one in known if one.id not in taken] or known
    return max(free, key=lambda one: log(_chance(f"{seed} {one.id}")) / one.weight)


def _chance(seed: str) -> float:
    """A number above 0 and at most 1 that only the seed decides."""
    return (int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) + 1) / 2**64
