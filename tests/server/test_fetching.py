"""The one way out, against real servers on this machine and against every spelling of it."""

import gzip
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from widget_server.fetching import Fetcher, Limits, NotFetched
from widget_server.wire import is_public

Talk = Callable[[socket.socket, bytes], None]
SMALL = Limits(seconds=60, bytes=20_000, redirects=2)
SOON = replace(SMALL, seconds=0.6)  # for what never ends by itself
A_PAUSE = 10.0  # seconds this machine may stand still without a test failing


class Server:
    """A server that says what a test wants, byte by byte, and remembers what it was asked."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        self._talk, self._context = talk, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.asked: list[bytes] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            with peer:
                wrapped = self._context.wrap_socket(peer, server_side=True) if self._context else peer
                with wrapped:
                    asked = _request(wrapped)
                    self.asked.append(asked)
                    self._talk(wrapped, asked)
        except OSError:
            return  # the fetcher has hung up

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


def _request(peer: socket.socket) -> bytes:
    """A request with its body; what is no HTTP comes as it is."""
    asked = peer.recv(65_536)
    announced = re.search(rb"Content-Length: (\d+)", asked)
    missing = asked.index(b"\r\n\r\n") + 4 + int(announced[1]) - len(asked) if announced else 0
    while missing > 0:
        more = peer.recv(missing)
        asked, missing = asked + more, missing - len(more)
    return asked


@contextmanager
def serving(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(talk, context)
    try:
        yield server
    finally:
        server.close()


def saying(answer: bytes) -> Talk:
    return lambda peer, _: peer.sendall(answer)


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def moved(to: str, status: int = 302, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def drip(peer: socket.socket, _: bytes) -> None:
    """A byte now and then, for ever: no single read is ever slow."""
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"a")
        time.sleep(0.05)


def drip_headers(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        peer.sendall(b"a")
        time.sleep(0.05)


def go_on(peer: socket.socket, _: bytes) -> None:
    """Interim answers without end."""
    while True:
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def silent(peer: socket.socket, _: bytes) -> None:
    peer.recv(1)  # until the fetcher hangs up


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher("unsilenced-test", allow_loopback=True)


def reason_of(fetch: Callable[[], object]) -> str:
    with pytest.raises(NotFetched) as told:
        fetch()
    return str(told.value.reason)


def test_an_answer_is_brought_back_with_its_headers_its_body_and_its_address(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"hello", "X-Word: yes"))) as server:
        fetched = fetcher.get(server.url("/page"), headers={"Accept": "text/html"})
    assert (fetched.status, fetched.body, fetched.headers["x-word"]) == (200, b"hello", "yes")
    assert fetched.address == server.url("/page")
    assert b"User-Agent: unsilenced-test" in server.asked[0]
    assert b"Accept: text/html" in server.asked[0]


def test_an_answer_that_says_no_is_an_answer(fetcher: Fetcher) -> None:
    with serving(saying(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")) as server:
        assert fetcher.get(server.url()).status == 404


def test_what_is_posted_arrives(fetcher: Fetcher) -> None:
    with serving(saying(ok(b""))) as server:
        fetcher.post(server.url(), b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert server.asked[0].startswith(b"POST / HTTP/1.1")
    assert server.asked[0].endswith(b"\r\n\r\na=1")


# --- where it may lead

SPELLINGS = {
    "loopback": "127.0.0.1",
    "another-loopback": "127.8.8.8",
    "short": "127.1",
    "one-number": "2130706433",
    "hexadecimal": "0x7f000001",
    "octal": "0177.0.0.1",
    "name": "localhost",
    "ipv6": "[::1]",
    "ipv6-long": "[0:0:0:0:0:0:0:1]",
    "v4-mapped": "[::ffff:127.0.0.1]",
    "v4-mapped-hexadecimal": "[::ffff:7f00:1]",
    "v4-compatible": "[::127.0.0.1]",
    "nat64": "[64:ff9b::7f00:1]",
    "nat64-local": "[64:ff9b:1::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "teredo": "[2001:0:7f00:1::]",
    "unspecified": "0.0.0.0",  # noqa: S104  # to be refused
    "unspecified-short": "0",
    "unspecified-ipv6": "[::]",
    "private-10": "10.0.0.1",
    "private-172": "172.16.0.1",
    "private-192": "192.168.0.1",
    "cloud-metadata": "169.254.169.254",
    "cloud-metadata-ipv6": "[fd00:ec2::254]",
    "link-local": "[fe80::1]",
    "site-local": "[fec0::1]",
    "shared": "100.64.0.1",
    "broadcast": "255.255.255.255",
    "multicast": "224.0.0.1",
    "multicast-ipv6": "[ff02::1]",
    "benchmarks": "198.18.0.1",
    "documentation": "[2001:db8::1]",
}


@pytest.mark.parametrize("host", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_no_spelling_of_a_network_that_is_not_public_is_reached(host: str) -> None:
    assert reason_of(lambda: Fetcher("t").get(f"http://{host}/", limits=SMALL)) == "forbidden-address"


@pytest.mark.parametrize("host", [h for n, h in SPELLINGS.items() if n.startswith(("private", "cloud", "6to4", "nat"))])
def test_a_laptop_may_reach_itself_but_not_its_neighbours(host: str, fetcher: Fetcher) -> None:
    assert reason_of(lambda: fetcher.get(f"http://{host}/", limits=SMALL)) == "forbidden-address"


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_is_asked_once_so_that_it_cannot_turn_inward(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is harmless, the second is this machine."""
    answers = iter(["8.8.8.8", "127.0.0.1"])
    connected: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: int, **more: int) -> object:
        return real(next(answers), port, *rest, **more) if host == "blog.test" else real(host, port, *rest, **more)

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    assert reason_of(lambda: Fetcher("t").get("http://blog.test/")) == "refused"
    assert connected == ["8.8.8.8"]


