"""Embargoes, expiries and legal holds, on real archives: what each edition shows, and what the record says."""

from datetime import timedelta

import pytest

from fragments.errors import FieldError, OwnApproval, OwnHold, StaleRevision, UnderHold
from fragments.ids import id_of
from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.terms import CLOCK, Terms

ALPHA, BETA = id_of("alpha-1"), id_of("beta-1")
DAY = timedelta(days=1)


@pytest.fixture
def approved(archive, a_fragment):
    """approved("beta-1", embargo_until=…) is written by ana with dates and approved by ben; its id."""

    def made(external_id="alpha-1", **dates):
        with archive.writing("ana") as desk:
            desk.save_fragment(a_fragment(external_id, text=external_id), state=State.IN_REVIEW)
            desk.set_terms(id_of(external_id), Terms(**dates))
        with archive.writing("ben") as desk:
            desk.approve(id_of(external_id), terms=Terms(**dates))
        return id_of(external_id)

    return made


def ids(edition):
    return {fragment.id for fragment in edition.fragments}


def acts(archive, fragment_id=ALPHA):
    return [(entry.actor, entry.action) for entry in archive.audit(subject=fragment_id)]


def test_a_text_under_embargo_is_in_no_edition_before_it_and_dated_when_it_appears(archive, approved, now):
    approved(embargo_until=now + DAY)

    assert ids(archive.publish("ben", now)) == set()
    later = archive.publish("ben", now + DAY)

    assert ids(later) == {ALPHA}
    assert later.fragments[0].published_at == now + DAY
    assert ("ben", "published: its embargo is over") in acts(archive)
    assert archive.fragment(ALPHA).terms.embargo_until is None


def test_the_clock_publishes_what_its_embargo_ended_for_and_nothing_else(archive, approved, now):
    archive.publish("ben", now)
    approved(embargo_until=now + DAY)
    approved("beta-1")  # waits for a person to publish it

    assert archive.publish_due(now) is None
    edition = archive.publish_due(now + DAY)

    assert ids(edition) == {ALPHA}
    assert next(iter(archive.audit(subject="edition 2"))).actor == CLOCK
    assert archive.publish_due(now + 2 * DAY) is None
    assert ids(archive.publish("ben", now + 2 * DAY)) == {ALPHA, BETA}


def test_what_was_approved_after_its_embargo_waits_for_a_person(archive, a_fragment, now):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
        desk.set_terms(ALPHA, Terms(embargo_until=now + DAY))
    with archive.writing("ben", now + 2 * DAY) as desk:
        desk.approve(ALPHA)

    assert archive.publish_due(now + 3 * DAY) is None


def test_an_expired_text_leaves_by_the_clock_and_every_copy_is_told(archive, approved, now):
    approved(expires_at=now + DAY)
    approved("beta-1")
    archive.publish("ben", now)
    with archive.writing("ben") as desk:
        desk.withdraw(BETA, "a reason")  # leaves with an edition that a person makes

    edition = archive.publish_due(now + DAY)

    assert ids(edition) == {BETA}
    assert [gone.id for gone in edition.withdrawn] == [ALPHA]
    assert acts(archive)[-1] == (CLOCK, "left the edition: expired")


def test_what_expired_and_then_was_withdrawn_is_named_once(archive, approved, now):
    approved(expires_at=now + DAY)
    archive.publish("ben", now)
    archive.publish_due(now + DAY)
    with archive.writing("ben", now + DAY) as desk:
        desk.withdraw(ALPHA, "a reason")

    assert [gone.id for gone in archive.publish("ben", now + 2 * DAY).withdrawn] == [ALPHA]


def test_a_longer_expiry_brings_a_text_back_with_its_first_date(archive, approved, now):
    approved(expires_at=now + DAY)
    archive.publish("ben", now)
    archive.publish_due(now + DAY)
    with archive.writing("ben", now + DAY) as desk:
        desk.set_terms(ALPHA, Terms())

    edition = archive.publish("ben", now + 2 * DAY)

    assert edition.fragments[0].published_at == now
    assert edition.withdrawn == ()


