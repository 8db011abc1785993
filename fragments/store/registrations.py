"""Sites whose owners proved that they are theirs, and what visitors of ours saw on sites.

Rules: nothing is stored before it is proven; the private address of an owner is known by its hash only; whoever proves
a site last has it, and a new owner decides anew whether to be listed. In public appears only a site whose owner proved
it and asked for it, that the organisation did not bar, and whose snippet a visit saw in the last two weeks.

Forgetting a site is republishers.forget, which ends all this too, but for the hash of a barred name: or being
forgotten and proving the site again would undo the bar. It fetches nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select, update

from fragments.errors import UnsilencedError
from fragments.store.counting import upsert
from fragments.store.database import writing
from fragments.store.registration_tables import barred_names, registrations, visits

SEEN_FOR = timedelta(days=14)  # a site that is down for a week end, or for a week, stays listed
MOST_A_DAY = 500  # new registrations: free subdomains cost their makers nothing
MINUTES_A_DAY = 1440


class TooManyToday(UnsilencedError):
    """As many sites as may be new on one day are registered: how many."""


class Proof(StrEnum):
    """By what an owner showed that a site is theirs."""

    META = "meta"
    FILE = "file"
    DNS = "dns"


class Verdict(StrEnum):
    """What a visit saw."""

    FOUND = "found"
    MISSING = "missing"
    REFUSED = "refused"  # robots.txt asks programs to stay away
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"  # it came, and took more work to read than a page may cost, or was too deep
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Registration:
    """A site whose owner is known by a private address."""

    site: str
    link_hash: str
    proven_by: Proof
    proven_on: date
    listed: bool
    barred: bool
    page: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """The newest visit to a site; `looked_on` is None where none has come to an end."""

    site: str
    chosen: bool
    looked_on: date | None
    verdict: Verdict | None
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class Errand:
    """A site to be visited, and the page its owner named."""

    site: str
    page: str | None


class Registrations:
    """Who owns which site."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def register(self, site: str, link_hash: str, proof: Proof, today: date) -> None:
        """Give the site to whoever holds the private address; raises TooManyToday. An old owner's address is void."""
        row = {"site": site, "link_hash": link_hash, "proven_by": proof.value, "proven_on": today}
        fresh = {"listed": False, "page": None}
        with writing(self.engine) as connection:
            before = connection.execute(select(registrations.c.link_hash).where(registrations.c.site == site)).scalar()
            if before is None:
                _refuse_flood(connection, today)
            known = update(registrations).where(registrations.c.site == site)
            changed = row if before == link_hash else row | fresh
            insert = upsert(connection, registrations).values(row | {"barred": _is_barred(connection, site)})
            connection.execute(insert.on_conflict_do_nothing() if before is None else known.values(changed))

    def of(self, site: str) -> Registration | None:
        """The registration of a site."""
        with self.engine.connect() as connection:
            found = connection.execute(select(registrations).where(registrations.c.site == site)).one_or_none()
        return _registration(found) if found else None

    def all(self) -> dict[str, Registration]:
        """Every registration, by site."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(registrations).order_by(registrations.c.site)).all()
        return {row.site: _registration(row) for row in rows}

    def list_in_public(self, site: str, listed: bool) -> None:
        """What the owner wants."""
        self._set(site, listed=listed)

    def bar(self, site: str, barred: bool) -> None:
        """What the organisation wants: a barred site is in no public list, whatever its owner wants."""
        with writing(self.engine) as connection:
            connection.execute(update(registrations).where(registrations.c.site == site).values(barred=barred))
            connection.execute(delete(barred_names).where(barred_names.c.hash == _hash(site)))
            if barred:
                connection.execute(barred_names.insert().values(hash=_hash(site)))

    def name_page(self, site: str, page: str | None) -> None:
        """Where the owner says the snippet stands; visits of another page count for nothing any more."""
        self._set(site, page=page)

    def shown_in_public(self, today: date) -> list[str]:
        """The names that everybody may see."""
        shown = (
            select(registrations.c.site)
            .join(visits, visits.c.site == registrations.c.site)
            .where(registrations.c.listed, ~registrations.c.barred, visits.c.seen_on >= today - SEEN_FOR)
            .order_by(registrations.c.site)
        )
        with self.engine.connect() as connection:
            return list(connection.scalars(shown))

    def _set(self, site: str, **values: object) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(registrations).where(registrations.c.site == site).values(**values))


class Visits:
    """Which sites are to be visited, and what was seen there."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def choose(self, site: str, chosen: bool = True) -> None:
        """An editor wants a site visited each day, or no longer."""
        with writing(self.engine) as connection:
            insert = upsert(connection, visits).values(site=site, chosen=chosen)
            connection.execute(insert.on_conflict_do_update(index_elements=["site"], set_={"chosen": chosen}))

    def due(self, today: date, minute: int, at_most: int) -> list[Errand]:
        """Sites that nobody has visited today, those that wait longest first.

        Each has its minute of the day (0-1439), so that visits spread; one that was never visited is due at once.
        """
        with self.engine.connect() as connection:
            waiting = connection.execute(_waiting(today)).all()
        return [Errand(row.site, row.page) for row in waiting if row.begun_on is None or slot(row.site) <= minute][
            :at_most
        ]

    def begin(self, site: str, today: date) -> bool:
        """Take the site's one visit of the day; False where somebody else has it, or the site was forgotten."""
        is_free = or_(visits.c.begun_on.is_(None), visits.c.begun_on < today)
        with writing(self.engine) as connection:
            if site in registered(connection):  # one that was forgotten in the meantime is not written down again
                connection.execute(upsert(connection, visits).values(site=site).on_conflict_do_nothing())
            mine = update(visits).where(visits.c.site == site, is_free).values(begun_on=today)
            return connection.execute(mine).rowcount == 1

    def record(self, site: str, verdict: Verdict, today: date) -> None:
        """Write down what was seen; of a site forgotten in the meantime nothing is kept."""
        seen = {"seen_on": today} if verdict is Verdict.FOUND else {}
        with writing(self.engine) as connection:
            known = update(visits).where(visits.c.site == site)
            connection.execute(known.values(looked_on=today, verdict=verdict.value, **seen))

    def of(self, site: str) -> Visit | None:
        """What was seen on a site."""
        with self.engine.connect() as connection:
            found = connection.execute(select(visits).where(visits.c.site == site)).one_or_none()
        return _visit(found) if found else None

    def all(self) -> dict[str, Visit]:
        """What was seen, by site."""
        with self.engine.connect() as connection:
            return {row.site: _visit(row) for row in connection.execute(select(visits))}


