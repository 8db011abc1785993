"""Decides what may happen to a fragment at the desk: draft, in review, published, withdrawn.

Rules: a text is published when two different people have touched it, the second by approving it. Whoever made the
revision that waits cannot approve it (OwnApproval). Two ways round, each recorded as exactly that: an installation of
one person switches the rule off, and what an operator imported may be published on the command line.
A withdrawn fragment stays withdrawn through every change until somebody restores it, as a draft.

Pure: facts in, a Move out. Does not store, and knows no clock.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from fragments.errors import NotAllowed, OwnApproval
from fragments.nouns import State

OPERATOR = "operator (command line)"  # who acts in a terminal on the server; no editor may have this name


class Wish(StrEnum):
    """What somebody wants to do."""

    SAVE = "save"
    SUBMIT = "submit"
    SEND_BACK = "send back"
    APPROVE = "approve"
    PUBLISH_IMPORTED = "publish as imported"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Move:
    """What happens: the state before and after, and the words for the audit record."""

    before: State
    after: State
    recorded: str


_PLAIN: dict[tuple[State, Wish], Move] = {
    (before, wish): Move(before, after, recorded)
    for wish, recorded, befores, after in (
        (Wish.SAVE, "saved", (State.DRAFT, State.IN_REVIEW, State.PUBLISHED), State.DRAFT),
        (Wish.SAVE, "saved, still withdrawn", (State.WITHDRAWN,), State.WITHDRAWN),
        (Wish.SUBMIT, "submitted", (State.DRAFT,), State.IN_REVIEW),
        (Wish.SEND_BACK, "sent back", (State.IN_REVIEW,), State.DRAFT),
        (Wish.WITHDRAW, "withdrawn", (State.DRAFT, State.IN_REVIEW, State.PUBLISHED), State.WITHDRAWN),
        (Wish.RESTORE, "restored as a draft", (State.WITHDRAWN,), State.DRAFT),
    )
    for before in befores
}


def decide(
    state: State,
    wish: Wish,
    *,
    by: str,
    editors: Set[str] = frozenset(),
    two_person: bool = True,
    blocked: bool = False,
) -> Move:
    """The move that a wish leads to.

    `editors` are those who made what waits for approval and that nobody else has touched: empty where a published
    fragment and its source are as approved. `blocked` says that a note of cleaning stops publishing.

    Raises OwnApproval(by), or NotAllowed(wish, state, why) with why in words.
    """
    if wish is Wish.APPROVE:
        return _approve(state, by, editors, two_person=two_person, blocked=blocked)
    if wish is Wish.PUBLISH_IMPORTED:
        return _publish_imported(state, by, editors, blocked=blocked)
    if (state, wish) not in _PLAIN:
        raise NotAllowed(wish, state, f"is {state}")
    return _PLAIN[state, wish]


def _approve(state: State, by: str, editors: Set[str], *, two_person: bool, blocked: bool) -> Move:
    _refuse_what_cannot_be_published(Wish.APPROVE, state, editors, blocked=blocked)
    if by not in editors:
        return Move(state, State.PUBLISHED, "approved")
    if two_person:
        raise OwnApproval(by)
    return Move(state, State.PUBLISHED, "approved alone: two-person review is switched off")


def _publish_imported(state: State, by: str, editors: Set[str], *, blocked: bool) -> Move:
    _refuse_what_cannot_be_published(Wish.PUBLISH_IMPORTED, state, editors, blocked=blocked)
    if by != OPERATOR or editors != {OPERATOR}:
        raise NotAllowed(Wish.PUBLISH_IMPORTED, state, "was not imported by the operator who publishes it")
    return Move(state, State.PUBLISHED, "imported and published on the command line")


def _refuse_what_cannot_be_published(wish: Wish, state: State, editors: Set[str], *, blocked: bool) -> None:
    if state not in (State.IN_REVIEW, State.PUBLISHED):
        raise NotAllowed(wish, state, f"is {state}")
    if not editors:
        raise NotAllowed(wish, state, "is approved already")
    if blocked:
        raise NotAllowed(wish, state, "has a note that stops publishing")
