"""Embeds through Flask are the same as through the lane: one table, one answer."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import Client

from embed.strings import say
from tests.public.conftest import GONE
from widget_server.lane import Lane
from widget_server.shelf import Shelf

PATHS = (
    "/d/all/0.cf",
    "/d/country-SU/0.cf",
    "/f/{}/frame",
    "/f/{}/frame?ui=fr&theme=dark",
    "/f/{}.txt",
    "/feed.atom",
    "/feed.rss",
    "/feed.json",
    "/feeds/lang/fa.atom",
    "/edition.json",
    "/edition.txt",
    "/files.txt",
    "/root.txt",
    "/now.txt",
    "/api/v1/fragments/{}",
)
ASKED = {
    "plainly": {},
    "brotli": {"Accept-Encoding": "br, gzip"},
    "any tag": {"If-None-Match": "*"},
    "another origin": {"Origin": "https://blog.example"},
    "long ago": {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
}


@pytest.fixture
def lane(app: Flask, shelf: Shelf) -> Client:
    """A visitor who comes by the lane."""
    return Client(Lane(app, shelf))


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_flask_answers_as_the_lane_does(
    client: FlaskClient, lane: Client, id_by: Callable[[str], str], path: str, method: str, asked: dict[str, str]
) -> None:
    address = path.format(id_by("plain"))

    by_flask = client.open(address, method=method, headers=asked)
    by_lane = lane.open(address, method=method, headers=asked)
    assert by_flask.status_code == by_lane.status_code < 400
    assert sorted(by_flask.headers) == sorted(by_lane.headers)
    assert by_flask.data == by_lane.data


@pytest.mark.parametrize("path", ["/d/all/0.cf", "/frame", "/f/{}/frame", "/feed.atom"])
def test_what_flask_answers_in_the_lanes_place_is_counted_as_there(
    app: Flask, shelf: Shelf, tmp_path: Path, id_by: Callable[[str], str], path: str
) -> None:
    address, counted = path.format(id_by("plain")), []
    lanes = [Lane(app, each, lambda *told: counted.append(told[:2])) for each in (shelf, Shelf(tmp_path / "empty"))]

    assert [Client(lane).get(address).status_code for lane in lanes] == [200, 200]
    assert len(counted) == 2
    assert counted[0] == counted[1]


def test_a_log_of_a_fault_says_where_it_was_and_nothing_that_the_reader_sent(
    app: Flask, shelf: Shelf, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(kind: str, deck: str, environ: dict[str, str]) -> None:
        raise ValueError(environ["HTTP_REFERER"])

    monkeypatch.setitem(app.view_functions, "pages.about", lambda: fault("", "", request.environ))
    visitor = Client(Lane(app, shelf, fault))
    statuses = [
        visitor.get(path, headers={"Referer": "https://a.reader/"}).status_code for path in ("/d/all/0.cf", "/about")
    ]

    assert statuses == [200, 500]
    assert "could not be counted; it was answered all the same: ValueError" in caplog.text
    assert "page could not be made: ValueError" in caplog.text
    assert "a.reader" not in caplog.text


def test_the_loader_is_served_for_ever(client: FlaskClient) -> None:
    loader = client.get("/edition.json").get_json()["loader"]["path"]

    answer = client.get(loader)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_frame_may_stand_on_any_page(client: FlaskClient) -> None:
    answer = client.get("/frame?country=SU")

    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cross-Origin-Opener-Policy" not in answer.headers


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/frame?lang=pt&ui=ar&theme=dark", "nothing_to_show", id="drawn"),
        pytest.param(f"/f/none/frame?ui=ar&theme=dark&f={'x' * 5000}", "nothing_to_show", id="unknown"),
        pytest.param(f"/f/{GONE}/frame?ui=ar&theme=dark", "withdrawn", id="withdrawn"),
    ],
)
def test_a_frame_that_cannot_be_had_says_one_sentence_in_the_language_of_the_page(
    client: FlaskClient, path: str, said: str
) -> None:
    answer = client.get(path)
    seen = answer.text.split("<figure>")[1]

    assert say("ar", said) in seen
    assert not re.search("[A-Za-z]{2}", re.sub("<[^>]*>", "", seen))
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "no-store" not in answer.headers["Cache-Control"]


def test_a_frame_from_an_empty_shelf_says_so_and_is_not_kept(empty: FlaskClient) -> None:
    answer = empty.get("/frame?ui=vi")

    assert answer.status_code == 503
    assert say("vi", "nothing_to_show") in answer.text
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("30", "no-store")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/frame?colour=red", 400),
        ("/frame?lang=pt", 404),
        ("/frame?country=SU&lang=ar", 404),
        ("/d/none/0.cf", 404),
        ("/d/all/99.cf", 404),
        ("/d/../0.cf", 404),
        ("/e/none.js", 404),
        ("/feeds/lang/pt.atom", 404),
        ("/feed.exe", 404),
    ],
)
def test_an_embed_that_is_not_there_is_said_in_plain_words(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_an_embed_takes_nothing(client: FlaskClient) -> None:
    assert client.post("/d/all/0.cf", data="x").status_code == 405
