"""Nobody publishes alone: each rule by itself, then any sequence of acts on a real archive."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from fragments.errors import FieldError, NotAllowed, OwnApproval
from fragments.ids import id_of
from fragments.nouns import Fragment, Source, State
from fragments.review import OPERATOR, Move, Wish, decide
from fragments.store.archive import Archive
from fragments.terms import Terms

MOVES = {
    (State.DRAFT, Wish.SAVE): State.DRAFT,
    (State.DRAFT, Wish.SUBMIT): State.IN_REVIEW,
    (State.DRAFT, Wish.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Wish.SAVE): State.DRAFT,
    (State.IN_REVIEW, Wish.SEND_BACK): State.DRAFT,
    (State.IN_REVIEW, Wish.APPROVE): State.PUBLISHED,
    (State.IN_REVIEW, Wish.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Wish.SAVE): State.DRAFT,
    (State.PUBLISHED, Wish.APPROVE): State.PUBLISHED,  # of a changed source
    (State.PUBLISHED, Wish.WITHDRAW): State.WITHDRAWN,
    (State.WITHDRAWN, Wish.SAVE): State.WITHDRAWN,
    (State.WITHDRAWN, Wish.RESTORE): State.DRAFT,
}
REFUSED = [
    (state, wish)
    for state in State
    for wish in Wish
    if (state, wish) not in MOVES and wish is not Wish.PUBLISH_IMPORTED
]


@pytest.mark.parametrize(("state", "wish"), MOVES, ids=[f"{state}-{wish}" for state, wish in MOVES])
def test_a_wish_leads_to(state, wish):
    assert decide(state, wish, by="ben", editors={"ana"}).after is MOVES[state, wish]


@pytest.mark.parametrize(("state", "wish"), REFUSED, ids=[f"{state}-{wish}" for state, wish in REFUSED])
def test_a_wish_is_refused(state, wish):
    with pytest.raises(NotAllowed) as refused:
        decide(state, wish, by="ben", editors={"ana"})

    assert refused.value.args[:2] == (wish, state)


@pytest.mark.parametrize("editors", [{"ana"}, {"ana", "ben"}], ids=["alone", "with another"])
def test_whoever_made_what_waits_cannot_approve_it(editors):
    with pytest.raises(OwnApproval):
        decide(State.IN_REVIEW, Wish.APPROVE, by="ana", editors=editors)


def test_the_rule_can_be_switched_off_and_then_the_record_says_so():
    alone = decide(State.IN_REVIEW, Wish.APPROVE, by="ana", editors={"ana"}, two_person=False)
    reviewed = decide(State.IN_REVIEW, Wish.APPROVE, by="ben", editors={"ana"}, two_person=False)

    assert alone == Move(State.IN_REVIEW, State.PUBLISHED, "approved alone: two-person review is switched off")
    assert reviewed.recorded == "approved"


def test_what_is_approved_already_is_not_approved_again():
    with pytest.raises(NotAllowed):
        decide(State.PUBLISHED, Wish.APPROVE, by="ben", editors=set())


@pytest.mark.parametrize("wish", [Wish.APPROVE, Wish.PUBLISH_IMPORTED])
def test_a_blocking_note_stops(wish):
    with pytest.raises(NotAllowed):
        decide(State.IN_REVIEW, wish, by=OPERATOR, editors={OPERATOR}, blocked=True, two_person=False)


def test_the_operator_publishes_what_the_operator_imported():
    move = decide(State.IN_REVIEW, Wish.PUBLISH_IMPORTED, by=OPERATOR, editors={OPERATOR})

    assert move == Move(State.IN_REVIEW, State.PUBLISHED, "imported and published on the command line")


@pytest.mark.parametrize(
    ("state", "by", "editors"),
    [
        pytest.param(State.IN_REVIEW, "ana", {OPERATOR}, id="an editor"),
        pytest.param(State.IN_REVIEW, "ana", {"ana"}, id="an editor her own"),
        pytest.param(State.IN_REVIEW, OPERATOR, {"ana"}, id="what an editor wrote"),
        pytest.param(State.IN_REVIEW, OPERATOR, {OPERATOR, "ana"}, id="what an editor changed"),
        pytest.param(State.DRAFT, OPERATOR, {OPERATOR}, id="a draft"),
        pytest.param(State.WITHDRAWN, OPERATOR, {OPERATOR}, id="what was withdrawn"),
    ],
)
def test_nothing_else_is_published_as_imported(state, by, editors):
    with pytest.raises(NotAllowed):
        decide(state, Wish.PUBLISH_IMPORTED, by=by, editors=editors)


PEOPLE = st.sampled_from(["ana", "ben", "carol"])
WORDS = st.sampled_from(["Alpha", "Beta"])
ALPHA = id_of("alpha-1")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@cache
def empty_archive():
    """A migrated file to copy: a migration for each example would be half the time."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "empty.db"
    Archive.open(f"sqlite:///{path}").close()
    return folder, path


