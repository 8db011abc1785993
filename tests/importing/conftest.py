"""Files as an editor has them, and an import of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fragments.importing.job import Wishes, run
from fragments.importing.report import Report
from fragments.store.archive import Archive


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file: table("id,text", "1,a", name="rows.csv")."""

    def write(*lines: str, name: str = "rows.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(line + "\n" for line in lines).encode())
        return path

    return write


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes a JSON Lines file: lines({"id": "1", "text": "a"}, name="rows.jsonl")."""

    def write(*rows: dict[str, Any], name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


def imported(archive: Archive, *files: Path, **wishes: Any) -> Report:
    """Import files as an operator does."""
    return run(archive, files, Wishes(**wishes))


@pytest.fixture
def take() -> Callable[..., Report]:
    """Imports files: take(archive, file, dry_run=True)."""
    return imported
