"""The page of republishers shows the notice and nothing else, escaped, whatever stands in it."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient

from tests.public.conftest import URL
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.sites import notice


@pytest.fixture
def visitor(shelf: Shelf, tmp_path: Path) -> FlaskClient:
    """A visitor of a site whose data directory is this test's own."""
    return create_public(Settings(public_url=URL, data=tmp_path), shelf, Random(5)).test_client()


def test_names_and_weeks_are_shown_as_the_notice_says(visitor: FlaskClient, tmp_path: Path) -> None:
    weeks = (notice.Week(date(2026, 11, 2), None, None), notice.Week(date(2026, 11, 9), 20_000, 50))
    notice.put_up(tmp_path, notice.Notice(("alice.github.io", "xn--d1aqf.xn--p1ai"), weeks))

    page = visitor.get("/republishers").text

    assert '<a href="https://alice.github.io/" rel="external nofollow noopener ugc">' in page
    assert '<a href="https://xn--d1aqf.xn--p1ai/" title="xn--d1aqf.xn--p1ai"' in page
    assert "<bdi>дом.рф</bdi>" in page
    assert page.index("November 9, 2026</th><td>20,000</td><td>50</td>") < page.index("November 2, 2026")
    assert "too few sites to say" in page


def test_a_page_without_a_notice_says_that_there_is_nothing(visitor: FlaskClient) -> None:
    page = visitor.get("/republishers").text

    assert "No site has asked to be named yet." in page
    assert "There is nothing to tell yet." in page


def test_what_a_notice_should_never_hold_is_escaped(visitor: FlaskClient, tmp_path: Path) -> None:
    notice.put_up(tmp_path, notice.Notice(('"><script>alert(1)</script>',), ()))

    answer = visitor.get("/republishers")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_name_that_left_the_notice_is_gone_at_the_next_look(visitor: FlaskClient, tmp_path: Path) -> None:
    notice.put_up(tmp_path, notice.Notice(("alice.github.io",), ()))
    assert "alice.github.io" in visitor.get("/republishers").text

    notice.put_up(tmp_path, notice.Notice())

    answer = visitor.get("/republishers")
    assert "alice.github.io" not in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=120"
