"""Copies of an archive: row for row the same, on either database, whole or not at all."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.copying import Copying, UnknownMigration, UnknownTable, is_empty, restore
from fragments.store.people import People
from fragments.store.schema import tables


def rows_of(engine):
    """Every row of every declared table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table))) for table in tables()
        }


def fill(archive, a_fragment, a_source, now):
    """Sources, fragments, revisions, people, withdrawals, two editions."""
    source = a_source("s", title="Đường vào thơ", url="https://source.example/ü?x=1")
    with archive.writing(OPERATOR, now) as desk:
        desk.save_source(source)
        for number in range(3):
            text = f"Alpha “text” {number}\u2029 \u200c<"
            desk.save_fragment(a_fragment(f"f-{number}", source=source, text=text), state=State.IN_REVIEW)
    archive.publish(OPERATOR, now)
    first = next(archive.fragments()).id
    with archive.writing("ben", now) as desk:
        desk.withdraw(first, "for a test")
    archive.publish("ben", now)
    People(archive.engine).invite_first_administrator("a" * 64, now + timedelta(days=1))


def copied(archive):
    with Copying(archive.engine) as copy:
        return copy.migration, {name: list(copy.lines(name)) for name in copy.tables}


def test_a_copy_restored_into_an_empty_archive_is_row_for_row_the_same(
    archive, sqlite_url, postgres_url, a_fragment, a_source, now
):
    fill(archive, a_fragment, a_source, now)
    before = rows_of(archive.engine)
    migration, lines = copied(archive)

    for url in (sqlite_url.replace("archive.db", "other.db"), postgres_url):
        with Archive.open(url) as other:
            restore(other.engine, migration, lines)

            assert rows_of(other.engine) == before
            assert other.check_audit() == archive.check_audit()


def test_restoring_replaces_everything_that_was_there(archive, a_fragment, a_source, now):
    migration, lines = copied(archive)
    before = rows_of(archive.engine)
    fill(archive, a_fragment, a_source, now)

    restore(archive.engine, migration, lines)

    assert rows_of(archive.engine) == before
    assert is_empty(archive.engine)


def test_a_copy_with_a_bad_line_leaves_the_archive_as_it_was(archive, a_fragment, a_source, now):
    fill(archive, a_fragment, a_source, now)
    migration, lines = copied(archive)
    before = rows_of(archive.engine)
    lines["audit"] = [*lines["audit"], lines["audit"][0]]

    with pytest.raises(sa.exc.IntegrityError):
        restore(archive.engine, migration, lines)

    assert rows_of(archive.engine) == before


def test_what_is_written_after_a_restore_gets_numbers_of_its_own(archive, a_fragment, a_source, now):
    fill(archive, a_fragment, a_source, now)
    migration, lines = copied(archive)
    restore(archive.engine, migration, lines)

    with archive.writing("ben", now) as desk:
        desk.restore(next(archive.fragments()).id)
        desk.withdraw(next(archive.fragments()).id, "again")
    person = People(archive.engine).join("a" * 64, name="ana", email=None, password_hash="x", now=now)

    assert person.name == "ana"


def test_a_copy_is_of_one_moment_whoever_writes_meanwhile(archive, a_fragment, a_source, now):
    with Copying(archive.engine) as copy:
        assert copy.count("fragments") == 0
        with Archive.open(str(archive.engine.url.render_as_string(hide_password=False))) as other:
            fill(other, a_fragment, a_source, now)

        assert list(copy.lines("fragments")) == []
        assert list(copy.lines("audit")) == []


@pytest.mark.parametrize(
    ("migration", "lines", "fault"),
    [("9999", {}, UnknownMigration), ("0004", {"nothing": []}, UnknownTable)],
    ids=["a newer version", "a table that we do not have"],
)
def test_a_copy_of_another_program_is_refused(archive, migration, lines, fault):
    with pytest.raises(fault):
        restore(archive.engine, migration, lines)
