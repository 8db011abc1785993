"""Joins the lane to the clerk, and the caretaker to the drainer: the two ends of counting in a running site."""

from datetime import UTC, date, datetime
from typing import Any

from fragments.store.archive import Archive
from fragments.store.counting import Counts
from widget_server.counting.clerk import Asked, Clerk
from widget_server.counting.drainer import Drained, drain, machine_name
from widget_server.counting.spool import Spool
from widget_server.settings import LOOPBACK, Settings


class Counter:
    """What the lane calls with each display: kind, deck and the request's WSGI environment."""

    def __init__(self, settings: Settings) -> None:
        self.clerk = Clerk(Spool(settings.spool_dir), _own_hosts(settings), today)

    def __call__(self, kind: str, deck: str, environ: dict[str, Any]) -> None:
        """Write the display down, unless it is none."""
        asked = Asked(
            kind=kind,
            deck=deck,
            origin=environ.get("HTTP_ORIGIN"),
            referer=environ.get("HTTP_REFERER"),
            user_agent=environ.get("HTTP_USER_AGENT", ""),
            address=asker(environ),
        )
        self.clerk.count(asked)


def drain_spool(settings: Settings, archive: Archive) -> Drained:
    """One pass of the drainer; raises what the database raises, and the spool waits."""
    machine = machine_name(settings.spool_dir)
    return drain(settings.spool_dir, Counts(archive.engine), machine=machine, today=today())


def today() -> date:
    """The day in UTC: all machines of an installation agree on it."""
    return datetime.now(UTC).date()


def _own_hosts(settings: Settings) -> frozenset[str]:
    return frozenset({settings.name})


def asker(environ: dict[str, Any]) -> str:
    """Who asks: an address, for rate limits only, never kept. Behind a proxy on this machine, the last one it names."""
    address: str = environ.get("REMOTE_ADDR", "")
    if address not in LOOPBACK:
        return address
    return str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
