"""Mirrors of a real running server: what it sends well becomes a copy, what it sends badly never becomes visible."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from embed.press import Press
from embed.printing import print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Source, Withdrawal
from widget_server import shelf
from widget_server.app import create_app
from widget_server.cli import main
from widget_server.mirroring import places
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
DECK, FEED = "/d/all/0.cf", "/feed.atom"


class Site:
    """A running server with an edition; `spoil` puts something else at a path."""

    def __init__(self, directory: Path) -> None:
        self.settings = Settings(data=directory, desk_host="off")
        self.keyring = Keyring.make(self.settings.keys_dir, "fragments.example", NOW)
        self.shelf = Shelf(self.settings.shelf_dir)
        self.spoilt: dict[str, Callable[..., Any]] = {}
        self.asked: list[str] = []
        self.seconds = 0.0  # how long each answer takes to begin
        self.open = self.most_open = 0
        self._counting = threading.Lock()
        self.publish(7, "one", "two")
        self._app = create_app(self.settings)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def publish(self, number: int, *names: str, withdrawn: tuple[str, ...] = ()) -> None:
        fragments = tuple(
            Fragment(id=id_of(name), external_id=name, source=Source(external_id="s"), lang="en", text=f"Text {name}")
            for name in names
        )
        press = Press(public_url="https://fragments.example", mirrors=(), keyring=self.keyring, now=NOW)
        gone = tuple(Withdrawal(id=id_of(name), at=NOW) for name in withdrawn)
        edition = Edition(number=number, dated=NOW, fragments=fragments, withdrawn=gone)
        self.shelf.place(number, print_edition(edition, press), at=NOW)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ, start):
        with self._counting:
            self.asked.append(environ["PATH_INFO"])
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        threading.Event().wait(self.seconds)  # a test replaces time.sleep
        spoil = self.spoilt.get(environ["PATH_INFO"])
        try:
            return spoil(environ, start) if spoil else self._app(environ, start)
        finally:
            with self._counting:
                self.open -= 1


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(shelf, "LOOK_EVERY_SECONDS", 0)  # what is published is served at once
    made = Site(tmp_path / "data")
    yield made
    made.stop()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def mirror(site: Site, copy: Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["mirror", site.url, str(copy), "--key", site.keyring.pin])
    assert result.exit_code == code, result.output
    return result.output


def verified(site: Site, copy: Path | str) -> str:
    return CliRunner().invoke(main, ["verify", str(copy), "--key", site.keyring.pin]).output


def held(copy: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(copy)): file.read_bytes()
        for file in copy.rglob("*")
        if file.is_file() and ".incoming" not in file.parts
    }


def says(body: bytes, status: str = "200 OK", **headers: str) -> Callable[..., Any]:
    def answer(_, start):
        start(status, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [body]

    return answer


def endless(_, start):
    start("200 OK", [])
    return iter(lambda: b"endless " * 1000, None)


def dripping(_, start):
    start("200 OK", [])
    return (time.sleep(0.1) or b"." for _ in range(600))


def test_a_copy_of_a_running_server_is_genuine_and_so_is_the_server(site: Site, copy: Path) -> None:
    mirror(site, copy)
    assert verified(site, copy).startswith("Genuine: ")
    assert verified(site, site.url) == verified(site, copy)


def test_a_distant_server_is_verified_a_few_files_at_once_and_each_bad_one_is_named(site: Site) -> None:
    site.seconds = 0.05
    site.spoilt[DECK], site.spoilt[FEED] = says(b"Somebody else's words"), says(b"", "500 INTERNAL SERVER ERROR")
    said = verified(site, site.url).splitlines()
    assert said[0].startswith("NOT GENUINE, 2 bad of ")
    assert said[1:] == [f"  {DECK}: altered", f"  {FEED}: was answered with 500"]
    assert 2 < site.most_open <= places.AT_ONCE


def test_only_what_changed_is_fetched(site: Site, copy: Path) -> None:
    mirror(site, copy)
    site.publish(8, "one", "two")
    site.asked.clear()
    mirror(site, copy)
    assert FEED not in site.asked
    assert not any(path.startswith("/e/") for path in site.asked)
    assert DECK in site.asked
    assert "edition 8" in verified(site, copy)


BAD = {
    "altered": says(b"Somebody else's words"),
    "empty": says(b""),
    "a block page": says(b"<h1>Blocked by order</h1>", Content_Type="text/html"),
    "cut off": says(b"half", Content_Length="5000"),
    "not there": says(b"", "404 NOT FOUND"),
    "broken": says(b"", "500 INTERNAL SERVER ERROR"),
    "led elsewhere": says(b"", "302 FOUND", Location="http://127.0.0.1:9/"),
    "compressed unasked": says(b"\x1f\x8b" * 99, Content_Encoding="gzip"),
    "endless": endless,
    "dripping": dripping,
}


@pytest.mark.parametrize("path", [DECK, "/edition.txt"], ids=["deck", "statement"])
@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD.keys())
def test_what_an_origin_sends_badly_never_becomes_visible(
    site: Site, copy: Path, monkeypatch: pytest.MonkeyPatch, path: str, spoil: Callable[..., Any]
) -> None:
    mirror(site, copy)
    before = held(copy)
    site.publish(8, "one", "three")
    site.spoilt[path] = spoil
    with monkeypatch.context() as impatient:  # here alone: a busy machine may take that long for a good file
        impatient.setattr(places, "FILE_SECONDS", 0.5)
        assert "The copy stays as it was" in mirror(site, copy, code=1)
    assert held(copy) == before
    site.spoilt.clear()
    mirror(site, copy)
    assert "edition 8" in verified(site, copy)


ESCAPE = b"\x1b]0;owned\x07"
COMMANDS = {
    "statement": says(b"unsilenced root 1\nfragments.example\n" + ESCAPE + b"\n\n\xe2\x80\x94 x AAAA\n"),
    "header": says(b"", Content_Encoding=ESCAPE.decode()),
}


@pytest.mark.parametrize("spoil", COMMANDS.values(), ids=COMMANDS.keys())
def test_what_an_origin_says_commands_nobodys_terminal(site: Site, copy: Path, spoil: Callable[..., Any]) -> None:
    site.spoilt["/root.txt"] = spoil
    told = verified(site, site.url) + mirror(site, copy, code=1)
    named = CliRunner().invoke(main, ["mirror", site.url, str(copy)]).output
    assert "owned" in told + named
    assert "\x1b" not in told + named


def dripping_head(listener: socket.socket, head: bytes) -> None:
    """Answers each connection with a head that does not end, a byte every twentieth of a second."""
    while True:
        try:
            connection = listener.accept()[0]
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            connection.recv(4096)
            connection.sendall(head)
            for _ in range(1200):
                connection.sendall(b"a")
                threading.Event().wait(0.05)


@pytest.mark.parametrize("head", [b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["status", "header"])
def test_a_head_that_drips_for_ever_is_left_in_time(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(places, "FILE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=dripping_head, args=(listener, head), daemon=True).start()
        begun = time.monotonic()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with places.reading(address) as read, pytest.raises(places.Unreadable, match="does not answer"):
            read("/now.txt")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("key", [True, False], ids=["with a key", "by the key the origin names"])
def test_bytes_that_are_no_text_are_refused_in_a_sentence(site: Site, copy: Path, key: bool) -> None:
    site.spoilt["/root.txt"] = says(b"\xff\xfe" * 40)
    words = ["mirror", site.url, str(copy), *["--key", site.keyring.pin] * key]
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "is not genuine: " in result.output


def test_a_mirror_that_stays_pulls_again_and_outlives_a_bad_hour(
    site: Site, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter([lambda: site.spoilt.update({DECK: says(b"")}), site.spoilt.clear])

    def sleep(_seconds: float) -> None:
        site.publish(8, "one", "three")
        next(turns, lambda: (_ for _ in ()).throw(KeyboardInterrupt))()

    monkeypatch.setattr("widget_server.commands.mirror.time.sleep", sleep)
    words = ["mirror", site.url, str(copy), "--key", site.keyring.pin, "--every", "10m"]
    said = CliRunner().invoke(main, words).output.splitlines()
    assert [line.split(" ")[0:2] for line in said[:3]] == [["Edition", "7:"], ["The", "copy"], ["Edition", "8:"]]
    assert "edition 8" in verified(site, copy)


def test_the_server_going_back_does_not_take_the_copy_with_it(site: Site, copy: Path, tmp_path: Path) -> None:
    site.publish(8, "one")
    mirror(site, copy)
    site.shelf = Shelf(tmp_path / "older")
    site.publish(7, "one", "two")
    for path in ("/edition.txt", "/files.txt", "/now.txt", "/root.txt"):
        site.spoilt[path] = says(site.shelf.current().get(path).body)
    assert "edition 7, this copy is edition 8" in mirror(site, copy, code=1)
    assert "edition 8" in verified(site, copy)


def test_a_withdrawn_fragment_vanishes_from_the_copy_and_is_named_in_every_deck(site: Site, copy: Path) -> None:
    mirror(site, copy)
    site.publish(8, "one", withdrawn=("two",))
    mirror(site, copy)
    gone = id_of("two")
    assert [path for path in held(copy) if gone in path] == []
    assert [path for path, body in held(copy).items() if b"Text two" in body] == []
    assert f"withdrawn {gone}".encode() in (copy / DECK[1:]).read_bytes()


def test_a_mirror_killed_half_way_changed_nothing_and_goes_on_where_it_stopped(site: Site, copy: Path) -> None:
    mirror(site, copy)
    before = held(copy)
    site.publish(8, "one", "two", "three")
    site.spoilt["/feed.json"] = dripping
    words = [sys.executable, "-m", "widget_server", "mirror", site.url, str(copy), "--key", site.keyring.pin]
    child = subprocess.Popen(words, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    try:
        wait_for(lambda: len(list((copy / ".incoming").rglob("*.cf"))) > 10)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert held(copy) == before
    kept = [f"/{file.relative_to(copy / '.incoming')}" for file in (copy / ".incoming").rglob("*.cf")]
    site.spoilt.clear()
    site.asked.clear()
    mirror(site, copy)
    assert set(kept) & set(site.asked) == set()
    assert verified(site, copy).startswith("Genuine: ")
    assert "edition 8" in verified(site, copy)


def wait_for(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < until
        time.sleep(0.02)