def test_what_the_library_would_let_through_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_hardened.ip_filter_adapter.filter_host", lambda *_, **__: "127.0.0.1")
    assert reason_of(lambda: Fetcher("t").get("http://blog.test/")) == "forbidden-address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "not-http"),
        ("file:///etc/passwd", "not-http"),
        ("gopher://example.org/", "not-http"),
        ("httpx://example.org/", "not-http"),
        ("//example.org/", "not-http"),
        ("http://", "not-http"),
        ("http://exa mple.org/", "not-http"),
        ("http://[::1/", "not-http"),
        ("http://example.org:99999/", "not-http"),
        ("http://" + "a" * 70 + ".org/", "not-http"),
        ("", "not-http"),
        ("http://user:word@example.org/", "credentials-in-address"),
        ("http://user@example.org/", "credentials-in-address"),
        ("http://example.org:22/", "forbidden-port"),
        ("http://example.org:443/", "forbidden-port"),
        ("https://example.org:8443/", "forbidden-port"),
        ("http://127.0.0.1\\@example.org:22/", "forbidden-address"),
        ("http://①②⑦.⓪.⓪.①/", "not-http"),
        ("http://127。0。0。1/", "not-http"),
    ],
)
def test_an_address_of_another_kind_is_not_fetched(url: str, reason: str) -> None:
    assert reason_of(lambda: Fetcher("t").get(url, limits=SMALL)) == reason


