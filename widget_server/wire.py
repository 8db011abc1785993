"""Where a fetch may lead, and how it ends: the sockets of one fetch, and why there was none.

Rules: an address is looked at again, against a list of what is allowed, just before its socket opens (requests-hardened
has already compared it with a list of what is not); when the time is over every socket is shut, so that nothing waits
on. It knows no HTTP.
"""

import ipaddress
import socket
import threading
import time
from enum import StrEnum

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

WORLD = ipaddress.ip_network("2000::/3")  # the only global unicast block of IPv6 (IANA registry, 2026)
NO_NETWORK = [  # parts of that block which lead somewhere else: Teredo and other protocols, documentation, 6to4
    ipaddress.ip_network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]


class Reason(StrEnum):
    """Why nothing was fetched; the codes are stable."""

    NOT_HTTP = "not-http"
    CREDENTIALS = "credentials-in-address"
    FORBIDDEN_PORT = "forbidden-port"
    FORBIDDEN_ADDRESS = "forbidden-address"
    UNKNOWN_HOST = "unknown-host"
    REFUSED = "refused"
    BAD_TLS = "bad-tls"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    UNREADABLE = "unreadable"


class NotFetched(Exception):
    """Nothing was fetched; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; what leads into another network does not."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in WORLD and not any(ip in block for block in NO_NETWORK)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Wire:
    """The sockets of one fetch: where they may lead, and how they are cut when its time is over."""

    def __init__(self, until: float, allow_loopback: bool) -> None:
        self._until, self._allow_loopback = until, allow_loopback
        self._sockets: list[socket.socket] = []
        self._alone = threading.Lock()
        self._over = False

    def seconds_left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise NotFetched(Reason.TOO_SLOW)
        return left

    def keep(self, opened: socket.socket) -> socket.socket:
        """Remembers a duplicate: TLS takes the socket itself over."""
        with self._alone:
            self._sockets.append(opened.dup())
            over = self._over
        if over:
            self.cut()
        return opened

    def cut(self) -> None:
        """Ends every read and write that still waits, in whatever thread."""
        with self._alone:
            self._over = True
            cut, self._sockets = self._sockets, []
        for one in cut:
            with one:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it was closed from the other side

    def check(self, ip: str) -> None:
        """The second look at an address, after requests-hardened's: an allow-list where that has a deny-list."""
        loopback = ipaddress.ip_address(ip.partition("%")[0]).is_loopback
        if not (is_public(ip) or (loopback and self._allow_loopback)):
            raise NotFetched(Reason.FORBIDDEN_ADDRESS)

    def pools(self) -> dict[str, type[HTTPConnectionPool]]:
        """Pools whose connections ask here before they open and leave word when they have."""
        wire = self

        class Watched:
            def _new_conn(self) -> socket.socket:
                wire.check(self._dns_host)  # type: ignore[attr-defined]
                opened: socket.socket = super()._new_conn()  # type: ignore[misc]
                return wire.keep(opened)

        class Plain(HTTPConnectionPool):
            ConnectionCls = type("PlainConnection", (Watched, HTTPConnection), {})

        class Secure(HTTPSConnectionPool):
            ConnectionCls = type("SecureConnection", (Watched, HTTPSConnection), {})

        return {"http": Plain, "https": Secure}
