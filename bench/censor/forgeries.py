"""What hostile origins serve in each attack on files and clocks, and what an honest one serves beside them.

Rules: a forger has everything but the keys that the attack does not name. An attack on networks or servers leaves the
files alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bench.censor.attacks import Attack
from bench.censor.editions import (
    CAREFUL,
    DATED,
    DAY,
    FORGED,
    HOUR,
    LIVE,
    LIVE_EDITION,
    MINIMUM,
    OLDER,
    STARTED,
    WITHDRAWN,
    Publisher,
)
from fragments.signing import Keypair, join_notes

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Scene:
    """One publisher's snippet, and what the two kinds of origin serve."""

    pinned: str
    honest: Files
    hostile: Files
    clock: timedelta = timedelta()


def scene(attack: Attack) -> Scene:
    """The scene of an attack."""
    made = MADE.get(attack.name)
    return made(Publisher()) if made else _unforged(Publisher())


def forged(publisher: Publisher) -> Files:
    """What a forger without any key serves: wrong words under the right chain."""
    return publisher.files(LIVE_EDITION + 1, FORGED, signers=[Keypair.make()])


def _unforged(publisher: Publisher, clock: timedelta = timedelta()) -> Scene:
    return Scene(publisher.pinned, publisher.live(), publisher.live(), clock)


def _with(publisher: Publisher, hostile: Files) -> Scene:
    return Scene(publisher.pinned, publisher.live(), hostile)


def _each(publisher: Publisher, change: Callable[[bytes], bytes]) -> Scene:
    return _with(publisher, {path: change(body) for path, body in publisher.live().items()})


def _flipped(body: bytes) -> bytes:
    place = body.index(b" passage number") + 4
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def _halved(body: bytes) -> bytes:
    return body[: body.index(b" passage number")]


def _nothing_withdrawn(body: bytes) -> bytes:
    return body.replace(f"\nwithdrawn {WITHDRAWN.id}\n".encode(), b"\nwithdrawn\n")


def _replayed(publisher: Publisher) -> Scene:
    return _with(publisher, publisher.files(5, (*OLDER, CAREFUL), dated=STARTED - 30 * DAY))


def _mixed(publisher: Publisher) -> Scene:
    current = publisher.now_note(LIVE_EDITION, DATED)
    return _with(publisher, publisher.files(5, OLDER, dated=STARTED - 30 * DAY, now_note=current))


def _another_root(publisher: Publisher) -> Scene:
    forger = Publisher(serial=2)
    chain = join_notes([publisher.chain, forger.root_note(by=[forger.root])])
    return _with(publisher, forger.files(LIVE_EDITION + 1, FORGED, chain=chain))


def _stolen_server_key(publisher: Publisher) -> Scene:
    return _with(publisher, publisher.files(LIVE_EDITION + 1, FORGED, signers=[publisher.server]))


def _one_of_two(_: Publisher) -> Scene:
    two = Publisher(editors=(Keypair.make(), Keypair.make()))
    return _with(two, two.files(LIVE_EDITION + 1, FORGED, signers=two.editors[:1]))


def _retired(publisher: Publisher) -> Scene:
    rotated = publisher.rotated()
    return _with(rotated, rotated.files(LIVE_EDITION + 1, FORGED, signers=publisher.editors))


def _fast(publisher: Publisher) -> Scene:
    ends_soon = publisher.now_note(LIVE_EDITION, STARTED - 60 * HOUR, [WITHDRAWN])
    hostile = publisher.files(LIVE_EDITION, (*LIVE, CAREFUL, WITHDRAWN), now_note=ends_soon)
    return Scene(publisher.pinned, publisher.live(), hostile, DAY)


def _spent(publisher: Publisher) -> Scene:
    hostile = publisher.files(6, OLDER, dated=STARTED - 84 * HOUR)
    return Scene(publisher.pinned, publisher.live(), hostile, -DAY)


MADE: Mapping[str, Callable[[Publisher], Scene]] = {
    "altered deck": lambda it: _each(it, lambda body: body.replace(b"passage number", b"passing numbers")),
    "altered statement": lambda it: _each(it, _nothing_withdrawn),
    "one flipped bit": lambda it: _each(it, _flipped),
    "truncation": lambda it: _each(it, _halved),
    "old edition replayed": _replayed,
    "mixed editions": _mixed,
    "forged with another key": lambda it: _with(it, forged(it)),
    "forged root chain": _another_root,
    "stolen server key": _stolen_server_key,
    "one editor of two": _one_of_two,
    "retired key": _retired,
    "edition below the minimum": lambda it: _with(it, it.files(MINIMUM - 1, OLDER)),
    "expired statement": lambda it: _with(it, it.files(LIVE_EDITION, OLDER, dated=STARTED - 420 * DAY)),
    "clock a day slow": lambda it: _unforged(it, -DAY),
    "clock a day fast": _fast,
    "yesterday's edition replayed": lambda it: _with(it, it.files(6, OLDER, dated=STARTED - 25 * HOUR)),
    "slow clock, spent statement": _spent,
}
