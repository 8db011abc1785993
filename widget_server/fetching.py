"""The one way out: everything this server fetches from an address that a stranger named goes through here.

Rules: http and https only, on their own ports; a name is resolved once and only to an address of the public
internet (requests-hardened pins it, and it is looked at again before the socket opens); redirects are followed by
hand and each is checked alike; a whole fetch ends after `seconds` and `bytes`, however slowly or however well
compressed it comes; no proxy, cookie, password file or credential of this machine is used. It logs nothing: an
address that was fetched stands nowhere but with the caller. It reads no robots.txt (robots) and no page.
"""

import http.client
import logging
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.structures import CaseInsensitiveDict
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from widget_server.wire import NotFetched, Reason, Wire

__all__ = ["DEFAULT_LIMITS", "Fetched", "Fetcher", "Limits", "NotFetched", "Reason", "check_spelling"]

CHUNK = 16_384
PORTS = {"http": 80, "https": 443}
FOLLOWED = {"GET": {301, 302, 303, 307, 308}, "POST": {307, 308}}  # the others would turn a POST into a GET
NEVER_TO_ANOTHER_HOST = {"authorization", "cookie"}
# Both name in their warnings what was fetched; who subscribes or which page was looked at must not be in a log.
for _name in ("requests_hardened.ip_filter", "urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Limits:
    """How long the whole fetch may take, how many bytes its (uncompressed) body may have, how often it may move."""

    seconds: float = 5.0
    bytes: int = 1_000_000
    redirects: int = 3


@dataclass(frozen=True)
class Fetched:
    """An answer of any status; `address` is the one that gave it, after redirects; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str


DEFAULT_LIMITS = Limits()


class _Session(HTTPSession):  # type: ignore[misc]  # the library ships no types
    """A session that never looks where an answer points: requests would read a redirect's whole body to do so."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class Fetcher:
    """Fetches as `agent`. With `allow_loopback` (tests, a laptop) this machine and every port may be reached too.

    `ca_file`: certificates to trust instead of the public ones (an intranet's own authority).
    """

    def __init__(self, agent: str, allow_loopback: bool = False, ca_file: str | None = None) -> None:
        self.agent, self._allow_loopback, self._ca_file = agent, allow_loopback, ca_file

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits = DEFAULT_LIMITS) -> Fetched:
        """What stands at `url`; redirects are followed. Raises NotFetched."""
        return self._timed("GET", url, None, headers, limits)

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> Fetched:
        """The answer to `body`; only redirects that keep the method (307, 308) are followed. Raises NotFetched."""
        return self._timed("POST", url, body, headers, limits)

    def _timed(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None, limits: Limits
    ) -> Fetched:
        """The fetch in a thread of its own, cut off at its end: resolving a name knows no time limit at all."""
        wire = Wire(time.monotonic() + limits.seconds, self._allow_loopback)
        errand = _Errand(lambda: self._follow(method, url, body, headers or {}, limits, wire))
        errand.start()
        errand.join(limits.seconds)
        late = errand.is_alive()
        wire.cut()
        if late:
            raise NotFetched(Reason.TOO_SLOW)
        return errand.outcome()

    def _follow(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limits: Limits,
        wire: Wire,
    ) -> Fetched:
        for _ in range(limits.redirects + 1):
            with self._session(wire) as session:
                fetched, onward = self._once(session, method, url, body, headers, limits, wire)
            if onward is None:
                return fetched
            headers = _headers_for(headers, url, onward)
            url = onward
        raise NotFetched(Reason.TOO_MANY_REDIRECTS)

    def _session(self, wire: Wire) -> _Session:
        session = _Session(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=self._allow_loopback,
                never_redirect=True,
                default_timeout=(1, 1),  # never used: each request brings its own
                user_agent_override=self.agent,
            )
        )
        session.trust_env = False  # no proxies, no .netrc, no certificates from the environment
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if self._ca_file:
            session.verify = self._ca_file
        for adapter in session.adapters.values():
            adapter.poolmanager.pool_classes_by_scheme = wire.pools()
        return session

    def _once(
        self,
        session: _Session,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limits: Limits,
        wire: Wire,
    ) -> tuple[Fetched, str | None]:
        with _told():
            wanted = {"Accept-Encoding": "gzip", "Connection": "close", **headers}
            request = session.prepare_request(requests.Request(method, url, data=body, headers=wanted))
            check_spelling(request.url or "", any_port=self._allow_loopback)
            left = wire.seconds_left()
            with session.send(request, stream=True, timeout=(left, left), allow_redirects=False) as answer:
                onward = None
                if answer.status_code in FOLLOWED[method] and "Location" in answer.headers:
                    onward = _joined(answer.url, answer.headers["Location"])
                content = b"" if onward else _body(answer, limits)
                found = CaseInsensitiveDict(answer.headers)
                return Fetched(answer.status_code, found, content, answer.url), onward


