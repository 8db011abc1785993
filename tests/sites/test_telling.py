"""What everybody may know of republishers says nothing about one of them."""

import math
import threading
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.public_weeks import PublicWeeks, ToldWeek
from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from fragments.store.republishers import Republishers
from widget_server.sites import notice
from widget_server.sites.announcing import announce
from widget_server.sites.telling import FEWEST_SITES, levelled, over_before, shown, step_below, tell

MONDAY = date(2026, 11, 2)
TODAY = date(2026, 11, 24)  # a Tuesday
GRID = [(n + 0.5) / 1000 for n in range(1000)]  # what chance may be
many = st.lists(st.integers(1, 100_000), min_size=10, max_size=60)


@pytest.mark.parametrize(
    ("number", "step"),
    [(0, 0), (0.99, 0), (1, 1), (1.99, 1), (2, 2), (4.9, 2), (5, 5), (9.99, 5), (10, 10), (999, 500), (1000, 1000)],
    ids=str,
)
def test_a_number_is_rounded_down_to_one_two_or_five(number: float, step: int) -> None:
    assert step_below(number) == step


@given(many, st.data())
@settings(deadline=None)
def test_a_small_site_that_comes_or_goes_seldom_changes_what_is_told(counts: list[int], data: st.DataObject) -> None:
    total = levelled(counts)
    small = data.draw(st.integers(1, max(1, min(total // 100, sorted(counts)[-5]))))

    changed = sum(shown(total, chance) != shown(levelled([*counts, small]), chance) for chance in GRID) / len(GRID)

    bound = math.log(1 + small / total) / math.log(1.25)
    assert changed <= bound + 2 / len(GRID)  # two cells of the grid may be cut by a step


@pytest.mark.parametrize("step", [10_000, 20_000, 50_000])
def test_a_total_just_below_a_step_betrays_no_site_that_lifts_it_over(step: int) -> None:
    counts = [step // 20 - 1] * 20  # 20 less than the step

    over = [shown(levelled([*counts, 40]), chance) != shown(levelled(counts), chance) for chance in GRID]

    assert sum(over) / len(GRID) < 0.03  # without chance it would be 1


@given(many, st.integers(1, 10**9))
@settings(deadline=None)
def test_the_largest_site_counts_for_no_more_than_the_fifth(counts: list[int], huge: int) -> None:
    ranked = sorted(counts, reverse=True)
    grown = [ranked[0] + huge, *ranked[1:]]

    assert levelled(grown) == levelled(counts)


@given(many, st.integers())
@settings(deadline=None)
def test_never_more_is_told_than_was_counted(counts: list[int], seed: int) -> None:
    told = tell(MONDAY, counts, Random(seed))

    assert (told.displays or 0) <= sum(counts)
    assert (told.sites or 0) <= len(counts)


@given(st.lists(st.integers(1, 10**6), max_size=FEWEST_SITES - 1), st.integers())
def test_a_week_with_fewer_than_five_sites_says_nothing(counts: list[int], seed: int) -> None:
    assert tell(MONDAY, counts, Random(seed)) == ToldWeek(MONDAY, None, None)


def test_whether_five_sites_are_enough_is_drawn() -> None:
    told = [tell(MONDAY, [1] * 5, Random(seed)).sites is not None for seed in range(500)]

    assert 60 < sum(told) < 140  # one in five


@pytest.mark.parametrize(
    ("today", "before"),
    [("2026-11-22", "2026-11-09"), ("2026-11-23", "2026-11-16"), ("2026-11-29", "2026-11-16")],
    ids=["sunday", "monday", "sunday-after"],
)
def test_a_week_is_told_when_it_has_been_over_for_a_week(today: str, before: str) -> None:
    assert over_before(date.fromisoformat(today)) == date.fromisoformat(before)


def display(archive: Archive, sites: int, day: date, each: int = 100) -> None:
    tally = {(day, "script", "all", f"s{n}.org"): each for n in range(sites)}
    Counts(archive.engine).add(Batch("m", str(day), 0, 1, tally, {}))


def test_what_was_told_stays_when_a_site_is_forgotten(archive: Archive, tmp_path: Path) -> None:
    display(archive, 40, MONDAY, 1000)
    announce(archive, tmp_path, TODAY, Random(1))
    before = notice.read(tmp_path).weeks

    for n in range(39):
        Republishers(archive.engine).forget(f"s{n}.org")
    announce(archive, tmp_path, TODAY, Random(2))

    assert notice.read(tmp_path).weeks == before
    assert before[0].monday == MONDAY
    assert before[0].displays in (20_000, 50_000)


def test_buckets_and_young_weeks_are_no_part_of_what_is_told(archive: Archive, tmp_path: Path) -> None:
    display(archive, 30, MONDAY + timedelta(days=14))  # ended two days ago
    display(archive, 30, TODAY)
    tally = {(MONDAY, "script", "all", f"~{n}"): 100 for n in range(30)}
    Counts(archive.engine).add(Batch("m", "buckets", 0, 1, tally, {}))

    announce(archive, tmp_path, TODAY, Random(1))

    assert notice.read(tmp_path).weeks == (notice.Week(MONDAY, None, None),)
    assert PublicWeeks(archive.engine).counts(MONDAY) == []


def test_the_notice_names_listed_sites_and_no_others(archive: Archive, tmp_path: Path) -> None:
    owners, visits = Registrations(archive.engine), Visits(archive.engine)
    for site in ("alice.github.io", "bob.org"):
        owners.register(site, "a" * 64, Proof.META, TODAY)
        visits.begin(site, TODAY)
        visits.record(site, Verdict.FOUND, TODAY)
    owners.list_in_public("alice.github.io", True)
    display(archive, 30, TODAY)

    announce(archive, tmp_path, TODAY)

    assert notice.read(tmp_path).sites == ("alice.github.io",)
    assert "bob" not in (tmp_path / notice.FILE).read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sites": [], "weeks": [["x", 1, 2]]}', '{"weeks": []}'], ids=str)
def test_a_notice_that_cannot_be_read_is_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / notice.FILE).write_text(text)

    assert notice.read(tmp_path) == notice.Notice()


def test_a_name_that_goes_while_another_process_tells_of_it_is_gone(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners, visits = Registrations(archive.engine), Visits(archive.engine)
    owners.register("bob.org", "a" * 64, Proof.META, TODAY)
    owners.list_in_public("bob.org", True)
    visits.begin("bob.org", TODAY)
    visits.record("bob.org", Verdict.FOUND, TODAY)
    has_asked, may_go_on, asks = threading.Event(), threading.Event(), iter([True])
    ask = Registrations.shown_in_public

    def slowly(self: Registrations, today: date) -> list[str]:
        found = ask(self, today)
        has_asked.set()
        next(asks, False) and may_go_on.wait(0.5)
        return found

    monkeypatch.setattr(Registrations, "shown_in_public", slowly)
    caretaker = threading.Thread(target=announce, args=(archive, tmp_path, TODAY))
    caretaker.start()
    has_asked.wait()
    Republishers(archive.engine).forget("bob.org")
    announce(archive, tmp_path, TODAY)
    may_go_on.set()
    caretaker.join()

    assert notice.read(tmp_path).sites == ()
