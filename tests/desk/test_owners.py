"""What editors see of owners and visits, and what they decide."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fragments.store.archive import Archive
from fragments.store.counting import Batch, Counts
from fragments.store.registrations import Proof, Registrations, Verdict, Visits
from tests.conftest import NOW
from widget_server.sites import notice

TODAY = NOW.date()
FORM = {"form_token": "f"}


@pytest.fixture
def counted(sqlite_archive: Archive) -> Archive:
    """bob.org has displays, alice.github.io an owner who wants it listed, and the snippet."""
    tally = {(TODAY, "script", "all", "bob.org"): 3, (TODAY, "script", "all", "~undisclosed"): 1}
    Counts(sqlite_archive.engine).add(Batch("m", "s", 0, 1, tally, {}))
    owners, visits = Registrations(sqlite_archive.engine), Visits(sqlite_archive.engine)
    owners.register("alice.github.io", "a" * 64, Proof.META, TODAY)
    owners.list_in_public("alice.github.io", True)
    visits.begin("alice.github.io", TODAY)
    visits.record("alice.github.io", Verdict.FOUND, TODAY)
    return sqlite_archive


@pytest.fixture
def ben(sign_in: Callable[[str], FlaskClient], counted: Archive) -> FlaskClient:
    return sign_in("ben")


def test_the_page_says_who_is_registered_and_what_visits_saw(ben: FlaskClient) -> None:
    page = ben.get("/republishers").text

    assert "Registered by its owner, who wants it on the public list." in page
    assert "Snippet seen on" in page
    assert 'aria-label="Visit bob.org each day"' in page
    assert "undisclosed each day" not in page


def test_an_editor_has_a_site_visited_and_ends_it(ben: FlaskClient, counted: Archive) -> None:
    answer = ben.post("/republishers/bob.org/visits", data={**FORM, "wanted": "yes"})
    assert answer.headers["Location"].endswith("/republishers?search=bob.org")
    assert "A visit is due within minutes." in ben.get("/republishers?search=bob.org").text
    assert [errand.site for errand in Visits(counted.engine).due(TODAY, 0, 9)] == ["bob.org"]

    ben.post("/republishers/bob.org/visits", data={**FORM, "wanted": "no"})
    assert Visits(counted.engine).due(TODAY, 1439, 9) == []


def test_an_editor_keeps_a_site_off_the_public_list_at_once(ben: FlaskClient, desk: Flask, counted: Archive) -> None:
    data: Path = desk.extensions["settings"].data
    ben.post("/republishers/alice.github.io/listing", data={**FORM, "wanted": "yes"})
    assert notice.read(data).sites == ("alice.github.io",)

    ben.post("/republishers/alice.github.io/listing", data={**FORM, "wanted": "no"})

    assert notice.read(data).sites == ()
    assert "kept off the public list" in ben.get("/republishers").text


@pytest.mark.parametrize("site", ["unknown.org", "~undisclosed", "127.0.0.1", "localhost"])
def test_only_a_site_that_we_know_can_be_visited(ben: FlaskClient, site: str) -> None:
    assert ben.post(f"/republishers/{site}/visits", data={**FORM, "wanted": "yes"}).status_code == 404


def test_a_contributor_decides_nothing_about_sites(sign_in: Callable[[str], FlaskClient], counted: Archive) -> None:
    answer = sign_in("ana").post("/republishers/bob.org/visits", data={**FORM, "wanted": "yes"})

    assert answer.status_code == 404
    assert Visits(counted.engine).of("bob.org") is None


def test_what_editors_decide_about_a_site_leaves_no_name_that_could_not_be_forgotten(
    ben: FlaskClient, counted: Archive
) -> None:
    ben.post("/republishers/bob.org/visits", data={**FORM, "wanted": "yes"})

    assert "bob.org" not in ben.get("/audit.jsonl").text


def test_the_files_carry_owner_and_snippet(ben: FlaskClient, counted: Archive) -> None:
    Visits(counted.engine).choose("bob.org")
    Visits(counted.engine).begin("bob.org", TODAY)
    Visits(counted.engine).record("bob.org", Verdict.MISSING, TODAY)

    lines = ben.get("/republishers.csv").text.splitlines()
    told = json.loads(ben.get("/republishers.json").text)["republishers"][0]

    assert lines[0].endswith(",owner,snippet")
    assert lines[1].endswith(f",,missing {TODAY}")
    assert (told["owner"], told["snippet"]) == ("", f"missing {TODAY}")
