"""Reads a stranger's page or feed in a process of its own, with an end to its time and memory.

Rules: four parsers of three libraries meet whatever a stranger wrote. Three megabytes of `<p>a` keep them busy for more
than 40 seconds, and one written in C may crash; neither may cost a worker of the desk. The child gets the bytes, gives
back plain text as JSON, and is ended after SECONDS. It inherits no setting and no secret.

What is read is decided in readable.py and entries.py.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from widget_server.fetching import Fetched
from widget_server.gathering.entries import Feed, Item, read_feed
from widget_server.gathering.readable import NothingToRead, Page, read_page

SECONDS = 12.0  # of which one goes for starting; ordinary pages take 0.1
MEMORY = 2 << 30  # bytes of address space


def page_of(fetched: Fetched) -> Page:
    """As readable.read_page. Raises NothingToRead, with the reason `slow` where it took too long."""
    return Page(**_asked("page", fetched))


def feed_of(fetched: Fetched) -> Feed:
    """As entries.read_feed. Raises NothingToRead, with the reason `slow` where it took too long."""
    found = _asked("feed", fetched)
    return Feed(found["title"], tuple(Item(**each) for each in found["items"]))


def _asked(what: str, fetched: Fetched) -> dict[str, Any]:
    told = {"status": fetched.status, "kind": fetched.headers.get("Content-Type", ""), "address": fetched.address}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "widget_server.gathering.apart", what],
            input=json.dumps(told).encode() + b"\n" + fetched.body,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as fault:
        raise NothingToRead("slow") from fault
    except (subprocess.CalledProcessError, ValueError) as fault:  # it ran out of memory, or crashed
        raise NothingToRead("empty") from fault
    if "reason" in answer:
        raise NothingToRead(answer["reason"], answer["detail"])
    return answer


def _answer(what: str, given: bytes) -> dict[str, Any]:
    head, _, body = given.partition(b"\n")
    told = json.loads(head)
    fetched = Fetched(told["status"], {"Content-Type": told["kind"]}, body, told["address"])
    try:
        return asdict((read_page if what == "page" else read_feed)(fetched))
    except NothingToRead as fault:
        return {"reason": fault.reason, "detail": fault.detail}


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 1))  # should the parent die meanwhile
    sys.stdout.write(json.dumps(_answer(sys.argv[1], sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main()
