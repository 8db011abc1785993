"""Passkeys in a real Chromium with an authenticator that DevTools pretends to hold in."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from fragments.store.archive import Archive
from fragments.store.factors import SecondFactors
from tests.desk.members import PASSWORD, Member, Office, cheap_hasher
from widget_server.desk import passkeys, passwords
from widget_server.settings import Settings

pytestmark = pytest.mark.browser


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type, message, *args):  # noqa: A002 - its name
        pass


class Served:
    """A desk at an address, ana's account there, and her browser."""

    def __init__(self, office: Office, page: Page) -> None:
        self.office, self.page, self.url = office, page, office.settings.desk_url
        self.sent: list[str] = []
        page.on("request", lambda request: self.sent.append(request.post_data or ""))
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")

    def hold(self) -> str:
        """Put an authenticator into the computer."""
        options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
        options |= {"automaticPresenceSimulation": True}
        told: str = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return told

    def let_go(self, authenticator: str) -> None:
        self.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})

    def sign_in(self, name: str = "ana") -> None:
        self.page.goto(f"{self.url}/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        with self.page.expect_navigation():  # a click returns before the page that it leads to is there
            self.page.get_by_role("button", name="Sign in").click()

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def make_passkey(self, name: str = "the key on my keyring") -> None:
        self.page.goto(f"{self.url}/account/factor/passkey")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Make the passkey").click()
        self.page.get_by_role("heading", name="Keep these codes").wait_for()

    def is_in(self) -> bool:
        return self.page.get_by_text("Signed in as").count() == 1


@pytest.fixture
def served(
    sqlite_archive: Archive, tmp_path: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    monkeypatch.setattr(passwords, "_hasher", cheap_hasher())
    server = make_server("127.0.0.1", 0, Response(), threaded=True, request_handler=Quiet)
    address = f"http://localhost:{server.server_port}/desk"
    office = Office(sqlite_archive, Settings(data=tmp_path / "data", desk_url=address))
    office.member("ana")
    office.app.config["SESSION_COOKIE_PATH"] = "/desk"
    server.app = DispatcherMiddleware(Response("nothing here", 404), {"/desk": office.app})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context(locale="en")
    yield Served(office, context.new_page())
    context.close()
    server.shutdown()
    server.server_close()


def test_a_passkey_is_made_and_then_opens_the_desk_after_the_password(served: Served) -> None:
    served.hold()
    served.sign_in()
    served.make_passkey()
    assert served.page.locator(".codes code").count() == 10
    served.sign_out()

    served.sign_in()
    assert not served.is_in()
    served.page.get_by_role("button", name="Use a passkey").click()

    served.page.wait_for_url(f"{served.url}/")
    assert served.is_in()
    (held,) = SecondFactors(served.office.archive.engine).of(served.office.people.person("ana")).passkeys
    assert (held.name, held.used_at is not None, held.sign_count > 0) == ("the key on my keyring", True, True)
    assert ("ana", "added a passkey", "ana") in served.office.acts()


def test_whoever_finds_an_open_session_adds_no_passkey_without_the_password(served: Served) -> None:
    served.hold()
    served.sign_in()
    served.office.later(minutes=6)
    factors = SecondFactors(served.office.archive.engine)
    served.page.goto(f"{served.url}/account/factor/passkey")
    served.page.get_by_label("Name").fill("a stranger's key")
    served.page.get_by_label("Your password").fill("a guess at hers")
    served.page.get_by_role("button", name="Make the passkey").click()
    served.page.get_by_text("That is not your password.").wait_for()
    assert not factors.of(served.office.people.person("ana")).passkeys
    assert served.page.get_by_label("Name").input_value() == "a stranger's key"

    served.page.get_by_label("Your password").fill(PASSWORD)
    served.page.get_by_role("button", name="Make the passkey").click()

    served.page.get_by_role("heading", name="Keep these codes").wait_for()
    assert len(factors.of(served.office.people.person("ana")).passkeys) == 1


def test_without_the_key_a_recovery_code_is_the_way(served: Served) -> None:
    authenticator = served.hold()
    served.sign_in()
    served.make_passkey()
    codes = served.page.locator(".codes code").all_inner_texts()
    served.sign_out()
    served.let_go(authenticator)
    served.hold()  # another one, which knows nothing

    served.sign_in()
    served.page.get_by_role("button", name="Use a passkey").click()
    served.page.get_by_text("No passkey answered").wait_for()
    served.page.get_by_label("Recovery code").fill(codes[0])
    served.page.get_by_role("button", name="Sign in").click()

    served.page.wait_for_url(f"{served.url}/")
    assert served.is_in()


def test_an_answer_of_a_passkey_counts_once(served: Served) -> None:
    served.hold()
    served.sign_in()
    served.make_passkey()
    served.sign_out()
    served.sign_in()
    served.page.get_by_role("button", name="Use a passkey").click()
    served.page.wait_for_url(f"{served.url}/")
    body = next(each for each in served.sent if "authenticatorData" in each)
    credential = re.search(r'name="credential"\r\n\r\n(.*?)\r\n--|credential=([^&]+)', body)
    assert credential
    answer = json.dumps(json.loads(_unquoted(credential[1] or credential[2])))
    factors = SecondFactors(served.office.archive.engine)
    factors.note_passkey_use(json.loads(answer)["id"], 0, served.office.now)  # some authenticators do not count
    thief = Member(served.office, "ana")
    thief.browser = served.office.app.test_client()
    served.office.app.config["SESSION_COOKIE_PATH"] = "/"
    thief.give_password()

    assert thief.send("/sign-in/second", credential=answer).status_code == 403
    assert not thief.is_in()


@pytest.mark.parametrize(
    "answer",
    ["{}", "[]", "null", "text", '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}', "9" * 5000],
)
def test_an_answer_that_is_none_opens_nothing_and_makes_nothing(served: Served, answer: str) -> None:
    office = served.office
    office.app.config["SESSION_COOKIE_PATH"] = "/"
    ben = office.member("ben")
    ben.set_up_app()
    assert ben.send("/account/factor/passkey", name="x", credential=answer).status_code == 400
    other = ben.elsewhere()
    other.give_password()

    assert other.send("/sign-in/second", credential=answer).status_code == 403
    assert not other.is_in()


def test_a_passkey_of_ana_is_no_passkey_of_ben(served: Served) -> None:
    served.hold()
    served.sign_in()
    served.make_passkey()
    served.office.app.config["SESSION_COOKIE_PATH"] = "/"
    ben = served.office.member("ben")
    ben.set_up_app()
    served.office.app.config["SESSION_COOKIE_PATH"] = "/desk"
    served.sign_out()

    served.sign_in("ben")

    assert served.page.get_by_role("button", name="Use a passkey").count() == 0
    assert served.page.get_by_label("Code of your authenticator app").count() == 1


def test_the_last_factor_takes_its_recovery_codes_with_it(served: Served) -> None:
    served.hold()
    served.sign_in()
    served.make_passkey()
    served.page.goto(f"{served.url}/account/factor")
    served.page.get_by_text("Remove this passkey").first.click()
    served.page.locator("details[open] input[type=password]").fill(PASSWORD)
    served.page.locator("details[open] button").click()
    served.page.get_by_text("Remove this passkey").first.wait_for(state="detached")

    factors = SecondFactors(served.office.archive.engine).of(served.office.people.person("ana"))
    assert (factors.any, factors.codes_left) == (False, 0)


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("http://127.0.0.1:8000/desk", False),
        ("http://[::1]:8000/desk", False),
        ("http://desk.example.org/desk", False),
        ("http://localhost:8000/desk", True),
        ("https://desk.example.org/desk", True),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(office: Office, address: str, possible: bool) -> None:
    with office.app.test_request_context():
        office.app.extensions["settings"] = Settings(data=office.settings.data, desk_url=address)
        assert passkeys.are_possible() is possible


def test_where_they_cannot_be_made_the_page_says_why(office: Office) -> None:
    ana = office.member("ana")

    assert "Browsers make passkeys only for" in ana.see("/account/factor").text
    assert ana.see("/account/factor/passkey").status_code == 404


def _unquoted(text: str) -> str:
    from urllib.parse import unquote_plus

    return unquote_plus(text)
