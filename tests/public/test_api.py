"""Fragments for programs: lists, random ones, and errors that name the field."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

Id = Callable[[str], str]


def test_a_list_gives_records_newest_first(client: FlaskClient, id_by: Id) -> None:
    answer = client.get("/api/v1/fragments?limit=2")

    assert answer.json is not None
    assert (answer.json["edition"], answer.json["total"]) == (7, 8)
    assert [each["id"] for each in answer.json["fragments"]] == [id_by("hostile"), id_by("cited")]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_following_next_visits_every_fragment_once(client: FlaskClient) -> None:
    seen, address = [], "/api/v1/fragments?limit=3&topic=press"

    while address:
        said = json.loads(client.get(address).data)
        seen += [each["id"] for each in said["fragments"]]
        address = said["next"]
    assert len(seen) == len(set(seen)) == 8


def test_facets_or_within_and_across(client: FlaskClient, id_by: Id) -> None:
    said = json.loads(client.get("/api/v1/fragments?country=SU,US&lang=vi").data)

    assert [each["id"] for each in said["fragments"]] == [id_by("hostile")]


def test_a_facet_may_be_repeated(client: FlaskClient) -> None:
    assert client.get("/api/v1/fragments?country=SU&country=US").get_json()["total"] == 2


def test_one_at_random_is_a_record_that_no_cache_keeps(client: FlaskClient, id_by: Id) -> None:
    answer = client.get("/api/v1/fragments/random?country=SU")

    assert answer.get_json()["id"] == id_by("cited")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_withheld_author_is_in_no_record(client: FlaskClient) -> None:
    assert "Author of cited" not in client.get("/api/v1/fragments?limit=100").text


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("lang=xx-qq", 404, "lang"),
        ("lang=pt", 404, "lang"),
        ("lang=%00%F0", 404, "lang"),
        ("country=ZZZ", 404, "country"),
        ("topic=nothing", 404, "topic"),
        ("campaign=nothing", 404, "campaign"),
        ("colour=red", 400, "colour"),
        ("limit=0", 400, "limit"),
        ("limit=101", 400, "limit"),
        ("limit=1e1", 400, "limit"),
        ("limit=%D9%A3", 400, "limit"),
        ("after=nothing", 400, "after"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str, status: int, field: str) -> None:
    answer = client.get(f"/api/v1/fragments?{query}")

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said = json.loads(answer.data)
    assert (said["status"], said["field"]) == (status, field)


def test_a_draw_from_nothing_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/api/v1/fragments/random?country=SU&lang=ar")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/fragments/nix", "/api/v1/nothing", "/api/v2/"])
def test_what_is_not_there_is_told_as_data(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_program_may_not_write(client: FlaskClient) -> None:
    answer = client.post("/api/v1/fragments", json={})

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_the_error_in_the_documentation_is_the_error_given(client: FlaskClient) -> None:
    written = Path("docs/api.md").read_text("utf-8").split("GET /api/v1/fragments?limit=1000\n\n    ")[1].split("\n")[0]

    assert json.loads(written) == json.loads(client.get("/api/v1/fragments?limit=1000").data)


def test_every_address_in_the_documentation_answers(client: FlaskClient, id_by: Id) -> None:
    found = re.findall(r"^    GET (\S+)", Path("docs/api.md").read_text("utf-8"), flags=re.M)

    said = {path: client.get(path.replace("<id>", id_by("plain"))).status_code for path in found}
    assert len(said) == 6
    assert said["/api/openapi.json"] == 200
    assert set(said.values()) <= {200, 400, 404}
