"""Errors: a page in the reader's language, the right status, and nothing of our inside."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from widget_server.public import pages


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 404, "Il n’y a rien à cette adresse"),
        ("/f/nothing", 404, "Il n’y a rien à cette adresse"),
        ("/fragments?lang=pt", 404, "pt"),
        ("/fragments?country=%3Cimg%20src%3Dx%3E", 404, "&lt;img src=x&gt;"),
        ("/f/random?topic=nothing", 404, "nothing"),
        ("/static/../app.py", 404, ""),
        ("/static/nothing.css", 404, ""),
    ],
)
def test_an_error_is_a_page_in_the_readers_language(client: FlaskClient, path: str, status: int, said: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "fr"})

    assert answer.status_code == status
    assert 'lang="fr"' in answer.text
    assert said in answer.text
    assert "<img" not in answer.text


def test_an_error_tells_programs_of_no_address_of_its_own(client: FlaskClient) -> None:
    answer = client.get("/nothing?ui=fr")

    assert "canonical" not in answer.text
    assert 'rel="alternate" hreflang' not in answer.text
    assert "og:url" not in answer.text
    assert 'hreflang="vi"' in answer.text  # but people can switch the language


@pytest.mark.parametrize("path", ["/f/0123456789", "/embed", "/feeds", "/embed/check"])
def test_a_slash_too_many_leads_to_the_page(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}/?ui=fr")

    assert (answer.status_code, answer.headers["Location"]) == (308, f"{path}?ui=fr")


@pytest.mark.parametrize("path", ["/nothing/", "//evil.example/", "/\\evil.example/"])
def test_a_slash_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": path}).status_code == 404


def test_a_page_cannot_be_written_to(client: FlaskClient) -> None:
    answer = client.post("/about", data={"a": "b"})

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_long_value_is_said_back_short(client: FlaskClient) -> None:
    assert "x" * 100 not in client.get(f"/fragments?topic={'x' * 5000}").text.split("<main")[1].split("</main>")[0]


def test_a_fault_of_ours_is_logged_and_not_shown(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(pages.listing, "batch", broken)
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/fragments", headers={"User-Agent": "secret agent"})

    assert answer.status_code == 500
    assert "inside" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "RuntimeError" in caplog.text  # its kind and its place, not its words: they may be a reader's
    assert "in broken" in caplog.text
    assert "inside" not in caplog.text
    assert "secret agent" not in caplog.text