def test_a_name_that_nobody_has_is_told_as_that(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert reason_of(lambda: fetcher.get("http://nowhere.invalid/")) == "unknown-host"


def test_a_closed_port_refuses(fetcher: Fetcher) -> None:
    with serving(saying(ok(b""))) as server:
        url = server.url()
    assert reason_of(lambda: fetcher.get(url)) == "refused"


# --- how it ends


@pytest.mark.parametrize("talk", [drip, drip_headers, go_on, silent])
def test_however_slowly_it_comes_it_ends_when_its_time_is_over(talk: Talk, fetcher: Fetcher) -> None:
    with serving(talk) as server:
        began = time.monotonic()
        assert reason_of(lambda: fetcher.get(server.url(), limits=SOON)) == "too-slow"
        assert time.monotonic() - began < SOON.seconds + A_PAUSE


def test_a_name_that_takes_long_to_find_ends_too(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()

    def slow(*_: object, **__: object) -> object:
        found.wait(3 * A_PAUSE)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    assert reason_of(lambda: fetcher.get("http://blog.test/", limits=SOON)) == "too-slow"
    assert time.monotonic() - began < SOON.seconds + A_PAUSE
    found.set()


def test_a_handshake_that_never_ends_ends(fetcher: Fetcher) -> None:
    with serving(drip) as server:
        assert reason_of(lambda: fetcher.get(server.url(scheme="https"), limits=SOON)) in ("too-slow", "bad-tls")


def test_nothing_waits_on_after_its_time(fetcher: Fetcher) -> None:
    with serving(drip_headers) as server:
        reason_of(lambda: fetcher.get(server.url(), limits=SOON))
        for errand in (thread for thread in threading.enumerate() if type(thread).__name__ == "_Errand"):
            errand.join(A_PAUSE)
            assert not errand.is_alive()


def endless(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"a" * 65_536)


@pytest.mark.parametrize(
    "talk",
    [
        saying(ok(b"a" * 20_001)),
        endless,
        saying(ok(gzip.compress(b"a" * 50_000_000), "Content-Encoding: gzip")),
        saying(ok(b"a", "Content-Encoding: identity").replace(b"Length: 1", b"Length: 99999999") + b"a" * 30_000),
    ],
    ids=["a byte too many", "endless", "a bomb of gzip", "announced"],
)
def test_what_is_too_large_is_not_read_to_its_end(talk: Talk, fetcher: Fetcher) -> None:
    with serving(talk) as server:
        assert reason_of(lambda: fetcher.get(server.url(), limits=SMALL)) == "too-large"


def test_exactly_as_many_bytes_as_are_allowed_are_read(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"a" * SMALL.bytes))) as server:
        assert len(fetcher.get(server.url(), limits=SMALL).body) == SMALL.bytes


def test_gzip_is_unpacked(fetcher: Fetcher) -> None:
    with serving(saying(ok(gzip.compress(b"hello" * 100), "Content-Encoding: gzip"))) as server:
        assert fetcher.get(server.url()).body == b"hello" * 100


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"abc", "Content-Encoding: gzip"),
        ok(gzip.compress(b"abc")[:-9], "Content-Encoding: gzip"),
        ok(b"abc", "Content-Encoding: br"),
        ok(gzip.compress(gzip.compress(b"abc")), "Content-Encoding: gzip, gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    ],
    ids=["no gzip", "half of it", "not asked for", "twice", "no chunks", "cut off"],
)
def test_what_cannot_be_read_is_told_as_that(answer: bytes, fetcher: Fetcher) -> None:
    with serving(saying(answer)) as server:
        assert reason_of(lambda: fetcher.get(server.url())) == "unreadable"


def test_what_is_no_http_is_refused(fetcher: Fetcher) -> None:
    with serving(saying(b"SSH-2.0-OpenSSH_9.9\r\n")) as server:
        assert reason_of(lambda: fetcher.get(server.url())) in ("refused", "unreadable")


# --- redirects


