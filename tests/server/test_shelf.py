"""The shelf keeps what was placed, whole, whatever happens while it is placed."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest

from widget_server.packs import DamagedPack, Pack
from widget_server.shelf import EmptyShelf, OlderEdition, Shelf, UnreadableShelf

DATED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def sheet(path: str, body: bytes, content_type: str = "text/plain; charset=utf-8") -> SimpleNamespace:
    return SimpleNamespace(path=path, body=body, content_type=content_type)


def some(words: str, count: int = 3) -> list[SimpleNamespace]:
    return [sheet(f"/d/all/{part}.cf", f"{words} {part} ".encode() * 30) for part in range(count)]


def test_an_empty_shelf_says_so(shelf: Shelf) -> None:
    with pytest.raises(EmptyShelf):
        shelf.current()


def test_readers_who_come_together_to_a_new_process_all_get_the_edition(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.place(1, some("one"))
    fresh, opened = Shelf(shelf.directory), Pack.__init__

    def open_slowly(pack: Pack, path: Path) -> None:
        time.sleep(0.1)
        opened(pack, path)

    monkeypatch.setattr(Pack, "__init__", open_slowly)
    with ThreadPoolExecutor(4) as readers:
        first = readers.submit(fresh.current)
        time.sleep(0.02)  # it is opening now
        later = [readers.submit(fresh.current) for _ in range(3)]

    assert [each.result().number for each in (first, *later)] == [1, 1, 1, 1]


def test_every_file_comes_back_with_its_bytes_and_type(shelf: Shelf) -> None:
    files = [sheet(f"/f/{n}.txt", os.urandom(n % 300), f"text/x-{n % 7}") for n in range(3_000)]
    printing = shelf.place(1, files)
    found = [printing.get(file.path) for file in files]
    assert [(each.body, each.content_type) for each in found if each] == [(f.body, f.content_type) for f in files]
    assert list(printing.paths()) == [file.path for file in files]
    assert len(printing) == 3_000


@pytest.mark.parametrize("path", ["", "/", "/d/all/99.cf", "/d/all/0.cf/", "/D/all/0.cf", "/d/ä/0.cf", "\udcff"])
def test_a_path_that_was_not_printed_is_not_found(shelf: Shelf, path: str) -> None:
    assert shelf.place(1, some("one")).get(path) is None


def test_compressed_forms_say_the_same_and_are_left_out_where_they_save_nothing(shelf: Shelf) -> None:
    import gzip

    noise = os.urandom(500)
    files = [*some("words"), sheet("/tiny", b"x"), sheet("/noise", noise), sheet("/png", b"a" * 500, "image/png")]
    printing = shelf.place(1, files)
    text = printing.get("/d/all/0.cf")
    assert text and text.br and text.gzip
    assert brotli.decompress(text.br) == gzip.decompress(text.gzip) == text.body
    for path in ("/tiny", "/noise", "/png"):
        found = printing.get(path)
        assert found is not None
        assert (found.br, found.gzip) == (None, None), path


def test_an_unchanged_file_keeps_its_tag_and_date_in_the_next_edition(shelf: Shelf) -> None:
    first = shelf.place(1, [*some("same"), sheet("/x", b"old")], at=DATED)
    second = shelf.place(2, [*some("same"), sheet("/x", b"new")], at=DATED + timedelta(days=1))
    kept_before, kept_after = first.get("/d/all/0.cf"), second.get("/d/all/0.cf")
    changed_before, changed_after = first.get("/x"), second.get("/x")
    assert kept_before and kept_after and changed_before and changed_after
    assert (kept_before.etag, kept_before.last_modified) == (kept_after.etag, kept_after.last_modified)
    assert kept_before.br == kept_after.br
    assert changed_before.etag != changed_after.etag
    assert changed_after.last_modified == int((DATED + timedelta(days=1)).timestamp())


def test_another_process_sees_a_new_edition_within_two_seconds(shelf: Shelf) -> None:
    shelf.place(1, some("one"))
    reader = Shelf(shelf.directory)
    assert reader.current().number == 1
    shelf.place(2, some("two"))
    time.sleep(0.6)
    assert reader.current().number == 2


def test_a_reader_looks_at_the_disk_at_most_twice_a_second(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.place(1, some("one"))
    looks: list[float] = []
    stamp = shelf._stamp
    monkeypatch.setattr(shelf, "_stamp", lambda: (looks.append(time.monotonic()), stamp())[1])
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        shelf.current()
    assert 1 <= len(looks) <= 4


def test_a_reader_keeps_a_printing_that_left_the_shelf(shelf: Shelf) -> None:
    first = shelf.place(1, some("one"))
    body = some("one")[2].body
    for number in range(2, 9):
        shelf.place(number, some(str(number)), keep=2)
    assert not (shelf.directory / first.name).exists()
    kept = first.get("/d/all/2.cf")
    assert kept is not None
    assert kept.body == body


def test_only_the_last_few_printings_stay(shelf: Shelf) -> None:
    for number in range(1, 9):
        shelf.place(number, some(str(number)), keep=3)
    assert [name[:8] for name in shelf.names()] == ["00000006", "00000007", "00000008"]


def test_the_same_edition_can_be_printed_again(shelf: Shelf) -> None:
    shelf.place(4, some("note one"))
    again = shelf.place(4, some("note two"))
    assert again.number == 4
    assert shelf.names() == ["00000004-0001.pack", "00000004-0002.pack"]


def test_an_older_edition_never_replaces_a_newer_one(shelf: Shelf) -> None:
    shelf.place(5, some("five"))
    with pytest.raises(OlderEdition):
        shelf.place(4, some("four"))
    assert shelf.current().number == 5


def test_a_fault_while_printing_leaves_the_old_edition_and_no_rubbish(shelf: Shelf) -> None:
    shelf.place(1, some("one"))

    def torn() -> Iterator[SimpleNamespace]:
        yield from some("two")
        raise RuntimeError("the press broke")

    with pytest.raises(RuntimeError):
        shelf.place(2, torn())
    assert Shelf(shelf.directory).current().number == 1
    assert sorted(path.name for path in shelf.directory.iterdir()) == ["00000001-0001.pack", "current", "lock"]


KILLED = """
    import sys, time
    from pathlib import Path
    from types import SimpleNamespace
    from widget_server.shelf import Shelf

    def files():
        for n in range(100_000):
            yield SimpleNamespace(path=f"/f/{n}.txt", body=b"text %d " % n * 40, content_type="text/plain")
            if n == 2_000:
                print("half", flush=True)
    Shelf(Path(sys.argv[1])).place(2, files())
