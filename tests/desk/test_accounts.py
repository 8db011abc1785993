"""Second factors of one's own: an app's codes and recovery codes, each of which counts once, and sessions that end."""

import base64
import json
import re
import unicodedata
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from fragments.store.archive import Archive
from fragments.store.factor_tables import recovery_codes, totp_secrets
from tests.conftest import NOW
from tests.desk.members import PASSWORD, Member, Office, cheap_hasher, code_at
from widget_server.desk import passwords
from widget_server.settings import Settings

ANOTHER = "seven owls under snow"


@pytest.fixture
def ana(office: Office) -> Member:
    """ana has an app and recovery codes, and is signed in."""
    member = office.member("ana")
    assert member.set_up_app().status_code == 200
    return member


def test_codes_are_those_of_the_rfc() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert code_at(secret, NOW.fromtimestamp(59, NOW.tzinfo)) == "287082"  # RFC 6238, appendix B


def test_setting_up_an_app_shows_a_picture_a_key_and_ten_recovery_codes_once(office: Office) -> None:
    ana = office.member("ana")
    page = ana.see("/account/factor/app").text

    assert re.search(r'<svg class="qr" role="img" aria-label="[^"]+"', page)
    done = ana.set_up_app()
    assert len(set(ana.codes)) == 10
    assert not [code for code in ana.codes if code in ana.see("/account/factor").text]
    assert "10 recovery codes are left" in ana.see("/account/factor").text
    assert ana.secret not in done.text
    assert ana.see("/account/factor/app").status_code == 302


def test_a_wrong_first_code_sets_nothing_up(office: Office) -> None:
    ana = office.member("ana")

    refused = ana.send("/account/factor/app", code="000000")

    assert refused.status_code == 400
    assert not office.people.person("ana").has_second_factor


LATER = {"minutes": 6}  # long enough for a session to be left open and found


def test_whoever_finds_an_open_session_sets_no_app_up_without_the_password(office: Office) -> None:
    ana = office.member("ana")
    office.later(**LATER)

    for typed in ({}, {"password": ""}, {"password": "a guess at hers"}):
        refused = ana.set_up_app(**typed)
        assert (refused.status_code, 'id="app-password"' in refused.text) == (400, True)

    assert not office.people.person("ana").has_second_factor
    assert ana.set_up_app(password=PASSWORD).status_code == 200
    assert office.people.person("ana").has_second_factor


def test_a_password_that_was_not_typed_is_no_wrong_try(office: Office) -> None:
    ana = office.member("ana")
    office.later(**LATER)

    for _ in range(9):
        told = ana.set_up_app()

    assert "You signed in more than five minutes ago" in re.findall(r'role="alert">(.*?)</p>', told.text)[0]
    assert ana.set_up_app(password=PASSWORD).status_code == 200


def test_a_session_that_goes_stale_while_the_phone_is_fetched_keeps_the_picture(office: Office) -> None:
    ana = office.member("ana")
    page = ana.see("/account/factor/app").text
    (secret,) = re.findall(r'<code class="link" dir="ltr">([A-Z2-7-]+)</code>', page)
    token = re.findall(r'name="form_token" value="([^"]+)"', page)[-1]
    assert 'id="app-password"' not in page
    office.later(**LATER)
    form = {"form_token": token, "code": code_at(secret, office.now)}

    late = ana.browser.post("/account/factor/app", data=form)

    assert (late.status_code, secret in late.text, 'id="app-password"' in late.text) == (400, True, True)
    assert ana.browser.post("/account/factor/app", data={**form, "password": PASSWORD}).status_code == 200


def test_a_sign_in_elsewhere_does_not_make_an_old_session_a_new_one(office: Office) -> None:
    ana = office.member("ana")
    office.later(**LATER)
    ana.elsewhere().give_password()

    assert ana.set_up_app().status_code == 400


def test_a_password_alone_no_longer_opens_the_desk(ana: Member) -> None:
    other = ana.elsewhere()

    step = other.give_password()

    assert step.status_code == 200
    assert 'name="code"' in step.text
    assert not other.is_in()
    assert other.see("/").status_code == 302


