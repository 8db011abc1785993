"""Who polls the feeds: products, what they say of their subscribers, and how often each day. Never who reads.

Rules: adding happens in the drainer's own transaction (counting.Counts.add), so that each poll is counted once. The
numbers of subscribers are claims: for each feed the newest day's, summed over feeds, and never added to displays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from fragments.store.database import reading, writing
from fragments.store.polling_tables import polls

CLAIM_LASTS_DAYS = 30  # a product that has not come for a month polls for nobody any more

PollKey = tuple[date, str, str]  # day, feed, product
Said = tuple[int, int]  # polls, the most subscribers


@dataclass(frozen=True, slots=True)
class Product:
    """A product that polls our feeds."""

    name: str
    subscribers: int  # as it says, of all feeds together; 0 where it says none
    polls: int  # in the last CLAIM_LASTS_DAYS days
    feeds: int
    last_day: date


class Polls:
    """What was counted of feed readers, in one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def products(self, today: date) -> list[Product]:
        """Products seen in the last CLAIM_LASTS_DAYS days, those with most subscribers first."""
        row = polls.c
        chosen = select(polls).where(row.day > today - timedelta(days=CLAIM_LASTS_DAYS)).order_by(row.day)
        with reading(self.engine) as connection:
            seen: dict[str, list[tuple[date, str, int, int]]] = {}
            for day, feed, product, count, subscribers in connection.execute(chosen):
                seen.setdefault(product, []).append((day, feed, count, subscribers))
        found = [_product(name, rows) for name, rows in seen.items()]
        return sorted(found, key=lambda each: (-each.subscribers, -each.polls, each.name))

    def feeds(self, today: date, limit: int = 20) -> list[tuple[str, int]]:
        """The feeds polled most in the last CLAIM_LASTS_DAYS days, with their polls."""
        row, count = polls.c, func.sum(polls.c.polls)
        chosen = select(row.feed, count).where(row.day > today - timedelta(days=CLAIM_LASTS_DAYS)).group_by(row.feed)
        with reading(self.engine) as connection:
            found = connection.execute(chosen.order_by(count.desc(), row.feed).limit(limit))
            return [(feed, int(number)) for feed, number in found]

    def roll_up(self, before: date) -> int:
        """Turn the daily rows before a day into monthly ones; how many went. Rows of months are left as they are."""
        row = polls.c
        with writing(self.engine) as connection:
            old = [found for found in connection.execute(select(polls).where(row.day < before)) if found.day.day != 1]
            add_polls(connection, _monthly(old))
            for found in old:
                this = (row.day == found.day) & (row.feed == found.feed) & (row.product == found.product)
                connection.execute(delete(polls).where(this))
            return len(old)


def add_polls(connection: Connection, tally: Mapping[PollKey, Said]) -> None:
    """Add polls and keep the highest number of subscribers of each day."""
    values = [
        {"day": day, "feed": feed, "product": product, "polls": count, "subscribers": subscribers}
        for (day, feed, product), (count, subscribers) in sorted(tally.items())
    ]
    if not values:
        return
    insert = postgresql.insert(polls) if connection.dialect.name == "postgresql" else sqlite.insert(polls)
    new, old = insert.excluded, polls.c
    highest = case((new.subscribers > old.subscribers, new.subscribers), else_=old.subscribers)
    changes = {"polls": old.polls + new.polls, "subscribers": highest}
    connection.execute(insert.on_conflict_do_update(index_elements=["day", "feed", "product"], set_=changes), values)


def _monthly(rows: Iterable[tuple[date, str, str, int, int]]) -> dict[PollKey, Said]:
    months: dict[PollKey, Said] = {}
    for day, feed, product, count, subscribers in rows:
        key = day.replace(day=1), feed, product
        before = months.get(key, (0, 0))
        months[key] = before[0] + count, max(before[1], subscribers)
    return months


def _product(name: str, rows: list[tuple[date, str, int, int]]) -> Product:
    newest = {feed: subscribers for _, feed, _, subscribers in rows}  # in order of days: the last one stays
    return Product(name, sum(newest.values()), sum(row[2] for row in rows), len(newest), rows[-1][0])
