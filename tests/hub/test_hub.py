"""The hub, with subscribers that answer on this machine."""

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from embed.press import Press
from embed.printing import print_edition
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment
from fragments.store.archive import Archive
from fragments.store.subscribers import Subscriber, Subscribers
from widget_server.fetching import Fetcher
from widget_server.hub.asking import Asked, BadRequest, CrowdedHost, FullBox, put, read_request, take
from widget_server.hub.telling import TRIES, WAITS, Hub, tell_hub
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Printing, Shelf

URL = "http://127.0.0.1:8000"
TOPIC = "/feed.atom"
NOW = 1_800_000_000


class Visitor(ThreadingHTTPServer):
    """A subscriber that says what it is told to and remembers what it heard."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.echo = 200, True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/call?me=1"

    @property
    def questions(self) -> list[dict[str, list[str]]]:
        """What it was asked by GET, in order."""
        return [parse_qs(urlsplit(line.removeprefix("GET ")).query) for line, _, _ in self.heard if line[:3] == "GET"]


class _Handler(BaseHTTPRequestHandler):
    server: Visitor

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self._answer(query.get("hub.challenge", [""])[0].encode() if self.server.echo else b"no")

    def do_POST(self) -> None:
        self._answer(b"")

    def _answer(self, said: bytes) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append((self.command + " " + self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with Visitor() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Publish = Callable[..., Printing]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def publish(tmp_path: Path, settings: Settings, a_fragment: Callable[..., Fragment], now) -> Publish:
    keyring = Keyring.open_or_make(tmp_path / "keys", "127.0.0.1", now)
    shelf = Shelf(settings.shelf_dir)

    def place(number: int, hub: str = settings.hub_url) -> Printing:
        fragments = tuple(a_fragment(f"alpha-{each}", published_at=now) for each in range(number))
        press = Press(public_url=URL, mirrors=(), keyring=keyring, now=now, hub=hub)
        return shelf.place(number, print_edition(Edition(number=number, dated=now, fragments=fragments), press), at=now)

    return place


@pytest.fixture
def subscribers(sqlite_archive: Archive) -> Subscribers:
    return Subscribers(sqlite_archive.engine, most_at_a_host=2)


@pytest.fixture
def hub(settings: Settings, subscribers: Subscribers) -> Hub:
    return Hub(Fetcher("t", allow_loopback=True), settings.hub_dir, subscribers)


def ask(
    hub: Hub,
    visitor: Visitor,
    mode: str = "subscribe",
    topic: str = TOPIC,
    secret: str | None = "word",  # noqa: S107
) -> None:
    put(hub.box, Asked(mode=mode, callback=visitor.url, topic=topic, secret=secret, lease=86_400))


def form(**words: str) -> dict[str, str]:
    told = {"mode": "subscribe", "callback": "https://reader.example/c", "topic": URL + TOPIC, **words}
    return {f"hub.{name}": value for name, value in told.items()}


def test_a_subscriber_is_asked_whether_it_meant_it_and_then_told_of_a_change(
    hub: Hub, visitor: Visitor, publish: Publish
) -> None:
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    asked = parse_qs(urlsplit(visitor.heard[0][0].removeprefix("GET ")).query)
    assert (asked["me"], asked["hub.mode"], asked["hub.topic"]) == (["1"], ["subscribe"], [URL + TOPIC])
    assert asked["hub.lease_seconds"] == ["86400"]
    assert len(visitor.heard) == 1
    printing = publish(2)
    hub.round(printing, NOW + 1)
    _, headers, body = visitor.heard[1]
    assert body == printing.get(TOPIC).body
    assert headers["X-Hub-Signature"] == "sha256=" + hmac.new(b"word", body, hashlib.sha256).hexdigest()
    assert headers["Content-Type"].startswith("application/xml")
    assert f'<{URL}/hub>; rel="hub"' in headers["Link"]
    assert f'<{URL}{TOPIC}>; rel="self"' in headers["Link"]
    hub.round(printing, NOW + 2)
    assert len(visitor.heard) == 2


def test_who_does_not_say_the_challenge_back_is_not_subscribed(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    visitor.echo = False
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    assert not subscribers.has(visitor.url, TOPIC)


def test_a_challenge_said_back_with_a_refusal_subscribes_nobody(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    visitor.status = 404
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    assert not subscribers.has(visitor.url, TOPIC)


def test_unsubscribing_is_verified_too(hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers) -> None:
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    visitor.echo = False
    ask(hub, visitor, "unsubscribe")
    hub.round(publish(1), NOW)
    assert subscribers.has(visitor.url, TOPIC)
    visitor.echo = True
    ask(hub, visitor, "unsubscribe")
    hub.round(publish(1), NOW)
    assert not subscribers.has(visitor.url, TOPIC)


def test_nobody_is_asked_about_a_subscription_that_is_none(hub: Hub, visitor: Visitor, publish: Publish) -> None:
    ask(hub, visitor, "unsubscribe")
    hub.round(publish(1), NOW)
    assert visitor.heard == []


def test_who_cannot_be_reached_is_tried_later_and_later_and_then_forgotten(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    put(hub.box, Asked(mode="subscribe", callback=visitor.url, topic=TOPIC, secret=None, lease=30 * 86_400))
    hub.round(publish(1), NOW)
    visitor.status, printing, clock = 500, publish(2), NOW
    for wait in WAITS:
        hub.round(printing, clock)
        hub.round(printing, clock + wait - 1)
        clock += wait
    assert subscribers.has(visitor.url, TOPIC)
    hub.round(printing, clock)
    assert not subscribers.has(visitor.url, TOPIC)
    assert len(visitor.heard) == 1 + TRIES


def test_gone_ends_a_subscription_at_once(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    visitor.status = 410
    hub.round(publish(2), NOW)
    assert not subscribers.has(visitor.url, TOPIC)


def test_a_subscriber_is_forgotten_with_its_lease(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    hub.round(publish(2), NOW + 86_400)
    assert not subscribers.has(visitor.url, TOPIC)
    assert len(visitor.heard) == 1


def test_without_a_secret_nothing_is_signed(hub: Hub, visitor: Visitor, publish: Publish) -> None:
    ask(hub, visitor, secret=None)
    hub.round(publish(1), NOW)
    hub.round(publish(2), NOW)
    assert "X-Hub-Signature" not in visitor.heard[1][1]


def test_one_host_cannot_take_all_the_room(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    topics = ("/feed.atom", "/feed.rss", "/feed.json")
    for topic in topics:
        ask(hub, visitor, topic=topic)
        hub.round(publish(1), NOW)
    assert [subscribers.has(visitor.url, topic) for topic in topics] == [True, True, False]


def test_who_is_refused_a_subscription_is_told_why(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    printing = publish(1)
    for topic in ("/feed.atom", "/feed.rss", "/feed.json", "/feeds/lang/tlh.atom"):
        ask(hub, visitor, topic=topic)
        hub.round(printing, NOW)

    denied = [words for words in visitor.questions if words["hub.mode"] == ["denied"]]
    (full,) = [words for words in denied if words["hub.topic"] != [f"{URL}/feeds/lang/tlh.atom"]]
    (gone,) = [words for words in denied if words["hub.topic"] == [f"{URL}/feeds/lang/tlh.atom"]]
    assert full["hub.reason"] == ["as many subscriptions of this host are kept as may be"]
    assert gone["hub.reason"] == ["there is no such feed any more"]
    assert "hub.challenge" not in full
    assert len(subscribers.waiting(NOW)) == 2


def test_requests_beyond_what_a_round_asks_of_one_host_wait_for_the_next(
    hub: Hub, visitor: Visitor, publish: Publish, sqlite_archive: Archive
) -> None:
    many, printing = Subscribers(sqlite_archive.engine), publish(1)
    patient = replace(hub, subscribers=many)
    callbacks = [f"{visitor.url}&number={number}" for number in range(25)]
    for callback in callbacks:
        put(hub.box, Asked(mode="subscribe", callback=callback, topic=TOPIC, secret=None, lease=86_400))

    heard = []
    for _ in range(4):
        patient.round(printing, NOW)
        heard.append(len(visitor.heard))

    assert heard == [10, 20, 25, 25]
    assert all(many.has(callback, TOPIC) for callback in callbacks)
    assert [int(words["number"][0]) // 10 for words in visitor.questions] == [0] * 10 + [1] * 10 + [2] * 5
    assert list(hub.box.iterdir()) == []


def test_a_host_with_many_requests_holds_up_nobody_else(
    hub: Hub, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    for number in range(90):  # more than a round takes
        callback = f"http://crowd.invalid/{number}"
        put(hub.box, Asked(mode="subscribe", callback=callback, topic=TOPIC, secret=None, lease=86_400))
    ask(hub, visitor)

    hub.round(publish(1), NOW)

    assert subscribers.has(visitor.url, TOPIC)


def test_a_subscriber_in_a_private_network_is_never_called(
    settings: Settings, visitor: Visitor, publish: Publish, subscribers: Subscribers
) -> None:
    hub = Hub(Fetcher("t"), settings.hub_dir, subscribers)
    ask(hub, visitor)
    hub.round(publish(1), NOW)
    assert visitor.heard == []


def test_the_table_stands_on_both_databases(archive: Archive) -> None:
    kept = Subscribers(archive.engine)
    one = Subscriber(callback="https://a.example/c", topic=TOPIC, secret="word", until=NOW + 9, told="x")
    kept.save(one)
    kept.save(one)
    assert kept.waiting(NOW) == [one]
    kept.missed(one, NOW + 5)
    assert kept.waiting(NOW) == []
    kept.forget_expired(NOW + 9)
    assert not kept.has(one.callback, TOPIC)


@pytest.mark.parametrize(
    "words",
    [
        {"mode": "publish"},
        {"topic": "https://elsewhere.example/feed.atom"},
        {"topic": f"{URL}/embed"},
        {"callback": "ftp://reader.example/"},
        {"callback": "https://a:b@reader.example/"},
        {"callback": "https://reader.example:22/"},
        {"callback": "https://reader.example/" + "a" * 1000},
        {"callback": "https://reader.example/#part"},
        {"callback": ""},
        {"secret": "a" * 200},
        {"lease_seconds": "-5"},
        {"lease_seconds": "ten"},
    ],
)
def test_what_the_hub_cannot_take_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        read_request(form(**words), URL, lambda path: path == TOPIC)


@pytest.mark.parametrize(
    ("asked", "granted"), [("", 864_000), ("1", 3600), ("86400", 86_400), ("99999999999", 2_592_000)]
)
def test_leases_are_bounded(asked: str, granted: int) -> None:
    assert read_request(form(lease_seconds=asked), URL, lambda _: True).lease == granted


def test_the_box_holds_so_many_and_gives_each_once(tmp_path: Path) -> None:
    asked = read_request(form(), URL, lambda _: True)
    put(tmp_path, asked, most=1)
    with pytest.raises(FullBox):
        put(tmp_path, asked, most=1)
    assert list(take(tmp_path, 9)) == [asked]
    assert list(take(tmp_path, 9)) == []


def test_one_host_cannot_fill_the_box(tmp_path: Path) -> None:
    callbacks = ("https://reader.example/1", "https://READER.example:443/2", "https://reader.example./3")
    one, two, three = (read_request(form(callback=each), URL, lambda _: True) for each in callbacks)
    other = read_request(form(callback="https://other.example/"), URL, lambda _: True)
    put(tmp_path, one, most_at_a_host=2)
    put(tmp_path, two, most_at_a_host=2)

    with pytest.raises(CrowdedHost):
        put(tmp_path, three, most_at_a_host=2)

    put(tmp_path, other, most_at_a_host=2)
    assert list(take(tmp_path, 9)) == [one, two, other]


def test_the_oldest_are_taken_first_and_the_rest_wait(tmp_path: Path) -> None:
    names = ("a", "a", "a", "b", "c")
    asked = [read_request(form(callback=f"https://{name}.example/"), URL, lambda _: True) for name in names]
    for each in asked:
        put(tmp_path, each)

    assert list(take(tmp_path, 3, most_at_a_host=2)) == [asked[0], asked[1], asked[3]]
    assert list(take(tmp_path, 3, most_at_a_host=2)) == [asked[2], asked[4]]


REFUSED = {
    "its host has many waiting": ("https://reader.example/c", 429, "Too many requests for this callback's host wait."),
    "the box is full": ("https://other.example/c", 503, "Too many requests wait."),
}


@pytest.mark.parametrize(("callback", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_is_refused_is_told_why_and_when_to_ask_again(
    settings: Settings, publish: Publish, monkeypatch: pytest.MonkeyPatch, callback: str, status: int, words: str
) -> None:
    monkeypatch.setattr("widget_server.public.hub.put", partial(put, most=2, most_at_a_host=1))
    publish(1)
    client = create_public(settings, Shelf(settings.shelf_dir)).test_client()
    for waiting in ("https://reader.example/1", "https://third.example/"):
        assert client.post("/hub", data=form(callback=waiting)).status_code == 202

    refused = client.post("/hub", data=form(callback=callback))

    assert refused.status_code == status
    assert refused.text.startswith(words)
    assert refused.headers["Retry-After"] == "120"
    assert refused.mimetype == "text/plain"


def test_a_request_that_a_power_cut_emptied_costs_only_itself(tmp_path: Path) -> None:
    words = {"mode": "subscribe", "callback": "http://127.0.0.1/", "topic": "/feed.atom", "secret": None, "lease": 1}
    put(tmp_path, Asked(**words))
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "other.json").write_text("[]")

    assert [each.topic for each in take(tmp_path, 9)] == ["/feed.atom"]
    assert list(tmp_path.iterdir()) == []


def test_the_route_takes_what_is_right_and_refuses_the_rest(settings: Settings, publish: Publish) -> None:
    publish(1)
    client = create_public(settings, Shelf(settings.shelf_dir)).test_client()
    assert client.post("/hub", data=form()).status_code == 202
    assert client.post("/hub", data=form(mode="publish")).status_code == 400
    assert client.post("/hub", data=form(callback="https://a.example/" + "a" * 9000)).status_code == 413
    opened = client.get("/hub")
    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "by POST (WebSub)" in opened.text
    assert [each.topic for each in take(settings.hub_dir, 9)] == [TOPIC]


def test_another_hub_is_told_once_of_what_changed(visitor: Visitor, publish: Publish, tmp_path: Path) -> None:
    fetcher, memory = Fetcher("t", allow_loopback=True), tmp_path / "told.json"
    tell_hub(fetcher, visitor.url, publish(1), memory)
    assert visitor.heard == []
    printing = publish(2)
    tell_hub(fetcher, visitor.url, printing, memory)
    tell_hub(fetcher, visitor.url, printing, memory)
    told = parse_qs(visitor.heard[0][2].decode())
    assert told["hub.mode"] == ["publish"]
    assert URL + TOPIC in told["hub.url"]
    assert len(visitor.heard) == 1
