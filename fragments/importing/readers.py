"""Turns a file into rows with the number of the line on which each begins: JSON Lines and CSV, in bounded memory.

Rules: what a file is follows from its first characters, its name only decides between tab and comma where both could
be. A row that cannot be read is given as a BadRow and reading goes on with the next line. Cells stay as they are
written: nothing is trimmed, guessed or converted here.

It does not know what a column means.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fragments.importing.opening import BROKEN, LineTooLong, Opened, Unreadable, why

DELIMITERS = ",;\t|"
ESCAPED = range(0xDC80, 0xDD00)  # what undecodable bytes become (PEP 383)
ENCODING_HINT = "save the file as UTF-8, or say what it is, for example --encoding gb18030 or --encoding latin-1"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, counted from 1, and its cells by column name."""

    line: int
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, and why, in words."""

    line: int
    reason: str
    hint: str
    field: str = ""


def rows_of(file: Opened) -> Iterator[Row | BadRow]:
    """All rows of an opened file. Raises Unreadable when it has no rows to give, or breaks off half-way."""
    first = file.head.lstrip("\ufeff \t\r\n")[:1]
    if first == "[":
        hint = "write one object per line without the outer brackets; jq -c '.[]' does that"
        raise Unreadable(file.name, "is one JSON list, not JSON Lines", hint)
    if not first:
        raise Unreadable(file.name, "is empty")
    rows = _json_rows(file) if first == "{" else _csv_rows(file)
    try:
        yield from rows
    except BROKEN as error:
        hint = "the rows before this line were taken; repair the file and import it again"
        raise Unreadable(file.name, why(error), hint, file.lines.number + 1) from error


def _json_rows(file: Opened) -> Iterator[Row | BadRow]:
    while True:
        try:
            line = next(file.lines)
        except StopIteration:
            return
        except LineTooLong:
            yield _too_long(file.lines.number)
            continue
        if line.strip("\ufeff \t\r\n"):
            yield _json_row(file.lines.number, line)


def _json_row(number: int, line: str) -> Row | BadRow:
    if not _decoded(line):
        return BadRow(number, "has bytes that are not in the file's encoding", ENCODING_HINT)
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        place = f" (column {error.colno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        return BadRow(number, f"is not JSON{place}", "each line holds one complete {…} object")
    if not isinstance(value, dict):
        return BadRow(number, "is JSON but not an object", "each line holds one complete {…} object")
    return Row(number, value)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's (RFC 8259, section 6)


def _csv_rows(file: Opened) -> Iterator[Row | BadRow]:
    delimiter = _delimiter_of(file)
    reader = csv.reader(file.lines, delimiter=delimiter, strict=True)
    header = _header(file, reader)
    while True:
        line = file.lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except LineTooLong:
            yield _too_long(line)
        except csv.Error as error:
            yield _csv_error(line, file.lines.number, str(error))
        else:
            if cells:  # an empty line is no row
                yield _csv_row(line, header, cells)


def _delimiter_of(file: Opened) -> str:
    """What separates the cells: Excel's `sep=` line, a .tsv name, or what occurs most in the header outside quotes."""
    first = file.head.lstrip("\ufeff").splitlines()[0]
    if first.lower().startswith("sep=") and len(first) == 5:
        next(file.lines)
        return first[4]
    outside = "".join(first.split('"')[::2])
    if "\t" in outside and file.name.removesuffix(".gz").endswith((".tsv", ".tab")):
        return "\t"
    return max(DELIMITERS, key=outside.count)


def _header(file: Opened, reader: "Iterator[list[str]]") -> list[str]:
    hint = "the first line of the file must hold the names of the columns"
    try:
        names = [name.strip("\ufeff \t\r\n") for name in next(reader)]
    except (csv.Error, LineTooLong, StopIteration) as error:
        raise Unreadable(file.name, "has a first line that cannot be read", hint, 1) from error
    if not all(map(_decoded, names)):
        raise Unreadable(file.name, "has a first line that is not in the file's encoding", ENCODING_HINT, 1)
    names = [name or f"(column {number})" for number, name in enumerate(names, 1)]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(file.name, f"has two columns called {name!r}", "give one of them another name", 1)
    return names


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row | BadRow:
    if len(cells) != len(header):
        reason = f"has {len(cells)} cells, but the first line names {len(header)} columns"
        return BadRow(line, reason, "put texts that hold separators or line breaks between quotation marks")
    for name, cell in zip(header, cells, strict=True):
        if not _decoded(cell):
            return BadRow(line, "has bytes that are not in the file's encoding", ENCODING_HINT, name)
    return Row(line, dict(zip(header, cells, strict=True)))


def _csv_error(line: int, last: int, message: str) -> BadRow:
    if "limit" in message or "unexpected end" in message:
        reason = f"opens a quotation mark that is not closed (read as far as line {last})"
        return BadRow(line, reason, 'close it; a quotation mark inside a cell is written twice: ""')
    hint = 'a cell that begins with " must end with " right before the separator; inside, write "" for each "'
    return BadRow(line, "has a quotation mark in the wrong place", hint)


def _too_long(line: int) -> BadRow:
    return BadRow(line, "is longer than 1,000,000 characters", "a fragment is a short passage, not a book")


def _decoded(text: str) -> bool:
    """Whether every byte could be read. Escaped lone surrogates of JSON are not seen here: those come later."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return ord(text[error.start]) not in ESCAPED
    return True
