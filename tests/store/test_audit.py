"""The audit record: what was done stands in it, and what is done to it shows."""

import pytest
import sqlalchemy as sa

from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.audit import BrokenAudit


@pytest.fixture
def recorded(archive, a_fragment, now):
    """An archive with six entries and an edition."""
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("alpha-1"), state=State.IN_REVIEW)
        desk.save_fragment(a_fragment("alpha-2"), state=State.IN_REVIEW)
    with archive.writing("ben") as desk:
        desk.approve(a_fragment("alpha-1").id)
        desk.withdraw(a_fragment("alpha-2").id, "a mistake")
    archive.publish("ben", now)
    return archive


def test_every_act_is_in_the_record_with_its_actor(recorded, now):
    entries = list(recorded.audit())

    assert [(entry.number, entry.actor, entry.action) for entry in entries] == [
        (1, "ana", "saved the source"),
        (2, "ana", "saved, in review"),
        (3, "ana", "saved, in review"),
        (4, "ben", "approved"),
        (5, "ben", "withdrawn"),
        (6, "ben", "froze the edition"),
    ]
    assert {entry.at for entry in entries} == {now}
    assert entries[4].details == {"reason": "a mistake"}


def test_a_record_that_holds_ends_in_the_head_that_the_edition_names(recorded):
    chain = recorded.check_audit()

    assert chain.entries == 6
    assert chain.head == recorded.latest_edition().audit_head


def test_a_fragment_shows_its_own_history(recorded, a_fragment):
    actions = [entry.action for entry in recorded.fragment(a_fragment("alpha-2").id).history]

    assert actions == ["saved, in review", "withdrawn"]


def let_anybody_change_the_record(connection):
    drop = {
        "sqlite": ["DROP TRIGGER audit_keeps_update", "DROP TRIGGER audit_keeps_delete"],
        "postgresql": ["ALTER TABLE audit DISABLE TRIGGER ALL"],
    }
    for statement in drop[connection.dialect.name]:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        pytest.param("UPDATE audit SET actor = 'carol' WHERE number = 4", 4, id="another actor"),
        pytest.param("UPDATE audit SET details = '{}' WHERE number = 5", 5, id="other details"),
        pytest.param("UPDATE audit SET at = '2026-11-25 00:00:00' WHERE number = 2", 2, id="another hour"),
        pytest.param("UPDATE audit SET hash = '00ff' WHERE number = 3", 3, id="another hash"),
        pytest.param("UPDATE audit SET previous = '00ff' WHERE number = 3", 3, id="another predecessor"),
        pytest.param("DELETE FROM audit WHERE number = 1", 1, id="first entry gone"),
        pytest.param("DELETE FROM audit WHERE number = 3", 3, id="entry gone"),
        pytest.param("DELETE FROM audit WHERE number = 6", 6, id="last entry gone"),
        pytest.param("UPDATE audit SET number = 7 WHERE number = 6", 6, id="renumbered"),
        pytest.param("DELETE FROM audit", 1, id="all gone"),
    ],
)
def test_the_first_bad_entry_is_named(recorded, statement, number):
    with recorded.engine.begin() as connection:
        let_anybody_change_the_record(connection)
        connection.execute(sa.text(statement))

    with pytest.raises(BrokenAudit) as broken:
        recorded.check_audit()

    assert broken.value.number == number


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'carol'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_record(recorded, statement):
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), recorded.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_what_fails_leaves_no_entry(recorded):
    with pytest.raises(RuntimeError), recorded.writing(OPERATOR) as desk:
        desk.name_campaign("letters", "Letters")
        raise RuntimeError

    assert recorded.check_audit().entries == 6
