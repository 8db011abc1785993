"""What editors do to a fragment beside its words (dates, legal holds, labels) and to sources (checked, merged).

Rules: nothing here approves anything. A label or a move to another source is a revision that waits, and whoever makes
it does not become the writer of words that wait already: otherwise a label by one would let the writer approve herself.
Decides nothing (fragments.terms) and merges no fields (fragments.merging).
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from fragments.errors import FieldError, NotAllowed, UnderHold
from fragments.merging import merged
from fragments.nouns import Fragment, Source, State
from fragments.record import show_moment
from fragments.store import reading, rows
from fragments.store.acting import Acting, Saved
from fragments.store.rows import Row
from fragments.store.standing import hold_of, terms_of, text_waits, writer_of
from fragments.store.tables import FragmentRow, RevisionRow, SourceRow
from fragments.terms import Terms, decide_lift, decide_terms

NOBODY_HAD_IT = 0  # in source_revision: who wrote the words has not had this source before them


class Curating(Acting):
    """Dates, holds, labels, and sources checked and merged."""

    def set_terms(self, fragment_id: str, terms: Terms) -> bool:
        """Set the dates between which editions show a fragment; False where they are so already.

        Raises UnknownFragment, UnderHold, FieldError (a date in the past), OwnApproval (the writer of an approved
        text loosens its dates).
        """
        row = self._free_row_of(fragment_id, "set dates")
        before = terms_of(row)
        if before == terms:
            return False
        writers, is_two = self._approved_writers(row), self._two_person
        recorded = decide_terms(before, terms, by=self._actor, writers=writers, two_person=is_two, now=self._now)
        told = {"embargo": terms.embargo_until, "expiry": terms.expires_at}
        self._act(recorded, fragment_id, {name: show_moment(each) if each else "none" for name, each in told.items()})
        self._ledger.put({**row, "embargo_until": terms.embargo_until, "expires_at": terms.expires_at})
        return True

    def hold(self, fragment_id: str, reason: str) -> None:
        """Take a fragment out of the next edition and keep it as it is. Raises UnknownFragment, UnderHold."""
        row = self._free_row_of(fragment_id, "hold")
        self._act("set a legal hold", fragment_id, {"reason": reason})
        self._ledger.put({**row, "hold_by": self._actor, "hold_since": self._now, "hold_reason": reason})

    def lift_hold(self, fragment_id: str, reason: str) -> None:
        """End a legal hold: the fragment stands where it stood. Raises UnknownFragment, NotAllowed, OwnHold."""
        row = self._row_of(fragment_id)
        held = hold_of(row)
        if held is None:
            raise NotAllowed("lift the hold", row["state"], "is under no legal hold")
        recorded = decide_lift(held, by=self._actor, two_person=self._two_person)
        self._act(recorded, fragment_id, {"reason": reason})
        self._ledger.put({**row, "hold_by": None, "hold_since": None, "hold_reason": None})

    def label(self, fragment_id: str, *, topics: Iterable[str] = (), campaign: str | None = None) -> Saved:
        """Add topics to a fragment and put it into a campaign; no word changes. Raises UnknownFragment, UnderHold."""
        row = self._free_row_of(fragment_id, "label")
        before = self._fragment_of(row)
        after = replace(
            before, topics=tuple(dict.fromkeys((*before.topics, *topics))), campaign=campaign or before.campaign
        )
        return Saved.UNCHANGED if after == before else self._save_unread(row, after, row["source_revision"])

    def check_source(self, external_id: str) -> None:
        """Note that somebody read a source's evidence again today. Raises FieldError for one that is not there."""
        row = self._known_source(external_id)
        self._act("checked the source's evidence", external_id, {"revision": row["revision"]})
        self._ledger.put_source({**row, "checked_at": self._now, "checked_by": self._actor})

    def merge_sources(self, gone: str, kept: str, *, carry_over: bool = True) -> int:
        """Move all fragments of a source to another that says the same; how many moved.

        What names the first from now on means the second. With `carry_over` the second takes over what only the first
        said. Raises FieldError (unknown, the same, merged already), UnderHold where a hold keeps a fragment.
        """
        if gone == kept:
            raise FieldError("kept", "is the same source", kept, "choose two")
        self._known_source(gone), self._known_source(kept)
        moved = self._fragments_of(gone)
        if carry_over:
            self.save_source(merged(self._source_said(kept), self._source_said(gone)))
        for row in moved:
            self._move_to(row, kept)
        self._name_survivor(gone, kept)
        self._act("merged into another source", gone, {"into": kept, "fragments": len(moved)})
        self._act("took in a duplicate", kept, {"source": gone, "fragments": len(moved)})
        return len(moved)

    def _fragments_of(self, source_id: str) -> list[Row]:
        self._ledger.send()
        ids = self._connection.execute(select(FragmentRow.id).where(FragmentRow.source_id == source_id)).scalars().all()
        self._ledger.look_up(ids)
        found = [self._row_of(id_) for id_ in ids]
        held = [row["id"] for row in found if row["hold_by"]]
        if held:
            raise UnderHold("merge", held[0], "has a fragment under a legal hold")
        return found

    def _move_to(self, row: Row, source_id: str) -> None:
        moved = replace(self._fragment_of(row), source=self._source_said(source_id))
        self._save_unread(row, moved, NOBODY_HAD_IT)

    def _save_unread(self, row: Row, fragment: Fragment, source_revision: int) -> Saved:
        """A revision in which no word changed: it waits, and who wrote words that wait stays their writer."""
        version = rows.version_of(fragment)
        state = State.IN_REVIEW if row["state"] == State.PUBLISHED else State(row["state"])
        changed = {
            **row,
            **rows.fragment_row(fragment),
            **self._stamps(row),
            "content": version.content,
            "state": state.value,
            "source_revision": source_revision,
            "words_by": writer_of(row) if text_waits(row) else None,
        }
        self._ledger.put(changed, fragment)
        told = {"topics": list(fragment.topics), "campaign": fragment.campaign, "source": fragment.source.external_id}
        return self._keep("fragment", fragment.id, changed, version, f"saved without a changed word, {state}", told)

    def _name_survivor(self, gone: str, kept: str) -> None:
        """Those that were merged into the duplicate before follow it."""
        before = select(SourceRow.external_id).where(SourceRow.merged_into == gone)
        followers = self._connection.execute(before).scalars().all()
        for external_id in (gone, *followers):
            self._ledger.put_source({**self._source_of(external_id), "merged_into": kept})

    def _known_source(self, external_id: str) -> Row:
        row = self._ledger.source(external_id)
        if row is None or row["merged_into"]:
            raise FieldError("source", "is not one that is here", external_id, "look it up again")
        return row

    def _approved_writers(self, row: Row) -> frozenset[str]:
        if row["approved_revision"] is None:
            return frozenset()
        if not text_waits(row):
            return frozenset({writer_of(row)})
        said = RevisionRow
        is_it = (said.kind == "fragment", said.subject == row["id"], said.revision == row["approved_revision"])
        return frozenset(self._connection.execute(select(said.saved_by).where(*is_it)).scalars())

    def _source_said(self, external_id: str) -> Source:
        said = self._ledger.decided.said_sources.get(external_id) or reading.source(self._connection, external_id)
        assert said is not None  # noqa: S101 it was looked up before
        return said

    def _fragment_of(self, row: Row) -> Fragment:
        if row["id"] in self._ledger.decided.said:
            return self._ledger.decided.said[row["id"]]
        return reading.newest(self._connection, row["id"])
