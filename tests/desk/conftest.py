"""A desk on a fresh archive, with ana (contributor), ben (editor) and adm (administrator) signed in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from fragments.store.archive import Archive
from fragments.store.people import People
from fragments.store.people_tables import people
from tests.conftest import NOW
from tests.desk.members import Office, cheap_hasher
from widget_server.desk import passwords
from widget_server.desk.app import create_desk
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.desk.securing import SESSION_KEY
from widget_server.settings import Settings

ROLES = {"ana": "contributor", "cleo": "contributor", "ben": "editor", "adm": "administrator"}


@pytest.fixture
def desk(sqlite_archive: Archive, tmp_path: Path) -> Iterator[Flask]:
    """The desk app with four people."""
    app = create_desk(Settings(data=tmp_path / "data"), sqlite_archive, clock=lambda: NOW)
    app.config["SESSION_COOKIE_PATH"] = "/"  # the test client asks below / instead of /desk
    with sqlite_archive.engine.begin() as connection:
        for name, role in ROLES.items():
            row = {"name": name, "name_key": name, "password_hash": "x", "role": role, "is_active": True}
            connection.execute(insert(people).values(**row, made_at=NOW))
    yield app


@pytest.fixture
def sign_in(desk: Flask) -> Callable[[str], FlaskClient]:
    """sign_in("ana") gives a browser in which ana is signed in; sign_in("") one in which nobody is."""

    def signed_in(name: str) -> FlaskClient:
        client, token = desk.test_client(), new_token()
        with client.session_transaction() as session:
            session["form"] = "f"
            if name:
                session[SESSION_KEY] = token
        if name:
            accounts = People(desk.extensions["archive"].engine)
            person = accounts.person(name)
            assert person
            accounts.open_session(hash_of(token), person, NOW, NOW.replace(year=2027))
        return client

    return signed_in


@pytest.fixture
def a_form() -> dict[str, str]:
    """A whole form of a fragment with a new source."""
    return {
        "form_token": "f",
        "lang": "en",
        "text": "Alpha text",
        "gloss": "Nothing",
        "based_on": "0",
        "s_title": "Alpha",
        "a_country": "GB",
        "a_who": "Office of Alpha",
        "e_url": "https://example.org/a",
        "e_accessed": "2026-11-24",
        "do": "submit",
    }


@pytest.fixture
def written(sign_in: Callable[[str], FlaskClient], a_form: dict[str, str]) -> str:
    """The id of a fragment that ana put up for review."""
    answer = sign_in("ana").post("/write/0123456789abcdef", data=a_form)
    assert answer.status_code == 302, re.findall(r"alert.*?</p>", answer.text, re.S)
    found = re.search(r"/fragments/(\w{10})", answer.headers["Location"])
    assert found
    return found[1]


@pytest.fixture
def office(sqlite_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk that people join, with cheap password hashes."""
    monkeypatch.setattr(passwords, "_hasher", cheap_hasher())
    return Office(sqlite_archive, Settings(data=tmp_path / "data"))
