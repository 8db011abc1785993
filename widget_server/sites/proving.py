"""Looks whether a site carries the token that only its owner can put there: a meta tag, a file, or a DNS record.

Rules: only the registrable name itself and its www count, never a subdomain or a page below, which may be another
person's; a redirect may stay on the site, not leave it; https first, http where there is no https. The three ways are
tried at the same time, and all of it ends after five seconds. What is fetched goes through fetching.py, which reaches
public addresses only.

It stores nothing and decides nothing but what was seen.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import dns.exception
import dns.rdtypes.ANY.TXT
import dns.resolver

from fragments.store.registrations import Proof
from widget_server.apart import NoAnswer
from widget_server.fetching import Fetched, Fetcher, Limits, NotFetched, Reason
from widget_server.sites.heads import META_NAME, tokens_apart
from widget_server.sites.naming import is_on

FILE_PATH = "/.well-known/unsilenced.txt"
DNS_LABEL = "_unsilenced"
SECONDS = 4.5  # for everything; a visitor waits for it
MOST_BYTES = 1_000_000


class Saw(StrEnum):
    """What was seen on one of the ways."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    NOTHING = "nothing"
    ANOTHER = "another"  # a token that is not the one of this private address
    ELSEWHERE = "elsewhere"  # the site sends visitors to another site
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one way gave."""

    way: Proof
    saw: Saw


class Asks(Protocol):
    """What a resolver must do; dns.resolver.Resolver does."""

    def texts(self, name: str, seconds: float) -> list[str]:
        """The TXT records of a name, empty where there are none; raises dns.exception.DNSException or OSError."""


class Resolver:
    """TXT records by the resolver of this machine, or by the one given."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._given = resolver

    def texts(self, name: str, seconds: float) -> list[str]:
        """The TXT records of a name, each with its parts joined (RFC 7208, 3.3)."""
        resolver = self._given or dns.resolver.Resolver()  # read at each use: resolv.conf changes under long runs
        try:
            answer = resolver.resolve(f"{name}.", "TXT", lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        records = (record for record in answer if isinstance(record, dns.rdtypes.ANY.TXT.TXT))
        return [b"".join(record.strings).decode("utf-8", "replace") for record in records]


class Prover:
    """Looks at sites; `fetcher` and `resolver` are the ways out."""

    def __init__(self, fetcher: Fetcher, resolver: Asks, seconds: float = SECONDS) -> None:
        self._fetcher, self._resolver, self._seconds = fetcher, resolver, seconds

    def look(self, site: str, token: str) -> list[Finding]:
        """What each way gives, always in the order meta, file, dns."""
        ways: dict[Proof, Callable[[str, float], Iterator[str]]] = {
            Proof.META: self._tags,
            Proof.FILE: self._lines,
            Proof.DNS: self._records,
        }
        until = time.monotonic() + self._seconds
        with ThreadPoolExecutor(len(ways)) as pool:
            seen = pool.map(lambda find: self._judge(find, site, token, until), ways.values())
            return [Finding(way, saw) for way, saw in zip(ways, seen, strict=True)]

    def _judge(self, find: Callable[[str, float], Iterator[str]], site: str, token: str, until: float) -> Saw:
        found = False
        try:
            for each in find(site, until):
                if each == token:
                    return Saw.TOKEN
                found = True
        except _Elsewhere:
            return Saw.ANOTHER if found else Saw.ELSEWHERE
        except (NotFetched, NoAnswer, dns.exception.DNSException, OSError):
            return Saw.ANOTHER if found else Saw.UNREACHABLE
        return Saw.ANOTHER if found else Saw.NOTHING

    def _tags(self, site: str, until: float) -> Iterator[str]:
        for fetched in self._answers(site, "/", until):
            yield from tokens_apart(fetched.body, max(until - time.monotonic(), 0.1))

    def _lines(self, site: str, until: float) -> Iterator[str]:
        for fetched in self._answers(site, FILE_PATH, until):
            lines = fetched.body[:4096].decode("utf-8-sig", "replace").splitlines()
            yield from (line.strip() for line in lines if _looks_like_a_token(line.strip()))

    def _records(self, site: str, until: float) -> Iterator[str]:
        for name in (f"{DNS_LABEL}.{site}", site):
            for text in self._resolver.texts(name, max(until - time.monotonic(), 0.1)):
                if text.startswith(f"{META_NAME}="):
                    yield text.removeprefix(f"{META_NAME}=").strip()

    def _answers(self, site: str, path: str, until: float) -> Iterator[Fetched]:
        """What the name itself and its www answer; where neither does, the last fault is raised."""
        fault: Exception | None = None
        answered = False
        for host in (site, f"www.{site}"):
            try:
                yield self._fetch(site, host, path, until)
                answered = True
            except (NotFetched, _Elsewhere) as raised:
                fault = fault if isinstance(fault, _Elsewhere) else raised
        if fault and not answered:
            raise fault

    def _fetch(self, site: str, host: str, path: str, until: float) -> Fetched:
        try:
            fetched = self._fetcher.get(f"https://{host}{path}", limits=_limits(until))
        except NotFetched:
            fetched = self._fetcher.get(f"http://{host}{path}", limits=_limits(until))
        if not is_on(site, fetched.address):
            raise _Elsewhere
        if fetched.status >= 500 or (path == "/" and fetched.status != 200):
            raise NotFetched(Reason.UNREADABLE)
        return fetched if fetched.status == 200 else replace(fetched, body=b"")


class _Elsewhere(Exception):
    """The answer came from another site."""


def _limits(until: float) -> Limits:
    """Three fifths of what is left: a port that swallows what it is sent must leave time for the next try."""
    return Limits(max((until - time.monotonic()) * 0.6, 0.05), MOST_BYTES, 3)


def _looks_like_a_token(line: str) -> bool:
    return len(line) == 32 and line.isascii() and line.isalnum()
