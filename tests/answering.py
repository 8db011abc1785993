"""A WSGI application behind a real socket, for tests in which a browser or another's client asks it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server


@contextmanager
def answering(app: Callable, port: int = 0) -> Iterator[str]:
    """The application's address on 127.0.0.1 while the block lasts; port 0 is any that is free."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
