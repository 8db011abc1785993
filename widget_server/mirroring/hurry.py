"""Connections whose answers end in time: the whole answer, head and body, however slowly its bytes come.

A timeout of sockets begins anew with each byte: a server that sends its head one byte at a time would hold whoever
asks for days. It knows no path and refuses nothing else (places).
"""

import http.client
import io
import socket
import time
from collections.abc import Callable

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _Timely(io.RawIOBase):
    """The bytes of one answer, until its time is over."""

    def __init__(self, raw: io.RawIOBase, until: float) -> None:
        self._raw, self._until = raw, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if time.monotonic() > self._until:
            raise TimeoutError
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def pool(seconds: Callable[[], float], at_once: int = 1) -> urllib3.PoolManager:
    """A pool of connections, each of whose answers may take so many seconds in all, and one silence of the socket's."""

    class Answer(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
            super().__init__(sock, debuglevel, method)
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_Timely(raw, time.monotonic() + seconds()))

    class Plain(HTTPConnectionPool):
        ConnectionCls = type("PlainConnection", (HTTPConnection,), {"response_class": Answer})

    class Secure(HTTPSConnectionPool):
        ConnectionCls = type("SecureConnection", (HTTPSConnection,), {"response_class": Answer})

    made = urllib3.PoolManager(maxsize=at_once, retries=False)
    made.pool_classes_by_scheme = {"http": Plain, "https": Secure}
    return made