def test_password_and_code_open_it(ana: Member) -> None:
    ana.office.later(seconds=30)
    other = ana.elsewhere()
    other.give_password()

    assert other.give_code().status_code == 302
    assert other.is_in()


def test_the_code_typed_at_set_up_is_not_taken_again(ana: Member) -> None:
    other = ana.elsewhere()
    other.give_password()

    assert other.give_code().status_code == 403
    assert not other.is_in()


def test_a_code_is_taken_once(ana: Member) -> None:
    ana.office.later(seconds=30)
    first, second = ana.elsewhere(), ana.elsewhere()
    first.give_password()
    second.give_password()

    assert first.give_code().status_code == 302
    assert second.give_code().status_code == 403
    ana.office.later(seconds=30)
    assert second.give_code().status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(-30, 302), (30, 302), (-90, 403), (90, 403)])
def test_a_phones_clock_may_be_half_a_minute_wrong(ana: Member, seconds: int, status: int) -> None:
    ana.office.later(minutes=10)
    other = ana.elsewhere()
    other.give_password()

    assert other.give_code(code_at(ana.secret, ana.office.now + timedelta(seconds=seconds))).status_code == status


def test_a_code_may_be_typed_with_spaces_and_in_arabic_digits(ana: Member) -> None:
    ana.office.later(seconds=30)
    other = ana.elsewhere()
    other.give_password()
    code = "".join(chr(0x0660 + int(digit)) for digit in ana.code())

    assert other.give_code(f"{code[:3]} {code[3:]}").status_code == 302


def test_a_recovery_code_is_taken_once_in_small_letters_too(ana: Member) -> None:
    first, second = ana.elsewhere(), ana.elsewhere()
    first.give_password()
    second.give_password()

    assert first.give_code(ana.codes[3].lower().replace("-", " ")).status_code == 302
    assert second.give_code(ana.codes[3]).status_code == 403
    assert "9 recovery codes are left" in ana.see("/account").text
    assert ("ana", "signed in with a recovery code", "ana") in ana.office.acts()


def test_new_recovery_codes_need_the_password_and_void_the_old(ana: Member) -> None:
    refused = ana.send("/account/factor/codes", load="/account/factor", password="wrong")
    assert refused.status_code == 400
    answer = ana.send("/account/factor/codes", load="/account/factor", password=PASSWORD)
    fresh = re.findall(r"<code>([A-Z0-9-]{19})</code>", answer.text)
    other = ana.elsewhere()
    other.give_password()

    assert other.give_code(ana.codes[0]).status_code == 403
    assert other.give_code(fresh[0]).status_code == 302


def test_codes_of_one_person_open_nothing_for_another(ana: Member) -> None:
    ben = ana.office.member("ben")
    ben.set_up_app()
    other = ben.elsewhere()
    other.give_password()

    assert other.give_code(ana.codes[0]).status_code == 403
    ana.office.later(seconds=30)
    assert other.give_code(ana.code()).status_code == 403


def test_wrong_codes_slow_the_next_try_and_the_way_back_is_to_wait(ana: Member) -> None:
    ana.office.later(minutes=5)
    other = ana.elsewhere()
    other.give_password()

    assert [other.give_code("000000").status_code for _ in range(6)] == [403] * 6
    assert "Try again in" in other.give_code().text  # right, but too early
    ana.office.later(seconds=5)
    assert other.give_code().status_code == 302


def test_recovery_codes_are_slowed_too(ana: Member) -> None:
    other = ana.elsewhere()
    other.give_password()
    for _ in range(6):
        other.give_code("AAAA-AAAA-AAAA-AAAA")

    assert other.give_code(ana.codes[0]).status_code == 403
    ana.office.later(seconds=5)
    assert other.give_code(ana.codes[0]).status_code == 302


