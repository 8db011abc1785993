"""Browsers that are driven by the commands of W3C WebDriver, and what a reader does with a window of theirs.

Rules: a window has a profile of its own and every name leads to this machine. How a browser takes the commands stands
in firefox.py and webkit.py.

It judges nothing and knows no embed.
"""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

PATIENCE = 120  # seconds; a machine that stands still must not end a test
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, section 12: the key under which an element is named
# The element that a reader sees in the middle of the pasted quotation.
SEEN_IN_THE_MIDDLE = """(() => { const box = document.querySelector("blockquote").getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).tagName; })()"""
PAINTED = "new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(() => then(true))))"


class Refused(Exception):
    """A browser answered a command with an error."""


class Wire(Protocol):
    """Sends a command of WebDriver by the name the specification gives it; its value comes back.

    `complaints` of an address; `opened` opens it in the window.
    """

    def say(self, command: str, **told: Any) -> Any: ...

    def complaints(self, address: str, opened: Callable[[], Any], /) -> list[str]: ...


@dataclass(frozen=True)
class Window:
    """What a reader does with a browser's window."""

    wire: Wire

    def visit(self, address: str) -> "Window":
        """Opens an address and waits for its HTML, not for what is slow in it."""
        with suppress(Refused):  # some pages, of a feed or an error, let nothing be set
            self.evaluate("window.isLeft = true")
        self.wire.say("Navigate", url=address)
        there = f"location.href.startsWith({json.dumps(address)})"
        self.until(f"!window.isLeft && {there} && document.readyState != 'loading'")
        return self

    def evaluate(self, expression: str, *given: Any) -> Any:
        """The value of an expression in the page, or in the frame that was entered; a promise is waited for."""
        return self.wire.say("ExecuteScript", script=f"return ({expression})", args=list(given))

    def until(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Waits until an expression is true; its value."""
        end = time.monotonic() + seconds
        while True:
            with suppress(Refused):  # the page before went away while it was asked
                if found := self.evaluate(expression):
                    return found
            assert time.monotonic() < end, f"never so: {expression}"
            time.sleep(0.05)

    def click(self, element: str) -> None:
        """Clicks on an element, given as an expression, as a hand does."""
        self.wire.say("ElementClick", id=self._named(element))

    def type(self, element: str, text: str) -> None:
        """Types into an element, given as an expression."""
        self.wire.say("ElementSendKeys", id=self._named(element), text=text)

    def picture(self) -> bytes:
        """What is seen of the page, as a PNG."""
        self.evaluate(PAINTED)
        return base64.b64decode(self.wire.say("TakeScreenshot", full=False))

    def complaints(self, address: str) -> list[str]:
        """What the browser's console has to say about a page: errors, and what a policy forbade."""
        return self.wire.complaints(address, lambda: self.visit(address).until("document.readyState == 'complete'"))

    def _named(self, element: str) -> str:
        return str(self.evaluate(element)[ELEMENT])


@contextmanager
def running(words: list[str], folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """A program and all that it starts, until the end of the block; what they say goes to `log` in the folder."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            words, stdout=log, stderr=log, cwd=folder, env={**os.environ, **environ}, start_new_session=True
        )
    try:
        yield
    finally:
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)


def text_of(file: Path, pattern: str) -> str:
    """What a program writes into a file once it is ready."""
    end = time.monotonic() + PATIENCE
    while not (file.exists() and (found := re.match(rf"({pattern})\s", file.read_text() + " "))):
        assert time.monotonic() < end, (file.parent / "log").read_text("utf-8", "replace")
        time.sleep(0.05)
    return found[1]


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def listening(port: int) -> None:
    """Waits until somebody answers at a port."""
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < end, f"nobody listens at {port}"
        time.sleep(0.05)
