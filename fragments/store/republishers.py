"""Which sites carry our fragments: read, forgotten, rolled up.

Names here are for the desk and the command line. Buckets ("~undisclosed", ...) are rows like any other, and said
to be so by whoever shows them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from sqlalchemy import Connection, Engine, delete, func, select, union_all

from fragments.store.counting import Row, add_rows, upsert
from fragments.store.counting_tables import displays, displays_monthly, losses, sites
from fragments.store.database import writing
from fragments.store.registrations import forget_owner, registered

FORGOTTEN = "~forgotten"  # what remains of sites that asked to be forgotten or went quiet


class Order(StrEnum):
    """How a list of republishers may be sorted."""

    DISPLAYS = "displays"
    FIRST = "first"
    LAST = "last"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Republisher:
    """A site, or a bucket, with displays."""

    name: str
    first_day: date
    last_day: date
    displays: int
    kinds: dict[str, int]

    @property
    def is_bucket(self) -> bool:
        """Whether the name stands for many sites or for none."""
        return self.name.startswith("~")


@dataclass(frozen=True, slots=True)
class Totals:
    """All displays, and those that found no room on the disk."""

    displays: int
    sites: int
    lost: int


class Republishers:
    """What was counted, read from one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def listed(self, *, order: Order = Order.DISPLAYS, search: str = "") -> list[Republisher]:
        """Every republisher whose name holds `search`, sorted."""
        with self.engine.connect() as connection:
            kinds: dict[int, Counter[str]] = {}
            for site, kind, count in connection.execute(_sums("site_id", "kind")):
                kinds.setdefault(site, Counter())[kind] = int(count)
            wanted = select(sites).where(sites.c.name.contains(search, autoescape=True))
            found = [
                Republisher(row.name, row.first_day, row.last_day, kinds[row.id].total(), dict(kinds[row.id]))
                for row in connection.execute(wanted)
                if row.id in kinds
            ]
        return sorted(found, key=_SORT[order])

    def totals(self) -> Totals:
        """All displays of all time."""
        with self.engine.connect() as connection:
            counted = sum(int(count) for _, count in connection.execute(_sums("kind")))
            named = connection.execute(select(func.count()).where(~sites.c.name.startswith("~"))).scalar() or 0
            lost = connection.execute(select(func.sum(losses.c.count))).scalar() or 0
        return Totals(counted, named, int(lost))

    def days(self, name: str | None = None) -> dict[date, int]:
        """Displays a day, of one site or of all."""
        counted = select(displays.c.day, func.sum(displays.c.count)).group_by(displays.c.day).order_by(displays.c.day)
        if name is not None:
            counted = counted.join(sites).where(sites.c.name == name)
        with self.engine.connect() as connection:
            return {day: int(count) for day, count in connection.execute(counted)}

    def daily(self, names: Sequence[str], first: date) -> dict[str, dict[date, int]]:
        """Displays a day from a day on, of each of some sites."""
        row = displays.c
        chosen = select(sites.c.name, row.day, func.sum(row.count)).join(sites, sites.c.id == row.site_id)
        chosen = chosen.where(sites.c.name.in_(names), row.day >= first).group_by(sites.c.name, row.day)
        found: dict[str, dict[date, int]] = {name: {} for name in names}
        with self.engine.connect() as connection:
            for name, day, count in connection.execute(chosen):
                found[name][day] = int(count)
        return found

    def by(self, column: Literal["kind", "deck"]) -> dict[str, int]:
        """All displays by kind or by deck, most first."""
        with self.engine.connect() as connection:
            found = {word: int(count) for word, count in connection.execute(_sums(column))}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def forget(self, name: str) -> bool:
        """Take a site's name out at once and keep its displays in the anonymous total; False where it is unknown.

        Its registration and what visits saw there go too.
        """
        with writing(self.engine) as connection:
            return not name.startswith("~") and _forget(connection, name)

    def forget_quiet(self, before: date, keep: frozenset[str] = frozenset()) -> list[str]:
        """Forget every site not seen since `before` that nobody registered and that is not in `keep`; their names."""
        quiet = select(sites.c.name).where(sites.c.last_day < before, ~sites.c.name.startswith("~"))
        with writing(self.engine) as connection:
            keep = keep | registered(connection)
            names = [name for name in connection.scalars(quiet).all() if name not in keep]
            return [name for name in names if _forget(connection, name)]

    def roll_up(self, before: date) -> int:
        """Turn the daily rows before a day into monthly ones; how many daily rows went."""
        with writing(self.engine) as connection:
            months: Counter[Row] = Counter()
            old = list(connection.execute(select(displays).where(displays.c.day < before)))
            for row in old:
                months[row.day.replace(day=1), row.site_id, row.kind, row.deck] += row[4]
            add_rows(connection, displays_monthly, months)
            connection.execute(delete(displays).where(displays.c.day < before))
            return len(old)


_SORT = {
    Order.DISPLAYS: lambda found: (-found.displays, found.name),
    Order.FIRST: lambda found: (found.first_day, found.name),
    Order.LAST: lambda found: (-found.last_day.toordinal(), found.name),
    Order.NAME: lambda found: (found.name,),
}


def _sums(*by: str):  # type: ignore[no-untyped-def]
    """Displays of the daily and the monthly table together, summed by some columns."""
    both = union_all(
        *(select(*(table.c[name] for name in by), table.c.count) for table in (displays, displays_monthly))
    ).subquery()
    columns = [both.c[name] for name in by]
    return select(*columns, func.sum(both.c.count)).group_by(*columns)


def _forget(connection: Connection, name: str) -> bool:
    was_owned = forget_owner(connection, name)
    found = connection.execute(select(sites).where(sites.c.name == name)).one_or_none()
    if found is None:
        return was_owned
    heir = {"name": FORGOTTEN, "first_day": found.first_day, "last_day": found.last_day}
    connection.execute(upsert(connection, sites).values(heir).on_conflict_do_nothing(index_elements=["name"]))
    heir_id = connection.execute(select(sites.c.id).where(sites.c.name == FORGOTTEN)).scalar_one()
    for table in (displays, displays_monthly):
        _bequeath(connection, table, found.id, heir_id)
    connection.execute(delete(sites).where(sites.c.id == found.id))
    return True


def _bequeath(connection: Connection, table, site: int, heir: int) -> None:  # type: ignore[no-untyped-def]
    """Give a site's rows to the bucket; the deck goes too where it names one fragment, which may name the site."""
    rows: Counter[Row] = Counter()
    for row in connection.execute(select(table).where(table.c.site_id == site)):
        rows[row[0], heir, row.kind, "~"] += row[4]
    add_rows(connection, table, rows)
    connection.execute(delete(table).where(table.c.site_id == site))
