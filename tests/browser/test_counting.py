"""A real site, a real Chromium that loads blogs on five hosts: who is counted is exact, who reads is nowhere."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route

from embed import snippets
from fragments.keys import Keyring
from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from tests.browser.conftest import make_fragment
from tests.browser.origins import Answer, Origin
from tests.conftest import CHROMIUM, FLAGS

HOUSE = Path(__file__).parents[2]
BLOGS = {
    "blog.alpha-site.com": "alpha-site.com",
    "www.beta-site.org": "beta-site.org",
    "news.gamma-site.co.uk": "gamma-site.co.uk",
    "delta-site.github.io": "delta-site.github.io",
    "epsilon-site.vn": "epsilon-site.vn",
}
# Whether a page with this policy lets a stranger know its host (measured; W3C Referrer Policy section 3).
POLICIES = {
    "no-referrer": False,
    "same-origin": False,
    "origin": True,
    "unsafe-url": True,
    "strict-origin": True,
    "origin-when-cross-origin": True,
    "no-referrer-when-downgrade": True,
    "strict-origin-when-cross-origin": True,
}
NAME = "publisher.unsilenced-site.org"
FRAGMENTS = [make_fragment(name) for name in ("one", "two", "three")]
KINDS = ("script", "frame", "badge", "2006", "feed", "oembed")
VIEW = {"width": 900, "height": 1800}  # no frame waits for scrolling
DISCLOSED = sum(POLICIES.values())
# What must be found nowhere: the reader's address as a proxy tells it, a word of the user agent, the page's path.
ADDRESS, AGENT, PATH = "203.0.113.77", "Quagga/7.31", "page-that-somebody-read"


@dataclass(frozen=True)
class Site:
    """The running site: its address, its data directory (the log is in it), its environment."""

    url: str
    data: Path
    environ: dict[str, str]

    def command(self, *arguments: str) -> str:
        """What an `unsilenced` command prints."""
        called = [sys.executable, "-m", "widget_server", *arguments]
        return subprocess.run(called, env=self.environ, cwd=HOUSE, check=True, capture_output=True, text=True).stdout

    def republishers(self) -> dict[str, dict[str, int]]:
        """Site -> kind -> displays, as an operator reads them."""
        told = json.loads(self.command("republishers", "--format", "json"))
        return {each["site"]: each["kinds"] for each in told["republishers"]}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`unsilenced run` over three fragments: granian, the lane, the caretaker that drains."""
    data, port = tmp_path_factory.mktemp("site"), free_port()
    with Archive.open(f"sqlite:///{data / 'archive.sqlite3'}") as archive:
        with archive.writing(OPERATOR) as desk:
            for fragment in FRAGMENTS:
                desk.save_fragment(fragment, state=State.IN_REVIEW)
        archive.publish(OPERATOR, datetime.now(UTC))
    url = f"http://{NAME}:{port}"
    told = {
        "DATA": str(data),
        "PORT": str(port),
        "PUBLIC_URL": url,
        "DESK_HOST": "off",
        "WORKERS": "1",
        "STARTER": "no",
    }
    environ = os.environ | {f"UNSILENCED_{name}": value for name, value in told.items()}
    with (data / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "widget_server", "run"], env=environ, cwd=HOUSE, stdout=log, stderr=log
        )
        until = time.monotonic() + 60
        while not answers(port):
            assert running.poll() is None and time.monotonic() < until, (data / "log").read_text()
            time.sleep(0.1)
        yield Site(url, data, environ)
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def page_of(site: Site, policy: str) -> bytes:
    """A blog's page with every embed a page can hold."""
    keyring = Keyring.open_or_make(site.data / "keys", NAME, datetime.now(UTC))
    options = snippets.Options(public_url=site.url, pinned=keyring.pin, edition=1)
    embeds = (
        snippets.script_snippet(FRAGMENTS[0], options),
        snippets.frame_snippet(FRAGMENTS[0], options),
        f'<img src="{site.url}/badge.svg" alt="">',
        f'<script src="{site.url}/js/fragment-180.js"></script>',
    )
    asked = f"/oembed?url={site.url}/f/{FRAGMENTS[0].id}", "/feed.json"  # as a script of the blog's own would
    fetched = "".join(f"fetch('{site.url}{path}');" for path in asked)
    embeds += (f"<script>{fetched}</script>",)
    return f'<!DOCTYPE html><meta name="referrer" content="{policy}"><title>A blog</title>{"".join(embeds)}'.encode()


