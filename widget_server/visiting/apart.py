"""Judges a stranger's page in a process of its own, with an end to its time and memory.

Rules: whoever may name a page may write one: a megabyte of attributes in one tag keeps libxml2 busy for 20 seconds. The
child gives back kinds and faults, no word of the page; it is ended after SECONDS of work.

What is judged is decided in finding.py.
"""

from collections.abc import Iterable
from typing import Any

from widget_server.apart import NoAnswer, answer, ask
from widget_server.visiting.finding import Fault, Found, Kind, found_in

SECONDS = 3.0  # of work, of which a tenth goes for starting; a megabyte of ordinary HTML takes 0.3
MEMORY = 1 << 30  # bytes of address space


class Unjudged(Exception):
    """The page could not be judged in time or memory, or is Tangled."""


def found_apart(
    html: bytes, public_urls: Iterable[str], *, pinned: str = "", seconds: float | None = None
) -> tuple[Found, ...]:
    """As finding.found_in, with all loaders ever released. Raises Unjudged.

    `seconds`: how long the caller waits; SECONDS unless given. The child's own work ends after SECONDS all the same.
    """
    told = {"public_urls": list(public_urls), "pinned": pinned}
    try:
        found = ask("widget_server.visiting.apart", told, html, seconds=SECONDS if seconds is None else seconds)
    except NoAnswer as fault:  # too slow, too deep, out of memory, or crashed
        raise Unjudged from fault
    return tuple(Found(Kind(kind), tuple(map(Fault, faults))) for kind, faults in found)


def _judge(told: dict[str, Any], html: bytes) -> list[tuple[Kind, tuple[Fault, ...]]]:
    return [(each.kind, each.faults) for each in found_in(html, told["public_urls"], pinned=told["pinned"])]


if __name__ == "__main__":
    answer(_judge, seconds=SECONDS, memory=MEMORY)
