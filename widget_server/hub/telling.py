"""The hub's rounds: subscribers are verified, and told of feeds that changed (WebSub, sections 5.3 and 7).

Rules: nobody is subscribed who does not say back a random challenge; who cannot be subscribed is told why; each is sent
the newest content of its topic, signed with its secret; who cannot be reached is tried again later and later, and is
forgotten after `TRIES`. What a subscriber was told is kept by the content's tag, so that a crash tells nobody twice for
long and nobody never.
Addresses of subscribers are in no log.
"""

import hashlib
import hmac
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from fragments.store.subscribers import Subscriber, Subscribers
from widget_server.fetching import Fetched, Fetcher, Limits, NotFetched
from widget_server.hotpaths import FEED, links_of, route_of
from widget_server.hub.asking import Asked, take
from widget_server.shelf import Printing

LIMITS = Limits(seconds=5, bytes=10_000, redirects=0)
AT_ONCE = 8
A_ROUND = 64  # requests or deliveries: half a minute when all of them are as slow as they may be
VERIFIED_AT_A_HOST = 10  # a round: nobody can make us knock at somebody else's door without end
WAITS = (60, 300, 1800, 7200, 21_600, 43_200, 86_400)  # seconds before each further try
TRIES = len(WAITS) + 1
GONE = 410
NO_FEED = "there is no such feed any more"
NO_ROOM = "as many subscriptions of this host are kept as may be"
TOPICS_A_PING = 100


@dataclass(frozen=True)
class Hub:
    """Who asks, where requests wait and who is subscribed."""

    fetcher: Fetcher
    box: Path
    subscribers: Subscribers

    def round(self, printing: Printing, now: int) -> None:
        """Verify who waits, tell who may be told, forget whose lease ran out."""
        self.subscribers.forget_expired(now)
        waiting = take(self.box, A_ROUND, most_at_a_host=VERIFIED_AT_A_HOST)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda asked: self._verify(asked, printing, now), waiting))
            list(pool.map(lambda pair: self._deliver(pair[0], pair[1], printing, now), self._behind(printing, now)))

    def _verify(self, asked: Asked, printing: Printing, now: int) -> None:
        known = self.subscribers.has(asked.callback, asked.topic)
        tag = tag_of(printing, asked.topic)
        if asked.mode == "unsubscribe":
            if known and self._intends(asked, printing):
                self.subscribers.remove(asked.callback, asked.topic)
        elif not tag:
            self._deny(asked, printing, NO_FEED)
        elif not (known or self.subscribers.has_room(asked.callback)):
            self._deny(asked, printing, NO_ROOM)
        elif self._intends(asked, printing):
            one = Subscriber(
                callback=asked.callback, topic=asked.topic, secret=asked.secret, until=now + asked.lease, told=tag
            )
            self.subscribers.save(one)

    def _intends(self, asked: Asked, printing: Printing) -> bool:
        """Verification of intent: the subscriber says the challenge back."""
        challenge = secrets.token_urlsafe(32)
        words = {"hub.mode": asked.mode, "hub.challenge": challenge}
        if asked.mode == "subscribe":
            words["hub.lease_seconds"] = str(asked.lease)
        try:
            answer = self._ask(asked, printing, words)
        except NotFetched:
            return False
        return 200 <= answer.status < 300 and hmac.compare_digest(answer.body, challenge.encode())

    def _deny(self, asked: Asked, printing: Printing, reason: str) -> None:
        """ "If (and when) the subscription is denied, the hub MUST inform the subscriber" (section 5.2)."""
        with suppress(NotFetched):
            self._ask(asked, printing, {"hub.mode": "denied", "hub.reason": reason})

    def _ask(self, asked: Asked, printing: Printing, words: dict[str, str]) -> Fetched:
        """Call a callback, in the query that it brought. Raises NotFetched."""
        joint = "&" if urlsplit(asked.callback).query else "?"
        told = urlencode({**words, "hub.topic": _url(printing) + asked.topic})
        return self.fetcher.get(f"{asked.callback}{joint}{told}", limits=LIMITS)

    def _behind(self, printing: Printing, now: int) -> list[tuple[Subscriber, str]]:
        """Subscribers with the tag of what they were not told yet."""
        waiting = ((each, tag_of(printing, each.topic)) for each in self.subscribers.waiting(now))
        return [(each, tag) for each, tag in waiting if tag and tag != each.told][:A_ROUND]

    def _deliver(self, one: Subscriber, tag: str, printing: Printing, now: int) -> None:
        printed = printing.get(one.topic)
        if printed is None:
            return
        headers = {"Content-Type": printed.content_type, "Link": links_of(printing, one.topic)}
        if one.secret:
            signed = hmac.new(one.secret.encode(), printed.body, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature"] = f"sha256={signed}"
        try:
            status = self.fetcher.post(one.callback, printed.body, headers=headers, limits=LIMITS).status
        except NotFetched:
            status = 0
        if 200 <= status < 300:
            self.subscribers.was_told(one, tag)
        elif status == GONE or one.failures + 1 >= TRIES:
            self.subscribers.remove(one.callback, one.topic)
        else:
            self.subscribers.missed(one, now + WAITS[one.failures])


def tell_hub(fetcher: Fetcher, hub: str, printing: Printing, memory: Path) -> None:
    """Tell somebody else's hub which feeds changed since it was told last. Raises NotFetched; then all is told again.

    `memory` is the file with their tags. Of a site that never told anything nothing is new.
    """
    tags = {path: tag_of(printing, path) for path in printing.paths() if is_feed(printing, path)}
    before = json.loads(memory.read_text()) if memory.exists() else tags
    changed = [_url(printing) + path for path, tag in tags.items() if before.get(path) != tag]
    for first in range(0, len(changed), TOPICS_A_PING):
        words = [("hub.mode", "publish"), *(("hub.url", each) for each in changed[first : first + TOPICS_A_PING])]
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        fetcher.post(hub, urlencode(words).encode(), headers=form, limits=LIMITS)
    if changed or not memory.exists():
        beside = memory.with_suffix(".new")
        beside.write_text(json.dumps(tags))
        beside.rename(memory)


def is_feed(printing: Printing, path: str) -> bool:
    """Whether a path is one that can be subscribed to."""
    return route_of(path) is FEED and printing.get(path) is not None


def tag_of(printing: Printing, path: str) -> str:
    """What tells one content of a feed from another; "" where there is no such feed."""
    printed = printing.get(path)
    return printed.etag if printed else ""


def now_in_seconds() -> int:
    """The time."""
    return int(time.time())


def _url(printing: Printing) -> str:
    return str(printing.edition.get("url", ""))
