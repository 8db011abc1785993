"""One printing as one file: bodies compressed once, and an index that is searched where it lies.

Layout: bodies (raw, brotli, gzip of each file, one after the other) · records · slots · meta (JSON) · footer. Slots are
an open-addressing hash table of 64-bit places of records, mapped, so all workers share one index and hold none of
their own. Bodies are read by place, not mapped: 400,000 files of a large edition never count as a worker's memory.

It only reads (packing.py writes), and does not know what the files mean, where packs stand or which one is
current; that is the shelf's.
"""

import hashlib
import json
import mmap
import os
import struct
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

MAGIC = b"unsilenced pack1"
FOOTER = struct.Struct("<QQQQQ16s")  # records at, slots at, number of slots, meta at, meta length, magic
RECORD = struct.Struct("<QIIIq16sHH")  # offset, raw, br and gzip lengths, last modified, etag, path and type lengths
KEPT, SHORT = 4096, 16 * 1024  # bodies kept, and bytes of the longest: 64 MB at the very most, 15 MB of decks
SLOT = struct.Struct("<Q")  # 1 + offset of a record; 0 where empty


class DamagedPack(Exception):
    """A file that is no whole pack: its path and what is wrong."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path.name} {self.reason}"


@dataclass(frozen=True, slots=True)
class Printed:
    """One file of a printing. Bodies are read when asked for, not before."""

    content_type: str
    etag: str  # 32 hex digits of the SHA-256 of the body: the same file has the same tag in every edition
    last_modified: int  # seconds since 1970: when these bytes were first placed
    _read: Callable[[int, int], bytes]
    _offset: int
    _lengths: tuple[int, int, int]

    @property
    def body(self) -> bytes:
        """The file as it was printed."""
        return self._read(self._offset, self._lengths[0])

    @property
    def br(self) -> bytes | None:
        """Brotli, where it is smaller."""
        length = self._lengths[1]
        return self._read(self._offset + self._lengths[0], length) if length else None

    @property
    def gzip(self) -> bytes | None:
        """Gzip, where it is smaller."""
        length = self._lengths[2]
        return self._read(self._offset + self._lengths[0] + self._lengths[1], length) if length else None


class Pack:
    """An open pack. Stays usable after its file was removed; closed when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        """Map `path`; raises DamagedPack when it is not whole, OSError when it is not there."""
        self.path = path
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as fault:
                raise DamagedPack(path, "is empty") from fault
            descriptor = os.dup(file.fileno())
        self._read = _reader(descriptor)
        weakref.finalize(self._read, os.close, descriptor)  # when the pack and every file asked of it are let go
        self._find_parts()

    def _find_parts(self) -> None:
        size = len(self._map)
        if size < FOOTER.size or self._map[-len(MAGIC) :] != MAGIC:
            raise DamagedPack(self.path, "is cut short or is no pack")
        footer = FOOTER.unpack_from(self._map, size - FOOTER.size)
        self._records, self._slots, self._slot_count, meta_at, meta_length, _ = footer
        if meta_at + meta_length + FOOTER.size != size:
            raise DamagedPack(self.path, "has lost a part")
        self.meta: dict[str, Any] = json.loads(self._map[meta_at : meta_at + meta_length])

    def get(self, path: str) -> Printed | None:
        """The file at `path`, or None."""
        wanted = path.encode("utf-8", "surrogateescape")
        for slot in places(wanted, self._slot_count):
            (at,) = SLOT.unpack_from(self._map, self._slots + slot * SLOT.size)
            if not at:
                return None
            found, printed = self._record(at - 1)
            if found == wanted:
                return printed
        return None

    def paths(self) -> Iterator[str]:
        """Every path, in the order of printing."""
        at = self._records
        while at < self._slots:
            path, printed = self._record(at)
            yield path.decode()
            at += RECORD.size + len(path) + len(printed.content_type)

    def _record(self, at: int) -> tuple[bytes, Printed]:
        offset, raw, br, gz, modified, etag, path_length, type_length = RECORD.unpack_from(self._map, at)
        path_at = at + RECORD.size
        type_at = path_at + path_length
        kind = self._map[type_at : type_at + type_length].decode()
        printed = Printed(kind, etag.hex(), modified, self._read, offset, (raw, br, gz))
        return self._map[path_at:type_at], printed


def _reader(descriptor: int) -> Callable[[int, int], bytes]:
    """Reads bytes at a place. Those asked for often are kept; the rest stays in the system's cache, not in ours."""

    def read(offset: int, length: int) -> bytes:
        return os.pread(descriptor, length, offset)

    keep = lru_cache(KEPT)(read)
    return lambda offset, length: keep(offset, length) if length <= SHORT else read(offset, length)


def places(path: bytes, slots: int) -> Iterator[int]:
    """The slots to look at, in order: linear probing from the path's hash."""
    first = int.from_bytes(hashlib.blake2b(path, digest_size=8).digest()) % slots
    yield from range(first, slots)
    yield from range(first)
