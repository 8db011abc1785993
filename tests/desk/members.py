"""Somebody with an account, a browser and a clock; codes of an app, by RFC 6238 and not by our libraries."""

import base64
import hmac
import re
from datetime import timedelta

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fragments.store.archive import Archive
from fragments.store.people import People
from fragments.store.staff import Staff
from tests.conftest import NOW
from widget_server.desk.app import create_desk
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.settings import Settings

PASSWORD = "three herons at dusk"


def code_at(secret: str, moment) -> str:
    """The six digits that an app shows at a moment (RFC 6238, SHA-1, 30 s)."""
    key = base64.b32decode(secret.replace("-", "").replace(" ", ""))
    counter = int(moment.timestamp()) // 30
    digest = hmac.new(key, counter.to_bytes(8), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


class Office:
    """A desk with a clock that tests turn, and people who join by invitation."""

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self.now = NOW
        self.archive = archive
        self.settings = settings
        self.people, self.staff = People(archive.engine), Staff(archive.engine)
        self.app: Flask = create_desk(settings, archive, clock=lambda: self.now)
        self.app.config["SESSION_COOKIE_PATH"] = "/"  # the test client asks below / instead of /desk

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def member(self, name: str = "ana", role: str = "contributor", email: str = "") -> "Member":
        """Somebody who joined by a link and is signed in."""
        token = new_token()
        self.people.invite(hash_of(token), role, self.now + timedelta(days=1), now=self.now)
        member = Member(self, name)
        answer = member.send(f"/first/{token}", name=name, email=email, password=PASSWORD, again=PASSWORD)
        assert answer.status_code == 302, answer.text
        return member

    def acts(self) -> list[tuple[str, str, str]]:
        """The audit record, which has to hold: who did what to whom."""
        self.archive.check_audit()
        return [(entry.actor, entry.action, entry.subject) for entry in self.archive.audit()]


class Member:
    """One person before a browser."""

    def __init__(self, office: Office, name: str) -> None:
        self.office, self.name = office, name
        self.browser: FlaskClient = office.app.test_client()
        self.secret = ""
        self.codes: list[str] = []

    @property
    def number(self) -> int:
        person = self.office.people.person(self.name)
        assert person
        return person.id

    def see(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def send(self, path: str, load: str | None = None, **fields: str) -> TestResponse:
        """Load a page with forms, then send one of them."""
        found = re.search(
            r'name="form_token" value="([^"]+)"', self.browser.get(load or path, follow_redirects=True).text
        )
        return self.browser.post(path, data={"form_token": found[1] if found else "", **fields})

    def is_in(self) -> bool:
        return self.see("/account").status_code == 200

    def elsewhere(self) -> "Member":
        """The same person before another browser, not signed in."""
        other = Member(self.office, self.name)
        other.secret, other.codes = self.secret, self.codes
        return other

    def give_password(self, password: str = PASSWORD) -> TestResponse:
        return self.send("/sign-in", name=self.name, password=password)

    def give_code(self, code: str | None = None) -> TestResponse:
        return self.send("/sign-in/second", code=self.code() if code is None else code)

    def code(self) -> str:
        """What the app shows now."""
        return code_at(self.secret, self.office.now)

    def set_up_app(self, **fields: str) -> TestResponse:
        """Read the secret off the page and type a first code; the recovery codes are kept."""
        page = self.see("/account/factor/app").text
        self.secret = re.findall(r'<code class="link" dir="ltr">([A-Z2-7-]+)</code>', page)[0]
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token
        answer = self.browser.post("/account/factor/app", data={"form_token": token[1], "code": self.code(), **fields})
        self.codes = re.findall(r"<code>([A-Z0-9-]{19})</code>", answer.text)
        return answer


def cheap_hasher() -> PasswordHasher:
    """argon2id at its least: the real cost of 0.1 s a try is for attackers, not for tests."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