def test_the_writer_of_an_approved_text_does_not_publish_it_earlier(archive, approved, now):
    approved(embargo_until=now + DAY)

    with pytest.raises(OwnApproval), archive.writing("ana") as desk:
        desk.set_terms(ALPHA, Terms())
    with archive.writing("ben") as desk:
        desk.set_terms(ALPHA, Terms())

    assert ids(archive.publish("ben", now)) == {ALPHA}


def test_an_approval_of_other_dates_than_were_read_is_refused(archive, a_fragment, now):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)

    with pytest.raises(StaleRevision), archive.writing("ben") as desk:
        desk.approve(ALPHA, terms=Terms(embargo_until=now + DAY))


def test_an_embargoed_campaign_is_not_named_before(archive, a_fragment, now):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(campaign="secret"), state=State.IN_REVIEW)
        desk.set_terms(ALPHA, Terms(embargo_until=now + DAY))
    with archive.writing("ben") as desk:
        desk.approve(ALPHA)

    assert archive.publish("ben", now).campaigns == {}
    assert archive.publish_due(now + DAY).campaigns == {"secret": "secret"}


def test_a_held_text_leaves_the_next_edition_and_comes_back_when_another_lifts_it(archive, approved, now):
    approved()
    archive.publish("ben", now)
    with archive.writing("ana") as desk:
        desk.hold(ALPHA, "a letter from a court")

    without = archive.publish(OPERATOR, now)
    with pytest.raises(OwnHold), archive.writing("ana") as desk:
        desk.lift_hold(ALPHA, "settled")
    with archive.writing("ben") as desk:
        desk.lift_hold(ALPHA, "settled")

    assert ids(without) == set()
    assert [gone.id for gone in without.withdrawn] == [ALPHA]
    assert ids(archive.publish("ben", now)) == {ALPHA}
    assert ("ana", "left the edition: legal hold") in acts(archive)


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("approve", ()),
        ("withdraw", ("a reason",)),
        ("send_back", ("a comment",)),
        ("submit", ()),
        ("restore", ()),
        ("hold", ("again",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_held_text_stays_as_it_is(archive, a_fragment, verb, values):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
        desk.hold(ALPHA, "a letter")

    with pytest.raises(UnderHold), archive.writing("ben") as desk:
        getattr(desk, verb)(ALPHA, *values)
    with pytest.raises(UnderHold), archive.writing("ben") as desk:
        desk.set_terms(ALPHA, Terms())
    with pytest.raises(UnderHold), archive.writing("ben") as desk:
        desk.label(ALPHA, topics=["letters"])


@pytest.mark.parametrize("actor", ["ben", OPERATOR], ids=["an editor", "an import"])
def test_a_held_text_is_changed_by_nobody(archive, a_fragment, actor):
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
    with archive.writing("ana") as desk:
        desk.hold(ALPHA, "a letter")

    with pytest.raises(FieldError), archive.writing(actor) as desk:
        desk.save_fragment(a_fragment(text="Alpha, changed"))

    assert archive.fragment(ALPHA).fragment.text == "Alpha text"


def test_what_the_operator_imported_is_not_published_under_a_hold(archive, a_fragment, now):
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
    with archive.writing("ana") as desk:
        desk.hold(ALPHA, "a letter")

    assert ids(archive.publish(OPERATOR, now)) == set()


def test_who_only_labels_a_text_has_not_touched_its_words(archive, a_fragment):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), state=State.IN_REVIEW)
    with archive.writing("ben") as desk:
        desk.label(ALPHA, topics=["letters"], campaign="spring")

    with pytest.raises(OwnApproval), archive.writing("ana") as desk:
        desk.approve(ALPHA)
    with archive.writing("ben") as desk:
        desk.approve(ALPHA)

    assert archive.fragment(ALPHA).fragment.topics == ("letters",)


def test_a_label_of_a_published_text_waits_for_another_than_who_gave_it(archive, approved, now):
    approved()
    with archive.writing("ben") as desk:
        desk.label(ALPHA, topics=["letters"])

    assert archive.publish("ben", now).fragments[0].topics == ()
    with pytest.raises(OwnApproval), archive.writing("ben") as desk:
        desk.approve(ALPHA)
    with archive.writing("ana") as desk:
        desk.approve(ALPHA)
    assert archive.publish("ben", now).fragments[0].topics == ("letters",)
