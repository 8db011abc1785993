"""A whole site on this machine's loopback, as `unsilenced run` makes it, for tests with a browser: the public pages at
/, the desk at /desk, an archive, keys and a shelf of its own. Beside it a blog on another origin."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

from werkzeug.serving import WSGIRequestHandler, make_server

from widget_server.app import create_app
from widget_server.opening import first_administrator_link, opened, prepare
from widget_server.publishing import House
from widget_server.settings import Settings


@dataclass(frozen=True)
class Site:
    """A running site; `first_link` makes its first administrator."""

    url: str
    first_link: str
    house: House

    def desk(self, path: str = "/") -> str:
        """An address of the desk."""
        return f"{self.url}/desk{path}"


class _Quiet(WSGIRequestHandler):
    """A server that writes no line for each request, and that a browser's many connections do not wait for."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        pass


@contextmanager
def served(app: Callable, host: str) -> Iterator[str]:
    """A WSGI application on a free port; its address with `host`, which the tests' browser finds on loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # a browser keeps connections open after its last page
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def site(folder: Path, empty_archive: Path, host: str = "publisher.localhost", **settings: object) -> Iterator[Site]:
    """A fresh site without the starter collection; its first edition is empty."""
    made: list[Callable] = []
    folder.mkdir(parents=True, exist_ok=True)
    with served(lambda *asked: made[0](*asked), host) as url:  # noqa: PLW0108 - it is made after its address is known
        chosen = Settings(data=folder, public_url=url, starter=False, **settings)  # type: ignore[arg-type]
        copy(empty_archive, folder / "archive.sqlite3")
        with opened(chosen) as house:
            now = datetime.now(UTC)
            prepare(house, now)
            made.append(create_app(chosen))
            yield Site(url, first_administrator_link(house, now) or "", house)


@contextmanager
def blog(html: Callable[[], str]) -> Iterator[str]:
    """A blog of somebody else: one page, whatever `html` gives when it is asked for."""

    def answer(_environ, start_response):
        body = html().encode()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    with served(answer, "blog.localhost") as url:
        yield f"{url}/post"
