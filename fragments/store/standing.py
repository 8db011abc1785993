"""What the rows of a fragment and its source say about where they stand: who waits for whom, what is approved.

Pure; the rules themselves are in fragments.review.
"""

from typing import Any

from fragments.errors import FieldError, StaleRevision
from fragments.ids import id_of
from fragments.nouns import Fragment, State
from fragments.review import Wish, decide
from fragments.store.rows import Row
from fragments.terms import Hold, Terms


def editors_of(row: Row, source: Row) -> frozenset[str]:
    """Who made what waits for approval in a fragment and its source, and that nobody else has touched.

    Whoever saved the waiting text upon the source's newest revision has touched that too, and is among the editors:
    where another made it, that other may approve. Two people are enough for a text and its source.
    """
    editors = {writer_of(row)} if text_waits(row) else set()
    was_before_them = text_waits(row) and row["source_revision"] == source["revision"]
    if source["revision"] != source["approved_revision"] and not was_before_them:
        editors.add(source["saved_by"])
    return frozenset(editors)


def writer_of(row: Row) -> str:
    """Who wrote the words of the newest revision: whoever saved it, unless they only labelled or moved it."""
    return str(row["words_by"] or row["saved_by"])


def text_waits(row: Row) -> bool:
    """Whether the newest revision of a fragment is not the one that editions show."""
    return bool(row["revision"] != row["approved_revision"])


def approval_of(row: Row) -> Row:
    """The columns of a fragment whose newest revision is approved."""
    return {"approved_revision": row["revision"], "approved_source_id": row["source_id"]}


_PROGRESS = (
    *("approved_revision", "approved_source_id", "published_at", "corrected_at", "correction"),
    *("embargo_until", "expires_at", "hold_by", "hold_since", "hold_reason"),
)
_SOURCE_PROGRESS = ("approved_revision", "checked_at", "checked_by", "merged_into")


def progress_of(row: Row | None) -> Row:
    """The columns of a fragment that a new revision leaves as they are; empty ones for a new fragment."""
    return {name: row[name] if row else None for name in _PROGRESS}


def source_progress_of(row: Row | None) -> Row:
    """The columns of a source that a new revision leaves as they are; empty ones for a new source."""
    return {name: row[name] if row else None for name in _SOURCE_PROGRESS}


def terms_of(row: Any) -> Terms:
    """The dates of a fragment."""
    return Terms(embargo_until=row["embargo_until"], expires_at=row["expires_at"])


def hold_of(row: Any) -> Hold | None:
    """The legal hold on a fragment."""
    return Hold(by=row["hold_by"], since=row["hold_since"], reason=row["hold_reason"]) if row["hold_by"] else None


def state_after_saving(before: Row | None, wished: State, actor: str) -> State:
    """The state that a new revision has: the one wished for, except that what is withdrawn stays so.

    Raises FieldError where somebody wishes to save a text published or withdrawn.
    """
    if wished not in (State.DRAFT, State.IN_REVIEW):
        raise FieldError("state", "is not one to save in", wished.value, "save in review, then approve")
    move = decide(State(before["state"]) if before else State.DRAFT, Wish.SAVE, by=actor)
    return move.after if move.after is State.WITHDRAWN else wished


def refuse_foreign_ids(fragment: Fragment, before: Row | None) -> None:
    """Raise FieldError for an id that is not the external id's, or that two external ids share."""
    if fragment.id != id_of(fragment.external_id):
        raise FieldError("id", "is not the id of its external id", fragment.id, id_of(fragment.external_id))
    if before and before["external_id"] != fragment.external_id:  # 4 in a million at 100,000 fragments
        raise FieldError("external_id", "has the id of another", fragment.external_id, before["external_id"])


def refuse_stale(subject: str, row: Row | None, revision: int | None) -> None:
    """Raise StaleRevision(id, newest) where somebody had another revision before them than the newest."""
    newest = row["revision"] if row else 0
    if revision is not None and revision != newest:
        raise StaleRevision(subject, newest)
