"""Works out what everybody may know of republishers, and puts the notice up for the public app.

Called by the caretaker every few minutes, and at once when a name leaves the public list.
"""

from datetime import date
from pathlib import Path
from random import Random, SystemRandom

from fragments.store.archive import Archive
from fragments.store.public_weeks import WEEK, PublicWeeks
from fragments.store.registrations import Registrations
from widget_server.sites import notice, telling


def announce(archive: Archive, data: Path, today: date, random: Random | None = None) -> None:
    """Tell the weeks that can be told, and replace the notice in `data`. Raises what the database raises."""
    weeks = PublicWeeks(archive.engine)
    until = telling.over_before(today)
    since = until - telling.WEEKS_SHOWN * WEEK
    for week in weeks.untold(since, until):
        weeks.tell(telling.tell(week, weeks.counts(week), random or SystemRandom()))
    told = tuple(notice.Week(each.week, each.displays, each.sites) for each in weeks.told(since))
    with notice.turn(data):
        names = tuple(Registrations(archive.engine).shown_in_public(today))
        notice.put_up(data, notice.Notice(names, told))
