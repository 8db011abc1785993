"""Whether a mirror may be named to readers: from what a look found, and what the looks before it found.

Rules: altered files end it at once, and it comes back after a day of sound looks, in which each of its files is checked
anew; a mirror that cannot be used (no answer, nothing that pages may read, files missing) has an hour, and a day where
no mirror answers at all, because then it is our own network; one that is behind has six hours. Coming back takes
SOUND_LOOKS in a row. So a mirror that comes and goes changes what is signed every hour and a half at most. Pure: no
clock, no network.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from fragments.store.watching import Mirror

EVERY = timedelta(minutes=10)  # as often as docs/mirrors.md has mirrors pull
LOOKS_A_ROUND = 144  # a day: so many looks see every file once
LAG = timedelta(hours=12)  # the publisher renews its statement every 6 h: two of them were missed
SOUND_LOOKS = 3  # half an hour
PATIENCE, LONG_PATIENCE = timedelta(hours=1), timedelta(hours=24)


class Fault(StrEnum):
    """What a look found wrong; the codes are kept in the archive."""

    NONE = ""
    ALTERED = "altered"  # signed by nobody, or by somebody else
    MISSING = "missing"  # a file of the edition it shows is not there
    CLOSED = "closed"  # pages of other sites may not read it: no Access-Control-Allow-Origin: *
    UNREACHABLE = "unreachable"
    BEHIND = "behind"  # an older edition or an older statement than ours


PATIENCE_WITH = {
    Fault.ALTERED: timedelta(0),
    Fault.MISSING: PATIENCE,
    Fault.CLOSED: PATIENCE,
    Fault.UNREACHABLE: PATIENCE,
    Fault.BEHIND: timedelta(hours=6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look found. `edition` and `said_at` are None where it did not come that far."""

    at: datetime
    fault: Fault = Fault.NONE
    detail: str = ""
    edition: int | None = None
    said_at: datetime | None = None
    next_file: int = 0
    is_round: bool = False  # with this look the last of all files was checked


def is_watched(address: str) -> bool:
    """Whether this server can look at a mirror: an onion service is reached by nobody outside Tor."""
    return not (urlsplit(address).hostname or "").endswith(".onion")


def behind(edition: int, said_at: datetime | None, current: int, newest: datetime) -> Fault:
    """Whether a copy lags. `current`, `newest`: our edition, and when it was placed or its statement renewed last."""
    if said_at is not None and edition >= current and newest - said_at < LAG:
        return Fault.NONE
    return Fault.BEHIND


def after(before: Mirror | None, address: str, look: Look, *, somebody_answers: bool = True) -> Mirror:
    """What follows for the mirror at `address`; one that the operator has just listed begins as sound."""
    last = before or _unseen(address, look.at)
    seen = replace(
        last,
        fault=look.fault.value,
        detail=look.detail,
        edition=look.edition if look.edition is not None else last.edition,
        said_at=look.said_at or last.said_at,
        looked_at=look.at,
        failing_since=(last.failing_since or look.at) if look.fault else None,
        whole_at=look.at if look.is_round else last.whole_at,
        good_looks=_good_looks(last, look),
        next_file=look.next_file,
    )
    if seen.is_sound and _is_over(seen, look, somebody_answers):
        return replace(seen, is_sound=False, dropped_at=look.at)
    if not seen.is_sound and seen.good_looks >= SOUND_LOOKS:
        return replace(seen, is_sound=True, dropped_at=None)
    return seen


def _unseen(address: str, now: datetime) -> Mirror:
    return Mirror(
        address=address,
        is_sound=True,
        fault="",
        detail="",
        edition=None,
        said_at=None,
        looked_at=now,
        failing_since=None,
        dropped_at=None,
        whole_at=None,
        good_looks=0,
        next_file=0,
    )


def _good_looks(last: Mirror, look: Look) -> int:
    """Sound looks in a row; below zero after altered files, so that a whole round comes before the way back."""
    if look.fault is Fault.ALTERED:
        return SOUND_LOOKS - LOOKS_A_ROUND
    return min(last.good_looks, 0) if look.fault else last.good_looks + 1


def _is_over(seen: Mirror, look: Look, somebody_answers: bool) -> bool:
    if not look.fault:
        return False
    own_network = look.fault is Fault.UNREACHABLE and not somebody_answers
    patience = LONG_PATIENCE if own_network else PATIENCE_WITH[look.fault]
    return look.at - (seen.failing_since or look.at) >= patience
