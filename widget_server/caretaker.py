"""What must happen while the site runs and nobody asks: counting what was spooled, keeping the edition fresh.

One process beside the workers. A job that fails is said once, in words, and tried again at its next turn; readers
never wait for any of it. The edition is kept fresh even while the database is down. It ends with the process that
started it.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fragments.keys import Keyring
from fragments.store.polling import Polls
from fragments.store.quarantine import Quarantine
from fragments.store.republishers import Republishers
from widget_server.counting.post import drain_spool, today
from widget_server.fetching import Fetcher
from widget_server.gathering.handed_in import Box, take_in
from widget_server.gathering.uploads import Uploads
from widget_server.hub.rounds import HubRounds
from widget_server.mirroring.rounds import MirrorRounds
from widget_server.opening import opened
from widget_server.publishing import House, catch_up, keep_dates, refresh
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.sites.announcing import announce
from widget_server.sites.visiting import Rounds, Visitor, agent_of

log = logging.getLogger(__name__)

DAILY_DAYS = 400  # daily counts of a year and a month, then months
TRY_AGAIN_SECONDS = 5
QUIET_DAYS = 90  # a site not seen that long is forgotten


@dataclass(slots=True)
class Job:
    """Something done every so many seconds."""

    name: str
    every_seconds: float
    do: Callable[[House], object]
    due: float = 0.0
    is_failing: bool = False

    def turn(self, house: House, clock: float) -> None:
        """Do it when it is due. What goes wrong is told once and never passes this line."""
        if clock < self.due:
            return
        self.due = clock + self.every_seconds
        try:
            self.do(house)
        except Exception as fault:
            if not self.is_failing:
                log.warning("%s: not possible just now (%s); it is tried again.", self.name, type(fault).__name__)
            self.is_failing = True
        else:
            if self.is_failing:
                log.warning("%s: works again.", self.name)
            self.is_failing = False


def jobs() -> list[Job]:
    """All there is to do."""
    rounds, mirrors = Rounds(_visitor), MirrorRounds()
    return [
        Job("Telling subscribers", 3, HubRounds()),
        Job("Counting displays", 2, lambda house: drain_spool(house.settings, house.archive)),
        Job("Printing the newest edition", 30, lambda house: catch_up(_with_keys_of_now(house), datetime.now(UTC))),
        Job("Embargoes and expiries", 30, lambda house: keep_dates(_with_keys_of_now(house), datetime.now(UTC))),
        Job("Keeping the edition fresh", 60, _keep_fresh),
        Job("Taking in submissions", 60, _take_in),
        Job("Clearing away old uploads", 3600, lambda house: Uploads(house.settings.data / "uploads").tidy()),
        Job("Rolling up old counts", 6 * 3600, _tidy),
        Job("Looking at mirrors", 60, lambda house: mirrors.turn(house.settings, house.archive)),
        Job("Visiting sites", 60, lambda house: rounds.turn(house.settings, house.archive)),
        Job(
            "Telling the public of republishers",
            600,
            lambda house: announce(house.archive, house.settings.data, today()),
        ),
    ]


def tend(settings: Settings) -> None:
    """Run until the parent process is gone."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    parent = os.getppid()
    todo = jobs()
    while os.getppid() == parent:
        try:
            with opened(settings) as house:
                _tend(house, todo, parent)
        except Exception as fault:
            log.warning("The caretaker cannot open the archive (%s); it tries again.", type(fault).__name__)
            _keep_fresh_alone(settings)
            time.sleep(TRY_AGAIN_SECONDS)


def _tend(house: House, todo: list[Job], parent: int) -> None:
    while os.getppid() == parent:
        for job in todo:
            job.turn(house, time.monotonic())
        time.sleep(0.5)


def _keep_fresh(house: House) -> None:
    refresh(house.settings, _with_keys_of_now(house).keyring, house.shelf, datetime.now(UTC))


def _with_keys_of_now(house: House) -> House:
    """Keys may have been rotated since the start: a note by a retired one would count for nothing."""
    return replace(house, keyring=Keyring.open(house.settings.keys_dir))


def _keep_fresh_alone(settings: Settings) -> None:
    """The same with no archive at hand."""
    try:
        refresh(settings, Keyring.open(settings.keys_dir), Shelf(settings.shelf_dir), datetime.now(UTC))
    except Exception as fault:
        log.warning("The edition cannot be kept fresh (%s).", type(fault).__name__)


def _take_in(house: House) -> None:
    """What the public handed in goes into quarantine; what waited there before the form was closed goes too."""
    take_in(Box(house.settings.submissions_dir), Quarantine(house.archive.engine), datetime.now(UTC))


def _visitor(settings: Settings) -> Visitor:
    return Visitor(Fetcher(agent_of(settings)), [settings.public_url, *settings.mirrors])


def _tidy(house: House) -> None:
    republishers = Republishers(house.archive.engine)
    republishers.roll_up(today() - timedelta(days=DAILY_DAYS))
    Polls(house.archive.engine).roll_up(today() - timedelta(days=DAILY_DAYS))
    republishers.forget_quiet(today() - timedelta(days=QUIET_DAYS))
