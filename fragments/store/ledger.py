"""What one writing transaction knows of the archive, and what it has decided so far.

Looks rows up in what is decided, then in what was read, then in the database. Sends decisions in bulk.
Decides nothing itself.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from fragments.nouns import Fragment, Source
from fragments.store.outbox import Outbox, chunks
from fragments.store.rows import Row
from fragments.store.tables import FragmentRow, NoteRow, SourceRow

SEND_AT = 1_000  # decided rows; they and what was read are dropped then, so that memory stays bounded


class Ledger:
    """Rows of fragments and sources, as they will stand when the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.decided = Outbox()
        self._read: dict[str, Row | None] = {}  # fragments by id; None where there is none
        self._read_sources: dict[str, Row | None] = {}
        self._holding = False

    def fragment(self, fragment_id: str) -> Row | None:
        """The row of a fragment."""
        if fragment_id in self.decided.fragments:
            return self.decided.fragments[fragment_id]
        if fragment_id not in self._read:
            self.look_up([fragment_id])
        return self._read[fragment_id]

    def source(self, external_id: str) -> Row | None:
        """The row of a source."""
        if external_id in self.decided.sources:
            return self.decided.sources[external_id]
        if external_id not in self._read_sources:
            self.look_up_sources([external_id])
        return self._read_sources[external_id]

    def has_blocking_note(self, fragment_id: str) -> bool:
        """Whether a note on a fragment stops publishing."""
        if fragment_id in self.decided.notes:
            return any(note.blocks for note in self.decided.notes[fragment_id])
        chosen = select(NoteRow.place).where(NoteRow.fragment_id == fragment_id, NoteRow.blocks)
        return self._connection.execute(chosen).first() is not None

    def put(self, row: Row, said: Fragment | None = None) -> None:
        """Decide a fragment's row, and what it says where that is new."""
        self.decided.fragments[row["id"]] = row
        if said is not None:
            self.decided.said[said.id] = said

    def put_source(self, row: Row, said: Source | None = None) -> None:
        """Decide a source's row, and what it says where that is new."""
        self.decided.sources[row["external_id"]] = row
        if said is not None:
            self.decided.said_sources[said.external_id] = said

    def look_up(self, ids: Iterable[str]) -> None:
        """Read fragments together, those that are not there included."""
        for chunk in chunks(id_ for id_ in ids if id_ not in self._read):
            self._read.update(dict.fromkeys(chunk))
            chosen = select(FragmentRow.__table__).where(FragmentRow.id.in_(chunk))
            self._read.update({row["id"]: dict(row) for row in self._connection.execute(chosen).mappings()})

    def look_up_sources(self, external_ids: Iterable[str]) -> None:
        """Read sources together, those that are not there included."""
        for chunk in chunks(id_ for id_ in external_ids if id_ not in self._read_sources):
            self._read_sources.update(dict.fromkeys(chunk))
            chosen = select(SourceRow.__table__).where(SourceRow.external_id.in_(chunk))
            found = self._connection.execute(chosen).mappings()
            self._read_sources.update({row["external_id"]: dict(row) for row in found})

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Undo what is decided inside where an exception leaves it; nothing is sent meanwhile."""
        kept, outer, self._holding = self.decided.mark(), self._holding, True
        try:
            yield
        except BaseException:
            self.decided = kept
            raise
        finally:
            self._holding = outer

    def send_when_full(self) -> None:
        """Send when enough is decided to be worth it."""
        if not self._holding and len(self.decided.fragments) + len(self.decided.sources) >= SEND_AT:
            self.send()

    def send(self) -> None:
        """Write all that is decided."""
        self.decided.send(self._connection)
        self._keep_what_is_written()
        self.decided = Outbox()

    def _keep_what_is_written(self) -> None:
        if len(self._read) + len(self._read_sources) > 20 * SEND_AT:
            self._read.clear()
            self._read_sources.clear()
        self._read.update(self.decided.fragments)
        self._read_sources.update(self.decided.sources)
