"""One act on many fragments: tried out on all of them first, then done to all of them or to none.

Rules: trying out is doing, in a transaction that is taken back; what is refused for one fragment alone is refused for
it among others, by the same code. What is done is what was shown: where anything is refused now that was not then,
nothing is done. Decides nothing itself (fragments.review, fragments.terms).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fragments.errors import FieldError, UnsilencedError
from fragments.store.archive import Archive
from fragments.store.writing import Desk, Saved
from fragments.terms import Terms

MOST = 200  # fragments at once: what somebody can still look through


class Deed(StrEnum):
    """What can be done to many."""

    APPROVE = "approve"
    SEND_BACK = "send-back"
    WITHDRAW = "withdraw"
    LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be done."""

    deed: Deed
    words: str = ""  # the comment or the reason
    topics: tuple[str, ...] = ()
    campaign: str | None = None
    checks: Mapping[str, str] = field(default_factory=dict)  # answers of the checklist, the same for all


@dataclass(frozen=True, slots=True)
class Chosen:
    """A fragment, and what was on the page: its revision, its source's and its dates; None where a list had none."""

    id: str
    revision: int
    source_revision: int | None = None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens to one; `refused` says why not."""

    chosen: Chosen
    refused: UnsilencedError | None = None


class RefusedMeanwhile(UnsilencedError):
    """Something was refused that was not before; nothing was done. Carries the outcomes."""

    def __init__(self, outcomes: tuple[Outcome, ...]) -> None:
        super().__init__(outcomes)
        self.outcomes = outcomes


class _TakenBackError(Exception):
    """Ends the transaction of a rehearsal."""


def rehearse(
    archive: Archive, actor: str, now: datetime, errand: Errand, chosen: Sequence[Chosen]
) -> tuple[Outcome, ...]:
    """What would happen to each; nothing does."""
    outcomes: tuple[Outcome, ...] = ()
    with suppress(_TakenBackError), archive.writing(actor, now) as desk:
        outcomes = tuple(_each(desk, errand, chosen))
        raise _TakenBackError
    return outcomes


def carry_out(archive: Archive, actor: str, now: datetime, errand: Errand, chosen: Sequence[Chosen]) -> None:
    """Do it to all, in one transaction. Raises RefusedMeanwhile, with nothing done."""
    with archive.writing(actor, now) as desk:
        outcomes = tuple(_each(desk, errand, chosen))
        if any(each.refused for each in outcomes):
            raise RefusedMeanwhile(outcomes)


def _each(desk: Desk, errand: Errand, chosen: Sequence[Chosen]) -> Iterator[Outcome]:
    for one in chosen[:MOST]:
        try:
            with desk.row():
                _do(desk, errand, one)
        except UnsilencedError as refused:
            yield Outcome(one, refused)
        else:
            yield Outcome(one)


def _do(desk: Desk, errand: Errand, one: Chosen) -> None:
    if errand.deed is Deed.APPROVE:
        desk.approve(
            one.id,
            revision=one.revision,
            source_revision=one.source_revision,
            terms=one.terms,
            checks=errand.checks,
        )
    elif errand.deed is Deed.SEND_BACK:
        desk.send_back(one.id, errand.words)
    elif errand.deed is Deed.WITHDRAW:
        desk.withdraw(one.id, errand.words)
    elif desk.label(one.id, topics=errand.topics, campaign=errand.campaign) is Saved.UNCHANGED:
        raise FieldError("topics", "says nothing new")
