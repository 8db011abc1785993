"""Opens a database and brings its tables up to date.

SQLite for one machine, PostgreSQL for several. A power cut must not lose what was acknowledged: SQLite runs with
synchronous=FULL (NORMAL lost rows in 60 of 60 modelled power cuts, FULL in none). Writers take SQLite's lock at
BEGIN, so that none fails half-way; readers never wait for them (WAL).

Knows nothing of what stands in the tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from fragments.errors import FieldError, UnsilencedError

BUSY_MILLISECONDS = 30_000  # how long a writer waits for another; freezing 100,000 fragments takes less
LOCK = 0x756E7369  # "unsi": the advisory lock by which writers on PostgreSQL stand in line


class ArchiveUnreachable(UnsilencedError):
    """The database does not answer, or the file cannot be opened: its address without a password, and why."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"The database {self.address} cannot be reached ({self.reason})"


class NewerTables(UnsilencedError):
    """A newer version of the program made these tables: the name of their migration."""

    def __str__(self) -> str:
        told = f"A newer version of this program made the tables of this archive ({self.args[0]})"
        return f"{told}: install that version, or restore a backup from before it in an empty place"


def said_by_database(fault: Exception) -> str | None:
    """What the database said of a fault of its own (a full disk, no connection): one line, no statement, no values.

    None for any other fault.
    """
    if not isinstance(fault, OperationalError):
        return None
    lines = str(fault.orig).splitlines()
    return lines[0].strip().rstrip(".:") if lines else "nothing"


def engine_of(url: str) -> Engine:
    """An engine for sqlite:///PATH or postgresql://…; postgres:// is taken too.

    Raises FieldError for any other database.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        # Each search is planned for its own words: a prepared one, from the sixth on, reads every text for a rare word.
        unprepared = {"prepare_threshold": None}
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=unprepared)
    if address.drivername in ("sqlite", "sqlite+pysqlite") and address.database not in (None, "", ":memory:"):
        return _sqlite(url)
    raise FieldError("database URL", "is not one that we know", url, "write sqlite:///PATH or postgresql://…")


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """An engine that is let go of at the end, of a database that is not migrated."""
    engine = engine_of(url)
    try:
        yield engine
    finally:
        engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for others."""
    address = make_url(url)
    return Path(address.database) if address.drivername.startswith("sqlite") and address.database else None


def _sqlite(url: str) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: sqlite3 would say it too late, and never for DDL
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; writers stand in line, on either database."""
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees the same archive from its first question to its last."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(**options).connect() as connection, connection.begin():
        yield connection


def migrate(engine: Engine, target: str = "head") -> None:
    """Bring the tables to a migration, up or down; `head` is the newest, `base` is none.

    Raises ArchiveUnreachable, or NewerTables.
    """
    steps = ("base", *migrations())
    target = steps[-1] if target == "head" else target
    try:
        with engine.connect() as connection:
            if _newest(connection) == target:
                return
    except OperationalError as error:
        address = engine.url.set(drivername=engine.url.get_backend_name())
        shown = file_of(str(address)) or address.render_as_string(hide_password=True)
        raise ArchiveUnreachable(str(shown), said_by_database(error) or "") from error
    with migrating(engine) as connection:
        config = configured(connection)
        newest = _newest(connection)
        if newest not in steps:
            raise NewerTables(newest)
        is_down = steps.index(target) < steps.index(newest)
        (command.downgrade if is_down else command.upgrade)(config, target)


def migrations() -> tuple[str, ...]:
    """The names of all migrations, oldest first."""
    return tuple(reversed([script.revision for script in _scripts().walk_revisions()]))


def _newest(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or "base"


def configured(connection: Connection) -> Config:
    """What Alembic's commands need to work within a transaction of ours."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """One writing transaction for a migration.

    In batch mode a table of SQLite is copied and dropped; with foreign keys on, the drop would empty every table that
    points at it. The pragma does nothing inside a transaction (sqlite.org/pragma.html#pragma_foreign_keys).
    """
    with engine.execution_options(writes=True).connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _set_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                yield connection
        finally:
            if is_sqlite:
                _set_foreign_keys(connection, "ON")


def _set_foreign_keys(connection: Connection, value: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 it is open
    driver.execute(f"PRAGMA foreign_keys = {value}")
