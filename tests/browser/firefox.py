"""Firefox (Gecko), which takes WebDriver's commands on a socket: Marionette, what lies behind its WebDriver."""

import itertools
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.engines import PATIENCE, Refused, Window, running, text_of
from tests.debian import need


class Marionette:
    """Firefox: messages of a length, a colon and JSON, on a socket."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._numbers = itertools.count(1)
        self._read()  # a greeting
        self.say("NewSession", pageLoadStrategy="none")

    def say(self, command: str, **told: Any) -> Any:
        name = command if ":" in command else f"WebDriver:{command}"
        line = json.dumps([0, next(self._numbers), name, told]).encode()
        self._socket.sendall(b"%d:%s" % (len(line), line))
        _, _, error, result = self._read()
        if error:
            raise Refused(f"{command}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and list(result) == ["value"] else result

    def complaints(self, _address: str, opened: Callable[[], Any]) -> list[str]:
        self._within_firefox("Services.console.reset()")
        opened()
        return list(self._within_firefox(TOLD_BY_PAGES))

    def close(self) -> None:
        self._socket.close()

    def _within_firefox(self, script: str) -> Any:
        self.say("Marionette:SetContext", value="chrome")
        try:
            return self.say("ExecuteScript", script=script, args=[])
        finally:
            self.say("Marionette:SetContext", value="content")

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._take(1)
        return json.loads(self._take(int(length[:-1])))

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            chunk = self._socket.recv(count - len(taken))
            assert chunk, "Firefox is gone"
            taken += chunk
        return taken


# From the store that its console reads; without warnings, of which one says that a page of 2006 is in quirks mode.
TOLD_BY_PAGES = """return Services.console.getMessageArray()
  .filter((it) => it instanceof Ci.nsIScriptError && /^https?:/.test(it.sourceName) && !(it.flags & it.warningFlag))
  .map((it) => `${it.category}: ${it.errorMessage} (${it.sourceName})`)"""

PREFERENCES: Mapping[str, object] = {
    "marionette.port": 0,  # any that is free; it is told in a file of the profile
    "network.dns.forceResolve": "127.0.0.1",
    "network.proxy.type": 0,
    "security.webauth.webauthn_enable_softtoken": True,  # the authenticators of WebDriver
    "security.webauth.webauthn_enable_usbtoken": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


@contextmanager
def firefox(profile: Path, dark: bool = False) -> Iterator[Window]:
    """A window of Firefox, without a display."""
    chosen = {**PREFERENCES, "layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in chosen.items())
    (profile / "user.js").write_text("".join(lines))
    words = [need("firefox-esr", "firefox-esr"), "--headless", "--no-remote", "--profile", str(profile)]
    words += ["--marionette", "--remote-allow-system-access", "about:blank"]
    with running(words, profile, {"HOME": str(profile)}):
        port = int(text_of(profile / "MarionetteActivePort", r"\d+"))
        wire = Marionette(port)
        yield Window(wire)
        wire.close()
