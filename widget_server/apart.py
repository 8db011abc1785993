"""Asks a module of ours about a stranger's bytes in a process of its own, with an end to its time and memory.

Rules: parsers meet whatever a stranger wrote; some grow with the square of it, and one written in C may crash. Neither
may cost a worker or the caretaker. The child gets what it is told as one line of JSON and the bytes behind it, answers
in JSON, and inherits no setting and no secret.

It knows no page, no feed and no parser.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any


class NoAnswer(Exception):
    """The child was ended, ran out of memory or crashed."""


class TooSlow(NoAnswer):
    """The child was ended: it took longer than this many seconds."""


def ask(module: str, told: object, body: bytes, *, seconds: float) -> Any:
    """What `module` answers when it is run with `told` and `body`. Raises TooSlow or NoAnswer."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module],
            input=json.dumps(told).encode() + b"\n" + body,
            capture_output=True,
            timeout=seconds,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired as fault:
        raise TooSlow(seconds) from fault
    except (subprocess.CalledProcessError, ValueError) as fault:
        raise NoAnswer from fault


def answer(find: Callable[[Any, bytes], object], *, seconds: float, memory: int) -> None:
    """The child's side: answer once, in `memory` bytes of address space and `seconds` of work."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))  # should the parent die meanwhile
    told, _, body = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.write(json.dumps(find(json.loads(told), body)))
