"""The fast lane: a WSGI layer in front of Flask that answers hot paths from the shelf's memory.

Rules: hotpaths.py decides what is answered and how; a display is handed to `counted` before the answer goes out, and
a fault in counting never costs a reader the answer; everything else goes on to the app behind, which says in the
environment when it answered with an embed (a badge, the 2006 script). With the database stopped the lane still serves.

It knows no route of its own.
"""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from widget_server.faults import told
from widget_server.hotpaths import DISPLAY, Answer, answer
from widget_server.shelf import EmptyShelf, Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Counted: TypeAlias = Callable[[str, str, dict[str, Any]], None]  # kind, deck, the request's WSGI environment

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
VARIABLES = {
    "Accept-Encoding": "HTTP_ACCEPT_ENCODING",
    "If-None-Match": "HTTP_IF_NONE_MATCH",
    "If-Modified-Since": "HTTP_IF_MODIFIED_SINCE",
}

log = logging.getLogger(__name__)


class Lane:
    """A WSGI application over another."""

    def __init__(self, behind: "WSGIApplication", shelf: Shelf, counted: Counted | None = None) -> None:
        self._behind, self._shelf, self._counted = behind, shelf, counted

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the shelf, or let the app behind answer."""
        found = self._find(environ)
        if found is None:
            answered = self._behind(environ, start_response)
            if DISPLAY in environ:
                self._count(environ[DISPLAY], environ)
            return answered
        if found.display and self._counted:
            self._count(found.display, environ)
        start_response(STATUS_LINES[found.status], found.headers)
        return [found.body]

    def _find(self, environ: dict[str, Any]) -> Answer | None:
        try:
            printing = self._shelf.current()
        except EmptyShelf:
            return None
        query = environ.get("QUERY_STRING", "")
        return answer(printing, environ["REQUEST_METHOD"], _path(environ), query, _Sent(environ))

    def _count(self, display: tuple[str, str], environ: dict[str, Any]) -> None:
        try:
            self._counted and self._counted(*display, environ)
        except Exception as fault:
            log.error("A display could not be counted; it was answered all the same: %s", told(fault))  # noqa: TRY400


def _path(environ: dict[str, Any]) -> str:
    """The path as text: WSGI hands its bytes over as Latin-1 (PEP 3333)."""
    path: str = environ.get("PATH_INFO", "")
    return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")


class _Sent:
    """The request headers that matter here, read where WSGI keeps them."""

    __slots__ = ("_environ",)

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ

    def get(self, name: str, /) -> str | None:
        """The header's value, or None."""
        value: str | None = self._environ.get(VARIABLES[name])
        return value
