"""MiniBrowser (WebKitGTK, Safari's engine), which takes WebDriver's commands over HTTP from WebKitWebDriver."""

import http.client
import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import answering
from tests.browser.engines import PATIENCE, Refused, Window, free_port, listening, running, text_of
from tests.debian import need

MINI_BROWSER = "webkit2gtk-4.1/MiniBrowser"  # below a directory named after the machine's kind


def mini_browser() -> str:
    """The path of the browser, which comes with its driver's library."""
    return str(next(Path("/usr/lib").glob(f"*/{MINI_BROWSER}")))


class WebKit:
    """MiniBrowser, by way of WebKitWebDriver: commands over HTTP."""

    def __init__(self, port: int, capabilities: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._address, self._environ = f"http://127.0.0.1:{port}", environ
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._address += f"/session/{made['sessionId']}"

    def say(self, command: str, **told: Any) -> Any:
        method, path = PATHS[command]
        element = told.pop("id") if "{id}" in path else ""
        return self._ask(method, path.format(id=element), told)

    def complaints(self, address: str, _opened: Callable[[], Any]) -> list[str]:
        # A driven window writes no console. So a second one opens the page, with the first one's cookies.
        jar = Path(self._environ["HOME"]) / "cookies.txt"
        jar.write_text("".join(map(_cookie_line, self._ask("GET", "/cookie", {}))))
        words = [mini_browser(), CONSOLE_IS_TOLD, f"--cookies-file={jar}", "--exit-after-load", address]
        environ = {**os.environ, **self._environ}
        said = subprocess.run(words, env=environ, capture_output=True, timeout=PATIENCE, check=False)
        return [line for line in said.stderr.decode().splitlines() if re.search(r"CONSOLE .*ERROR", line)]

    def _ask(self, method: str, path: str, told: dict[str, Any]) -> Any:
        body = json.dumps(told).encode() if method == "POST" else None
        request = urllib.request.Request(self._address + path, body, method=method)  # noqa: S310 - on this machine
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            raise Refused(f"{path}: {refused.read().decode()}") from None


CONSOLE_IS_TOLD = "--enable-write-console-messages-to-stdout=TRUE"


def _cookie_line(cookie: Mapping[str, Any]) -> str:
    """A cookie as a line of the text file that libsoup reads."""
    kept = "#HttpOnly_" if cookie.get("httpOnly") else ""
    later = int(time.time()) + 3600
    return f"{kept}{cookie['domain']}\tFALSE\t{cookie['path']}\tFALSE\t{later}\t{cookie['name']}\t{cookie['value']}\n"


PATHS: Mapping[str, tuple[str, str]] = {
    "Navigate": ("POST", "/url"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "ElementSendKeys": ("POST", "/element/{id}/value"),
    "TakeScreenshot": ("GET", "/screenshot"),
    "DeleteSession": ("DELETE", ""),
}


@contextmanager
def webkit(profile: Path, dark: bool = False) -> Iterator[Window]:
    """A window of MiniBrowser on a display of its own that nobody sees."""
    driver, xvfb, shown = need("WebKitWebDriver", "webkit2gtk-driver"), need("Xvfb", "xvfb"), profile / "display"
    display = ["sh", "-c", f"exec {xvfb} -displayfd 3 -screen 0 1280x1600x24 -nolisten tcp 3>{shown}"]
    with running(display, profile, {}), forwarding() as proxy:
        environ = {"HOME": str(profile), "DISPLAY": f":{text_of(shown, '[0-9]+')}", "GDK_BACKEND": "x11"}
        args = ["--automation", f"--proxy={proxy}", "--ignore-host=.localhost", *(["--dark-mode"] if dark else [])]
        wanted = {"pageLoadStrategy": "none", "webkitgtk:browserOptions": {"binary": mini_browser(), "args": args}}
        port = free_port()
        with running([driver, f"--port={port}"], profile, environ):
            listening(port)
            wire = WebKit(port, wanted, environ)
            yield Window(wire)
            with suppress(Refused):
                wire.say("DeleteSession")


@contextmanager
def forwarding() -> Iterator[str]:
    """A proxy for which every name is this machine; names under .localhost need none."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            line = http.client.HTTPConnection("127.0.0.1", asked.port or 80, timeout=PATIENCE)
            line.request("GET", asked._replace(scheme="", netloc="").geturl(), headers=dict(self.headers))
            answer = line.getresponse()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with answering.running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address
