"""The running site is killed with -9, worker after worker and its caretaker, while the database comes and goes, and
readers go on asking over HTTP: what was acknowledged is counted, once.

How a request that was under way is told apart: each connection belongs to one reader, asks one thing at a time, and
every connection speaks for a site of its own. So at most one request of a site was ever without an answer: the one
that was sent when its connection broke. A site's count must be exactly what was acknowledged on its connection, or,
where that broke, with the one more of that request's kind. Acknowledged is a request whose status 200 was read.
"""

import http.client
import itertools
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fragments.ids import id_of
from fragments.store.archive import Archive
from fragments.store.republishers import Republishers
from widget_server.counting.post import drain_spool
from widget_server.counting.spool import segments
from widget_server.settings import Settings

pytestmark = pytest.mark.drill

HOUSE = Path(__file__).parents[2]
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
READERS = 8
ASKED_ON_ONE_CONNECTION = 100  # then another: so each worker has readers soon after its start
PATIENCE = 30  # seconds that a reader waits for an answer; a database that is away must not cost one of them
SHOWN = [
    ("script", "/d/all/0.cf"),
    ("script", "/d/all/0.cf"),
    ("script", "/d/lang-en/0.cf"),
    ("frame", "/frame"),
    ("frame", f"/f/{id_of('a0')}/frame"),
    ("badge", "/badge.svg"),  # this and the next go through Flask
    ("2006", "/js/fragment-180.js"),
    ("feed", "/feed.atom"),
]
KILLS = ["worker"] * 14 + ["caretaker"] * 10
log = logging.getLogger(__name__)

Outage = Callable[[], AbstractContextManager[None]]


@dataclass
class Connection:
    """What happened on one connection, which spoke for one site."""

    site: str
    acknowledged: Counter[str] = field(default_factory=Counter)  # by kind
    under_way: str | None = None  # the kind of the request that has no answer (yet)
    broke_at: float | None = None  # monotonic seconds

    def may_count(self) -> list[Counter[str]]:
        """What may have been counted for the site."""
        lost = [self.acknowledged + Counter([self.under_way])] if self.under_way else []
        return [self.acknowledged, *lost]


