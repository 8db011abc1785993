"""Databases: opened, made, migrated up and down, written by several at once."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from fragments.errors import FieldError
from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store import database
from fragments.store.archive import Archive
from fragments.store.schema import metadatas, undeclared

STEPS = database.migrations()


def schema(engine):
    """Every table with its columns, and every index, in plain values."""
    inspector = sa.inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted(index["name"] for index in inspector.get_indexes(table)),
        )
        for table in sorted(inspector.get_table_names())
    }


def is_ours(name, kind, _parents):
    """Whether a table or index is declared in the code: those of the trigram indexes are not."""
    return not (name or "").startswith(("search_index", "ix_search_texts_words", "ix_search_texts_characters"))


def rows_of(engine):
    """Every row of every table."""
    with engine.connect() as connection:
        names = [name for name in schema(engine) if not name.startswith("search_index")]  # an index, in no fixed order
        found = {name: connection.execute(sa.select("*").select_from(sa.table(name))).all() for name in names}
    found.pop("alembic_version")
    return {table: sorted(map(repr, rows)) for table, rows in found.items()}


def test_migrations_make_the_tables_of_the_code(archive):
    with archive.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})

        differences = compare_metadata(context, metadatas())

    assert differences == []
    assert undeclared(archive.engine) == set()


@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_each_migration_goes_up_down_and_up_again(archive, step):
    engine = archive.engine
    before = ("base", *STEPS)[step]
    database.migrate(engine, before)
    below = schema(engine)
    database.migrate(engine, STEPS[step])
    above = schema(engine)

    database.migrate(engine, before)
    assert schema(engine) == below

    database.migrate(engine, STEPS[step])
    assert schema(engine) == above


def test_rows_of_the_archive_outlive_later_migrations(archive, a_fragment, now):
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment(topics=("letters",)), state=State.IN_REVIEW)
    edition = archive.publish(OPERATOR, now)
    before = rows_of(archive.engine)

    database.migrate(archive.engine, STEPS[0])
    database.migrate(archive.engine)

    assert rows_of(archive.engine) == before
    assert archive.latest_edition() == edition


def test_a_migration_that_rebuilds_a_table_keeps_the_rows_that_point_at_it(sqlite_archive, a_fragment):
    with sqlite_archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(topics=("letters", "numbers")))
    before = rows_of(sqlite_archive.engine)

    with database.migrating(sqlite_archive.engine) as connection:
        operations = Operations(MigrationContext.configure(connection, opts={"render_as_batch": True}))
        with operations.batch_alter_table("fragments", recreate="always"):
            pass

    assert rows_of(sqlite_archive.engine) == before


def test_sqlite_waits_for_the_disk_and_keeps_foreign_keys(sqlite_archive):
    with sqlite_archive.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_foreign_keys_are_kept_after_a_migration_too(tmp_path):
    engine = database.engine_of(f"sqlite:///{tmp_path / 'new.db'}")

    database.migrate(engine)

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://example.org/x", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_we_do_not_know_is_refused(url):
    with pytest.raises(FieldError):
        database.engine_of(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_of_postgresql_are_taken_in_each_spelling(scheme):
    engine = database.engine_of(f"{scheme}://ana@example.org:5433/archive?application_name=x")

    assert engine.url.render_as_string() == "postgresql+psycopg://ana@example.org:5433/archive?application_name=x"


def test_several_open_a_new_database_at_once(tmp_path):
    url, opened = f"sqlite:///{tmp_path / 'new.db'}", []

    def open_it():
        with Archive.open(url) as archive:
            opened.append(archive.count())

    together(open_it, 4)

    assert opened == [0] * 4


def test_writers_at_once_lose_nothing(archive, a_fragment):
    def write(name):
        for n in range(5):
            with archive.writing(name) as desk:
                desk.save_fragment(a_fragment(f"{name}-{n}"))

    together(write, 4)

    assert archive.count() == 20
    assert archive.check_audit().entries == 21  # and the source that they share


def test_a_reader_sees_one_moment_while_others_write(archive, a_fragment):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("alpha-1"))
    stream = archive.fragments()
    first = next(stream)

    with archive.writing("ben") as desk:
        desk.save_fragment(a_fragment("alpha-2"))

    assert [first, *stream] == [a_fragment("alpha-1")]
    assert archive.count() == 2


def together(work, times):
    """Run `work` in threads; what one of them raises is raised here."""
    raised = []

    def run(name):
        try:
            work(*[name] * work.__code__.co_argcount)
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(f"writer-{n}",)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def test_tables_of_a_newer_version_are_refused_in_a_sentence_and_left_alone(database_url):
    with database.engine_at(database_url) as engine:
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999_later'"))
        with pytest.raises(database.NewerTables, match=r"newer version .*9999_later.*restore a backup"):
            database.migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999_later"