def test_a_step_waits_ten_minutes(ana: Member) -> None:
    other = ana.elsewhere()
    other.give_password()
    ana.office.later(minutes=10)

    assert other.give_code().status_code == 302
    assert not other.is_in()


def test_a_copied_half_sign_in_opens_no_second_session(ana: Member) -> None:
    ana.office.later(minutes=1)
    other, thief = ana.elsewhere(), ana.elsewhere()
    other.give_password()
    half = other.browser.get_cookie("desk", path="/")
    assert half
    other.give_code()
    thief.browser.set_cookie("desk", half.value)
    ana.office.later(minutes=1)

    assert thief.see("/sign-in/second").headers["Location"].endswith("/sign-in")
    thief.give_code()
    assert not thief.is_in()


def test_what_was_typed_survives_both_steps(ana: Member) -> None:
    other = ana.elsewhere()
    kept = {"kept_key": "0123456789abcdef", "kept_f_text": "a long text"}
    step = other.send("/sign-in", name="ana", password=PASSWORD, **kept)
    assert "a long text" in step.text

    done = other.send("/sign-in/second", code=ana.codes[0], **kept)

    assert done.headers["Location"].endswith("/write/0123456789abcdef")
    assert "a long text" in other.see("/write/0123456789abcdef").text


def test_removing_the_app_needs_the_password(ana: Member) -> None:
    assert ana.send("/account/factor/app/remove", load="/account/factor", password="x").status_code == 400
    assert ana.office.people.person("ana").has_second_factor
    assert ana.send("/account/factor/app/remove", load="/account/factor", password=PASSWORD).status_code == 302

    assert ana.elsewhere().give_password().status_code == 302
    assert ("ana", "removed the authenticator app", "ana") in ana.office.acts()


def test_no_secret_and_no_code_stands_readable_in_the_database(ana: Member) -> None:
    with ana.office.archive.engine.connect() as connection:
        rows = connection.execute(totp_secrets.select()).all() + connection.execute(recovery_codes.select()).all()
    told = repr(rows).upper()

    assert ana.secret.replace("-", "") not in told
    assert not [code for code in ana.codes if code.replace("-", "") in told]
    assert len(rows) == 11


def test_another_desks_key_opens_no_secret_and_an_administrator_is_the_way_back(ana: Member, tmp_path: Path) -> None:
    moved = Office(ana.office.archive, Settings(data=tmp_path / "elsewhere"))
    moved.later(minutes=1)
    other = Member(moved, "ana")
    other.secret = ana.secret
    other.give_password()

    assert other.give_code().status_code == 403
    assert other.give_code(ana.codes[0]).status_code == 302


def test_the_cookie_holds_a_token_and_nothing_of_the_visitor(ana: Member) -> None:
    cookie = ana.browser.get_cookie("desk", path="/")
    assert cookie
    body = cookie.value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    held = json.loads(zlib.decompress(raw) if cookie.value.startswith(".") else raw)

    assert set(held) <= {"_user_id", "form", "spoken"}


def test_own_sessions_are_listed_and_ended_one_by_one(ana: Member) -> None:
    ana.office.later(hours=1)
    other = ana.elsewhere()
    other.give_password()
    other.give_code(ana.codes[0])
    page = ana.see("/account").text
    assert page.count("Since ") == 2
    key = re.search(r"/account/sessions/(\w+)/end", page)
    assert key

    ana.send(f"/account/sessions/{key[1]}/end", load="/account")

    assert ana.is_in()
    assert not other.is_in()


def test_nobody_ends_the_session_of_another(ana: Member) -> None:
    ben, cleo = ana.office.member("ben"), ana.office.member("cleo")
    page = ana.elsewhere()
    page.give_password()
    page.give_code(ana.codes[0])
    key = re.search(r"/account/sessions/(\w+)/end", ana.see("/account").text)
    assert key

    ben.send(f"/account/sessions/{key[1]}/end", load="/account")

    assert page.is_in()
    assert cleo.is_in()


