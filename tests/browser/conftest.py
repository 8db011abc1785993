"""A real Chromium, a blog on one origin, a publisher and mirrors on others, all on this machine's loopback.

Every host name leads to 127.0.0.1 (--host-resolver-rules). Pages on *.localhost are secure contexts, as https pages
are; a page on blog.example is plain http, where browsers offer no cryptography.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from embed import snippets
from embed.decks import Printer, Seal
from embed.loader.released import current
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Fragment, PartialDate, Source, Suppression, Translation
from fragments.signing import Keypair, sign_note
from fragments.statements import ROLES, now_text
from tests.browser.engines import Window
from tests.browser.firefox import firefox
from tests.browser.origins import Answer, Origin
from tests.browser.webkit import webkit

# Math.random from a seed (mulberry32), so that a test that draws lots draws the same ones in every run.
SEEDED = """(() => { let a = SEED; Math.random = () => { a = (a + 0x6d2b79f5) | 0;
  let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }; })()"""
# What a page did that a blogger would mind.
WATCHED = """(() => { window.faults = []; window.shift = 0;
  addEventListener("error", (e) => faults.push(String(e.message)));
  addEventListener("unhandledrejection", (e) => faults.push(String(e.reason)));
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value; })
    .observe({ type: "layout-shift", buffered: true }); })()"""


CORS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=300"}


@dataclass
class Press:
    """A publisher with keys: prints decks of fragments and tells what a snippet needs to know."""

    keyring: Keyring
    dated: datetime
    edition: int = 7

    def decks(self, name: str, fragments: list[Fragment], **changes: Any) -> dict[str, bytes]:
        """path -> bytes of every part of a deck. `withdrawn`, `edition`, `now_edition` change what the notes say."""
        edition = changes.get("edition", self.edition)
        now = now_text(
            name=self.keyring.name,
            edition=changes.get("now_edition", edition),
            since=self.dated,
            until=self.dated + timedelta(hours=72),
            withdrawn=changes.get("withdrawn", ()),
            origins=(),
        )
        seal = Seal(
            name=self.keyring.name,
            chain=self.keyring.chain,
            edition=edition,
            dated=self.dated,
            signers=self.keyring.edition,
            now_note=sign_note(now, self.keyring.name, self.keyring.now),
        )
        return {f"/d/{name}/{part}.cf": body for part, body in Printer(seal).print_deck(name, fragments, Random(1))}


@pytest.fixture(scope="session")
def press() -> Press:
    """The publisher, with new keys; the edition is an hour old."""
    dated = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    pairs = {role: Keypair.make() for role in ROLES}
    return Press(Keyring.made_of("publisher.localhost", pairs, dated), dated)


def make_fragment(name: str, **fields: Any) -> Fragment:
    """A text that nobody wrote, with the facts around it that a real one has."""
    suppression = Suppression(country="GB", who="Office of Alpha", since=PartialDate(raw="1900", edtf="1900"))
    date = PartialDate(raw="1899", edtf="1899")
    source = Source(external_id="alpha", title="Alpha", author="A. Author", date=date, suppressions=(suppression,))
    told = {"source": source, "lang": "en", "text": f"Words of {name}.", "gloss": "Nothing in particular", **fields}
    return Fragment(id=id_of(name), external_id=name, **told)


@pytest.fixture
def answer() -> type[Answer]:
    """What an origin says to a path: answer(b"bytes", status=404)."""
    return Answer


@pytest.fixture
def a_text() -> Callable[..., Fragment]:
    """Builds fragments: a_text("x", lang="my", text="…")."""
    return make_fragment


@pytest.fixture
def fragments() -> list[Fragment]:
    """Six fragments in five scripts."""
    english = Translation(lang="en", text="A word in another language.")
    return [
        make_fragment("one", text="The first of six short texts, long enough to fill two lines of a column, or three."),
        make_fragment("two", lang="ar", text="كلمة أولى وكلمة ثانية\nوكلمة ثالثة", translations=(english,)),
        make_fragment("three", lang="zh-Hans", text="第一行文字在这里，\n第二行文字在那里。", translations=(english,)),
        make_fragment("four", lang="vi", text="Một câu tiếng Việt có đủ dấu.", translations=(english,)),
        make_fragment("five", lang="ru", text="Слова на русском языке.", translations=(english,)),
        make_fragment("six", text="Donaudampfschifffahrtsgesellschaftskapitän" * 5),
    ]


@dataclass
class Web:
    """A blog and its publisher; `options` is what the builder would put into a snippet."""

    blog: Origin
    publisher: Origin
    mirror: Origin
    press: Press
    options: snippets.Options

    def publish(self, name: str, fragments: list[Fragment], **changes: Any) -> None:
        """Puts a deck on both of the publisher's hosts."""
        for path, body in self.press.decks(name, fragments, **changes).items():
            for origin in (self.publisher, self.mirror):
                origin.answers[path] = Answer(body, headers=CORS)

    def post(self, body: str, *, path: str = "/post", host: str | None = None, **changes: Any) -> str:
        """Puts a page on the blog; `doctype`, `head`, `lang`, `dir`, `encoding`, `headers` change it. Its address."""
        lang, direction = changes.get("lang", "en"), changes.get("dir", "ltr")
        page = (
            f"{changes.get('doctype', '<!DOCTYPE html>')}\n"
            f'<html lang="{lang}" dir="{direction}"><head>{changes.get("head", "")}'
            '<title>A blog</title><meta name="viewport" content="width=device-width"></head>'
            f"<body><h1>A blog</h1><p>Before it.</p>\n{body}\n<p id=after>After it.</p></body></html>"
        )
        encoding = changes.get("encoding", "utf-8")
        bytes_ = page.encode(encoding, "xmlcharrefreplace")
        self.blog.answers[path] = Answer(bytes_, f"text/html; charset={encoding}", headers=changes.get("headers", {}))
        return f"{self.blog.url if host is None else f'http://{host}:{self.blog.port}'}{path}"


