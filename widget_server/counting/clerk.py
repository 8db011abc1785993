"""Whether an answered request is a display, and of which site: the clerk between the lane and the spool.

Counted is a GET answered 200 or 304 with an embed, once, before the answer goes out. Not counted: our pages, mirrors
that copy, this very computer, crawlers that say who they are, and an address that asks faster than readers do. A feed
fetched for nobody's page is a poll, and counted apart. Of the user agent nothing is kept but the product of a feed
reader, of a fixed list (readers.py); of the address nothing: both are keys of tables in memory that are thrown away
every minute, hashed with a salt that goes with them.
"""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from widget_server.counting.readers import reader_of
from widget_server.counting.sites import NOWHERE, OWN, site_of
from widget_server.counting.spool import POLL, Display, Spool

# Crawlers name themselves: these words stand in the user agents of search engines, archivers, previews and scripts.
_CRAWLER = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|facebookexternalhit|whatsapp|preview|headless(?!chrome)|lighthouse|"
    r"pagespeed|monitor|uptime|curl/|wget/|python-|go-http|java/|okhttp|axios|node-fetch|httpx|libwww|scrapy|feedfetcher",
    re.IGNORECASE,
)
# `unsilenced mirror` and `verify` (mirroring.places) fetch every deck and feed; visits (sites.visiting) look at pages.
OUR_PROGRAMS = ("unsilenced-mirror", "Unsilenced/")
MIRROR, CRAWLER = "mirror", "crawler"
REMEMBERED = 10_000  # pages and user agents a minute
MACHINE_READERS = frozenset({"feed", "oembed"})  # kinds whose honest clients are programs

T = TypeVar("T")


class Asked(NamedTuple):
    """What the clerk may look at of a request; nothing of it is kept. A tuple is made in a third of the time."""

    kind: str
    deck: str
    origin: str | None
    referer: str | None
    user_agent: str
    address: str


class Clerk:
    """Counts for one process. `today` is asked for the day; `own_hosts` are our host names without ports."""

    def __init__(
        self,
        spool: Spool,
        own_hosts: frozenset[str],
        today: Callable[[], date],
        *,
        displays_a_minute: int = 600,  # one office behind one address; a script hammering passes it in seconds
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spool = spool
        self.own_hosts = own_hosts
        self.today = today
        self.displays_a_minute = displays_a_minute
        self._clock = clock
        self._begin_minute()

    def count(self, asked: Asked) -> str:
        """Write the display down; why not, in a word, or "counted"."""
        verdict, display = self.judge(asked)
        if display is not None:
            return verdict if self.spool.append(display) else "lost"
        return verdict

    def judge(self, asked: Asked) -> tuple[str, Display | None]:
        """What would be written down for a request, and why not."""
        if self._clock() >= self._minute_ends or len(self._seen) > 200_000:  # bounded: about 20 MB
            self._begin_minute()
        meant = self._meaning(asked, self.today())
        if isinstance(meant, str):
            return meant, None
        why_not = self._program(asked.user_agent)
        if why_not and (why_not != CRAWLER or asked.kind not in MACHINE_READERS):
            return why_not, None
        if self._is_hasty(asked.address):
            return "too often", None
        if meant.kind == POLL:
            meant = meant._replace(site=reader_of(asked.user_agent).word())
        return "counted", meant

    def _meaning(self, asked: Asked, day: date) -> Display | str:
        """What the headers of a page say, worked out once a minute for each page: 0.6 us instead of 2.3."""
        key = hash((self._salt, day, asked.kind, asked.deck, asked.origin, asked.referer))
        known = self._meanings.get(key)
        if known is None:
            known = _remembered(self._meanings, key, self._work_out(asked, day))
        return known

    def _work_out(self, asked: Asked, day: date) -> Display | str:
        if asked.kind == "feed" and not asked.origin and not asked.referer:  # on nobody's page: a feed reader's poll
            return Display(day, POLL, asked.deck, "")
        site = site_of(asked.origin, asked.referer, self.own_hosts)
        return site.strip("~") if site in (OWN, NOWHERE) else Display(day, asked.kind, asked.deck, site)

    def _program(self, user_agent: str) -> str:
        """MIRROR or CRAWLER or ""; looked for once a minute in each user agent: the search takes 27 us."""
        key = hash((self._salt, user_agent))
        known = self._programs.get(key)
        if known is None:
            found = MIRROR if user_agent.startswith(OUR_PROGRAMS) else ""
            known = _remembered(self._programs, key, found or (CRAWLER if _CRAWLER.search(user_agent[:1024]) else ""))
        return known

    def _is_hasty(self, address: str) -> bool:
        if not address:  # unknown behind a proxy that does not say
            return False
        key = hash((self._salt, address))
        self._seen[key] += 1
        return self._seen[key] > self.displays_a_minute

    def _begin_minute(self) -> None:
        self._minute_ends = self._clock() + 60
        self._salt = secrets.token_bytes(16)
        self._seen: Counter[int] = Counter()
        self._programs: dict[int, str] = {}
        self._meanings: dict[int, Display | str] = {}


def _remembered(table: dict[int, T], key: int, value: T) -> T:
    """Strangers can send any header; real ones of a minute are some thousands."""
    if len(table) >= REMEMBERED:
        table.clear()
    table[key] = value
    return value
