"""What a subscriber asks of the hub (WebSub, section 5.1), and the box in which it waits to be verified.

Rules: a topic is a feed of ours, a callback is an address that may be fetched as far as its letters tell; a lease is
bounded whatever was asked for. The box holds a bounded number of small files, and of one host a bounded share of them;
each goes when it is read, the oldest first, and what a round has no turn for waits. The app that strangers reach writes
there and nowhere else. Nothing is verified here (telling).
"""

import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from widget_server.fetching import NotFetched, check_spelling

SHORTEST_LEASE, USUAL_LEASE, LONGEST_LEASE = 3600, 10 * 86_400, 30 * 86_400  # seconds; ten days is what others grant
LONGEST_CALLBACK = 1000
LONGEST_SECRET = 199  # bytes: "MUST be less than 200 bytes in length"
MOST_WAITING = 1000
MOST_WAITING_AT_A_HOST = 100  # as many as may be subscribed there: ten rounds, half a minute or a little more


class BadRequest(Exception):
    """Something that the hub cannot take: why, in a few words."""


class FullBox(Exception):
    """Too many requests wait already."""


class CrowdedHost(Exception):
    """Too many requests for callbacks at this host wait already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that is well formed. `topic` is a feed's path, the lease is in seconds."""

    mode: str
    callback: str
    topic: str
    secret: str | None
    lease: int


def read_request(
    form: Mapping[str, str], public_url: str, is_feed: Callable[[str], bool], *, any_port: bool = False
) -> Asked:
    """The request in a form. Raises BadRequest."""
    mode, callback, topic = (form.get(f"hub.{name}", "") for name in ("mode", "callback", "topic"))
    if mode not in ("subscribe", "unsubscribe"):
        raise BadRequest("hub.mode is neither subscribe nor unsubscribe")
    path = topic.removeprefix(public_url)
    if path == topic or not is_feed(path):
        raise BadRequest("hub.topic is no feed of this site")
    try:
        check_spelling(callback, any_port=any_port)
    except NotFetched as fault:
        raise BadRequest(f"hub.callback cannot be called ({fault.reason})") from fault
    if len(callback) > LONGEST_CALLBACK or "#" in callback or not callback.isascii() or not callback.isprintable():
        raise BadRequest("hub.callback is no plain address")
    secret = form.get("hub.secret") or None
    if secret and len(secret.encode()) > LONGEST_SECRET:
        raise BadRequest("hub.secret is longer than 199 bytes")
    return Asked(mode=mode, callback=callback, topic=path, secret=secret, lease=_lease(form.get("hub.lease_seconds")))


def _lease(asked: str | None) -> int:
    """ "The hub MAY choose to respect this value or not"."""
    if not asked:
        return USUAL_LEASE
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        raise BadRequest("hub.lease_seconds is no number of seconds")
    return min(max(int(asked), SHORTEST_LEASE), LONGEST_LEASE)


def put(
    directory: Path, asked: Asked, *, most: int = MOST_WAITING, most_at_a_host: int = MOST_WAITING_AT_A_HOST
) -> None:
    """Let a request wait. Raises FullBox, CrowdedHost."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting, host = [path.name for path in directory.iterdir()], _host(asked.callback)
    if sum(_host_in(name) == host for name in waiting) >= most_at_a_host:
        raise CrowdedHost
    if len(waiting) >= most:
        raise FullBox
    # Names sort by age, and say whose turn it is without the file being read.
    beside = directory / f"{time.time_ns():020}-{host}-{secrets.token_hex(4)}.new"
    beside.write_text(json.dumps(asdict(asked)))
    beside.rename(beside.with_suffix(".json"))


def take(directory: Path, most: int, *, most_at_a_host: int = MOST_WAITING_AT_A_HOST) -> Iterator[Asked]:
    """Requests that wait, the oldest first, `most` of them; each is gone from the box when it is given."""
    taken = Counter[str]()
    for path in sorted(directory.glob("*.json")):
        host = _host_in(path.name)
        if taken.total() >= most:
            return
        if taken[host] >= most_at_a_host:
            continue
        taken[host] += 1
        text = path.read_text()
        path.unlink()
        if asked := _read(text):
            yield asked


def _host(callback: str) -> str:
    """A short name for the host of a callback."""
    host = (urlsplit(callback).hostname or "").rstrip(".")
    return hashlib.sha256(host.encode()).hexdigest()[:16]


def _host_in(name: str) -> str:
    """The same, from the name of a file."""
    return name.split("-")[1] if name.count("-") == 2 else ""


def _read(text: str) -> Asked | None:
    """What a file of the box says; None for one that a power cut left empty or cut short under its right name."""
    try:
        return Asked(**json.loads(text))
    except (ValueError, TypeError):
        return None
