"""Dates and holds by themselves: when an approved text may stand in an edition, and who may say so."""

from datetime import UTC, datetime, timedelta

import pytest

from fragments.errors import FieldError, OwnApproval, OwnHold
from fragments.terms import Absence, Hold, Terms, absence, decide_lift, decide_terms

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
HOLD = Hold(by="ana", since=NOW, reason="a letter from a court")
TOMORROW, LATER = NOW + DAY, NOW + 2 * DAY


@pytest.mark.parametrize(
    ("terms", "hold", "why"),
    [
        pytest.param(Terms(), None, None, id="no dates"),
        pytest.param(Terms(embargo_until=TOMORROW), None, Absence.EMBARGO, id="before the embargo ends"),
        pytest.param(Terms(embargo_until=NOW), None, None, id="in the second in which it ends"),
        pytest.param(Terms(expires_at=TOMORROW), None, None, id="before it expires"),
        pytest.param(Terms(expires_at=NOW), None, Absence.EXPIRY, id="in the second in which it expires"),
        pytest.param(Terms(expires_at=NOW), HOLD, Absence.HOLD, id="under a hold"),
    ],
)
def test_a_text_is_kept_out_by(terms, hold, why):
    assert absence(terms, hold, NOW) is why


LOOSER = [
    pytest.param(Terms(embargo_until=LATER), Terms(embargo_until=TOMORROW), id="an earlier end of the embargo"),
    pytest.param(Terms(embargo_until=LATER), Terms(), id="no embargo any more"),
    pytest.param(Terms(expires_at=TOMORROW), Terms(expires_at=LATER), id="a later expiry"),
    pytest.param(Terms(expires_at=NOW - DAY), Terms(), id="no expiry any more"),
]


@pytest.mark.parametrize(("before", "after"), LOOSER)
def test_whoever_wrote_what_is_approved_does_not_loosen_its_dates(before, after):
    with pytest.raises(OwnApproval):
        decide_terms(before, after, by="ana", writers={"ana"}, now=NOW)

    assert decide_terms(before, after, by="ben", writers={"ana"}, now=NOW) == "set its dates"


@pytest.mark.parametrize(("after", "before"), LOOSER[:3])
def test_anybody_tightens_dates(before, after):
    assert decide_terms(before, after, by="ana", writers={"ana"}, now=NOW) == "set its dates"


def test_an_embargo_that_is_over_may_be_taken_off_by_anybody():
    assert decide_terms(Terms(embargo_until=NOW - DAY), Terms(), by="ana", writers={"ana"}, now=NOW)


def test_an_installation_of_one_loosens_alone_and_the_record_says_so():
    recorded = decide_terms(Terms(embargo_until=LATER), Terms(), by="ana", writers={"ana"}, two_person=False, now=NOW)

    assert "alone" in recorded


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(Terms(embargo_until=NOW - DAY), id="an embargo that ended"),
        pytest.param(Terms(expires_at=NOW - DAY), id="an expiry that passed"),
        pytest.param(Terms(embargo_until=LATER, expires_at=TOMORROW), id="an end before the beginning"),
    ],
)
def test_impossible_dates_are_refused(after):
    with pytest.raises(FieldError):
        decide_terms(Terms(), after, by="ben", writers=frozenset(), now=NOW)


def test_whoever_sets_a_hold_does_not_lift_it():
    with pytest.raises(OwnHold):
        decide_lift(HOLD, by="ana")

    assert decide_lift(HOLD, by="ben") == "lifted the legal hold"
    assert "alone" in decide_lift(HOLD, by="ana", two_person=False)