def test_a_redirect_is_followed_and_the_last_address_is_told(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"here"))) as there, serving(saying(moved(there.url("/é?a=b")))) as server:
        fetched = fetcher.get(server.url())
    assert (fetched.body, fetched.address) == (b"here", there.url("/%C3%A9?a=b"))


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden-address"),
        ("http://[::ffff:10.0.0.1]/", "forbidden-address"),
        ("file:///etc/passwd", "not-http"),
        ("http://a:b@example.org/", "credentials-in-address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(to: str, reason: str, fetcher: Fetcher) -> None:
    with serving(saying(moved(to))) as server:
        assert reason_of(lambda: fetcher.get(server.url())) == reason


def test_redirects_in_a_circle_end(fetcher: Fetcher) -> None:
    with serving(saying(moved("/again"))) as server:
        assert reason_of(lambda: fetcher.get(server.url(), limits=SMALL)) == "too-many-redirects"
    assert len(server.asked) == SMALL.redirects + 1


def test_the_time_of_a_fetch_is_one_for_all_its_redirects(fetcher: Fetcher) -> None:
    def slowly(peer: socket.socket, _: bytes) -> None:
        time.sleep(0.35)
        peer.sendall(moved("/again"))

    with serving(slowly) as server:
        assert reason_of(lambda: fetcher.get(server.url(), limits=SOON)) == "too-slow"


def test_the_body_of_a_redirect_is_not_read(fetcher: Fetcher) -> None:
    def endlessly(peer: socket.socket, asked: bytes) -> None:
        peer.sendall(ok(b"here") if b"/there" in asked else b"HTTP/1.1 302 Moved\r\nLocation: /there\r\n\r\n")
        while b"/there" not in asked:
            peer.sendall(b"a" * 65_536)

    with serving(endlessly) as server:
        assert fetcher.get(server.url(), limits=SMALL).body == b"here"


def test_a_post_is_never_turned_into_a_get(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"here"))) as there, serving(saying(moved(there.url(), 302))) as server:
        assert fetcher.post(server.url(), b"a=1").status == 302
    assert there.asked == []


def test_a_post_follows_what_keeps_it_a_post(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"here"))) as there, serving(saying(moved(there.url(), 307))) as server:
        assert fetcher.post(server.url(), b"a=1").status == 200
    assert there.asked[0].startswith(b"POST")


def test_a_credential_goes_to_the_host_it_is_for_only(fetcher: Fetcher) -> None:
    with serving(saying(ok(b"here"))) as there, serving(saying(moved(there.url()))) as server:
        fetcher.get(server.url(), headers={"Authorization": "Bearer alpha"})
    assert b"Bearer alpha" in server.asked[0]
    assert b"Bearer" not in there.asked[0]


# --- what of this machine goes along, and what stays


def test_no_proxy_and_no_password_of_this_machine_is_used(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password alpha\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(saying(ok(b"proxy"))) as proxy, serving(saying(ok(b"site"))) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert fetcher.get(server.url()).body == b"site"
    assert (proxy.asked, b"Authorization" in server.asked[0]) == ([], False)


def test_no_cookie_is_sent_back(fetcher: Fetcher) -> None:
    answers = iter([moved("/two").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=1\r\n\r\n"), ok(b"")])
    with serving(lambda peer, _: peer.sendall(next(answers))) as server:
        fetcher.get(server.url())
    assert b"Cookie" not in server.asked[1]


def test_nothing_of_what_was_fetched_is_logged(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(saying(b"HTTP/1.1 200 OK\r\nno header\r\n\r\nabc")) as server:
        fetcher.get(server.url("/secret-page"))
        reason_of(lambda: Fetcher("t").get("http://10.0.0.1/secret-page"))
    assert caplog.text == ""


# --- TLS


def certificate(folder: Path, name: str) -> tuple[str, ssl.SSLContext]:
    """A certificate for one name that signs itself: the file to trust, and what a server needs."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return str(file), context


def known_here(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return real("127.0.0.1" if host == name else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_a_certificate_is_held_against_the_name_although_the_address_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, context = certificate(tmp_path, "blog.test")
    known_here("blog.test", monkeypatch)
    with serving(saying(ok(b"hello")), context) as server:
        fetcher = Fetcher("t", allow_loopback=True, ca_file=trusted)
        assert fetcher.get(server.url(host="blog.test", scheme="https")).body == b"hello"
        assert b"Host: blog.test:" in server.asked[0]


@pytest.mark.parametrize(("name", "trust"), [("other.test", True), ("blog.test", False)], ids=["name", "authority"])
def test_a_certificate_of_another_name_or_of_nobody_known_is_refused(
    name: str, trust: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, name)
    known_here("blog.test", monkeypatch)
    with serving(saying(ok(b"hello")), context) as server:
        fetcher = Fetcher("t", allow_loopback=True, ca_file={True: file, False: None}[trust])
        assert reason_of(lambda: fetcher.get(server.url(host="blog.test", scheme="https"))) == "bad-tls"
