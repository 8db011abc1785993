"""Web servers over TLS that answer for many hosts: blogs, honest origins, hostile ones and forgers.

Rules: a host answers with its files unless it misbehaves (answers.py); every request is noted, so that an attack that
nobody met is found out. The listening socket is given: it may belong to another network.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TYPES = {"js": "text/javascript; charset=utf-8", "html": "text/html; charset=utf-8"}
SILENCE_SECONDS = 40  # of a reader who hangs: longer than any page is watched

Misbehaviour = Callable[["Handler", bytes], None]


@dataclass
class Site:
    """What a host serves. `asked`: paths, in order."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    misbehaves: Misbehaviour | None = None
    asked: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """Answers GET; `sites` is set by Web."""

    sites: Mapping[str, Site]
    timeout = SILENCE_SECONDS

    def do_GET(self) -> None:
        """The host's file, or what the host does instead."""
        path, host = self.path.split("?")[0], self.headers.get("Host", "").split(":")[0]
        site = self.sites.get(host) or self.sites.get("*", Site())
        site.asked.append(path)
        body = site.files.get(path, b"")
        try:
            if site.misbehaves and path.startswith(("/d/", "/e/")):
                site.misbehaves(self, body)
            else:
                self.say(200 if path in site.files else 404, body)
        except OSError:
            self.close_connection = True  # the browser had enough

    def say(self, status: int, body: bytes, *, sized: bool = True, cors: bool = True, **headers: str) -> None:
        """A whole answer; `headers` by their names with _ for -."""
        kind = TYPES.get(self.path.rsplit(".", 1)[-1], "text/plain; charset=utf-8")
        told = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if sized:
            told["Content-Length"] = str(len(body))
        if cors:
            told["Access-Control-Allow-Origin"] = "*"
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close, request_queue_size = True, False, 128

    def __init__(self, listening: socket.socket, tls: ssl.SSLContext, handler: type[Handler]) -> None:
        super().__init__(listening.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket, self._tls = listening, tls
        self.server_activate()

    def get_request(self) -> tuple[Any, Any]:
        met, address = self.socket.accept()
        # The greeting happens in the request's own thread: a slow one must not keep the others waiting.
        try:
            return self._tls.wrap_socket(met, server_side=True, do_handshake_on_connect=False), address
        except OSError:  # reset before anybody looked
            met.close()
            raise

    def handle_error(self, *_: object) -> None:
        """A browser that turns away from a certificate, or a censor that resets, is no news here."""


class Web:
    """A running server of `sites`, by host name; the site `*` answers for every other name."""

    def __init__(self, listening: socket.socket, tls: ssl.SSLContext) -> None:
        self.sites: dict[str, Site] = {}
        self.port: int = listening.getsockname()[1]
        self._server = _Server(listening, tls, type("Here", (Handler,), {"sites": self.sites}))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """No more answers."""
        self._server.shutdown()
        self._server.server_close()


def listen(address: str, port: int = 0, *, datagrams: bool = False) -> socket.socket:
    """A socket to be listened on, bound."""
    made = socket.socket(type=socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, port))
    return made