"""


@pytest.mark.parametrize("after_seconds", [0.0, 0.05, 0.2], ids=["at once", "a little later", "later"])
def test_kill_minus_nine_while_placing_leaves_the_old_edition(shelf: Shelf, after_seconds: float) -> None:
    shelf.place(1, some("one"))
    placing = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(shelf.directory)], stdout=subprocess.PIPE
    )
    assert placing.stdout is not None
    assert placing.stdout.readline() == b"half\n"
    time.sleep(after_seconds)
    placing.send_signal(signal.SIGKILL)
    placing.wait()
    placing.stdout.close()

    assert Shelf(shelf.directory).current().number == 1
    assert list(shelf.directory.glob("*.new"))  # it was killed in the middle
    assert shelf.place(2, some("two")).number == 2  # neither the lock nor the rubbish is in the way
    assert not list(shelf.directory.glob("*.new"))


@pytest.mark.parametrize("kept", [0, 10, 200, -1], ids=["nothing", "a few bytes", "half", "all but one byte"])
def test_a_pack_that_is_not_whole_is_refused(shelf: Shelf, kept: int) -> None:
    path = shelf.directory / shelf.place(1, some("one")).name
    whole = path.read_bytes()
    cut = path.with_name("cut")
    cut.write_bytes(whole[:kept])
    with pytest.raises(DamagedPack):
        Pack(cut)


def test_readers_go_on_with_the_last_good_printing_when_the_new_one_is_damaged(shelf: Shelf, tmp_path: Path) -> None:
    shelf.place(1, some("one"))
    (shelf.directory / "00000002-0001.pack").write_bytes(b"no pack")
    (shelf.directory / "current").write_text("00000002-0001.pack\n")
    shelf._look_at = 0
    assert shelf.current().number == 1


def test_a_damaged_printing_is_told_from_an_empty_shelf_and_can_be_replaced(shelf: Shelf) -> None:
    path = shelf.directory / shelf.place(1, some("one")).name
    path.write_bytes(path.read_bytes()[:-1])
    fresh = Shelf(shelf.directory)
    with pytest.raises(UnreadableShelf, match="cut short"):
        fresh.current()
    assert fresh.place(1, some("one")).get("/d/all/2.cf")


def test_a_file_that_was_asked_for_outlives_its_printing_and_then_lets_go(shelf: Shelf) -> None:
    shelf.place(1, some("one"))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    held = [Shelf(shelf.directory).current().get("/d/all/1.cf") for _ in range(5)]
    gc.collect()
    shelf.place(2, some("two"), keep=1)
    assert {file.body for file in held if file} == {some("one")[1].body}

    held.clear()
    shelf.current()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
