"""The desk of one writing transaction: what an editor or an import does to the archive.

Each change of a text is a new revision; what editions show moves on approval only. Nothing reaches the database
before the transaction ends or a batch is full, and then in bulk (fragments.store.outbox).
Decides nothing about review (fragments.review) and freezes nothing (fragments.store.freezing).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from fragments.errors import FieldError, StaleRevision
from fragments.ids import id_of
from fragments.notes import Note
from fragments.nouns import Fragment, State
from fragments.review import Wish, decide
from fragments.store import rows
from fragments.store.acting import Saved
from fragments.store.curating import Curating
from fragments.store.outbox import name_campaign
from fragments.store.rows import Row
from fragments.store.standing import (
    approval_of,
    editors_of,
    progress_of,
    refuse_foreign_ids,
    refuse_stale,
    state_after_saving,
    terms_of,
)
from fragments.terms import Terms

__all__ = ["Desk", "Saved"]


class Desk(Curating):
    """What one actor does in one transaction. Made by Archive.writing()."""

    def known(self, external_ids: Iterable[str], sources: Iterable[str] = ()) -> Mapping[str, str]:
        """What the archive has of fragments: external id -> content hash of what was given last.

        Looks them up together, with their sources and those named in `sources`: call it once for a batch, and saving
        asks the database nothing more.
        """
        ids = [id_of(external_id) for external_id in external_ids]
        self._ledger.look_up(ids)
        found = [row for row in map(self._ledger.fragment, ids) if row]
        self._ledger.look_up_sources({*sources, *(row["source_id"] for row in found)})
        return {row["external_id"]: row["given"] or row["content"] for row in found}

    @contextmanager
    def row(self) -> Iterator[None]:
        """A row of an import: an exception inside undoes all that was done inside, and nothing before."""
        with self._ledger.holding():
            yield
        self._ledger.send_when_full()

    def save_fragment(
        self,
        fragment: Fragment,
        *,
        state: State = State.DRAFT,
        notes: Sequence[Note] = (),
        based_on: int | None = None,
    ) -> Saved:
        """Save a fragment and its source by their external ids, as a draft or in review.

        What the operator gives is compared with what the operator gave last, so that a second import of a file does
        not undo what editors changed since. Anybody else's is compared with the newest revision. The state of an
        unchanged fragment stays. `based_on` is the revision that the writer had before them.

        Raises FieldError (what no database holds; an id that is not the external id's), StaleRevision(id, newest).
        """
        before = self._ledger.fragment(fragment.id)
        refuse_foreign_ids(fragment, before)
        refuse_stale(fragment.id, before, based_on)
        after = state_after_saving(before, state, self._actor)
        version = rows.version_of(fragment)
        if before and self._imports and before["given"] == version.given:
            return Saved.UNCHANGED
        source = self.save_source(fragment.source)
        fragment, version = self._upon_the_kept_source(fragment, version)
        if before and before["content"] == version.content:
            return self._note_given(before, version, source)
        if before and before["hold_by"]:
            raise FieldError("id", "is under a legal hold", fragment.external_id, "let an editor lift it first")
        return self._save_text(fragment, before, version, after, notes)

    def _upon_the_kept_source(self, fragment: Fragment, version: rows.Version) -> tuple[Fragment, rows.Version]:
        """Of a source that was merged into another, the other; what was given is remembered as it was given."""
        kept = self._source_of(fragment.source.external_id)["merged_into"]
        if not kept:
            return fragment, version
        fragment = replace(fragment, source=replace(fragment.source, external_id=kept))
        return fragment, replace(rows.version_of(fragment), given=version.given)

    def _note_given(self, before: Row, version: rows.Version, source: Saved) -> Saved:
        """The same text; whoever saved it at the desk has had the newest revision of its source before them."""
        newest = self._source_of(before["source_id"])["revision"]
        is_free = not self._imports and not before["hold_by"]
        is_read = source is Saved.UNCHANGED and is_free and before["source_revision"] != newest
        if is_read:
            told = {"revision": before["revision"], "source_revision": newest}
            self._act("saved unchanged, upon the newest source", before["id"], told)
        read = {"source_revision": newest} if is_read else {}
        self._ledger.put({**before, **self._hashes(before, version), **read})
        return Saved.UNCHANGED if source is Saved.UNCHANGED else Saved.CHANGED

    def _save_text(
        self, fragment: Fragment, before: Row | None, version: rows.Version, state: State, notes: Sequence[Note]
    ) -> Saved:
        source = self._source_of(fragment.source.external_id)
        row = {
            **rows.fragment_row(fragment),
            **self._stamps(before),
            **self._hashes(before, version),
            **progress_of(before),
            **({} if before else self._first_progress(fragment)),
            "state": state.value,
            "source_revision": source["revision"],
            "words_by": None,
        }
        self._ledger.put(row, fragment)
        self._ledger.decided.notes[fragment.id] = tuple(notes)
        return self._keep("fragment", fragment.id, row, version, f"saved, {state}")

    def submit(self, fragment_id: str) -> None:
        """Put a draft up for review. Raises UnknownFragment, NotAllowed."""
        self._move(fragment_id, Wish.SUBMIT, {})

    def send_back(self, fragment_id: str, comment: str = "") -> None:
        """Make a fragment in review a draft again. Raises UnknownFragment, NotAllowed."""
        self._move(fragment_id, Wish.SEND_BACK, {"comment": comment})

    def restore(self, fragment_id: str) -> None:
        """Make a withdrawn fragment a draft. Raises UnknownFragment, NotAllowed."""
        self._move(fragment_id, Wish.RESTORE, {})

    def withdraw(self, fragment_id: str, reason: str) -> None:
        """Take a fragment out of the next edition; one person is enough. Raises UnknownFragment, NotAllowed."""
        row = self._move(fragment_id, Wish.WITHDRAW, {"reason": reason})
        self._ledger.put({**row, "approved_revision": None, "approved_source_id": None})
        withdrawal = {"fragment_id": fragment_id, "at": self._now, "by": self._actor, "reason": reason}
        self._ledger.decided.withdrawals.append(withdrawal)

    def approve(
        self,
        fragment_id: str,
        *,
        correction: str | None = None,
        revision: int | None = None,
        source_revision: int | None = None,
        terms: Terms | None = None,
        checks: Mapping[str, str] | None = None,
    ) -> None:
        """Let the next edition that its dates allow show the newest revision of a fragment and of its source.

        `correction` says what was put right in a text that was published before, and dates the correction.
        `revision`, `source_revision` and `terms` are those that the approver has read; StaleRevision where there are
        newer ones: a contributor's other text may say something new of the source while this one is being read.
        `checks` are the answers of the checklist, for the record. An embargo that is over is forgotten.

        Raises UnknownFragment, StaleRevision(id, newest), OwnApproval(by), NotAllowed(wish, state, why), UnderHold.
        """
        row = self._row_of(fragment_id)
        refuse_stale(fragment_id, row, revision)
        if terms is not None and terms != terms_of(row):
            raise StaleRevision(fragment_id, row["revision"])
        source = self._source_of(row["source_id"])
        refuse_stale(fragment_id, source, source_revision)
        corrected = {"correction": correction} if correction and row["published_at"] else {}
        checked = {"checks": dict(checks)} if checks else {}
        details = {"revision": row["revision"], "source_revision": source["revision"], **corrected, **checked}
        row = self._move(fragment_id, Wish.APPROVE, details, source=source)
        if row["embargo_until"] and row["embargo_until"] <= self._now:
            row = {**row, "embargo_until": None}
        self._ledger.put({**row, **approval_of(row), **({"corrected_at": self._now, **corrected} if corrected else {})})
        self._ledger.put_source({**source, "approved_revision": source["revision"]})
        self._ledger.send_when_full()

    def name_campaign(self, slug: str, name: str) -> None:
        """Give a campaign the name that editions carry."""
        name_campaign(self._connection, slug, name)
        self._act("named a campaign", slug, {"name": name})

    def _move(self, fragment_id: str, wish: Wish, details: Row, *, source: Row | None = None) -> Row:
        row = self._free_row_of(fragment_id, wish)
        move = decide(
            State(row["state"]),
            wish,
            by=self._actor,
            editors=editors_of(row, source) if source else frozenset(),
            two_person=self._two_person,
            blocked=wish is Wish.APPROVE and self._ledger.has_blocking_note(fragment_id),
        )
        self._act(move.recorded, fragment_id, details)
        moved = {**row, "state": move.after.value}
        self._ledger.put(moved)
        return moved

    def _first_progress(self, fragment: Fragment) -> Row:
        """Of a fragment that comes from another archive, its dates: an open export goes in without loss."""
        is_past = fragment.published_at is not None and fragment.published_at <= self._now
        return {
            "published_at": fragment.published_at if is_past else None,
            "corrected_at": fragment.corrected_at if is_past else None,
            "correction": fragment.correction if is_past else None,
        }
