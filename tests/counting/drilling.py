"""The processes of the drill: web processes that show embeds without end, and drainers, all made to be killed.

A web process is the real lane over a real shelf with the real counter; it notes the number of each display in a file
once the lane has answered it. What is in that file when the process is killed was acknowledged.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fragments.store.archive import Archive
from widget_server.counting.post import Counter, drain_spool
from widget_server.lane import Lane
from widget_server.settings import Settings
from widget_server.shelf import Shelf

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@dataclass(frozen=True)
class Sheet:
    """A printed file."""

    path: str
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


def show_without_end(settings: Settings, site: str, notes: Path) -> None:
    """Ask the lane for decks on behalf of readers of `site`, and note each answer."""
    counter = Counter(settings)
    counter.clerk.spool.segment_bytes = 20_000  # a new segment every second or so
    lane = Lane(_nobody, Shelf(settings.shelf_dir), counter)
    noted = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in itertools.count(1):
        said: list[str] = []
        lane(_asked(site, number), lambda status, *_, said=said: said.append(status))
        assert said == ["200 OK"]
        os.write(noted, b"%d\n" % number)
        time.sleep(0.01 if number % 16 == 0 else 0)


def drain_without_end(settings: Settings) -> None:
    """What the caretaker does, more often; a database that is away or locked is tried again."""
    while True:
        with contextlib.suppress(Exception), Archive.open(settings.database_url) as archive:
            while True:
                drain_spool(settings, archive)
                time.sleep(0.02)
        time.sleep(0.05)


def acknowledged(notes: Path) -> int:
    """The number of the last display that a web process noted."""
    whole = notes.read_bytes().rpartition(b"\n")[0] if notes.exists() else b""
    return int(whole.rpartition(b"\n")[2] or 0)


def _asked(site: str, number: int) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/d/all/0.cf",
        "QUERY_STRING": "",
        "REMOTE_ADDR": f"198.51.{number % 251}.{number % 241}",  # many readers: no limit is met
        "HTTP_ORIGIN": f"https://blog.{site}",
        "HTTP_REFERER": f"https://blog.{site}/",
        "HTTP_USER_AGENT": CHROME,
    }


def _nobody(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b""]