def test_signing_out_everywhere_ends_every_session(ana: Member) -> None:
    other = ana.elsewhere()
    other.give_password()
    other.give_code(ana.codes[0])

    ana.send("/account/sessions/end", load="/account")

    assert not ana.is_in()
    assert not other.is_in()
    assert ("ana", "signed out everywhere", "ana") in ana.office.acts()


def test_a_new_password_ends_every_other_session_and_half_sign_in(ana: Member) -> None:
    other, half = ana.elsewhere(), ana.elsewhere()
    other.give_password()
    other.give_code(ana.codes[0])
    half.give_password()

    form = {"current": PASSWORD, "password": ANOTHER, "again": ANOTHER}
    assert ana.send("/account/password", load="/account", **form).status_code == 200

    assert ana.is_in()
    assert not other.is_in()
    assert half.give_code(ana.codes[1]).headers["Location"].endswith("/sign-in")
    assert ana.elsewhere().give_password().status_code == 403
    assert ana.elsewhere().give_password(ANOTHER).status_code == 200
    assert ("ana", "changed the password", "ana") in ana.office.acts()


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"current": "wrong", "password": ANOTHER, "again": ANOTHER}, "not your password"),
        ({"current": PASSWORD, "password": ANOTHER, "again": "x"}, "differ"),
        ({"current": PASSWORD, "password": "password1234", "again": "password1234"}, "common"),
    ],
    ids=["wrong password", "two different ones", "a common one"],
)
def test_a_password_that_is_not_changed_says_why(ana: Member, form: dict[str, str], why: str) -> None:
    answer = ana.send("/account/password", load="/account", **form)

    assert answer.status_code == 400
    assert why in re.findall(r'role="alert">(.*?)</p>', answer.text)[0]


def test_a_password_is_the_same_from_keyboards_that_write_letters_in_two_ways(ana: Member) -> None:
    composed, decomposed = "ba con diệc lúc chạng vạng", unicodedata.normalize("NFD", "ba con diệc lúc chạng vạng")
    assert composed != decomposed

    ana.send("/account/password", load="/account", current=PASSWORD, password=composed, again=composed)

    assert ana.elsewhere().give_password(decomposed).status_code == 200


def test_an_address_is_changed_and_the_record_does_not_tell_it(ana: Member) -> None:
    ana.send("/account/email", load="/account", email="ana@example.org", email_password=PASSWORD)

    assert ana.office.people.person("ana").email == "ana@example.org"
    assert "example.org" not in repr([entry.details for entry in ana.office.archive.audit()])
    assert ("ana", "changed the e-mail address", "ana") in ana.office.acts()


@pytest.fixture
def strict(sqlite_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk that demands a second factor."""
    monkeypatch.setattr(passwords, "_hasher", cheap_hasher())
    return Office(sqlite_archive, Settings(data=tmp_path / "data", second_factor="required"))


@pytest.mark.parametrize("address", ["/", "/write", "/find", "/account", "/people", "/audit", "/settings", "/nowhere"])
def test_where_a_second_factor_is_demanded_nothing_else_is_open_before(strict: Office, address: str) -> None:
    adm = strict.member("adm", "administrator")

    assert adm.see(address).headers["Location"].endswith("/account/factor")
    assert adm.send("/account/password", load="/account/factor").headers["Location"].endswith("/account/factor")
    assert "<nav" not in adm.see("/account/factor").text
    assert 'type="password"' not in adm.see("/account/factor/app").text  # it was given a moment ago
    assert adm.set_up_app().status_code == 200
    assert adm.is_in()


def test_the_session_from_before_is_worth_no_more_where_it_becomes_demanded(ana: Member, tmp_path: Path) -> None:
    ben = ana.office.member("ben")
    strict = Office(ana.office.archive, Settings(data=tmp_path / "data", second_factor="required"))
    cookie = ben.browser.get_cookie("desk", path="/")
    assert cookie
    same = Member(strict, "ben")
    same.browser.set_cookie("desk", cookie.value)

    assert same.see("/").headers["Location"].endswith("/account/factor")