def check_spelling(url: str, *, any_port: bool = False) -> None:
    """Whether an address may be fetched as far as its letters tell. Raises NotFetched."""
    try:
        parsed = urllib3.util.parse_url(url)  # the parser that the connection is made by, so that both read the same
    except urllib3.exceptions.HTTPError as fault:
        raise NotFetched(Reason.NOT_HTTP) from fault
    if parsed.scheme not in PORTS or not parsed.host:
        raise NotFetched(Reason.NOT_HTTP)
    if parsed.auth is not None:
        raise NotFetched(Reason.CREDENTIALS)
    if not any_port and parsed.port not in (None, PORTS[parsed.scheme]):
        raise NotFetched(Reason.FORBIDDEN_PORT)


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. http.client reads header bytes as Latin-1; what is meant is UTF-8 (RFC 3987)."""
    return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))


def _headers_for(headers: Mapping[str, str], before: str, after: str) -> Mapping[str, str]:
    if urlsplit(before)[:2] == urlsplit(after)[:2]:
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in NEVER_TO_ANOTHER_HOST}


def _body(answer: requests.Response, limits: Limits) -> bytes:
    """The body, bounded before and after it is unpacked, so that 1 MB of gzip cannot become 1 GB."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NotFetched(Reason.UNREADABLE)  # we asked for none of these, nor for two on top of each other
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body, received = bytearray(), 0
    while chunk := answer.raw.read1(CHUNK, decode_content=False):
        received += len(chunk)
        body += unpacker.decompress(chunk, limits.bytes + 1 - len(body)) if unpacker else chunk
        if max(len(body), received) > limits.bytes:
            raise NotFetched(Reason.TOO_LARGE)
    if unpacker and received and not unpacker.eof:
        raise NotFetched(Reason.UNREADABLE)
    return bytes(body)


@contextmanager
def _told() -> Iterator[None]:
    """The errors of four libraries as ours."""
    try:
        yield
    except InvalidIPAddress as fault:
        raise NotFetched(Reason.FORBIDDEN_ADDRESS) from fault
    except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as fault:
        raise NotFetched(Reason.BAD_TLS) from fault
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as fault:
        raise NotFetched(Reason.TOO_SLOW) from fault
    except requests.ConnectionError as fault:
        known = not isinstance(fault.__cause__, socket.gaierror)
        raise NotFetched(Reason.REFUSED if known else Reason.UNKNOWN_HOST) from fault
    except (urllib3.exceptions.LocationValueError, ValueError) as fault:  # InvalidURL and UnicodeError among them
        raise NotFetched(Reason.NOT_HTTP) from fault
    except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, zlib.error) as fault:
        raise NotFetched(Reason.UNREADABLE) from fault


class _Errand(threading.Thread):
    """One fetch and how it ended."""

    def __init__(self, task: Callable[[], Fetched]) -> None:
        super().__init__(daemon=True)
        self._task = task
        self._fetched: Fetched | None = None
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            self._fetched = self._task()
        except BaseException as fault:  # it is raised again where the caller waits
            self._fault = fault

    def outcome(self) -> Fetched:
        if self._fetched is None:
            raise self._fault or NotFetched(Reason.UNREADABLE)
        return self._fetched