class EditorsAtWork(RuleBasedStateMachine):
    """Three people do anything in any order; the model only remembers who had a hand in which words."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        path = copy(empty_archive()[1], self.folder.name)
        self.archive = Archive.open(f"sqlite:///{path}", clock=lambda: NOW)
        self.touched = {}  # (text or title, its revision) -> who
        self.text = self.title = 0  # revisions
        self.source = Source(external_id="alpha")

    def teardown(self):
        self.archive.close()
        self.folder.cleanup()

    def act(self, by, verb, *values, **options):
        """Do it, or be refused: both are fine here. What was done, in the words of the record."""
        before = self.archive.check_audit().entries
        with suppress(OwnApproval, NotAllowed, FieldError), self.archive.writing(by) as desk:
            getattr(desk, verb)(*values, **options)
        return list(self.archive.audit(after=before))

    @rule(by=PEOPLE, text=WORDS, state=st.sampled_from([State.IN_REVIEW, State.IN_REVIEW, State.DRAFT]))
    def write(self, by, text, state):
        fragment = Fragment(id=ALPHA, external_id="alpha-1", source=self.source, lang="en", text=text)
        self._remember(by, self.act(by, "save_fragment", fragment, state=state))

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE, title=WORDS)
    def change_the_source(self, by, title):
        self.source = replace(self.source, title=title)
        self._remember(by, self.act(by, "save_source", self.source))

    def _remember(self, by, entries):
        for entry in entries:
            revision = entry.details["revision"]
            if entry.subject == "alpha":
                self.title = revision
                self.touched["title", revision] = {by}
            elif entry.action.startswith("saved unchanged"):
                self.touched["title", self.title] |= {by}  # saved it again with the new title before them
            elif entry.action.startswith("saved without a changed word"):
                self.text = revision
                self.touched["text", revision] = self.touched["text", revision - 1]
            else:
                self.text = revision
                self.touched["text", revision] = {by}
                self.touched["title", self.title] |= {by}  # wrote upon it

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE)
    def approve_and_publish(self, by):
        if self.act(by, "approve", ALPHA):
            self.touched["text", self.text] |= {by}
            self.touched["title", self.title] |= {by}
            self.approved_title = self.title
        held = self.archive.fragment(ALPHA)
        for fragment in self.archive.publish(by, NOW).fragments:
            assert held.hold is None
            assert held.terms.embargo_until is None
            assert len(self.touched["text", fragment.revision]) >= 2
            assert len(self.touched["title", self.approved_title]) >= 2

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE, verb=st.sampled_from(["submit", "send_back", "restore"]))
    def move(self, by, verb):
        self.act(by, verb, ALPHA)

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE, topic=WORDS)
    def label(self, by, topic):
        self._remember(by, self.act(by, "label", ALPHA, topics=[topic.lower()]))

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE, days=st.sampled_from([None, 1, 2]))
    def set_an_embargo(self, by, days):
        until = NOW + timedelta(days=days) if days else None
        self.act(by, "set_terms", ALPHA, Terms(embargo_until=until))

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE, verb=st.sampled_from(["hold", "lift_hold"]))
    def hold_or_lift(self, by, verb):
        self.act(by, verb, ALPHA, "a reason")

    @precondition(lambda self: self.text)
    @rule(by=PEOPLE)
    def withdraw(self, by):
        self.act(by, "withdraw", ALPHA, "a reason")


EditorsAtWork.TestCase.settings = settings(
    max_examples=100, stateful_step_count=10, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_no_sequence_publishes_words_that_two_people_did_not_touch = EditorsAtWork.TestCase