@pytest.fixture
def web(press: Press, fragments: list[Fragment]) -> Iterator[Web]:
    """A blog, a publisher and a mirror, with an edition of the six fragments."""
    blog, publisher, mirror = Origin("blog.localhost"), Origin("publisher.localhost"), Origin("mirror.localhost")
    made = snippets.Options(
        public_url=publisher.url, pinned=press.keyring.pin, edition=press.edition, origins=(publisher.url, mirror.url)
    )
    web = Web(blog, publisher, mirror, press, replace(made, origins=(publisher.url,)))
    for origin in (publisher, mirror):
        origin.answers[current().path] = Answer(current().body, "text/javascript; charset=utf-8", headers=CORS)
    web.publish("all", fragments)
    yield web
    for origin in (blog, publisher, mirror):
        origin.kill()


@dataclass
class Reader:
    """Somebody who opens pages, with a fresh profile."""

    context: BrowserContext
    page: Page
    console: list[str] = field(default_factory=list)

    def visit(self, address: str) -> "Reader":
        """Opens an address and waits until it has loaded."""
        self.page.goto(address)
        return self

    def live(self, number: int = 0) -> str:
        """The text of the fragment the loader put into the box; waits for it."""
        return str(self.shade("querySelector('blockquote').textContent", number))

    def shade(self, expression: str, number: int = 0) -> Any:
        """The value of an expression on the shadow tree of a box; waits until the box has one."""
        box = f"document.querySelectorAll('.unsilenced')[{number}]"
        until = time.monotonic() + 8
        # Not wait_for_function: it evaluates in the page, which a strict policy forbids.
        while not self.page.evaluate(f"() => !!{box}?.shadowRoot"):
            assert time.monotonic() < until, f"still the pasted text: {self.console}"
            self.page.wait_for_timeout(10)
        return self.page.evaluate(f"() => {box}.shadowRoot.{expression}")

    def settle(self, seconds: float = 0.4) -> None:
        """Waits, where nothing is expected to happen."""
        self.page.wait_for_timeout(seconds * 1000)

    def untouched(self) -> bool:
        """True when every box is as it was pasted."""
        return bool(
            self.page.evaluate("() => [...document.querySelectorAll('.unsilenced')].every((b) => !b.shadowRoot)")
        )

    def faults(self) -> list[str]:
        """Exceptions that reached the page."""
        return list(self.page.evaluate("() => window.faults"))

    def shift(self) -> float:
        """Cumulative layout shift so far."""
        return float(self.page.evaluate("() => window.shift"))


@pytest.fixture
def reading(chromium: Browser) -> Iterator[Callable[..., Any]]:
    """`with reading(seed=1, color_scheme="dark", ...) as reader`: a reader; other arguments are the profile's."""

    @contextmanager
    def read(seed: int = 1, **profile: Any) -> Iterator[Reader]:
        context = chromium.new_context(**profile)
        context.add_init_script(SEEDED.replace("SEED", json.dumps(seed)))
        context.add_init_script(WATCHED)
        reader = Reader(context, context.new_page())
        reader.page.on("console", lambda message: reader.console.append(f"{message.type}: {message.text}"))
        try:
            yield reader
        finally:
            context.close()

    yield read


ENGINES = {"Firefox": firefox, "WebKit": webkit}


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Window]]:
    """`opened("WebKit", dark=True)`: a window of another engine, opened when it is first asked for."""
    windows: dict[tuple[str, bool], Window] = {}
    with ExitStack() as stack:

        def open_one(engine: str, *, dark: bool = False) -> Window:
            if (engine, dark) not in windows:
                profile = tmp_path_factory.mktemp(engine)
                windows[engine, dark] = stack.enter_context(ENGINES[engine](profile, dark))
            return windows[engine, dark]

        yield open_one


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each of the other engines."""
    return str(request.param)


@pytest.fixture
def window(opened: Callable[..., Window], engine: str) -> Window:
    """A window of each of the other engines, of a reader who prefers the light."""
    return opened(engine)
