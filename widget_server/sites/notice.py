"""The small file by which the public app learns what everybody may know of republishers: it never asks the database.

Rules: written beside and renamed into place, so that a reader sees the old one or the new one; whatever cannot be read
is an empty notice. Only what is public stands in it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = "republishers.json"


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday, and at least how many displays on at least how many sites; None: too few to say."""

    monday: date
    displays: int | None
    sites: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What the public is told."""

    sites: tuple[str, ...] = ()
    weeks: tuple[Week, ...] = ()


@contextmanager
def turn(data: Path) -> Iterator[None]:
    """One at a time asks who is listed and puts the notice up: or who asked before a name went would bring it back."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def put_up(data: Path, notice: Notice) -> None:
    """Replace the notice in a data directory, if it says something else; for whoever has the turn."""
    text = json.dumps(
        {
            "sites": list(notice.sites),
            "weeks": [[week.monday.isoformat(), week.displays, week.sites] for week in notice.weeks],
        }
    )
    path = data / FILE
    if path.exists() and path.read_text("utf-8") == text:
        return
    beside = path.with_name(f"{FILE}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def read(data: Path) -> Notice:
    """The notice of a data directory; an empty one where there is none, or none that can be read."""
    try:
        told = json.loads((data / FILE).read_text("utf-8"))
        weeks = tuple(Week(date.fromisoformat(monday), shown, sites) for monday, shown, sites in told["weeks"])
        return Notice(tuple(map(str, told["sites"])), weeks)
    except (OSError, ValueError, KeyError, TypeError):
        return Notice()
