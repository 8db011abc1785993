"""The drill: every attack on real networks, some and all of three origins hostile, with a real browser.

Rules: with one origin left, each of the three is the one in turn; with none left, half of the pages bring the loader
themselves. An attack that meets nothing is a failure of the drill, like a reader who sees what the table of attacks
does not allow. It prints nothing (report.py).
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.censor.answers import ANSWERS, ELSEWHERE
from bench.censor.attacks import Attack, Layer
from bench.censor.certificates import Authority
from bench.censor.editions import LOADER, Publisher
from bench.censor.forgeries import Scene, forged, scene
from bench.censor.names import NameServer
from bench.censor.namespaces import RESOLVER, Networks, inside, networks, run
from bench.censor.posting import AS_PASTED, OWN_SCRIPT, blog
from bench.censor.reader import Seen, Visit, read_all
from bench.censor.wall import Wall
from bench.censor.web import Site, Web, listen

ORIGINS = ("publisher.example", "mirror-one.example", "mirror-two.example")
BLOG, FORGER = "blog.example", "10.200.2.66"
ADDRESSES = {
    BLOG: "10.200.2.10",
    **{host: f"10.200.2.{number}" for number, host in enumerate(ORIGINS, 11)},
    ELSEWHERE: "10.200.2.20",
}
AT_ONCE = 4  # pages: with more, two cores measure themselves
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-features=AsyncDns,DnsOverHttps,HttpsUpgrades"),
)


@dataclass(frozen=True)
class Result:
    """What an attack came to: on some of the origins or on `every` one. `met`: how often the censor met somebody."""

    attack: Attack
    every: bool
    seen: tuple[Seen, ...]
    met: int

    @property
    def worst(self) -> float | None:
        """The longest that a reader waited for a fragment, in seconds."""
        return max((one.seconds for one in self.seen if one.seconds), default=None)


@dataclass(frozen=True)
class Stage:
    """Everything that stands while a drill runs."""

    webs: dict[str, Web]
    wall: Wall
    browser: Browser

    def drill(self, attack: Attack, loads: int, controls: int) -> tuple[Result, Result]:
        """An attack on two of the three in turn, `loads` pages in all, and on all three, `controls` pages."""
        played, seeds, some, met = scene(attack), count(1), [], 0
        for left, _ in enumerate(ORIGINS):
            hostile = tuple(host for number, host in enumerate(ORIGINS) if number != left)
            each = loads // len(ORIGINS) + (left < loads % len(ORIGINS))
            seen, more = self._attacked(attack, played, hostile, [(AS_PASTED, next(seeds)) for _ in range(each)])
            some += seen
            met += more
        pages = [((AS_PASTED, OWN_SCRIPT)[number % 2], next(seeds)) for number in range(1, controls + 1)]
        seen, every = self._attacked(attack, played, ORIGINS, pages)
        return Result(attack, False, tuple(some), met), Result(attack, True, tuple(seen), every)

    def _attacked(
        self, attack: Attack, played: Scene, hostile: Sequence[str], pages: Iterable[tuple[str, int]]
    ) -> tuple[list[Seen], int]:
        self._set(attack, played, hostile)
        every = len(hostile) == len(ORIGINS)
        visits = [Visit(f"https://{BLOG}{path}", attack, every, played.clock, seed) for path, seed in pages]
        with self.wall.against(attack.name, hostile) as met:
            seen = read_all(self.browser, visits, AT_ONCE)
            return seen, met() if attack.layer is Layer.NETWORK else self._asked(hostile)

    def _set(self, attack: Attack, played: Scene, hostile: Sequence[str]) -> None:
        self.webs[BLOG].sites["*"] = blog(played, [f"https://{host}" for host in ORIGINS])
        for host in ORIGINS:
            honest = Site({**played.honest, **LOADER})
            bad = Site({**played.hostile, **LOADER}, ANSWERS.get(attack.name))
            self.webs[host].sites["*"] = bad if host in hostile else honest

    def _asked(self, hosts: Sequence[str]) -> int:
        return sum(path.startswith("/d/") for host in hosts for path in self.webs[host].sites["*"].asked)


@contextmanager
def stage(folder: Path, chromium: str) -> Iterator[Stage]:
    """Builds networks, servers, censor and browser, and takes all of it away again. `folder` is this run's own."""
    with ExitStack() as stack:
        made = stack.enter_context(networks([*ADDRESSES.values(), FORGER]))
        authority = Authority.make("trusted by the reader")
        webs = {host: _web(made, address, authority, folder / host) for host, address in ADDRESSES.items()}
        webs["forger"] = _web(made, FORGER, Authority.make("trusted by nobody"), folder / "forger")
        for host in ("forger", ELSEWHERE):
            webs[host].sites["*"] = Site({**forged(Publisher()), **LOADER})
        for web in webs.values():
            stack.callback(web.stop)
        names = NameServer(inside(made.censor, lambda: listen(RESOLVER, 53, datagrams=True)), ADDRESSES)
        stack.callback(names.close)
        playwright = stack.enter_context(sync_playwright())
        wrapper, home = _wrapper(folder, made.reader, chromium), _home(folder, authority)
        environ = {**os.environ, "HOME": str(home)}
        browser = playwright.chromium.launch(executable_path=wrapper, args=list(FLAGS), env=environ)
        stack.callback(browser.close)
        yield Stage(webs, Wall(made.censor, names, ADDRESSES, FORGER), browser)


def _web(made: Networks, address: str, authority: Authority, folder: Path) -> Web:
    context = authority.issue([*ADDRESSES], folder).context()
    return Web(inside(made.web, lambda: listen(address, 443)), context)


def _wrapper(folder: Path, namespace: str, chromium: str) -> Path:
    wrapper = folder / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {chromium} "$@"\n')
    wrapper.chmod(0o755)
    return wrapper


def _home(folder: Path, authority: Authority) -> Path:
    """A home whose browser trusts the drill's authority, and no other home's does."""
    home = folder / "home"
    for place in (home / ".pki/nssdb", home / ".local/share/pki/nssdb"):  # older and newer versions of Chromium
        place.mkdir(parents=True)
        (folder / "authority.pem").write_bytes(authority.pem)
        run("certutil", "-d", f"sql:{place}", "-N", "--empty-password")
        trust = ("-A", "-n", "drill", "-t", "C,,", "-i", str(folder / "authority.pem"))
        run("certutil", "-d", f"sql:{place}", *trust)
    return home


def install(packages: Sequence[str]) -> None:
    """Debian packages, where apt is there. Raises CalledProcessError."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *words], check=True, env=environ, stdout=subprocess.DEVNULL)