@dataclass
class Readers:
    """Threads that ask without end; each keeps an account of what it was told."""

    port: int
    connections: list[Connection] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # answers that nobody should get, killed or not
    slowest: float = 0.0  # seconds from a request to its status, the longest of all
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(READERS):
            self.threads.append(threading.Thread(target=self._read, args=(number,)))
            self.threads[-1].start()

    def stop(self) -> None:
        """Each ends after its answer, so nothing is under way then."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)

    def _read(self, number: int) -> None:
        chance = random.Random(number)
        for life in itertools.count():
            if self.stopping.is_set():
                return
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            account = Connection(f"reader{number}-{life}.com")
            try:
                connection.connect()
                connection.auto_open = 0  # a second connection under the same account would blur it
                self.connections.append(account)
                self._ask(connection, account, chance)
            except (ConnectionError, http.client.HTTPException):
                account.broke_at = time.monotonic()
                time.sleep(0.05)
            except Exception as fault:
                self.faults.append(f"{account.site}: {fault!r}")
            finally:
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection, account: Connection, chance: random.Random) -> None:
        for _ in range(ASKED_ON_ONE_CONNECTION):
            if self.stopping.is_set():
                return
            account.under_way, path = chance.choice(SHOWN)
            began = time.monotonic()
            connection.request("GET", path, headers=_headers(account.site, chance))
            answer = connection.getresponse()
            self.slowest = max(self.slowest, time.monotonic() - began)
            if answer.status != 200:
                self.faults.append(f"{path}: {answer.status}")
            account.acknowledged[account.under_way] += answer.status == 200
            account.under_way = None
            answer.read()
            time.sleep(0.002)


def _headers(site: str, chance: random.Random) -> dict[str, str]:
    """A reader of a page of `site`, as the proxy on this machine tells of it; another reader each time."""
    return {
        "Origin": f"https://blog.{site}",
        "Referer": f"https://blog.{site}/",
        "User-Agent": CHROME,
        "X-Forwarded-For": f"198.51.{chance.randrange(256)}.{chance.randrange(256)}",
    }


@dataclass
class Site:
    """`unsilenced run` with two workers, and the accounts of whom it lost."""

    environ: dict[str, str]
    port: int
    process: subprocess.Popen[bytes]
    killed: list[tuple[str, float]] = field(default_factory=list)  # who, and when by the monotonic clock
    newest: int = 0  # the worker that came last

    def running(self, kind: str) -> list[int]:
        """Process ids of the workers, or of the caretaker."""
        words = {"worker": "widget_server run", "caretaker": "multiprocessing.spawn"}[kind]
        listed = ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)]
        told = subprocess.run(listed, check=False, capture_output=True, text=True).stdout
        return [int(line.split()[0]) for line in told.splitlines() if words in line]

    def rage(self, kinds: list[str], chance: random.Random) -> None:
        """Kill one of each kind named, wait for its successor to be started, and a little."""
        for kind in kinds:
            before = self.running(kind)
            # Granian takes a worker that dies twice within 5.5 s, with no other dying between, for one that can never
            # start, and gives up: whoever came last is spared.
            victim = chance.choice([pid for pid in before if pid != self.newest])
            os.kill(victim, signal.SIGKILL)
            self.killed.append((kind, time.monotonic()))
            until(lambda: self._is_replaced(kind, victim, len(before)))  # noqa: B023 - called before the next turn
            if kind == "worker":
                self.newest = max(set(self.running(kind)) - set(before))
            time.sleep(chance.uniform(0.2, 2.0))

    def _is_replaced(self, kind: str, victim: int, number: int) -> bool:
        now = self.running(kind)
        return victim not in now and len(now) == number

    def answers(self) -> bool:
        assert self.process.poll() is None
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def site(house: tuple[str, Outage], tmp_path: Path) -> Iterator[Site]:
    """The real command over three fragments."""
    port, rows = free_port(), tmp_path / "rows.jsonl"
    told = {"DATA": str(tmp_path / "data"), "DATABASE_URL": house[0], "STARTER": "no", "WORKERS": "2"}
    environ = os.environ | {f"UNSILENCED_{name}": value for name, value in told.items()}
    unsilenced = [sys.executable, "-m", "widget_server"]
    each = ({"id": f"a{n}", "text": f"Text {n}", "lang": "en", "source_title": "A"} for n in range(3))
    rows.write_text("\n".join(map(json.dumps, each)))
    for words in (["import", "--quiet", str(rows)], ["publish"]):
        subprocess.run([*unsilenced, *words], env=environ, cwd=HOUSE, check=True, capture_output=True)
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [*unsilenced, "run", "--port", str(port)], env=environ, cwd=HOUSE, stdout=output, stderr=output
        )
        site = Site(environ, port, process)
        until(site.answers)
        yield site
        process.terminate()
        process.wait(30)


@pytest.fixture
def readers(site: Site) -> Iterator[Readers]:
    readers = Readers(site.port)
    readers.start()
    yield readers
    readers.stop()


def counted(site: Site) -> dict[str, Counter[str]]:
    """Site -> kind -> displays, after what the caretaker left is drained."""
    settings = Settings.from_environ(site.environ)
    with Archive.open(settings.database_url) as archive:
        drain_spool(settings, archive)
        assert segments(settings.spool_dir) == []
        assert Republishers(archive.engine).totals().lost == 0
        return {each.name: Counter(each.kinds) for each in Republishers(archive.engine).listed()}


def test_what_was_acknowledged_over_http_is_counted_once_whoever_is_killed(
    site: Site, readers: Readers, house: tuple[str, Outage]
) -> None:
    chance = random.Random(24)
    kinds = chance.sample(KILLS, len(KILLS))
    until(lambda: len(readers.connections) > READERS)

    site.rage(kinds[:8], chance)
    with house[1]():
        site.rage(kinds[8:16], chance)
    site.rage(kinds[16:], chance)
    readers.stop()
    site.process.terminate()
    site.process.wait(30)

    found = counted(site)
    accounts = {each.site: each for each in readers.connections}
    broken = [each for each in readers.connections if each.broke_at]
    log.info("%s", figures(site, readers, found))
    assert readers.faults == []
    assert found.keys() <= accounts.keys()
    assert [each for each in accounts.values() if found.get(each.site, Counter()) not in each.may_count()] == []
    assert [each for each in accounts.values() if each.under_way and not each.broke_at] == []
    assert broken != []
    assert [each for each in broken if not _is_due_to_a_kill(each, site)] == []
    assert Counter(kind for kind, _ in site.killed) == Counter(KILLS)
    assert sum(each.acknowledged.total() for each in accounts.values()) > 5_000


def _is_due_to_a_kill(connection: Connection, site: Site) -> bool:
    assert connection.broke_at
    return any(kind == "worker" and -0.1 <= connection.broke_at - at < 3 for kind, at in site.killed)


def figures(site: Site, readers: Readers, found: dict[str, Counter[str]]) -> str:
    """What this run did, for whoever asks with --log-cli-level=INFO."""
    acknowledged = sum(each.acknowledged.total() for each in readers.connections)
    under_way = sum(each.under_way is not None for each in readers.connections)
    return (
        f"acknowledged {acknowledged}, counted {sum(each.total() for each in found.values())}, under way at a kill "
        f"{under_way}, connections {len(readers.connections)}, slowest answer {readers.slowest:.2f} s, "
        f"killed {dict(Counter(kind for kind, _ in site.killed))}"
    )
