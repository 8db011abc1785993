"""What the public was told of each week, told once and never changed.

A number worked out again after a site was forgotten would say how much that site had shown. It decides nothing: how
counts become what is told is for whoever calls.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, func, select

from fragments.store.counting import upsert
from fragments.store.counting_tables import displays, sites
from fragments.store.database import writing
from fragments.store.registration_tables import public_weeks

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ToldWeek:
    """What everybody may know of a week (its Monday): at least so many; None where that would be too much."""

    week: date
    displays: int | None
    sites: int | None


class PublicWeeks:
    """The weeks of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def untold(self, since: date, before: date) -> list[date]:
        """The Mondays from `since` (one too) on of weeks with displays that were over at `before` and are not told yet.

        Asked week by week: a look at all days of half a year reads millions of rows where sites are many.
        """
        mondays = [since + WEEK * n for n in range((before - since) // WEEK)]
        with self.engine.connect() as connection:
            told = set(connection.scalars(select(public_weeks.c.week).where(public_weeks.c.week >= since)))
            return [
                week
                for week in mondays
                if week not in told and connection.execute(_first_display(week)).first() is not None
            ]

    def counts(self, week: date) -> list[int]:
        """The displays of each site that has a name, in one week, without the names."""
        counted = (
            select(func.sum(displays.c.count))
            .join(sites, sites.c.id == displays.c.site_id)
            .where(displays.c.day >= week, displays.c.day < week + WEEK, ~sites.c.name.startswith("~"))
            .group_by(displays.c.site_id)
        )
        with self.engine.connect() as connection:
            return [int(count) for count in connection.scalars(counted)]

    def tell(self, told: ToldWeek) -> None:
        """Keep what is told; where a week was told before, that stays."""
        row = {"week": told.week, "displays": told.displays, "sites": told.sites}
        with writing(self.engine) as connection:
            connection.execute(upsert(connection, public_weeks).values(row).on_conflict_do_nothing())

    def told(self, since: date) -> list[ToldWeek]:
        """What was told, oldest first."""
        chosen = select(public_weeks).where(public_weeks.c.week >= since).order_by(public_weeks.c.week)
        with self.engine.connect() as connection:
            return [ToldWeek(row.week, row.displays, row.sites) for row in connection.execute(chosen)]


def _first_display(week: date):  # type: ignore[no-untyped-def]
    return select(displays.c.day).where(displays.c.day >= week, displays.c.day < week + WEEK).limit(1)
