"""A site that an editor keeps off the public list stays off it, whatever its owner does."""

import pytest
import sqlalchemy as sa

from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from fragments.store.republishers import Republishers
from fragments.store.schema import tables

SITE = "bob.org"


@pytest.fixture
def sites(archive):
    return Registrations(archive.engine)


@pytest.fixture
def seen(archive, sites, now):
    """Lets an owner prove the site, ask for the list, and a visit see the snippet."""

    def run():
        sites.register(SITE, "a" * 64, Proof.META, now.date())
        sites.list_in_public(SITE, True)
        Visits(archive.engine).begin(SITE, now.date())
        Visits(archive.engine).record(SITE, Verdict.FOUND, now.date())
        return sites.shown_in_public(now.date())

    return run


def test_being_forgotten_and_proving_the_site_again_does_not_undo_a_bar(archive, sites, seen):
    assert seen() == [SITE]
    sites.bar(SITE, True)

    Republishers(archive.engine).forget(SITE)

    assert sites.of(SITE) is None
    assert seen() == []
    assert sites.of(SITE).barred


def test_a_bar_that_an_editor_lifts_is_lifted_for_good(archive, sites, seen):
    seen()
    for barred in (True, True, False):
        sites.bar(SITE, barred)
    Republishers(archive.engine).forget(SITE)

    assert seen() == [SITE]


def test_of_a_forgotten_site_no_table_holds_the_name(archive, sites, seen):
    seen()
    sites.bar(SITE, True)
    Republishers(archive.engine).forget(SITE)

    with archive.engine.connect() as connection:
        rows = [repr(tuple(row)) for table in tables() for row in connection.execute(sa.select(table))]
    assert [row for row in rows if SITE in row] == []