def kind_of(url: str) -> str | None:
    """Which embed a request of the page fetched."""
    path = urlsplit(url).path
    endings = {".cf": "script", "/frame": "frame", "/badge.svg": "badge", "/fragment-180.js": "2006"}
    endings |= {"/feed.json": "feed", "/oembed": "oembed"}
    return next((kind for ending, kind in endings.items() if path.endswith(ending)), None)


@pytest.fixture(scope="module")
def visited(site: Site, chromium: Browser) -> Site:
    """The site, after a reader opened a page of every blog under every policy, each time with a fresh profile."""
    blog = Origin("blog")
    for policy in POLICIES:
        blog.answers[f"/{PATH}/{policy}"] = Answer(page_of(site, policy), "text/html; charset=utf-8")
    secure = ",".join(f"http://{host}:{blog.port}" for host in BLOGS)  # as https would be: the loader needs WebCrypto
    secured = [*FLAGS, f"--unsafely-treat-insecure-origin-as-secure={secure}"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=secured)
    for host in BLOGS:
        for policy in POLICIES:
            read(browser, f"http://{host}:{blog.port}/{PATH}/{policy}")
    browser.close()
    blog.kill()
    return site


def read(browser: Browser, address: str) -> None:
    """Open a page and wait until each of its embeds has been answered."""
    context = browser.new_context(user_agent=f"Mozilla/5.0 {AGENT}", viewport=VIEW)
    context.route(f"**://{NAME}:*/**", forward)
    fetched: Counter[str | None] = Counter()
    context.on("requestfinished", lambda request: fetched.update([kind_of(request.url)]))
    page = context.new_page()
    page.goto(address)
    until = time.monotonic() + 8
    while not all(fetched[kind] for kind in KINDS):
        assert time.monotonic() < until, fetched
        page.wait_for_timeout(10)
    context.close()


def forward(route: Route) -> None:
    """What a proxy in front of the site adds to a request."""
    route.continue_(headers={**route.request.all_headers(), "x-forwarded-for": ADDRESS})


def test_the_table_of_sites_and_kinds_is_exactly_right(visited: Site) -> None:
    declined = len(BLOGS) * (len(POLICIES) - DISCLOSED)
    expected = {site: dict.fromkeys(KINDS, DISCLOSED) for site in BLOGS.values()}
    expected["~undisclosed"] = dict.fromkeys(KINDS, declined)

    assert settled(visited, sum(sum(kinds.values()) for kinds in expected.values())) == expected


def settled(site: Site, displays: int) -> dict[str, dict[str, int]]:
    """The republishers, once the caretaker has drained what is expected (it does every 2 s)."""
    until = time.monotonic() + 10
    found = site.republishers()
    while sum(sum(kinds.values()) for kinds in found.values()) < displays and time.monotonic() < until:
        time.sleep(0.5)
        found = site.republishers()
    return found


def test_nothing_that_was_written_anywhere_tells_of_a_reader(visited: Site) -> None:
    spooled = b"".join(path.read_bytes() for path in visited.data.glob("spool/*"))
    written = {path: path.read_bytes() for path in visited.data.rglob("*") if path.is_file()}
    database = visited.data / "archive.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        tables = "\n".join(connection.iterdump()).encode()

    for needle in (ADDRESS, AGENT, "Quagga", PATH, "blog.alpha-site.com"):
        assert [path.name for path, body in written.items() if needle.encode() in body] == []
        assert needle.encode() not in tables
    assert b"127.0.0.1" not in tables and b"127.0.0.1" not in spooled
    assert b"alpha-site.com" in tables and b"alpha-site.com" in spooled  # the search does find what is there
