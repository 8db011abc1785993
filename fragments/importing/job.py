"""Takes files into the archive, a row at a time, in batches of one transaction each.

Rules: a row goes in whole or not at all; a bad one never touches its neighbours. Whoever stops the import half-way runs
it again: rows that went in are unchanged then. The first row with an id wins, the second is rejected with both
places. Memory does not grow with texts, only by some 250 bytes a row for ids. A dry run does all of it and takes every
batch back.

It words nothing for the screen (report.py) and draws no progress bar.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fragments.errors import FieldError
from fragments.importing.building import Built, build
from fragments.importing.columns import Columns, constants_of
from fragments.importing.memory import Memory, Place
from fragments.importing.opening import Opened, Unreadable, opened
from fragments.importing.readers import BadRow, Row, rows_of
from fragments.importing.report import Counts, Rejection, Report, Warned
from fragments.importing.shaping import shape
from fragments.notes import Note
from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.writing import Desk, Saved

BATCH = 500  # rows a transaction: 100,000 rows in 200 of them; a stop loses 500 rows of work at most
SHOWN_VALUE = 60  # characters of a rejected value


class Progress(Protocol):
    """Told how far the import is: the file, bytes of it read (0 for a pipe), rows in all."""

    def __call__(self, file: str, position: int, rows: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How files are to be taken."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # their column -> our field
    constants: Mapping[str, str] = field(default_factory=dict)  # our field -> value where a row has none
    id_prefix: str = ""
    sources_only: bool = False
    plain: bool = False  # the file holds no markup: < and & mean themselves
    encoding: str | None = None
    dry_run: bool = False
    actor: str = OPERATOR


def run(archive: Archive, files: Sequence[Path], wishes: Wishes, progress: Progress | None = None) -> Report:
    """Import files in their order. Raises UnknownField, FieldError (wishes), LookupError (encoding).

    A file that cannot be read, or breaks off, is named in the report, and the next one is begun.
    """
    job = _Job(archive, wishes, progress or _silent)
    for file in files:
        try:
            with opened(file, wishes.encoding) as handle:
                job.take(handle)
        except Unreadable as failure:
            job.report.unreadable.append(failure)
    return job.report


def _silent(file: str, position: int, rows: int) -> None:
    """No progress is wanted."""


class _TakenBackError(Exception):
    """Ends the transaction of a dry run."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that has been read and built, on its way into the archive."""

    place: Place
    built: Built


class _Job:
    """The state of one run."""

    def __init__(self, archive: Archive, wishes: Wishes, progress: Progress) -> None:
        self.archive = archive
        self.wishes = wishes
        self.progress = progress
        self.report = Report(dry_run=wishes.dry_run)
        self.memory = Memory(archive)
        self.constants = constants_of(wishes.constants)
        self.columns = Columns(wishes.mapping)

    def take(self, file: Opened) -> None:
        """All rows of one file, and what is to be said about its columns."""
        self.columns = Columns(self.wishes.mapping)
        try:
            for batch in _batches(rows_of(file)):
                self._take_batch(file, batch)
                self.progress(file.name, file.position(), self.report.rows)
        finally:
            self.report.unused += [(file.name, unused) for unused in self.columns.unused.values()]
            self.report.missing += [(file.name, column) for column in self.columns.missing()]

    def _take_batch(self, file: Opened, batch: Sequence[Row | BadRow]) -> None:
        self.report.rows += len(batch)
        ready = [made for row in batch if (made := self._build(Place(file.name, row.line), row))]
        with suppress(_TakenBackError), self.archive.writing(self.wishes.actor) as desk:
            fragments = [each.built.external_id for each in ready if each.built.fragment]
            desk.known(fragments, sources=[each.built.source.external_id for each in ready])
            for each in ready:
                self._save(desk, each)
            if self.wishes.dry_run:
                raise _TakenBackError

    def _build(self, place: Place, row: Row | BadRow) -> _Ready | None:
        if isinstance(row, BadRow):
            self._reject(place, "", FieldError(row.field, row.reason, None, row.hint))
            return None
        try:
            shaped = shape(row.cells, self.columns, self.constants)
            wishes = self.wishes
            options = {"sources_only": wishes.sources_only, "plain": wishes.plain}
            built = build(shaped, id_prefix=wishes.id_prefix, **options)
            return _Ready(place, self.memory.settled(place, built))
        except FieldError as error:
            self._reject(place, str(row.cells.get("id", ""))[:SHOWN_VALUE], error)
            return None

    def _save(self, desk: Desk, ready: _Ready) -> None:
        built = ready.built
        try:
            with desk.row():
                source = desk.save_source(built.source)
                saved = None
                if built.fragment:
                    saved = desk.save_fragment(built.fragment, state=State.IN_REVIEW, notes=built.notes)
        except FieldError as error:
            self._reject(ready.place, built.external_id, error)
            return
        if self.memory.is_first_of_source(built):
            _count(self.report.sources, source)
        if saved is not None:
            _count(self.report.fragments, saved)
        for note in built.notes:
            self._warn(ready, note)

    def _reject(self, place: Place, external_id: str, error: FieldError) -> None:
        value = "" if error.value is None else str(error.value)[:SHOWN_VALUE]
        column = self.columns.column_of(error.field)
        rejection = Rejection(place.file, place.line, external_id, error.field, column, value, error.reason, error.hint)
        self.report.reject(rejection)

    def _warn(self, ready: _Ready, note: Note) -> None:
        place, id_ = ready.place, ready.built.external_id
        self.report.warn(Warned(place.file, place.line, id_, note.code, note.message, note.blocks))


def _batches(rows: Iterator[Row | BadRow]) -> Iterator[list[Row | BadRow]]:
    """Rows by BATCH; where a file breaks off, what was read of it comes before the error."""
    batch: list[Row | BadRow] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Unreadable:
        yield batch
        raise
    if batch:
        yield batch


def _count(counts: Counts, saved: Saved) -> None:
    if saved is Saved.ADDED:
        counts.new += 1
    elif saved is Saved.CHANGED:
        counts.changed += 1
    else:
        counts.unchanged += 1
