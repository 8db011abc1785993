"""The desk's door: the first administrator, signing in and out, and what keeps strangers from guessing."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from fragments.store.archive import Archive
from fragments.store.people import People
from tests.conftest import NOW
from widget_server.cli import main
from widget_server.desk import passwords
from widget_server.desk.app import create_desk
from widget_server.desk.secrecy import hash_of
from widget_server.settings import Settings

PASSWORD = "three herons at dusk"
TOKEN = "the token of a printed link"


class Visitor:
    """Somebody before the door, with a clock and a browser of their own."""

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self.now = NOW
        self.people = People(archive.engine)
        self.app = create_desk(settings, archive, clock=lambda: self.now)
        self.app.config["SESSION_COOKIE_PATH"] = "/"  # the test client asks below / instead of /desk
        self.browser = self.app.test_client()

    def invited(self) -> "Visitor":
        self.people.invite_first_administrator(hash_of(TOKEN), NOW + timedelta(hours=24))
        return self

    def send(self, path: str, browser: FlaskClient | None = None, **fields: str) -> TestResponse:
        """Load the page with the form, then send it."""
        browser = browser or self.browser
        found = re.search(r'name="form_token" value="([^"]+)"', browser.get(path).text)
        return browser.post(path, data={"form_token": found[1] if found else "", **fields})

    def make_account(self, name: str = "ana", **fields: str) -> TestResponse:
        form = {"name": name, "email": "", "password": PASSWORD, "again": PASSWORD, **fields}
        return self.send(f"/first/{TOKEN}", **form)

    def sign_in(self, name: str = "ana", password: str = PASSWORD) -> TestResponse:
        return self.send("/sign-in", name=name, password=password)

    def is_in(self) -> bool:
        return self.browser.get("/").status_code == 200


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id at its least: the real cost of 0.1 s a try is for attackers, not for tests."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def visitor(sqlite_archive: Archive, tmp_path: Path) -> Visitor:
    return Visitor(sqlite_archive, Settings(data=tmp_path / "data"))


@pytest.fixture
def ana(visitor: Visitor) -> Visitor:
    """ana made the first account and has left the desk."""
    assert visitor.invited().make_account().status_code == 302
    visitor.browser = visitor.app.test_client()
    return visitor


def test_the_printed_link_makes_one_account_and_signs_its_maker_in(visitor: Visitor) -> None:
    assert visitor.invited().make_account("Ana").status_code == 302
    assert visitor.is_in()
    assert visitor.people.has_administrator()
    assert visitor.browser.get(f"/first/{TOKEN}").status_code == 404


@pytest.mark.parametrize("hours", [24, 500])
def test_the_printed_link_is_void_after_a_day(visitor: Visitor, hours: int) -> None:
    visitor.invited().now += timedelta(hours=hours)
    assert visitor.browser.get(f"/first/{TOKEN}").status_code == 404


def test_a_guessed_link_opens_nothing(visitor: Visitor) -> None:
    assert visitor.invited().browser.get("/first/another").status_code == 404
    assert visitor.browser.get(f"/first/{hash_of(TOKEN)}").status_code == 404


def test_of_two_who_hold_the_same_link_the_second_makes_nothing(visitor: Visitor) -> None:
    visitor.invited()
    second = visitor.app.test_client()
    token = re.search(r'name="form_token" value="([^"]+)"', second.get(f"/first/{TOKEN}").text)
    assert token
    visitor.make_account("ana")
    form = {"form_token": token[1], "name": "mallory", "password": PASSWORD, "again": PASSWORD}
    assert second.post(f"/first/{TOKEN}", data=form).status_code == 404
    assert visitor.people.person("mallory") is None


def test_making_the_account_is_in_the_audit_record(ana: Visitor, sqlite_archive: Archive) -> None:
    assert [(entry.actor, entry.action) for entry in sqlite_archive.audit()] == [
        ("ana", "made the first administrator")
    ]


REFUSED = {
    "eleven characters": {"password": "x7!kd02mmQe", "again": "x7!kd02mmQe"},
    "a common one": {"password": "password1234", "again": "password1234"},
    "a keyboard walk": {"password": "qwertyuiop12", "again": "qwertyuiop12"},
    "one letter": {"password": "a" * 30, "again": "a" * 30},
    "her own name": {"name": "anastasiapetrova", "password": "anastasiapetrova1", "again": "anastasiapetrova1"},
    "201 characters": {"password": "x7!kd02mmQ " * 19, "again": "x7!kd02mmQ " * 19},
    "two different ones": {"again": "three herons at dawn"},
    "no name": {"name": "  "},
    "a control character in the name": {"name": "an\u202ea"},
    "no address": {"email": "not an address"},
}


@pytest.mark.parametrize("fields", REFUSED.values(), ids=REFUSED)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_what_was_typed(
    visitor: Visitor, fields: dict[str, str]
) -> None:
    refused = visitor.invited().make_account(**{"name": "Ana Sample", **fields})
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert "Ana Sample" in refused.text or "name" in fields
    assert fields.get("password", PASSWORD) not in refused.text
    assert not visitor.people.has_administrator()
    assert visitor.make_account().status_code == 302  # the link is not used up


def test_a_password_is_kept_as_argon2id_only(ana: Visitor) -> None:
    person = ana.people.person("ANA")
    assert person
    assert person.password_hash.startswith("$argon2id$")


def test_signing_in_and_out(ana: Visitor) -> None:
    assert not ana.is_in()
    assert ana.sign_in(" Ana ").status_code == 302
    assert ana.is_in()
    ana.send("/", name="")  # a page with forms
    token = re.search(r'name="form_token" value="([^"]+)"', ana.browser.get("/").text)
    assert token
    assert ana.browser.post("/sign-out", data={"form_token": token[1]}).status_code == 302
    assert not ana.is_in()


def test_a_copied_cookie_is_dead_after_signing_out(ana: Visitor) -> None:
    ana.sign_in()
    stolen = ana.browser.get_cookie("desk", path="/")
    assert stolen
    thief = ana.app.test_client()
    thief.set_cookie("desk", stolen.value)
    assert thief.get("/").status_code == 200

    token = re.search(r'name="form_token" value="([^"]+)"', ana.browser.get("/").text)
    assert token
    ana.browser.post("/sign-out", data={"form_token": token[1]})
    assert thief.get("/").status_code == 302


def test_a_session_ends_after_twelve_hours(ana: Visitor) -> None:
    ana.sign_in()
    ana.now += timedelta(hours=12)
    assert not ana.is_in()


def test_nothing_of_the_cookie_before_survives_signing_in(ana: Visitor) -> None:
    ana.browser.get("/sign-in")
    before = ana.browser.get_cookie("desk", path="/")
    ana.sign_in()
    after = ana.browser.get_cookie("desk", path="/")
    assert before
    assert after
    assert before.value != after.value


def test_signing_out_by_a_link_or_another_sites_form_does_nothing(ana: Visitor) -> None:
    ana.sign_in()
    assert ana.browser.get("/sign-out").status_code in {404, 405}
    assert ana.browser.post("/sign-out").status_code == 400
    token = re.search(r'name="form_token" value="([^"]+)"', ana.browser.get("/").text)
    assert token
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert ana.browser.post("/sign-out", data={"form_token": token[1]}, headers=foreign).status_code == 400
    assert ana.is_in()


@pytest.mark.parametrize("failures", [1, 6], ids=["first try", "after many"])
def test_an_unknown_name_and_a_wrong_password_are_answered_alike(ana: Visitor, failures: int) -> None:
    def answers(name: str) -> list[str]:
        tried = [ana.sign_in(name, "wrong") for _ in range(failures)]
        return [re.sub(r"value=\S+|nonce=\S+|nonce-\S+", "", one.text) + str(one.status_code) for one in tried]

    assert answers("ana") == answers("nobody")


def test_failures_slow_the_next_try_down_and_a_success_forgets_them(ana: Visitor) -> None:
    assert [ana.sign_in(password="wrong").status_code for _ in range(6)] == [403] * 6
    assert ana.sign_in().status_code == 403  # right, but too early
    ana.now += timedelta(seconds=3)
    assert ana.sign_in().status_code == 302
    ana.browser = ana.app.test_client()
    assert "Try again in" not in ana.sign_in(password="wrong").text


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(ana: Visitor) -> None:
    waits = []
    for _ in range(20):
        ana.people.note_failure("ana", ana.now)
        waits.append(ana.people.wait("ana", ana.now).total_seconds())
    assert waits == [0] * 5 + [2.0**n for n in range(1, 10)] + [900.0] * 6
    assert ana.people.wait("ana", ana.now + timedelta(days=2)) == timedelta()
    assert ana.people.wait("ben", ana.now) == timedelta()


def test_failures_of_ten_thousand_names_make_no_more_rows_than_buckets(visitor: Visitor) -> None:
    from fragments.store.people import BUCKETS, _bucket

    assert {_bucket(f"name {n}") for n in range(100_000)} == set(range(BUCKETS))


@pytest.mark.parametrize("address", ["/", "/sign-out", "/nowhere", "/first", "/sign-in/"])
def test_signed_out_people_see_the_door_and_nothing_else(visitor: Visitor, address: str) -> None:
    answered = visitor.browser.get(address)
    assert answered.status_code in {302, 404, 405}
    assert "Edition" not in answered.text


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("desk=", "Path=/desk", "HttpOnly", "SameSite=Strict")),
        (
            {"public_url": "https://fragments.example.org"},
            ("__Host-desk=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"),
        ),
    ],
    ids=["on a laptop", "on https"],
)
def test_the_cookie_is_for_the_desk_alone(
    sqlite_archive: Archive, tmp_path: Path, settings: dict[str, str], expected: tuple[str, ...]
) -> None:
    app = create_desk(Settings(data=tmp_path, **settings), sqlite_archive)
    cookie = Client(app).get("/sign-in").headers["Set-Cookie"]
    assert [part for part in expected if part not in cookie.split("; ")[0] + "; " + cookie] == []
    assert "Domain" not in cookie


def test_the_key_of_cookies_is_made_once_and_readable_by_nobody_else(visitor: Visitor, tmp_path: Path) -> None:
    kept = tmp_path / "data" / "desk.secret"
    assert kept.stat().st_mode & 0o077 == 0
    assert len(kept.read_text().strip()) == 64
    assert visitor.app.secret_key == kept.read_text().strip()


def test_a_name_is_escaped_wherever_it_is_shown(visitor: Visitor) -> None:
    visitor.invited().make_account("<b onmouseover=alert(1)>")
    assert "<b onmouseover" not in visitor.browser.get("/").text
    assert "&lt;b onmouseover" in visitor.browser.get("/").text


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_a_colleagues_link_makes_one_account_with_its_role(ana: Visitor, role: str) -> None:
    ana.people.invite(hash_of(TOKEN), role, NOW + timedelta(days=3), now=NOW)
    assert "first administrator" not in ana.browser.get(f"/first/{TOKEN}").text
    assert ana.make_account("Ben").status_code == 302
    ben = ana.people.person("ben")
    assert ben
    assert ben.role == role
    assert ana.browser.get(f"/first/{TOKEN}").status_code == 404


def test_unsilenced_editor_prints_a_link_that_opens(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["editor", "--role", "contributor"], env={"UNSILENCED_DATA": str(tmp_path)})
    token = printed.output.strip().rsplit("/", 1)[1]
    with Archive.open(Settings(data=tmp_path).database_url) as archive:
        assert People(archive.engine).role_offered(hash_of(token), datetime.now(UTC)) == "contributor"
