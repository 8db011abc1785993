"""Judges a stranger's page in a process of its own, with an end to its time and memory.

Rules: whoever may name a page may write one: a megabyte of attributes in one tag keeps libxml2 busy for 20 seconds, and
a parser written in C may crash; neither may cost a worker of the public site, nor the caretaker. The child gets the
bytes and gives back kinds and faults, no word of the page; it is ended after SECONDS of work and inherits no setting
and no secret.

What is judged is decided in finding.py.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable

from widget_server.visiting.finding import Fault, Found, Kind, found_in

SECONDS = 3.0  # of work, of which a tenth goes for starting; a megabyte of ordinary HTML takes 0.3
MEMORY = 1 << 30  # bytes of address space


class Unjudged(Exception):
    """The page could not be judged in time or memory, or is Tangled."""


def found_apart(
    html: bytes, public_urls: Iterable[str], *, pinned: str = "", seconds: float | None = None
) -> tuple[Found, ...]:
    """As finding.found_in, with all loaders ever released. Raises Unjudged.

    `seconds`: how long the caller waits; SECONDS unless given. The child's own work ends after SECONDS all the same.
    """
    told = json.dumps({"public_urls": list(public_urls), "pinned": pinned}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "widget_server.visiting.apart"],
            input=told + b"\n" + html,
            capture_output=True,
            timeout=SECONDS if seconds is None else seconds,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as fault:  # too slow, too deep, out of memory, or crashed
        raise Unjudged from fault
    return tuple(Found(Kind(kind), tuple(map(Fault, faults))) for kind, faults in answer)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 1))  # should the parent die meanwhile
    head, _, html = sys.stdin.buffer.read().partition(b"\n")
    told = json.loads(head)
    found = found_in(html, told["public_urls"], pinned=told["pinned"])
    sys.stdout.write(json.dumps([(each.kind, each.faults) for each in found]))


if __name__ == "__main__":
    _main()