def slot(site: str) -> int:
    """The minute of the day (0-1439) at which a site is visited, always the same one."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:4]) % MINUTES_A_DAY


def forget_owner(connection: Connection, site: str) -> bool:
    """Delete registration and visits of a site, in a transaction of somebody else's; False where there were none."""
    gone = [connection.execute(delete(table).where(table.c.site == site)).rowcount for table in (registrations, visits)]
    return any(gone)


def registered(connection: Connection) -> frozenset[str]:
    """The names of all registered sites."""
    return frozenset(connection.scalars(select(registrations.c.site)))


def _is_barred(connection: Connection, site: str) -> bool:
    return connection.execute(select(barred_names).where(barred_names.c.hash == _hash(site))).first() is not None


def _hash(site: str) -> str:
    return hashlib.sha256(site.encode()).hexdigest()


def _refuse_flood(connection: Connection, today: date) -> None:
    count = select(func.count()).select_from(registrations).where(registrations.c.proven_on == today)
    if (connection.execute(count).scalar() or 0) >= MOST_A_DAY:
        raise TooManyToday(MOST_A_DAY)


def _waiting(today: date):  # type: ignore[no-untyped-def]
    """Listed and chosen sites without a visit today, those that wait longest first."""
    listed = select(registrations.c.site).where(registrations.c.listed, ~registrations.c.barred)
    chosen = select(visits.c.site).where(visits.c.chosen)
    wanted = listed.union(chosen).subquery()
    return (
        select(wanted.c.site, registrations.c.page, visits.c.begun_on)
        .outerjoin(registrations, registrations.c.site == wanted.c.site)
        .outerjoin(visits, visits.c.site == wanted.c.site)
        .where(or_(visits.c.begun_on.is_(None), visits.c.begun_on < today))
        .order_by(visits.c.begun_on.is_not(None), visits.c.begun_on, wanted.c.site)
    )


def _registration(row: Row[tuple[object, ...]]) -> Registration:
    told = row._mapping
    return Registration(
        site=str(told["site"]),
        link_hash=str(told["link_hash"]),
        proven_by=Proof(told["proven_by"]),
        proven_on=told["proven_on"],
        listed=bool(told["listed"]),
        barred=bool(told["barred"]),
        page=told["page"],
    )


def _visit(row: Row[tuple[object, ...]]) -> Visit:
    told = row._mapping
    verdict = told["verdict"]
    return Visit(
        site=str(told["site"]),
        chosen=bool(told["chosen"]),
        looked_on=told["looked_on"],
        verdict=Verdict(verdict) if verdict else None,
        seen_on=told["seen_on"],
    )
