"""What every act of a writing transaction is made of: rows looked up, a revision kept, an act noted.

Decides nothing: fragments.review and fragments.terms do.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from fragments.errors import UnderHold, UnknownFragment
from fragments.nouns import Source
from fragments.review import OPERATOR
from fragments.store import rows
from fragments.store.audit import Act
from fragments.store.ledger import Ledger
from fragments.store.rows import Row
from fragments.store.standing import refuse_stale, source_progress_of


class Saved(StrEnum):
    """What saving did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Acting:
    """One actor in one transaction."""

    def __init__(self, connection: Connection, actor: str, now: datetime, *, two_person: bool = True) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._two_person = two_person
        self._imports = actor == OPERATOR
        self._ledger = Ledger(connection)

    def finish(self) -> None:
        """Send what is decided; Archive.writing() does it."""
        self._ledger.send()

    def save_source(self, source: Source, *, based_on: int | None = None) -> Saved:
        """Save a source by its external id; one that was merged into another stays as that other says.

        Raises FieldError for what no database holds, StaleRevision(external id, newest).
        """
        before = self._ledger.source(source.external_id)
        refuse_stale(source.external_id, before, based_on)
        if before and before["merged_into"]:
            return Saved.UNCHANGED
        version = rows.version_of_source(source)
        if before and version.content in (before["content"], before["given"] if self._imports else None):
            return Saved.UNCHANGED
        row = {
            **rows.source_row(source),
            **self._stamps(before),
            **self._hashes(before, version),
            **source_progress_of(before),
        }
        self._ledger.put_source(row, source)
        return self._keep("source", source.external_id, row, version, "saved the source")

    def _keep(
        self, kind: str, subject: str, row: Row, version: rows.Version, action: str, details: Row | None = None
    ) -> Saved:
        self._ledger.decided.revisions.append(rows.revision_row(kind, subject, row, version.record, self._now))
        self._act(action, subject, {"revision": row["revision"], "content": version.content, **(details or {})})
        self._ledger.send_when_full()
        return Saved.ADDED if row["revision"] == 1 else Saved.CHANGED

    def _act(self, action: str, subject: str, details: Row) -> None:
        self._ledger.decided.acts.append(Act(self._now, self._actor, action, subject, details))

    def _stamps(self, before: Row | None) -> Row:
        revision = before["revision"] + 1 if before else 1
        return {"revision": revision, "saved_by": self._actor, "saved_at": self._now}

    def _hashes(self, before: Row | None, version: rows.Version) -> Row:
        given = version.given if self._imports else before["given"] if before else None
        return {"content": version.content, "given": given}

    def _row_of(self, fragment_id: str) -> Row:
        row = self._ledger.fragment(fragment_id)
        if row is None:
            raise UnknownFragment(fragment_id)
        return row

    def _free_row_of(self, fragment_id: str, wish: str) -> Row:
        """The row of a fragment that no legal hold keeps as it is. Raises UnderHold(wish, state, why)."""
        row = self._row_of(fragment_id)
        if row["hold_by"]:
            raise UnderHold(wish, row["state"], "is under a legal hold")
        return row

    def _source_of(self, external_id: str) -> Row:
        source = self._ledger.source(external_id)
        assert source is not None  # noqa: S101 saved before its fragments, and held by a foreign key
        return source
