"""Visits to sites whose owners asked to be listed, or that an editor chose: is the snippet really there?

Rules: one visit a site and day, whichever machine comes first; robots.txt is obeyed, and a robots.txt that cannot be
had forbids (RFC 9309, 2.3.1.4) while one that is not there allows; the agent says who it is; a page has five seconds,
1 MB and three redirects, and must not lead to another site; only public addresses are reached (fetching.py). It is
read in a process of its own (visiting.apart): one made to keep a parser busy costs neither time nor life of the
caretaker. A few sites a turn, each at its own minute of the day. What a page says is never kept, only the verdict.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from fragments.store.archive import Archive
from fragments.store.registrations import Errand, Verdict, Visits
from widget_server.beside import Beside
from widget_server.fetching import Fetched, Fetcher, Limits, NotFetched, Reason
from widget_server.robots import allowed
from widget_server.settings import Settings
from widget_server.sites.naming import is_on
from widget_server.visiting.apart import Unjudged, found_apart
from widget_server.visiting.finding import Kind

AGENT_TOKEN = "Unsilenced"  # noqa: S105 - what a robots.txt calls us
PAGE = Limits(seconds=5, bytes=1_000_000, redirects=3)
ROBOTS = Limits(seconds=5, bytes=512_000, redirects=5)  # RFC 9309, 2.3.1.2 and 2.5
SITES_A_TURN = 5
PATIENCE = 20.0  # seconds: nobody waits for a visit, and a busy machine must not make a page look unreadable


class Visitor:
    """Looks at one page of a site; `public_urls` are our address and our mirrors'."""

    def __init__(self, fetcher: Fetcher, public_urls: Sequence[str]) -> None:
        self._fetcher, self._public_urls = fetcher, public_urls

    def look(self, errand: Errand) -> Verdict:
        """Whether the snippet is on the page that the owner named, or on the first page."""
        verdict = Verdict.UNREACHABLE
        for address in (errand.page,) if errand.page else (f"https://{errand.site}/", f"http://{errand.site}/"):
            try:
                return self._judge(errand.site, address)
            except _Refused:
                return Verdict.REFUSED
            except Unjudged:
                return Verdict.UNREADABLE
            except NotFetched as fault:
                verdict = Verdict.TOO_LARGE if fault.reason is Reason.TOO_LARGE else Verdict.UNREACHABLE
        return verdict

    def _judge(self, site: str, address: str) -> Verdict:
        self._ask_robots(address)
        page = self._fetcher.get(address, limits=PAGE)
        if not is_on(site, page.address):
            return Verdict.MISSING  # what stands on another site says nothing of this one
        if _origin(page.address) != _origin(address):
            self._ask_robots(page.address)  # https after http, www after the bare name: a host of its own rules
        if page.status >= 400:
            raise NotFetched(Reason.UNREADABLE)
        kinds = {found.kind for found in found_apart(page.body, self._public_urls, seconds=PATIENCE)}
        return Verdict.FOUND if kinds - {Kind.LINK} else Verdict.MISSING

    def _ask_robots(self, address: str) -> None:
        parts = urlsplit(address)
        try:
            answer = self._fetcher.get(f"{_origin(address)}/robots.txt", limits=ROBOTS)
        except NotFetched as fault:
            if fault.reason is Reason.TOO_LARGE:
                return  # what is beyond the limit is not read (RFC 9309, 2.5), and no honest rule needs it
            raise
        if answer.status >= 500:
            raise NotFetched(Reason.UNREADABLE)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if _says(answer) and not allowed(answer.body, AGENT_TOKEN, path):
            raise _Refused


class _Refused(Exception):
    """robots.txt asks us to stay away."""


class Rounds:
    """The caretaker's visits: each turn starts a few beside it, so that counting never waits for a slow site."""

    def __init__(self, visitor_of: Callable[[Settings], Visitor], now: Callable[[], datetime] | None = None) -> None:
        self._visitor_of, self._now = visitor_of, now or _now
        self._under_way = Beside()

    def turn(self, settings: Settings, archive: Archive) -> None:
        """Start what is due, unless the last turn's visits still go on. Raises what went wrong with those."""
        self._under_way.begin(lambda: self.go(settings, archive))

    def go(self, settings: Settings, archive: Archive) -> int:
        """Visit what is due, and wait for it; how many sites."""
        visits, visitor, now = Visits(archive.engine), self._visitor_of(settings), self._now()
        due = visits.due(now.date(), now.hour * 60 + now.minute, SITES_A_TURN)
        mine = [errand for errand in due if visits.begin(errand.site, now.date())]
        for errand in mine:
            visits.record(errand.site, visitor.look(errand), now.date())
        return len(mine)


def agent_of(settings: Settings) -> str:
    """How visits of ours call themselves: a name, a version, and where to read who it is."""
    try:
        number = version("unsilenced")
    except PackageNotFoundError:  # run from a checkout that was never installed
        number = "0"
    return f"Unsilenced/{number} (+{settings.public_url}/about)"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _says(answer: Fetched) -> bool:
    """Whether there is a robots.txt at all: a missing one, or any other answer of the 400s, allows everything."""
    return answer.status < 400


def _now() -> datetime:
    return datetime.now(UTC)
