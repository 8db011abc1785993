"""What an import did, in numbers, in words for the screen, and as JSON.

Rules: every rejected row and every warning is in the JSON; the screen shows the first MOST_SHOWN of each. However many
there are, memory stays bounded: they wait in a temporary file that disappears with the report.

It decides nothing.
"""

import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from fragments.importing.columns import Unused
from fragments.importing.opening import Unreadable

MOST_SHOWN = 20
HELD_IN_MEMORY = 2_000_000  # bytes of findings before they go to disk


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken: where it is, which field, what is wrong, what to do."""

    file: str
    line: int
    id: str
    field: str
    column: str
    value: str
    reason: str
    hint: str

    def __str__(self) -> str:
        name = self.field if self.column in ("", self.field) else f"{self.field} (column {self.column})"
        value = f"“{self.value}” " if self.value else ""
        said = f"{name}: {value}{self.reason}" if name else self.reason
        return f"{_name(self.file)}, line {self.line}: {said}." + (f" {_sentence(self.hint)}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at in a row that was taken."""

    file: str
    line: int
    id: str
    code: str
    message: str
    blocks: bool


@dataclass(slots=True)
class Counts:
    """Rows by what happened to them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged"


class Findings:
    """A list of dataclass values that may grow long: the first ones in memory, all of them in a temporary file."""

    def __init__(self) -> None:
        self.first: list[Any] = []
        self.count = 0
        self._all = _spool()
        weakref.finalize(self, self._all.close)

    def add(self, finding: Rejection | Warned) -> None:
        """Keep one more."""
        self.count += 1
        if len(self.first) < MOST_SHOWN:
            self.first.append(finding)
        self._all.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")

    def lines(self) -> Iterator[str]:
        """Each finding as one line of JSON."""
        self._all.seek(0)
        yield from self._all
        self._all.seek(0, 2)


def _spool() -> IO[str]:
    """A temporary file that lives as long as its findings; text that no encoding holds is shown with `?`."""
    return tempfile.SpooledTemporaryFile(HELD_IN_MEMORY, "w+", encoding="utf-8", errors="replace")


@dataclass(slots=True)
class Report:
    """What one import did, or with `dry_run` would have done."""

    dry_run: bool = False
    rows: int = 0
    fragments: Counts = field(default_factory=Counts)
    sources: Counts = field(default_factory=Counts)
    rejections: Findings = field(default_factory=Findings)
    warnings: Findings = field(default_factory=Findings)
    kinds: dict[str, tuple[int, Warned]] = field(default_factory=dict)  # code -> how many rows, the first
    unused: list[tuple[str, Unused]] = field(default_factory=list)  # file, column
    missing: list[tuple[str, str]] = field(default_factory=list)  # file, mapped column that it does not have
    unreadable: list[Unreadable] = field(default_factory=list)
    _last: dict[str, tuple[str, int]] = field(default_factory=dict)  # code -> the row that was warned of last

    def reject(self, rejection: Rejection) -> None:
        """A row was not taken."""
        self.rejections.add(rejection)

    def warn(self, warned: Warned) -> None:
        """A row was taken, with a remark."""
        self.warnings.add(warned)
        count, first = self.kinds.get(warned.code, (0, warned))
        row = (warned.file, warned.line)
        if self._last.get(warned.code) != row:
            self.kinds[warned.code] = (count + 1, first)
        self._last[warned.code] = row

    def lines(self) -> Iterator[str]:
        """The report for a person at a terminal."""
        yield from self._result()
        yield from self._rejected()
        yield from self._warned()
        yield from self._columns()

    def _result(self) -> Iterator[str]:
        if self.dry_run:
            yield "Dry run: nothing was written. This is what an import would do:"
        yield f"{self.rows:,} rows read"
        yield f"fragments: {self.fragments}"
        yield f"sources:   {self.sources}"
        yield f"rejected:  {self.rejections.count:,}"
        for failure in self.unreadable:
            place = f", line {failure.line}" if failure.line else ""
            said = f"{_name(failure.file)}{place} {failure.reason}. {_sentence(failure.hint)}"
            yield f"NOT READ TO THE END: {said}".rstrip()

    def _rejected(self) -> Iterator[str]:
        if self.rejections.count:
            yield ""
            yield "Rejected:"
        yield from (f"  {rejection}" for rejection in self.rejections.first)
        yield from _more(self.rejections.count)

    def _warned(self) -> Iterator[str]:
        if self.kinds:
            yield ""
            yield "To look at (these rows were taken):"
        for code, (count, first) in sorted(self.kinds.items(), key=lambda item: -item[1][0]):
            blocks = "; must be cleared before publishing" if first.blocks else ""
            where = f"the first in line {first.line} of {_name(first.file)}"
            yield f"  {_rows(count)}, {code}{blocks}; {where}: {first.message}"

    def _columns(self) -> Iterator[str]:
        if self.missing:
            yield ""
        for file, column in self.missing:
            yield f"{_name(file)} has no column {column!r}, which --map names."
        if self.unused:
            yield ""
            yield "Columns not used; nothing of them is kept. --map COLUMN=note keeps one as a remark for the editors:"
        for file, unused in self.unused[:MOST_SHOWN]:
            example = f", for example “{unused.example}”" if unused.example else ""
            hint = f": {unused.hint}" if unused.hint else ""
            yield f"  {unused.column} of {_name(file)} ({_rows(unused.rows)}{example}){hint}"
        yield from _more(len(self.unused))

    def write(self, path: Path) -> None:
        """Write everything as one JSON object. Raises OSError."""
        with path.open("w", encoding="utf-8") as file:
            file.write("{\n")
            for name, value in self._summary().items():
                file.write(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n")
            for name, findings in (("warnings", self.warnings), ("rejected", self.rejections)):
                file.write(f" {json.dumps(name)}: [\n")
                for number, line in enumerate(findings.lines()):
                    file.write((",\n  " if number else "  ") + line.rstrip("\n"))
                file.write("\n ],\n" if name == "warnings" else "\n ]\n")
            file.write("}\n")

    def _summary(self) -> dict[str, object]:
        return {
            "dry_run": self.dry_run,
            "rows": self.rows,
            "fragments": asdict(self.fragments),
            "sources": asdict(self.sources),
            "rejected_rows": self.rejections.count,
            "not_read": [
                {"file": each.file, "line": each.line, "reason": each.reason, "hint": each.hint}
                for each in self.unreadable
            ],
            "unused_columns": [{"file": file, **asdict(unused)} for file, unused in self.unused],
            "missing_columns": [{"file": file, "column": column} for file, column in self.missing],
        }


def _name(file: str) -> str:
    return Path(file).name if file != "-" else "standard input"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _more(count: int) -> Iterator[str]:
    if count > MOST_SHOWN:
        yield f"  … and {count - MOST_SHOWN:,} more; --report FILE writes them all"


def _sentence(hint: str) -> str:
    if not hint:
        return ""
    end = "" if hint.endswith((".", "?", "!")) else "."
    return hint[0].upper() + hint[1:] + end
