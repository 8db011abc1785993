"""How a hostile origin answers, by the attack's name.

Rules: each writes to one request what the censor wants it to see. What is endless is bounded in bytes and time, so
that a drill does not fill the machine it runs on.
"""

import gzip
import time
from collections.abc import Mapping
from functools import cache

from bench.censor.web import Handler, Misbehaviour

ELSEWHERE = "elsewhere.example"
BLOCK_PAGE = b"<!DOCTYPE html><title>Blocked</title><h1>This site is blocked by order.</h1>\n\n<p>unsilenced deck 1"
FORGED_SCRIPT = b"seen.faults.push('a forged script ran'); document.body.textContent = 'Forged'"
ENDLESS_SECONDS, BOMB_BYTES = 12, 100_000_000
# A script tag has no bound of ours: at full speed the browser would hold gigabytes before SRI refuses them.
SCRIPT_BYTES_A_SECOND = 2_000_000


def not_found(request: Handler, _: bytes) -> None:
    """404."""
    request.say(404, b"Not found")


def failing(request: Handler, _: bytes) -> None:
    """500."""
    request.say(500, b"Internal server error")


def empty(request: Handler, _: bytes) -> None:
    """200 and no byte."""
    request.say(200, b"")


def block_page(request: Handler, _: bytes) -> None:
    """200 and a page."""
    request.say(200, BLOCK_PAGE, Content_Type="text/html; charset=utf-8")


def without_permission(request: Handler, body: bytes) -> None:
    """The file without CORS."""
    request.say(200, body, cors=False)


def elsewhere(request: Handler, _: bytes) -> None:
    """A redirect to a forger."""
    request.say(302, b"", Location=f"https://{ELSEWHERE}{request.path}")


def endless(request: Handler, body: bytes) -> None:
    """The file, and then bytes for as long as they are read."""
    request.say(200, body, sized=False)
    until, chunk = time.monotonic() + ENDLESS_SECONDS, b"endless " * 2_500
    while time.monotonic() < until:
        request.wfile.write(chunk)
        if request.path.startswith("/e/"):
            time.sleep(len(chunk) / SCRIPT_BYTES_A_SECOND)


def dripping(request: Handler, body: bytes) -> None:
    """One byte a second."""
    request.say(200, b"", sized=False)
    for byte in body[:60]:
        request.wfile.write(bytes([byte]))
        time.sleep(1)


def bomb(request: Handler, _: bytes) -> None:
    """Little that unfolds to much."""
    request.say(200, _bomb(), Content_Encoding="gzip")


def altered_script(request: Handler, _: bytes) -> None:
    """Somebody else's script; no deck."""
    request.say(200 if request.path.startswith("/e/") else 404, FORGED_SCRIPT)


@cache
def _bomb() -> bytes:
    return gzip.compress(b"0" * BOMB_BYTES, 9)


ANSWERS: Mapping[str, Misbehaviour] = {
    "HTTP 404": not_found,
    "HTTP 500": failing,
    "empty answer": empty,
    "block page": block_page,
    "missing CORS": without_permission,
    "redirect elsewhere": elsewhere,
    "endless answer": endless,
    "one byte a second": dripping,
    "compressed bomb": bomb,
    "altered script": altered_script,
}
