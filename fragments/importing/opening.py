"""Opens a file of rows as lines of text, whatever it is packed and encoded in.

Rules: gzip is known by its first bytes, an encoding by its byte order mark, else it is what the caller says, else
UTF-8. No line is ever held that is longer than MAX_LINE characters. Bytes that are not in the encoding become lone
surrogates (U+DC80 to U+DCFF), so that the reader can refuse that one row.

It does not know rows, columns or fields.
"""

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from fragments.errors import UnsilencedError

MAX_LINE = 1_000_000  # characters; a fragment with forty translations of 8 kB each is a third of that
HEAD = 65_536  # bytes looked at to tell what a file is
GZIP = b"\x1f\x8b"
MARKS = (  # longest first: UTF-32's little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN = (  # what people send when they mean to send a table
    (b"PK\x03\x04", "is a spreadsheet or an archive", "open it in the spreadsheet program and save it as “CSV UTF-8”"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel file", "open it in the spreadsheet program and save it as “CSV UTF-8”"),
    (b"SQLite format 3", "is a database", "export the table as CSV"),
    (b"%PDF", "is a PDF", "an import needs a table: JSON Lines or CSV"),
)
BROKEN = (OSError, EOFError, zlib.error, UnicodeError)  # what reading a damaged file can raise


class Unreadable(UnsilencedError):
    """A file that cannot be read as rows, from `line` on (0: not at all)."""

    def __init__(self, file: str, reason: str, hint: str = "", line: int = 0) -> None:
        super().__init__(file, reason, hint, line)
        self.file = file
        self.reason = reason
        self.hint = hint
        self.line = line


class LineTooLong(UnsilencedError):
    """A line of more than MAX_LINE characters; it has been skipped."""


class Lines:
    """Lines of a text stream, each with its newline, none longer than MAX_LINE. Usable after LineTooLong."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self.number = 0  # of the line given last, from 1

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            self._skip()
            raise LineTooLong(self.number)
        return line

    def _skip(self) -> None:
        while (rest := self._stream.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
            pass


@dataclass(frozen=True, slots=True)
class Opened:
    """A file being read: its lines, its first characters, and how far we are in bytes."""

    name: str
    head: str
    lines: Lines
    size: int | None  # bytes on disk, None for a pipe
    _raw: BinaryIO

    def position(self) -> int:
        """Bytes read from the disk so far; 0 for a pipe."""
        return self._raw.tell() if self.size is not None else 0


# Pages that call themselves GB 2312 or GBK use characters of its successor, which reads both.
WIDER = dict.fromkeys(("gb2312", "gb-2312", "gbk", "cp936", "ms936", "euc-cn"), "gb18030")


@contextmanager
def opened(path: Path, encoding: str | None = None) -> Iterator[Opened]:
    """Open `path` ("-" is standard input). Raises Unreadable; LookupError when Python does not know `encoding`."""
    codecs.lookup(encoding or "utf-8")
    with ExitStack() as stack:
        try:
            raw, size = _bytes_of(path, stack)
            packed = raw.peek(len(GZIP)).startswith(GZIP)
            plain = io.BufferedReader(gzip.GzipFile(fileobj=raw), HEAD) if packed else raw
            head = plain.peek(HEAD)
        except BROKEN as error:
            raise Unreadable(str(path), why(error)) from error
        _refuse_foreign(path, head)
        name = _encoding_of(head, encoding)
        wide = name.replace("_", "-").lower().startswith(("utf-16", "utf-32"))  # they have no room for escaped bytes
        errors = "replace" if wide else "surrogateescape"
        text = io.TextIOWrapper(plain, encoding=name, errors=errors, newline="")
        shown = head.decode(name, errors="replace")
        stack.callback(text.detach)  # before the file itself is closed
        yield Opened(str(path), shown, Lines(text), size, raw)


def _bytes_of(path: Path, stack: ExitStack) -> tuple[io.BufferedReader, int | None]:
    if str(path) == "-":
        piped = io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer), HEAD)
        stack.callback(piped.detach)  # standard input stays open for whoever comes after
        return cast(io.BufferedReader, piped), None
    raw = stack.enter_context(io.BufferedReader(io.FileIO(path), HEAD))
    return cast(io.BufferedReader, raw), path.stat().st_size


def _encoding_of(head: bytes, asked: str | None) -> str:
    marked = (name for mark, name in MARKS if head.startswith(mark))
    return next(marked, WIDER.get((asked or "utf-8").lower().replace("_", "-"), asked or "utf-8"))


def _refuse_foreign(path: Path, head: bytes) -> None:
    for magic, reason, hint in FOREIGN:
        if head.startswith(magic):
            raise Unreadable(str(path), reason, hint)


def why(error: BaseException) -> str:
    """What a damaged file is, in words."""
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return "is damaged or cut off"
    if isinstance(error, UnicodeError):
        return "is not in this encoding"
    return (getattr(error, "strerror", None) or str(error)).lower()
