"""Web servers of a few paths on 127.0.0.1, which answer well, badly, late, or without end.

They are what publishers, mirrors, blogs and censors are to a browser; what they should say is set by the tests.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What an origin says to a path."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after_seconds: float = 0
    endless: bool = False  # never stops sending


NO_ICON = Answer(status=204)


class Origin:
    """A web server of a few paths. `asked` lists (path, headers) of every request."""

    def __init__(self, host: str) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.sent_bytes = 0  # of endless answers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def kill(self) -> None:
        """From now on the port refuses connections."""
        self._server.shutdown()
        self._server.server_close()

    def paths(self, prefix: str = "/") -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _ in self.asked if path.startswith(prefix)]


def _handler_of(origin: Origin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            origin.asked.append((path, dict(self.headers)))
            answer = origin.answers.get(path, NO_ICON if path == "/favicon.ico" else Answer(status=404))
            time.sleep(answer.after_seconds)
            try:
                self._say(answer)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the browser had enough

        def _say(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, value)
            if not answer.endless:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            while answer.endless:
                origin.sent_bytes += self.wfile.write(b"endless " * 1000)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    return Handler
