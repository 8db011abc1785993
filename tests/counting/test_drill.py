"""Web processes and drainers are killed with -9 while the database comes and goes: acknowledged is counted, once."""

import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from fragments.store.archive import Archive
from fragments.store.republishers import Republishers
from widget_server.counting.post import drain_spool
from widget_server.counting.spool import segments
from widget_server.settings import Settings
from widget_server.shelf import Shelf

# By the name of its file alone: in the processes that this starts, a package called `tests` that some library brought
# along would be found before this folder.
sys.path.append(str(Path(__file__).parent))
from drilling import Sheet, acknowledged, drain_without_end, show_without_end

forkserver = multiprocessing.get_context("forkserver")
# A new process every 0.2 s must not import for one; what is preloaded must be found without our sys.path.
forkserver.set_forkserver_preload(["fragments.store.archive", "widget_server.counting.post", "widget_server.lane"])
Outage = Callable[[], AbstractContextManager[None]]


@dataclass
class Works:
    """Two web processes and two drainers; whoever is killed gets a successor at once."""

    settings: Settings
    lives: dict[str, Path] = field(default_factory=dict)  # site -> what its web process noted
    running: list[tuple[str, BaseProcess]] = field(default_factory=list)
    killed: dict[str, int] = field(default_factory=lambda: {"web": 0, "drainer": 0})

    def start(self, kind: str) -> None:
        if kind == "web":
            site = f"life{len(self.lives)}.com"
            self.lives[site] = self.settings.data / f"{site}.notes"
            process = forkserver.Process(target=show_without_end, args=(self.settings, site, self.lives[site]))
        else:
            process = forkserver.Process(target=drain_without_end, args=(self.settings,))
        process.start()
        self.running.append((kind, process))

    def kill(self, victim: tuple[str, BaseProcess]) -> None:
        kind, process = victim
        self.running.remove(victim)
        process.kill()
        process.join()
        process.close()
        self.killed[kind] += 1

    def rage(self, rounds: int, chance: random.Random) -> None:
        """Kill somebody, start a successor, wait a little; so often."""
        for _ in range(rounds):
            victim = chance.choice(self.running)
            self.kill(victim)
            self.start(victim[0])
            time.sleep(chance.uniform(0.02, 0.3))

    def end(self) -> None:
        for victim in list(self.running):
            self.kill(victim)


@pytest.fixture
def works(house: tuple[str, Outage], tmp_path: Path) -> Iterator[Works]:
    settings = Settings(data=tmp_path, database_url=house[0])
    Archive.open(settings.database_url).close()
    Shelf(settings.shelf_dir).place(1, [Sheet("/d/all/0.cf", b"deck" * 200)], at=datetime.now(UTC))
    works = Works(settings)
    for kind in ("web", "web", "drainer", "drainer"):
        works.start(kind)
    yield works
    works.end()


def short_by(works: Works) -> dict[str, tuple[int, int]]:
    """Sites whose count is not what was acknowledged, or one more: written down, and killed before it was noted."""
    with Archive.open(works.settings.database_url) as archive:
        drain_spool(works.settings, archive)
        counted = {each.name: each.displays for each in Republishers(archive.engine).listed()}
    told = {site: (acknowledged(notes), counted.pop(site, 0)) for site, notes in works.lives.items()}
    assert counted == {}
    return {site: (noted, found) for site, (noted, found) in told.items() if found - noted not in (0, 1)}


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.drill)], ids=["short", "long"])
def test_what_was_acknowledged_is_counted_once_whoever_is_killed(
    works: Works, house: tuple[str, Outage], kills: int
) -> None:
    chance = random.Random(kills)
    time.sleep(0.5)
    works.rage(kills // 2, chance)
    with house[1]():
        works.rage(kills // 4, chance)
    works.rage(kills // 4, chance)
    works.end()

    assert short_by(works) == {}
    assert segments(works.settings.spool_dir) == []
    assert min(works.killed.values()) >= kills // 5
    assert sum(acknowledged(notes) for notes in works.lives.values()) > 40 * kills
