"""Sites and a name server on this machine's loopback: real sockets, names led astray to them."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import dns.message
import dns.resolver
import dns.rrset
import pytest

from widget_server.fetching import DEFAULT_LIMITS, Fetched, Fetcher, Limits, NotFetched, Reason


@dataclass(frozen=True)
class Answer:
    """What a site says."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Web:
    """Sites on one port: (host, path) -> answer. Hosts that are not named do not exist. `asked` remembers."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], Answer | Callable[[], Answer]] = {}
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def say(self, host: str, path: str, body: str | bytes = b"", status: int = 200, **headers: str) -> None:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[host, path] = Answer(body.encode() if isinstance(body, str) else body, status, told)

    def hosts(self) -> set[str]:
        return {host for host, _ in self.pages}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(web) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host, _, rest = self.path[1:].partition("/")
                web.asked.append((host, f"/{rest}", dict(self.headers)))
                found = web.pages.get((host, f"/{rest}"), Answer(b"nothing", 404))
                answer = found() if callable(found) else found
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler


class Led(Fetcher):
    """The real fetcher, with every known host led to the web's port: the host is the first part of the path there.

    A redirect to another of these hosts is said by X-Moved.
    """

    def __init__(self, web: Web, agent: str = "Unsilenced/test") -> None:
        super().__init__(agent, allow_loopback=True)
        self._web = web

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits = DEFAULT_LIMITS) -> Fetched:
        for _ in range(limits.redirects + 1):
            parts = urlsplit(url)
            if parts.hostname not in self._web.hosts():
                raise NotFetched(Reason.UNKNOWN_HOST)
            there = f"http://127.0.0.1:{self._web.port}/{parts.hostname}{parts.path or '/'}"
            fetched = super().get(there, headers=headers, limits=limits)
            if "X-Moved" not in fetched.headers:
                return replace(fetched, address=url)
            url = fetched.headers["X-Moved"]
        raise NotFetched(Reason.TOO_MANY_REDIRECTS)


@pytest.fixture
def web() -> Iterator[Web]:
    """Sites of this test's own."""
    made = Web()
    yield made
    made.close()


@pytest.fixture
def fetcher(web: Web) -> Fetcher:
    """The way to them."""
    return Led(web)


class NameServer:
    """A name server on a UDP port: name -> texts. `silent` keeps it from answering."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.silent = False
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            wire, peer = self._socket.recvfrom(4096)
            if wire == b"stop":
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name.to_text(omit_final_dot=True)
            self.asked.append(name)
            if self.silent:
                continue
            reply = dns.message.make_response(query)
            if name in self.texts:
                quoted = [" ".join(f'"{part}"' for part in text.split("|")) for text in self.texts[name]]
                reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", *quoted))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(reply.to_wire(), peer)

    def resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers = ["127.0.0.1"]
        made.port = self.port
        return made

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bye:
            bye.sendto(b"stop", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()


@pytest.fixture
def names() -> Iterator[NameServer]:
    """A name server of this test's own."""
    made = NameServer()
    yield made
    made.close()
