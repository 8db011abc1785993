"""Printed files and shelves for the server's tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fragments.drawing import Facets
from fragments.nouns import Fragment, Source, Suppression
from widget_server.shelf import Printing, Shelf

DATED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sheet:
    """A printed file."""

    path: str
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


IDS = tuple(f"{letter}{number:09}" for number, letter in enumerate("abcdef"))


def frame_of(id_: str) -> Sheet:
    return Sheet(f"/f/{id_}/frame", f"<p>{id_}</p>{'long ' * 50}".encode(), "text/html; charset=utf-8")


@pytest.fixture
def fragments() -> tuple[Fragment, ...]:
    """Six fragments: even ones Vietnamese and suppressed in VN, odd ones Persian and in IR."""
    return tuple(
        Fragment(
            id=id_,
            external_id=id_,
            lang=("vi", "fa")[number % 2],
            text="a text",
            source=Source(external_id=f"s{number}", suppressions=(Suppression(country=("VN", "IR")[number % 2]),)),
        )
        for number, id_ in enumerate(IDS)
    )


@pytest.fixture
def sheets(fragments: tuple[Fragment, ...]) -> list[Sheet]:
    """A small edition: every kind of hot path once at least."""
    return [
        *(frame_of(id_) for id_ in IDS),
        Sheet(f"/f/{IDS[0]}.txt", b"a text\n"),
        Sheet("/d/all/0.cf", b"signed deck " * 100),
        Sheet("/d/lang-vi.country-VN/15.cf", b"another deck " * 100),
        Sheet("/e/abc.js", b"var a = 1; " * 100, "text/javascript; charset=utf-8"),
        Sheet("/feed.atom", b"<feed/>" * 100, "application/xml; charset=utf-8"),
        Sheet("/feeds/lang/vi.json", b"{}" * 100, "application/feed+json"),
        Sheet("/edition.json", b'{"number": 7, "dated": "2026-11-24T10:00:00Z"}', "application/json"),
        Sheet("/edition.txt", b"unsilenced edition 1\n"),
        Sheet("/now.txt", b"unsilenced now 1\n"),
        Sheet("/root.txt", b"unsilenced root 1\n"),
        Sheet("/files.txt", b"0 /d\n"),
        Sheet(f"/api/v1/fragments/{IDS[0]}", b'{"id": "x"}' * 20, "application/json"),
        Sheet(".facets", Facets.of(fragments).to_bytes(), "application/octet-stream"),
    ]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def printing(shelf: Shelf, sheets: list[Sheet]) -> Iterator[Printing]:
    yield shelf.place(7, sheets, at=DATED)


@pytest.fixture
def deck() -> Callable[[str], list[Sheet]]:
    """A printing of one deck with the given words."""
    return lambda words: [Sheet("/d/all/0.cf", words.encode())]
