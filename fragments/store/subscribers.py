"""Who is told when a feed changes: callbacks with a lease, and what each was told last.

Rules: a subscription is a callback and a topic, kept once; there are at most so many in all and at one host; what has
run out is deleted, not kept. It sends nothing (widget_server/hub).
"""

import hashlib
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from sqlalchemy import Engine, delete, func, select, update

from fragments.store.counting import upsert
from fragments.store.database import reading, writing
from fragments.store.subscriber_tables import subscribers

MOST = 10_000
MOST_AT_A_HOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A callback that is told of a topic (a feed's path). Times are seconds since 1970."""

    callback: str
    topic: str
    secret: str | None
    until: int
    told: str = ""
    failures: int = 0
    due: int = 0

    @property
    def key(self) -> str:
        """One for each callback and topic."""
        return key_of(self.callback, self.topic)


def key_of(callback: str, topic: str) -> str:
    """The name of a subscription."""
    return hashlib.sha256(f"{callback}\0{topic}".encode()).hexdigest()


class Subscribers:
    """The subscriptions of one archive."""

    def __init__(self, engine: Engine, *, most: int = MOST, most_at_a_host: int = MOST_AT_A_HOST) -> None:
        self._engine, self._most, self._most_at_a_host = engine, most, most_at_a_host

    def has(self, callback: str, topic: str) -> bool:
        """Whether it is subscribed."""
        with reading(self._engine) as connection:
            found = select(subscribers.c.key).where(subscribers.c.key == key_of(callback, topic))
            return connection.execute(found).first() is not None

    def has_room(self, callback: str) -> bool:
        """Whether one more subscription of this callback's host may be kept."""
        with reading(self._engine) as connection:
            everybody = connection.execute(select(func.count()).select_from(subscribers)).scalar() or 0
            neighbours = select(func.count()).where(subscribers.c.host == _host(callback))
            there = connection.execute(neighbours).scalar() or 0
        return everybody < self._most and there < self._most_at_a_host

    def save(self, one: Subscriber) -> None:
        """Subscribe, or renew: lease and secret are the new ones, what was told stays."""
        row = {"key": one.key, "host": _host(one.callback), **asdict(one)}
        renewed = {"secret": one.secret, "until": one.until, "failures": 0, "due": one.due}
        with writing(self._engine) as connection:
            insert = upsert(connection, subscribers).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=renewed))

    def remove(self, callback: str, topic: str) -> None:
        """Unsubscribe."""
        with writing(self._engine) as connection:
            connection.execute(delete(subscribers).where(subscribers.c.key == key_of(callback, topic)))

    def forget_expired(self, now: int) -> None:
        """Delete whose lease has run out."""
        with writing(self._engine) as connection:
            connection.execute(delete(subscribers).where(subscribers.c.until <= now))

    def waiting(self, now: int) -> list[Subscriber]:
        """Those that may be told something now, who waited longest first."""
        columns = [subscribers.c[name] for name in Subscriber.__dataclass_fields__]
        may = (subscribers.c.until > now) & (subscribers.c.due <= now)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).where(may).order_by(subscribers.c.due, subscribers.c.key))
            return [Subscriber(**row._mapping) for row in rows]

    def was_told(self, one: Subscriber, tag: str) -> None:
        """Keep what was delivered."""
        self._change(one, told=tag, failures=0, due=0)

    def missed(self, one: Subscriber, due: int) -> None:
        """Keep that a delivery failed, and when to try again."""
        self._change(one, failures=one.failures + 1, due=due)

    def _change(self, one: Subscriber, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(subscribers).where(subscribers.c.key == one.key).values(values))


def _host(callback: str) -> str:
    return (urlsplit(callback).hostname or "")[:253]
