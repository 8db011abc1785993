"""What a subscriber asks of the hub (WebSub, section 5.1), and the box in which it waits to be verified.

Rules: a topic is a feed of ours, a callback is an address that may be fetched as far as its letters tell; a lease is
bounded whatever was asked for. The box holds a bounded number of small files, each of which goes when it is read: the
app that strangers reach writes there and nowhere else. Nothing is verified here (telling).
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from widget_server.fetching import NotFetched, check_spelling

SHORTEST_LEASE, USUAL_LEASE, LONGEST_LEASE = 3600, 10 * 86_400, 30 * 86_400  # seconds; ten days is what others grant
LONGEST_CALLBACK = 1000
LONGEST_SECRET = 199  # bytes: "MUST be less than 200 bytes in length"
MOST_WAITING = 1000


class BadRequest(Exception):
    """Something that the hub cannot take: why, in a few words."""


class FullBox(Exception):
    """Too many requests wait already."""


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


def put(directory: Path, asked: Asked, most: int = MOST_WAITING) -> None:
    """Let a request wait. Raises FullBox."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sum(1 for _ in directory.iterdir()) >= most:
        raise FullBox
    beside = directory / f"{secrets.token_hex(8)}.new"
    beside.write_text(json.dumps(asdict(asked)))
    beside.rename(beside.with_suffix(".json"))


def take(directory: Path, most: int) -> Iterator[Asked]:
    """Requests that wait, in no order, `most` of them; each is gone from the box when it is given."""
    for path in list(directory.glob("*.json"))[:most]:
        text = path.read_text()
        path.unlink()
        if asked := _read(text):
            yield asked


def _read(text: str) -> Asked | None:
    """What a file of the box says; None for one that a power cut left empty or cut short under its right name."""
    try:
        return Asked(**json.loads(text))
    except (ValueError, TypeError):
        return None
