"""Where copies lie: a directory, a web server, an archive file. One door: path in, bytes out, never too many.

Rules: a file that is not there is None; one that is larger than it may be, slower than it may be, compressed or
redirected is Unreadable. It checks no signature (verdicts).
"""

import posixpath
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import urllib3

from widget_server.mirroring.hurry import pool as hurried
from widget_server.mirroring.verdicts import most_bytes, printable

Read: TypeAlias = Callable[[str], bytes | None]

CONNECT_SECONDS, SILENCE_SECONDS, FILE_SECONDS = 10, 20, 120
CHUNK = 65_536
AT_ONCE = 8  # requests: at 200 ms a round trip, 10,000 files take four minutes, not half an hour
NOT_THERE = (404, 410)
AGENT = "unsilenced-mirror"


class Unreadable(Exception):
    """A place, or a file in it, that cannot be read: where, and why in a few words."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, printable(reason)  # a header of the answer may stand in it

    def __str__(self) -> str:
        return f"{self.where} {self.reason}"


@contextmanager
def reading(place: str) -> Iterator[Read]:
    """How to read from `place`: an address, a .tar file or a directory. Raises Unreadable."""
    if place.startswith(("http://", "https://")):
        with requests(AT_ONCE) as pool:
            yield lambda path: fetch(pool, place.rstrip("/"), path)
    elif Path(place).is_dir():
        yield lambda path: read_file(Path(place), path)
    elif Path(place).is_file():
        with _archive(place) as read:
            yield read
    else:
        raise Unreadable(place, "is not there")


def requests(at_once: int = 1) -> urllib3.PoolManager:
    """What `fetch` asks with: an answer takes FILE_SECONDS and one silence at most, its head included."""
    return hurried(lambda: FILE_SECONDS, at_once)


def read_file(directory: Path, path: str) -> bytes | None:
    """A file of a directory; what is no file (a pipe, a device) counts like none, for it might never end."""
    file = directory / path.lstrip("/")
    try:
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            return _bounded(path, opened.read(most_bytes(path) + 1))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as fault:
        raise Unreadable(path, fault.strerror or "cannot be read") from fault


def fetch(pool: urllib3.PoolManager, origin: str, path: str) -> bytes | None:
    """A file of a web server, bounded in bytes and seconds; redirects and compression are refused."""
    until = time.monotonic() + FILE_SECONDS
    try:
        answer = pool.request(
            "GET",
            origin + path,
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENCE_SECONDS),
            headers={"Accept-Encoding": "identity", "User-Agent": AGENT},
        )
        with answer:
            return None if answer.status in NOT_THERE else _drain(answer, path, until)
    except urllib3.exceptions.HTTPError as fault:
        raise Unreadable(origin + path, f"does not answer ({type(fault).__name__})") from fault


def _drain(answer: urllib3.BaseHTTPResponse, path: str, until: float) -> bytes:
    if answer.status != 200 or answer.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreadable(
            path, f"was answered with {answer.status} {answer.headers.get('Content-Encoding', '')}".strip()
        )
    body = bytearray()
    # read1 gives what has come: a server that sends a byte a second meets the deadline too.
    while chunk := answer.read1(CHUNK):
        body += chunk
        _bounded(path, body)
        if time.monotonic() > until:
            answer.close()
            raise Unreadable(path, f"took longer than {FILE_SECONDS} s")
    return bytes(body)


@contextmanager
def _archive(place: str) -> Iterator[Read]:
    alone = threading.Lock()
    try:
        with tarfile.open(place, "r:") as archive:
            members = _members(archive)

            def read(path: str) -> bytes | None:
                member = members.get(path)
                with alone:  # an archive has one position in its file, and readers have several threads
                    opened = archive.extractfile(member) if member else None
                    return _bounded(path, opened.read(most_bytes(path) + 1)) if opened else None

            yield read
    except tarfile.TarError as fault:
        raise Unreadable(place, "is no whole archive file") from fault


def _members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """Path -> member, as `tar` packs a directory too: each name behind `./`, or behind the directory's own name."""
    found = {f"/{posixpath.normpath(member.name)}": member for member in archive if member.isfile()}
    tops = {path.split("/")[1] for path in found}
    (top,) = tops if len(tops) == 1 else ("",)
    return {path.removeprefix(f"/{top}"): member for path, member in found.items()} if top else found


def _bounded(path: str, body: bytes | bytearray) -> bytes:
    if len(body) > most_bytes(path):
        raise Unreadable(path, f"is larger than {most_bytes(path):,} bytes")
    return body  # type: ignore[return-value]  # a bytearray only inside _drain, which looks at the length alone
