"""Joins the lane to the clerk, and the caretaker to the drainer: the two ends of counting in a running site."""

import re
import socket
import time
from datetime import date
from functools import lru_cache
from typing import Any

from fragments.store.archive import Archive
from fragments.store.counting import Counts
from widget_server.counting.clerk import Asked, Clerk
from widget_server.counting.drainer import Drained, drain, machine_name
from widget_server.counting.spool import Spool
from widget_server.settings import LOOPBACK, Settings

# Loopback, RFC 1918, RFC 6598, link-local and unique local addresses, by their letters: this is asked at each display.
_NEAR = re.compile(
    r"(?:::ffff:)?(?:127|10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\."
    r"|::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|localhost$"
)
EPOCH = date(1970, 1, 1).toordinal()


class Counter:
    """What the lane calls with each display: kind, deck and the request's WSGI environment."""

    def __init__(self, settings: Settings) -> None:
        self.clerk = Clerk(Spool(settings.spool_dir), _own_hosts(settings), today)

    def __call__(self, kind: str, deck: str, environ: dict[str, Any]) -> None:
        """Write the display down, unless it is none."""
        told = environ.get
        asked = Asked(
            kind, deck, told("HTTP_ORIGIN"), told("HTTP_REFERER"), told("HTTP_USER_AGENT", ""), asker(environ)
        )
        self.clerk.count(asked)


def drain_spool(settings: Settings, archive: Archive) -> Drained:
    """One pass of the drainer; raises what the database raises, and the spool waits."""
    machine = machine_name(settings.spool_dir)
    return drain(settings.spool_dir, Counts(archive.engine), machine=machine, today=today())


def today() -> date:
    """The day in UTC: all machines of an installation agree on it."""
    return _day(int(time.time()) // 86_400)


@lru_cache(2)
def _day(since_1970: int) -> date:
    """Asked for at each display: the same object is compared faster than it is made."""
    return date.fromordinal(EPOCH + since_1970)


def _own_hosts(settings: Settings) -> frozenset[str]:
    return frozenset({settings.name})


def asker(environ: dict[str, Any]) -> str:
    """Who asks: an address or, of IPv6, a network; for rate limits only, never kept; "" where nobody says.

    A proxy on this machine or in a private network is believed in the last address it names; another is not, because
    anybody could say anything.
    """
    address: str = environ.get("REMOTE_ADDR", "")
    if not _NEAR.match(address):
        return _household(address)
    named = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return _household(named or ("" if address in LOOPBACK else address))


def _household(address: str) -> str:
    """One line of IPv6 has 2^64 addresses (RFC 6177): whoever uses them all is still one."""
    if ":" not in address or address.startswith("::ffff:"):
        return address
    try:  # 1.5 us, at each display; ipaddress takes 14
        network = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])[:8]
        return f"{socket.inet_ntop(socket.AF_INET6, network + bytes(8))}/64"
    except (OSError, ValueError):  # an IPv4 address with a port, as some proxies write it
        return address
