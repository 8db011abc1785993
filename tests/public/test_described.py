"""The API is what its description says: asked with whatever schemathesis thinks of, and by hand."""

import lxml.html
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from embed.strings import UI_LANGUAGES
from fragments.ids import id_of
from widget_server.public.app import create_public
from widget_server.public.openapi import document
from widget_server.settings import Settings

URL = "http://127.0.0.1:8199"
PATHS = sorted(document(URL)["paths"])


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_described(app, path):
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)

    @given(case=schema[path]["GET"].as_strategy())
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def asked(case):
        # `after` comes from an earlier answer, which no schema can say: any other text is refused, and rightly.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    asked()


def test_a_source_is_listed_once_with_its_fragments(client):
    listed = client.get("/api/v1/sources").json
    (cited,) = (each for each in listed["sources"] if each["external_id"] == "cited")
    assert cited["fragments"] == [id_of("cited")]
    assert "author" not in cited
    assert listed["total"] == len({each["external_id"] for each in listed["sources"]})


def test_following_next_visits_every_source_once(client):
    seen, page = [], client.get("/api/v1/sources?limit=3").json
    for _ in range(10):
        seen += [each["external_id"] for each in page["sources"]]
        page = client.get(page["next"].removeprefix(URL)).json if page["next"] else {"sources": [], "next": None}
    assert (len(seen), len(set(seen))) == (8, 8)


def test_editions_are_those_on_the_shelf(client):
    (only,) = client.get("/api/v1/editions").json["editions"]
    assert (only["number"], only["fragments"], only["withdrawn"], only["current"]) == (7, 8, 1, True)


@pytest.mark.parametrize("path", ["/api/v1/sources?colour=red", "/api/v1/editions?x=1", "/api/v1/sources?limit=0"])
def test_a_parameter_that_is_wrong_is_named(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["field"] in path


@pytest.mark.parametrize("path", ["/api/v1/sources", "/api/v1/editions", "/api/openapi.json"])
def test_any_page_may_read_the_lists(client, path):
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_before_the_first_edition_every_list_says_so(tmp_path):
    from widget_server.shelf import Shelf

    empty = create_public(Settings(public_url=URL), Shelf(tmp_path / "shelf")).test_client()
    lists = [path for path in PATHS if "{" not in path]
    assert {empty.get(path).status_code for path in lists} == {503}


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_page_for_programs_leads_to_the_description_and_to_answers(client: FlaskClient, ui: str) -> None:
    page = lxml.html.document_fromstring(client.get(f"/api?ui={ui}").data.decode())
    addresses = page.xpath("//pre//a/@href")

    assert "/api/openapi.json" in addresses
    assert {client.get(address).status_code for address in addresses} == {200}
