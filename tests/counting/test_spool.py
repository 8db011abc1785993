"""What is acknowledged is written down, also by a process that is killed."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from fragments.store.archive import Archive
from fragments.store.counting import Counts
from widget_server.counting import spool as rooms
from widget_server.counting.drainer import drain
from widget_server.counting.readers import PRODUCTS
from widget_server.counting.spool import Display, Spool, has_writer, read_lines, segments

DAY = date(2026, 11, 24)
SHOWN = Display(DAY, "script", "lang-vi", "example.com")


def lines_of(directory: Path) -> list[bytes]:
    return [line for path in segments(directory) for line in read_lines(path, 0)[0]]


def test_a_display_is_in_the_file_before_append_returns(tmp_path: Path) -> None:
    Spool(tmp_path).append(SHOWN)
    assert lines_of(tmp_path) == [b"2026-11-24\tscript\tlang-vi\texample.com"]
    assert Display.read(lines_of(tmp_path)[0]) == SHOWN


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"2026-11-24\tscript\tall",
        b"2026-13-24\tscript\tall\texample.com",
        b"2026-11-24\tlost\tmany\t~lost",
        b"2026-11-24\tscript\tall\texa\0\0\0\0",
        b"2026-11-24\tscript\tall\t" + b"e" * 254,
        b"2026-11-24\tscript\t" + b"a" * 201 + b"\texample.com",
        b"2026-11-24\t" + b"s" * 17 + b"\tall\texample.com",
        b"2026-11-24\tscript\tall\texa\xff.com",
    ],
    ids=["empty", "short", "no day", "no number", "zeros", "long site", "long deck", "long kind", "no text"],
)
def test_a_spoilt_line_is_none_and_holds_up_nothing_after_it(archive: Archive, tmp_path: Path, line: bytes) -> None:
    (tmp_path / "a.spool").write_bytes(line + b"\n" + SHOWN.line())
    done = drain(tmp_path, Counts(archive.engine), machine="m", today=DAY)
    assert (done.displays, done.removed) == (1, 1)


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_every_feed_reader_comes_through_the_spool(product: str) -> None:
    polled = Display(DAY, "poll", "/feed.atom", f"{product}|12")
    assert Display.read(polled.line()[:-1]) == polled


def test_a_display_written_down_where_its_losses_find_no_room_is_not_lost_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, write, full = Spool(tmp_path), os.write, iter([True, False, True])

    def onto_a_full_disk(descriptor: int, line: bytes) -> int:
        return -1 if next(full, False) and os.ftruncate(-1, 0) else write(descriptor, line)

    monkeypatch.setattr(rooms.os, "write", onto_a_full_disk)
    assert [spool.append(SHOWN) for _ in range(3)] == [False, True, True]
    assert spool.lost == 1
    assert [line.split(b"\t")[1] for line in lines_of(tmp_path)] == [b"script", b"script", b"lost"]


def test_a_segment_has_a_writer_until_it_is_closed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(SHOWN)
    (path,) = segments(tmp_path)
    assert has_writer(path)
    spool.close()
    assert not has_writer(path)


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=100)
    for _ in range(10):
        spool.append(SHOWN)
    assert len(segments(tmp_path)) == 4  # 39 bytes a line: three lines pass 100
    assert len(lines_of(tmp_path)) == 10


def test_over_the_cap_displays_are_lost_and_the_loss_is_told_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path, segment_bytes=100, cap_bytes=110)
    kept = [spool.append(SHOWN) for _ in range(8)]
    assert kept == [True] * 3 + [False] * 5
    assert spool.lost == 5
    for path in segments(tmp_path):
        path.unlink()
    monkeypatch.setattr(rooms.time, "monotonic", lambda: 1e12)
    assert spool.append(SHOWN)
    assert lines_of(tmp_path)[1] == b"2026-11-24\tlost\t5\t~lost"


def test_a_half_written_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    spool.append(SHOWN)
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real_write(fd, data[:7]))
    assert not spool.append(SHOWN)
    monkeypatch.undo()
    spool.append(SHOWN)
    kinds = [line.split(b"\t")[1] for line in lines_of(tmp_path)]
    assert kinds == [b"script", b"script", b"lost"]
    assert spool.lost == 1


def test_a_child_process_never_writes_into_its_parents_segment(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(SHOWN)
    child = os.fork()
    if child == 0:
        spool.append(SHOWN)
        os._exit(0)
    os.waitpid(child, 0)
    assert len(segments(tmp_path)) == 2


def test_kill_minus_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    program = (
        "import sys, datetime, pathlib\n"
        "from widget_server.counting.spool import Display, Spool\n"
        "spool = Spool(pathlib.Path(sys.argv[1]))\n"
        "shown = Display(datetime.date(2026, 11, 24), 'script', 'all', 'example.com')\n"
        "n = 0\n"
        "while True:\n"
        "    spool.append(shown); n += 1; sys.stdout.write(f'{n}\\n'); sys.stdout.flush()\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    acknowledged = [int(writer.stdout.readline()) for _ in range(2_000)][-1]
    writer.send_signal(signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    writer.stdout.close()
    writer.wait()
    written = len(lines_of(tmp_path))
    assert acknowledged <= written <= acknowledged + 1
