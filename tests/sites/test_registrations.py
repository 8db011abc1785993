"""What is kept of sites whose owners made themselves known, on both databases."""

import threading
from datetime import date, timedelta

import pytest

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.registrations import MOST_A_DAY, Proof, Registrations, TooManyToday, Verdict, Visits, slot
from fragments.store.republishers import Republishers

DAY = date(2026, 11, 24)
NIGHT = 1439  # the last minute of a day


@pytest.fixture
def owners(archive: Archive) -> Registrations:
    return Registrations(archive.engine)


@pytest.fixture
def visits(archive: Archive) -> Visits:
    return Visits(archive.engine)


@pytest.fixture
def alice(owners: Registrations, visits: Visits) -> str:
    """A site that wants to be listed, and on which the snippet was seen today."""
    owners.register("alice.github.io", "a" * 64, Proof.META, DAY)
    owners.list_in_public("alice.github.io", True)
    see(visits, Verdict.FOUND, DAY)
    return "alice.github.io"


def see(visits: Visits, verdict: Verdict, day: date, site: str = "alice.github.io") -> None:
    assert visits.begin(site, day)
    visits.record(site, verdict, day)


def display(archive: Archive, site: str, day: date = DAY) -> None:
    Counts(archive.engine).add(Batch("m", f"{site}-{day}", 0, 1, {(day, "script", "all", site): 1}, {}))


def test_whoever_proves_a_site_last_has_it_and_decides_anew(owners: Registrations, alice: str) -> None:
    owners.name_page(alice, "https://alice.github.io/blog")

    owners.register(alice, "b" * 64, Proof.DNS, DAY)

    found = owners.of(alice)
    assert found
    assert (found.link_hash, found.proven_by, found.listed, found.page) == ("b" * 64, Proof.DNS, False, None)


def test_proving_again_with_the_same_address_keeps_what_was_decided(owners: Registrations, alice: str) -> None:
    owners.register(alice, "a" * 64, Proof.FILE, DAY + timedelta(days=1))

    found = owners.of(alice)
    assert found
    assert found.listed
    assert found.proven_by is Proof.FILE


def test_in_public_stands_only_what_is_proven_wanted_and_seen(
    owners: Registrations, visits: Visits, alice: str
) -> None:
    owners.register("not-wanted.org", "c" * 64, Proof.META, DAY)
    owners.register("not-seen.org", "d" * 64, Proof.META, DAY)
    owners.list_in_public("not-seen.org", True)
    visits.choose("not-registered.org")
    for site in ("not-wanted.org", "not-registered.org"):
        see(visits, Verdict.FOUND, DAY, site)
    see(visits, Verdict.MISSING, DAY, "not-seen.org")

    assert owners.shown_in_public(DAY) == [alice]


@pytest.mark.parametrize("change", ["list_in_public", "bar"])
def test_a_site_leaves_the_public_list_when_its_owner_or_the_organisation_wants_it(
    owners: Registrations, alice: str, change: str
) -> None:
    getattr(owners, change)(alice, change == "bar")

    assert owners.shown_in_public(DAY) == []


@pytest.mark.parametrize(("days", "shown"), [(14, True), (15, False)], ids=["two-weeks", "a-day-more"])
def test_a_snippet_not_seen_for_two_weeks_ends_the_listing(
    owners: Registrations, visits: Visits, alice: str, days: int, shown: bool
) -> None:
    see(visits, Verdict.UNREACHABLE, DAY + timedelta(days=1))

    assert (owners.shown_in_public(DAY + timedelta(days=days)) == [alice]) is shown


def test_forgetting_takes_registration_and_visits_with_the_name(
    archive: Archive, owners: Registrations, visits: Visits, alice: str
) -> None:
    display(archive, alice)

    assert Republishers(archive.engine).forget(alice)

    assert owners.of(alice) is None
    assert visits.of(alice) is None
    assert Republishers(archive.engine).totals().displays == 1
    assert [each.name for each in Republishers(archive.engine).listed()] == ["~forgotten"]


def test_a_registered_site_without_displays_can_be_forgotten(
    archive: Archive, owners: Registrations, alice: str
) -> None:
    assert Republishers(archive.engine).forget(alice)
    assert owners.of(alice) is None
    assert not Republishers(archive.engine).forget(alice)


def test_a_quiet_site_stays_while_it_is_registered(archive: Archive, alice: str) -> None:
    display(archive, alice)
    display(archive, "bob.org")

    gone = Republishers(archive.engine).forget_quiet(DAY + timedelta(days=90))

    assert gone == ["bob.org"]


def test_a_site_is_visited_once_a_day_whoever_comes_first(visits: Visits) -> None:
    visits.choose("bob.org")
    taken: list[bool] = []
    rivals = [threading.Thread(target=lambda: taken.append(visits.begin("bob.org", DAY))) for _ in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert sorted(taken) == [False, False, False, True]
    assert visits.due(DAY, NIGHT, 9) == []
    assert [errand.site for errand in visits.due(DAY + timedelta(days=1), NIGHT, 9)] == ["bob.org"]


def test_visits_spread_over_the_day_and_the_queue_is_bounded(visits: Visits) -> None:
    names = [f"site-{number}.org" for number in range(60)]
    for name in names:
        visits.choose(name)
    first = [errand.site for errand in visits.due(DAY, 0, 5)]
    for name in names:
        visits.begin(name, DAY)

    at_noon = {errand.site for errand in visits.due(DAY + timedelta(days=1), 720, 100)}

    assert len(first) == 5  # never visited: due at once, five at a time
    assert at_noon == {name for name in names if slot(name) <= 720}
    assert 15 < len(at_noon) < 45


def test_only_listed_and_chosen_sites_are_visited(owners: Registrations, visits: Visits) -> None:
    owners.register("quiet.org", "c" * 64, Proof.META, DAY)
    visits.choose("was-chosen.org")
    visits.choose("was-chosen.org", False)

    assert visits.due(DAY, NIGHT, 9) == []


def test_what_was_seen_on_a_forgotten_site_is_not_written_down(archive: Archive, visits: Visits) -> None:
    visits.choose("bob.org")
    visits.begin("bob.org", DAY)
    Republishers(archive.engine).forget("bob.org")

    visits.record("bob.org", Verdict.FOUND, DAY)

    assert visits.all() == {}


def test_free_subdomains_cannot_fill_the_table(owners: Registrations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fragments.store.registrations.MOST_A_DAY", 3)
    for number in range(3):
        owners.register(f"s{number}.github.io", "a" * 64, Proof.META, DAY)

    with pytest.raises(TooManyToday):
        owners.register("s3.github.io", "a" * 64, Proof.META, DAY)

    owners.register("s2.github.io", "b" * 64, Proof.META, DAY)
    assert MOST_A_DAY > 3


def test_a_site_forgotten_before_its_visit_is_not_written_down_again(
    archive: Archive, visits: Visits, alice: str
) -> None:
    Republishers(archive.engine).forget(alice)

    assert not visits.begin(alice, DAY + timedelta(days=1))
    assert visits.all() == {}
