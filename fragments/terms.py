"""Decides on dates and legal holds: when an approved fragment may stand in an edition, and who may say so.

Rules: before its embargo ends and once it has expired a fragment stands in no edition; under a legal hold neither, and
nothing of it changes. Whoever approves has the dates before them; afterwards whoever wrote the text may tighten them,
and only somebody else may loosen them, or one person could publish earlier than two agreed on. A hold is lifted by
another person than the one who set it.

Pure: facts in, words for the audit record out. Makes no edition (fragments.store.freezing).
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fragments.errors import FieldError, OwnApproval, OwnHold

CLOCK = "the clock"  # who acts when a date has come; no editor may have this name


class Absence(StrEnum):
    """Why an approved fragment stands in no edition."""

    HOLD = "legal hold"
    EMBARGO = "embargo"
    EXPIRY = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The dates between which a fragment may stand in editions; aware times, None for no limit."""

    embargo_until: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold."""

    by: str
    since: datetime
    reason: str


def absence(terms: Terms, hold: Hold | None, now: datetime) -> Absence | None:
    """Why a fragment would not stand in an edition frozen now; None where nothing is in its way."""
    if hold:
        return Absence.HOLD
    if terms.embargo_until and now < terms.embargo_until:
        return Absence.EMBARGO
    return Absence.EXPIRY if terms.expires_at and terms.expires_at <= now else None


def decide_terms(
    before: Terms, after: Terms, *, by: str, writers: Set[str], two_person: bool = True, now: datetime
) -> str:
    """The words for the record. `writers` made what is approved: empty where nothing is.

    Raises FieldError (a date that is new and past, or that ends what has not begun) and OwnApproval(by).
    """
    _refuse_past(before, after, now)
    if not is_looser(before, after, now) or by not in writers:
        return "set its dates"
    if two_person:
        raise OwnApproval(by)
    return "set its dates alone: two-person review is switched off"


def is_looser(before: Terms, after: Terms, now: datetime) -> bool:
    """Whether a fragment may stand earlier or longer than before; an embargo that is over is in nobody's way."""
    embargo = before.embargo_until if before.embargo_until and before.embargo_until > now else None
    is_earlier = embargo and (after.embargo_until is None or after.embargo_until < embargo)
    is_longer = before.expires_at and (after.expires_at is None or after.expires_at > before.expires_at)
    return bool(is_earlier or is_longer)


def decide_lift(hold: Hold, *, by: str, two_person: bool = True) -> str:
    """The words for the record. Raises OwnHold(by)."""
    if by != hold.by:
        return "lifted the legal hold"
    if two_person:
        raise OwnHold("lift the hold", by, "has to be released by another editor than who set it")
    return "lifted the legal hold alone: two-person review is switched off"


def _refuse_past(before: Terms, after: Terms, now: datetime) -> None:
    if after.embargo_until and after.embargo_until != before.embargo_until and after.embargo_until <= now:
        raise FieldError("embargo_until", "is in the past", after.embargo_until.isoformat(), "leave it empty")
    if after.expires_at and after.expires_at != before.expires_at and after.expires_at <= now:
        raise FieldError("expires_at", "is in the past", after.expires_at.isoformat(), "withdraw the text instead")
    if after.embargo_until and after.expires_at and after.expires_at <= after.embargo_until:
        raise FieldError("expires_at", "is not after the embargo", after.expires_at.isoformat(), "choose a later one")
