"""What editions show: what was approved, when it was frozen, for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fragments.errors import NotAllowed, OwnApproval, StaleRevision
from fragments.ids import id_of
from fragments.notes import Note
from fragments.nouns import State, Withdrawal
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.reading import UnknownEdition

ALPHA = id_of("alpha-1")


@pytest.fixture
def save(archive, a_fragment):
    """save("ana", text=…) puts a version of alpha-1 up for review."""

    def saved(by, external_id="alpha-1", **fields):
        with archive.writing(by) as desk:
            desk.save_fragment(a_fragment(external_id, **fields), state=State.IN_REVIEW)

    return saved


@pytest.fixture
def approve(archive):
    """approve("ben") approves alpha-1."""

    def approved(by, fragment_id=ALPHA, **options):
        with archive.writing(by) as desk:
            desk.approve(fragment_id, **options)

    return approved


def texts(edition):
    return [fragment.text for fragment in edition.fragments]


def test_what_two_people_touched_is_published(archive, save, approve, now, a_fragment):
    save("ana")
    approve("ben")

    edition = archive.publish("ben", now)

    assert edition.number == 1
    assert edition.dated == now
    assert edition.fragments == (replace(a_fragment(), published_at=now),)
    assert archive.fragment(ALPHA).state is State.PUBLISHED
    assert archive.count(State.PUBLISHED) == 1


def test_a_writer_cannot_approve_her_own_text(archive, save, approve, now):
    save("ana")

    with pytest.raises(OwnApproval):
        approve("ana")

    assert archive.publish("ana", now).fragments == ()


def test_whoever_changes_a_text_cannot_approve_the_change(archive, save, approve):
    save("ana")
    save("ben", text="Alpha text by ben")

    with pytest.raises(OwnApproval):
        approve("ben")
    approve("ana")


def test_a_change_of_the_source_is_not_approved_by_who_made_it(archive, save, approve, a_source):
    save("ana")
    with archive.writing("ben") as desk:
        desk.save_source(a_source(title="Alpha by ben"))

    with pytest.raises(OwnApproval):
        approve("ben")
    with pytest.raises(OwnApproval):
        approve("ana")
    approve("carol")


def test_who_wrote_upon_another_persons_source_leaves_two_enough(archive, save, approve, a_source, now):
    with archive.writing("ben") as desk:
        desk.save_source(a_source())
    save("ana")

    approve("ben")

    assert texts(archive.publish("ben", now)) == ["Alpha text"]


def test_one_person_publishes_alone_only_where_the_rule_is_off_and_the_record_says_so(database_url, a_fragment, now):
    with Archive.open(database_url, two_person=False) as archive, archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
        desk.approve(ALPHA)

    with Archive.open(database_url) as archive:
        assert texts(archive.publish("ana", now)) == ["Alpha text"]
        actions = [entry.action for entry in archive.audit(subject=ALPHA)]
    assert "approved alone: two-person review is switched off" in actions


def test_an_operators_import_is_published_and_recorded_as_that(archive, save, now):
    save(OPERATOR)

    edition = archive.publish(OPERATOR, now)

    assert texts(edition) == ["Alpha text"]
    assert [entry.action for entry in archive.audit(subject=ALPHA)] == [
        "saved, in review",
        "imported and published on the command line",
    ]


@pytest.mark.parametrize(
    ("actor", "options"),
    [
        pytest.param("ben", {}, id="an editor publishes"),
        pytest.param(OPERATOR, {"approve_imported": False}, id="the operator asks for review"),
    ],
)
def test_an_import_waits_for_review_where(archive, save, now, actor, options):
    save(OPERATOR)

    assert archive.publish(actor, now, **options).fragments == ()
    assert archive.fragment(ALPHA).state is State.IN_REVIEW


def test_the_operator_does_not_publish_what_an_editor_wrote(archive, save, now):
    save(OPERATOR)
    save("ana", text="Alpha text by ana")

    assert archive.publish(OPERATOR, now).fragments == ()


def test_the_operator_does_not_publish_an_editors_change_of_the_source(archive, save, now, a_source):
    save(OPERATOR)
    with archive.writing("ana") as desk:
        desk.save_source(a_source(title="Alpha by ana"))

    assert archive.publish(OPERATOR, now).fragments == ()


def test_a_changed_text_does_not_appear_before_it_is_approved_again(archive, save, approve, now):
    save("ana")
    approve("ben")
    archive.publish("ben", now)
    save("ana", text="Alpha text, changed")

    assert texts(archive.publish("ben", now)) == ["Alpha text"]
    assert archive.fragment(ALPHA).live == 1

    approve("ben")

    assert texts(archive.publish("ben", now)) == ["Alpha text, changed"]
    assert archive.fragment(ALPHA).live == 2


def test_a_changed_source_does_not_appear_before_it_is_approved(archive, save, approve, now, a_source):
    save("ana")
    approve("ben")
    archive.publish("ben", now)
    with archive.writing("ana") as desk:
        desk.save_source(a_source(title="Alpha, changed"))

    assert archive.publish("ben", now).fragments[0].source.title == "Alpha"

    approve("ben")

    assert archive.publish("ben", now).fragments[0].source.title == "Alpha, changed"


def test_a_changed_import_is_published_by_the_operator(archive, save, now, a_source):
    save(OPERATOR)
    archive.publish(OPERATOR, now)
    save(OPERATOR, source=a_source(title="Alpha, changed"))
    later = now + timedelta(days=1)

    edition = archive.publish(OPERATOR, later)

    assert [(each.source.title, each.published_at) for each in edition.fragments] == [("Alpha, changed", now)]


def test_an_edition_never_changes(archive, save, approve, now):
    save("ana")
    save("ana", "alpha-2", text="Second alpha text", campaign="letters")
    approve("ben")
    approve("ben", id_of("alpha-2"))
    first = archive.publish("ben", now)
    save("ana", text="Alpha text, changed")
    approve("ben", correction="A word.")
    second = archive.publish("ben", now + timedelta(days=1))
    with archive.writing("ben") as desk:
        desk.withdraw(id_of("alpha-2"), "asked by the author")
        desk.name_campaign("letters", "Letters of hope")
    third = archive.publish("ben", now + timedelta(days=2))

    assert [archive.edition(number) for number in (1, 2, 3)] == [first, second, third]
    assert [len(edition.fragments) for edition in (first, second, third)] == [2, 2, 1]
    assert archive.latest_edition() == third
    assert tuple(archive.published()) == third.fragments


def test_publishing_with_nothing_changed_makes_no_edition(archive, save, approve, now):
    save("ana")
    approve("ben")
    first = archive.publish("ben", now)
    save("ana", text="Alpha text, changed and not approved")

    again = archive.publish("ben", now + timedelta(days=1))

    assert again == first
    assert [entry.subject for entry in archive.audit()].count("edition 1") == 1


def test_the_first_edition_may_be_empty(archive, now):
    assert archive.latest_edition() is None

    assert archive.publish("ben", now).number == 1
    assert archive.publish("ben", now).number == 1


def test_first_publication_is_dated_once(archive, save, approve, now):
    later = now + timedelta(days=1)
    save("ana")
    approve("ben")
    archive.publish("ben", now)
    with archive.writing("ben") as desk:
        desk.withdraw(ALPHA, "a mistake")
    archive.publish("ben", later)
    with archive.writing("ana") as desk:
        desk.restore(ALPHA)
        desk.submit(ALPHA)
    approve("ben")

    assert archive.publish("ben", later).fragments[0].published_at == now


def test_fragments_stand_in_order_of_first_publication_then_id(archive, save, approve, now):
    ids = sorted(id_of(f"alpha-{n}") for n in range(1, 4))
    for n in (3, 1, 2):
        save(OPERATOR, f"alpha-{n}")
    archive.publish(OPERATOR, now)
    save(OPERATOR, "beta-1")

    edition = archive.publish(OPERATOR, now + timedelta(days=1))

    assert [fragment.id for fragment in edition.fragments] == [*ids, id_of("beta-1")]


@pytest.mark.parametrize(
    ("correction", "stamp"),
    [pytest.param("A name was misspelt.", True, id="stated"), pytest.param(None, False, id="not stated")],
)
def test_a_correction_is_dated_where_it_is_stated(archive, save, approve, now, correction, stamp):
    save("ana")
    approve("ben", correction="Nothing was published yet.")
    assert archive.publish("ben", now).fragments[0].correction is None
    save("ana", text="Alpha text, corrected")
    approve("ben", correction=correction)

    fragment = archive.publish("ben", now).fragments[0]

    assert (fragment.correction, fragment.corrected_at) == ((correction, now) if stamp else (None, None))


def test_an_approver_names_the_revision_that_was_read(archive, save, approve):
    save("ana")
    save("ana", text="Alpha text, changed meanwhile")

    with pytest.raises(StaleRevision):
        approve("ben", revision=1)
    approve("ben", revision=2)


def test_a_note_that_blocks_keeps_a_text_back_and_is_listed(archive, save, approve, now, a_fragment):
    note = Note("bidi", "A control character is never closed.", blocks=True)
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW, notes=[note, Note("gloss", "No gloss.")])
        desk.save_fragment(a_fragment("alpha-2"), state=State.IN_REVIEW, notes=[Note("gloss", "No gloss.")])

    edition = archive.publish(OPERATOR, now)

    assert [fragment.external_id for fragment in edition.fragments] == ["alpha-2"]
    assert [(each.id, each.notes) for each in archive.held_back()] == [(ALPHA, (note,))]
    with pytest.raises(NotAllowed):
        approve("ben")


def test_a_withdrawal_is_named_until_the_text_is_published_again(archive, save, approve, now):
    save("ana")
    approve("ben")
    archive.publish("ben", now)
    with archive.writing("carol") as desk:
        desk.withdraw(ALPHA, "its author is at risk")
    second = archive.publish("ben", now)
    with archive.writing("ana") as desk:
        desk.restore(ALPHA)
        desk.submit(ALPHA)
    approve("ben")
    third = archive.publish("ben", now)

    assert (second.fragments, second.withdrawn) == ((), (Withdrawal(id=ALPHA, at=now),))
    assert (texts(third), third.withdrawn) == (["Alpha text"], ())
    assert archive.edition(2) == second


def test_what_was_never_published_is_not_named_as_withdrawn(archive, save, now):
    save("ana")
    with archive.writing("ana") as desk:
        desk.withdraw(ALPHA, "a mistake")

    assert archive.publish("ben", now).withdrawn == ()


def test_a_second_import_does_not_bring_back_what_was_withdrawn(archive, save, now):
    save(OPERATOR)
    archive.publish(OPERATOR, now)
    with archive.writing("ben") as desk:
        desk.withdraw(ALPHA, "its author is at risk")

    save(OPERATOR)
    save(OPERATOR, text="Alpha text, changed")

    assert archive.publish(OPERATOR, now).fragments == ()
    assert archive.fragment(ALPHA).state is State.WITHDRAWN


def test_campaigns_of_an_edition_have_names(archive, save, now):
    with archive.writing("ben") as desk:
        desk.name_campaign("greek-letters", "Letters of the Greeks")
        desk.name_campaign("unused", "Unused")
    save(OPERATOR, "alpha-1", campaign="greek-letters")
    save(OPERATOR, "alpha-2", campaign="no-name-yet")

    edition = archive.publish(OPERATOR, now)

    assert edition.campaigns == {"greek-letters": "Letters of the Greeks", "no-name-yet": "no name yet"}


def test_an_unknown_edition_is_called_unknown(archive):
    with pytest.raises(UnknownEdition):
        archive.edition(1)


def test_a_fragment_that_moves_to_another_source_shows_it_after_approval(archive, save, approve, now, a_source):
    save("ana")
    approve("ben")
    first = archive.publish("ben", now)
    save("ana", source=a_source("beta", title="Beta"))
    assert archive.publish("ben", now) == first

    approve("ben")

    assert archive.publish("ben", now).fragments[0].source.title == "Beta"
    assert archive.edition(1) == first


def test_counts_tell_what_is_live_and_what_waits(archive, save, approve):
    save("ana")
    approve("ben")
    save("ana", text="Alpha text, changed")
    save("ana", "alpha-2")

    assert archive.count() == 2
    assert archive.count(State.PUBLISHED) == 1
    assert archive.count(State.IN_REVIEW) == 2
    assert [each.text for each in archive.fragments(State.PUBLISHED)] == ["Alpha text, changed"]
