"""What one site has shown, for its owner: by day, kind and deck. It never reads the rows of another site."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine, select

from fragments.store.counting_tables import displays, displays_monthly, sites


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """A site's displays; `days` reaches as far back as days are kept, kinds and decks count all."""

    first_day: date | None = None
    last_day: date | None = None
    days: dict[date, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    decks: dict[str, int] = field(default_factory=dict)

    @property
    def displays(self) -> int:
        """All of them."""
        return sum(self.kinds.values())


def own_numbers(engine: Engine, site: str) -> OwnNumbers:
    """The numbers of a site; empty ones where it has shown nothing yet."""
    with engine.connect() as connection:
        found = connection.execute(select(sites).where(sites.c.name == site)).one_or_none()
        if found is None:
            return OwnNumbers()
        daily = connection.execute(select(displays).where(displays.c.site_id == found.id)).all()
        monthly = connection.execute(select(displays_monthly).where(displays_monthly.c.site_id == found.id)).all()
    days: Counter[date] = Counter()
    for row in daily:
        days[row.day] += row[4]
    kinds: Counter[str] = Counter()
    decks: Counter[str] = Counter()
    for row in (*daily, *monthly):
        kinds[row.kind] += row[4]
        decks[row.deck] += row[4]
    return OwnNumbers(found.first_day, found.last_day, dict(sorted(days.items())), dict(kinds), dict(decks))
