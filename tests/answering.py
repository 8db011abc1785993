"""A WSGI application behind a real socket, for tests in which a browser or another's client asks it."""

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from werkzeug.serving import make_server


@contextmanager
def answering(app: Callable, port: int = 0) -> Iterator[str]:
    """The application's address on 127.0.0.1 while the block lasts; port 0 is any that is free."""
    with _listening(port) as listener:
        own = listener.getsockname()[1]
        server = make_server("127.0.0.1", own, app, threaded=True, fd=listener.fileno())  # it takes a copy
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{own}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running(server: ThreadingHTTPServer, host: str = "127.0.0.1") -> Iterator[str]:
    """A server that answers until the block ends, and then refuses connections; its address, by a name for it."""
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _listening(port: int) -> socket.socket:
    """A socket on a port of one's own, or on a fixed one as soon as another run of the tests has left it."""
    until = time.monotonic() + 120
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=128)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.2)
