"""Displays in the database: each once, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from fragments.store.archive import Archive
from fragments.store.counting import MORE, Batch, Counts
from fragments.store.own_numbers import own_numbers
from fragments.store.republishers import FORGOTTEN, Order, Republishers
from widget_server.counting.drainer import drain, machine_name
from widget_server.counting.spool import LOST, Display, Spool, segments

DAY = date(2026, 11, 24)


@pytest.fixture
def counts(archive: Archive) -> Counts:
    return Counts(archive.engine)


@pytest.fixture
def republishers(archive: Archive) -> Republishers:
    return Republishers(archive.engine)


@pytest.fixture
def spooled(tmp_path: Path) -> Callable[..., Spool]:
    def write(*displays: Display) -> Spool:
        spool = Spool(tmp_path)
        for display in displays:
            spool.append(display)
        return spool

    return write


def shown(site: str = "example.com", day: date = DAY, kind: str = "script", deck: str = "all") -> Display:
    return Display(day, kind, deck, site)


def test_every_line_of_the_spool_is_counted_once_however_often_it_is_drained(
    tmp_path: Path, counts: Counts, republishers: Republishers, spooled: Callable[..., Spool]
) -> None:
    spool = spooled(shown(), shown(), shown("other.org", kind="frame"))
    drained = [drain(tmp_path, counts, machine="a", today=DAY).displays for _ in range(3)]
    spool.append(shown())
    spool.close()
    last = drain(tmp_path, counts, machine="a", today=DAY)
    assert drained == [3, 0, 0]
    assert (last.displays, last.removed) == (1, 1)
    assert segments(tmp_path) == []
    assert [(r.name, r.displays, r.kinds) for r in republishers.listed()] == [
        ("example.com", 3, {"script": 3}),
        ("other.org", 1, {"frame": 1}),
    ]


def test_the_slower_of_two_drainers_adds_nothing(counts: Counts, republishers: Republishers) -> None:
    batch = Batch("a", "s.spool", 0, 100, {(DAY, "script", "all", "example.com"): 7}, {})
    assert [counts.add(batch), counts.add(batch)] == [True, False]
    counts.finish("a", "s.spool", DAY)
    assert not counts.add(batch)
    assert republishers.totals().displays == 7


def test_the_same_segment_name_on_two_machines_is_two_segments(counts: Counts, republishers: Republishers) -> None:
    for machine in ("a", "b"):
        assert counts.add(Batch(machine, "s.spool", 0, 9, {(DAY, "script", "all", "example.com"): 1}, {}))
    assert republishers.totals().displays == 2


def test_a_batch_that_fails_leaves_neither_counts_nor_position(counts: Counts, republishers: Republishers) -> None:
    bad = Batch("a", "s.spool", 0, 9, {(DAY, "script", None, "example.com"): 1}, {})  # type: ignore[dict-item]
    with pytest.raises(Exception, match=r"(?i)null"):
        counts.add(bad)
    assert counts.position("a", "s.spool") == 0
    assert republishers.totals().displays == 0


def test_sites_over_the_days_cap_share_one_row(archive: Archive, republishers: Republishers) -> None:
    counts = Counts(archive.engine, new_sites_a_day=2)
    tally = {(DAY, "script", "all", f"s{i}.com"): 1 for i in range(5)}
    counts.add(Batch("a", "1.spool", 0, 9, tally, {}))
    counts.add(
        Batch("a", "2.spool", 0, 9, {(DAY, "script", "all", "s0.com"): 1, (DAY, "script", "all", "s9.com"): 1}, {})
    )
    assert [(r.name, r.displays) for r in republishers.listed(order=Order.NAME)] == [
        ("s0.com", 2),
        ("s1.com", 1),
        (MORE, 4),
    ]
    tomorrow = DAY + timedelta(days=1)
    counts.add(Batch("a", "3.spool", 0, 9, {(tomorrow, "script", "all", "s9.com"): 1}, {}))
    assert "s9.com" in [r.name for r in republishers.listed()]


def test_displays_that_found_no_room_are_reported(
    tmp_path: Path, counts: Counts, republishers: Republishers, spooled: Callable[..., Spool]
) -> None:
    spooled(shown(), Display(DAY, LOST, "12", "~lost"))
    assert drain(tmp_path, counts, machine="a", today=DAY).lost == 12
    assert republishers.totals().lost == 12
    assert republishers.totals().displays == 1


def test_a_forgotten_site_leaves_its_displays_and_nothing_else(counts: Counts, republishers: Republishers) -> None:
    counts.add(
        Batch("a", "s", 0, 9, {(DAY, "script", "f-abc", "example.com"): 7, (DAY, "frame", "all", "b.org"): 1}, {})
    )
    assert republishers.forget("example.com")
    assert not republishers.forget("example.com")
    assert not republishers.forget(FORGOTTEN)
    assert [(r.name, r.displays) for r in republishers.listed()] == [(FORGOTTEN, 7), ("b.org", 1)]
    assert own_numbers(republishers.engine, FORGOTTEN).decks == {"~": 7}


def test_quiet_sites_are_forgotten_after_their_time(counts: Counts, republishers: Republishers) -> None:
    old = DAY - timedelta(days=91)
    tally = {(old, "script", "all", name): 1 for name in ("quiet.org", "kept.org")} | {
        (DAY, "script", "all", "busy.org"): 1
    }
    counts.add(Batch("a", "s", 0, 9, tally, {}))
    assert republishers.forget_quiet(DAY - timedelta(days=90), frozenset({"kept.org"})) == ["quiet.org"]
    assert {r.name for r in republishers.listed()} == {"kept.org", "busy.org", FORGOTTEN}


def test_rolling_up_changes_no_total(counts: Counts, republishers: Republishers) -> None:
    days = [DAY - timedelta(days=n) for n in range(60)]
    counts.add(Batch("a", "s", 0, 9, {(day, "script", "all", "example.com"): 2 for day in days}, {}))
    before = republishers.totals(), republishers.listed()
    assert republishers.roll_up(DAY - timedelta(days=30)) == 29
    assert republishers.roll_up(DAY - timedelta(days=30)) == 0
    assert (republishers.totals(), republishers.listed()) == before
    assert len(republishers.days()) == 31


def test_a_machine_keeps_its_name(tmp_path: Path) -> None:
    assert machine_name(tmp_path / "a") == machine_name(tmp_path / "a") != machine_name(tmp_path / "b")


def test_a_machine_whose_naming_was_cut_short_is_named_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", lambda *_: 1 / 0)  # killed before the name stands
    with pytest.raises(ZeroDivisionError):
        machine_name(tmp_path)
    monkeypatch.undo()
    assert len(machine_name(tmp_path)) == 16
