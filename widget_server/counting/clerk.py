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
from typing import NamedTuple

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
MACHINE_READERS = frozenset({"feed", "oembed"})  # kinds whose honest clients are programs


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
        self._crawlers: dict[int, bool] = {}
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
        site = site_of(asked.origin, asked.referer, self.own_hosts)
        if site in (OWN, NOWHERE):
            return site.strip("~"), None
        if asked.user_agent.startswith(OUR_PROGRAMS):
            return "mirror", None
        if asked.kind not in MACHINE_READERS and self._is_crawler(asked.user_agent):
            return "crawler", None
        if self._is_hasty(asked.address):
            return "too often", None
        if (
            asked.kind == "feed" and not asked.origin and not asked.referer
        ):  # on nobody's page: a feed reader's own poll
            return "counted", Display(self.today(), POLL, asked.deck, reader_of(asked.user_agent).word())
        return "counted", Display(self.today(), asked.kind, asked.deck, site)

    def _is_crawler(self, user_agent: str) -> bool:
        """Looked for once a minute in each user agent: the search takes 27 us, half of a whole display."""
        key = hash((self._salt, user_agent))
        known = self._crawlers.get(key)
        if known is None:
            if len(self._crawlers) >= 10_000:  # strangers can send any; real ones are some thousands
                self._crawlers.clear()
            known = self._crawlers[key] = bool(_CRAWLER.search(user_agent[:1024]))
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
        self._crawlers = {}
