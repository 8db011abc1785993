"""What the desk needs to take things in from outside: the way out to pages, room for large forms, files on the disk.

Rules: only the endpoints named here may be sent more than an ordinary form; a file goes straight to the disk of the
data directory, without a name there, so that a crash leaves nothing behind.
"""

import re
import tempfile
from pathlib import Path
from typing import IO, Any

from flask import Flask, Request, current_app, request

from widget_server.desk import gathering, quarantine, taking_in
from widget_server.desk.gathering_words import reason
from widget_server.fetching import Fetcher
from widget_server.gathering.uploads import MOST_BYTES
from widget_server.settings import Settings

AGENT = "Mozilla/5.0 (compatible; Unsilenced)"  # says what asks, not which organisation
LARGER = {
    "gathering.text": gathering.LARGEST_TEXT,
    "gathering.save": gathering.LARGEST_TEXT,
    "taking_in.put": MOST_BYTES + 64 * 1024,  # and the rest of the form
}
RESCUED = frozenset({"gathering.text", "gathering.save", "writing.merge"})
_TEXT = re.compile(r"pasted|p\d+_text|edit_.+")


def open_inlets(app: Flask, settings: Settings) -> None:
    """Make an app take things in."""
    app.extensions["fetcher"] = Fetcher(AGENT)
    app.extensions["uploads_dir"] = settings.data / "uploads"
    app.request_class = _Request
    app.before_request(_allow_more)
    app.jinja_env.filters["why"] = reason
    for room in (gathering, taking_in, quarantine):
        app.register_blueprint(room.desk)


def rescued() -> str:
    """The texts of a form that came after the session ended: shown at the sign-in, to be copied from there."""
    if request.endpoint not in RESCUED:
        return ""
    wanted = [value for name, value in request.form.items() if _TEXT.fullmatch(name) and value.strip()]
    return "\n\n".join(wanted)


class _Request(Request):
    """A request whose files never stand in memory or in the machine's common temporary directory."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        directory: Path = current_app.extensions["uploads_dir"]
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tempfile.TemporaryFile("w+b", dir=directory)


def _allow_more() -> None:
    """Before anything of the body is read."""
    most = LARGER.get(request.endpoint or "")
    if most:
        request.max_content_length = most
        request.max_form_memory_size = gathering.LARGEST_TEXT
