"""The administrator's pages: people, settings, keys; who may not be removed, and what is never shown."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from fragments.keys import Keyring
from fragments.roots import Change
from fragments.store.archive import Archive
from fragments.store.staff import LastAdministrator
from tests.conftest import NOW
from tests.desk.members import PASSWORD, Member, Office
from widget_server.cli import main
from widget_server.settings import Settings

ANOTHER = "seven owls under snow"


@pytest.fixture
def adm(office: Office) -> Member:
    """An administrator, signed in."""
    return office.member("adm", "administrator")


@pytest.fixture
def ben(office: Office) -> Member:
    """An editor with an authenticator app."""
    member = office.member("ben", "editor")
    member.set_up_app()
    return member


def link_in(text: str) -> str:
    """The path of the one-time link that a page shows."""
    found = re.search(r'<code class="link" dir="ltr">[^<]*/desk(/[^<]+)</code>', text)
    assert found, text
    return found[1]


@pytest.mark.parametrize("role", ["contributor", "editor", "administrator"])
def test_a_link_made_on_the_page_makes_one_account_of_its_role(adm: Member, role: str) -> None:
    path = link_in(adm.send("/people/invite", load="/people", role=role).text)
    guest = Member(adm.office, "dora")

    assert guest.send(path, name="dora", email="", password=PASSWORD, again=PASSWORD).status_code == 302

    person = adm.office.people.person("dora")
    assert person
    assert person.role == role
    assert adm.elsewhere().see(path).status_code == 404
    assert path.rsplit("/", 1)[1] not in adm.see("/people").text
    assert [entry for entry in adm.office.acts() if entry[1].startswith("invited") and entry[0] == "adm"]


def test_a_role_that_is_none_is_refused(adm: Member) -> None:
    assert adm.send("/people/invite", load="/people", role="king").status_code == 400


def test_a_name_that_is_or_was_somebodys_is_said_to_be(adm: Member, ben: Member) -> None:
    path = link_in(adm.send("/people/invite", load="/people", role="editor").text)
    adm.send(f"/people/{ben.number}/end", confirmed="yes")
    guest = Member(adm.office, "BEN")

    refused = guest.send(path, name="BEN", email="", password=PASSWORD, again=PASSWORD)

    assert refused.status_code == 400
    assert "has this name already" in refused.text


@pytest.mark.parametrize("name", ["Operator (command line)", "THE CLOCK"])
def test_nobody_joins_under_a_name_that_acts_without_an_account(adm: Member, name: str) -> None:
    path = link_in(adm.send("/people/invite", load="/people", role="editor").text)

    refused = Member(adm.office, name).send(path, name=name, email="", password=PASSWORD, again=PASSWORD)

    assert refused.status_code == 400
    assert adm.office.people.person(name) is None


def test_a_link_that_went_astray_is_voided(adm: Member) -> None:
    path = link_in(adm.send("/people/invite", load="/people", role="editor").text)
    key = re.search(r"/people/invitations/(\w+)/void", adm.see("/people").text)
    assert key

    adm.send(f"/people/invitations/{key[1]}/void", load="/people")

    assert adm.elsewhere().see(path).status_code == 404
    assert ("adm", "voided an invitation", "desk") in adm.office.acts()


def test_another_role_counts_at_once_and_is_in_the_record(adm: Member, ben: Member) -> None:
    assert ben.see("/review").status_code == 200

    adm.send(f"/people/{ben.number}/role", load=f"/people/{ben.number}", role="contributor")

    assert ben.see("/review").status_code == 404
    assert ("adm", "made a contributor", "ben") in adm.office.acts()


def test_the_last_administrator_is_neither_demoted_nor_ended(adm: Member) -> None:
    page = f"/people/{adm.number}"

    demoted = adm.send(f"{page}/role", load=page, role="editor")
    ended = adm.send(f"{page}/end", load=page, confirmed="yes")

    assert (demoted.status_code, ended.status_code) == (409, 409)
    assert "last administrator" in demoted.text
    assert adm.see("/people").status_code == 200
    with pytest.raises(LastAdministrator):
        adm.office.staff.end(adm.number, by="adm", now=NOW)


def test_one_of_two_administrators_may_go(adm: Member) -> None:
    eve = adm.office.member("eve", "administrator")

    adm.send(f"/people/{adm.number}/role", load=f"/people/{adm.number}", role="editor")

    assert adm.see("/people").status_code == 404
    assert eve.send(f"/people/{eve.number}/role", load=f"/people/{eve.number}", role="editor").status_code == 409


def test_a_reset_link_sets_a_password_once_and_still_asks_for_the_second_factor(adm: Member, ben: Member) -> None:
    path = link_in(adm.send(f"/people/{ben.number}/link", load=f"/people/{ben.number}").text)
    guest = ben.elsewhere()
    assert "ben" in guest.see(path).text

    assert guest.send(path, password=ANOTHER, again=ANOTHER).status_code == 200

    assert not ben.is_in()
    assert guest.see(path).status_code == 404
    assert guest.give_password().status_code == 403
    assert guest.give_password(ANOTHER).status_code == 200
    assert not guest.is_in()
    assert guest.give_code(ben.codes[0]).status_code == 302
    assert {("adm", "made a link that sets a password", "ben"), ("ben", "set a new password by a link", "ben")} <= set(
        adm.office.acts()
    )


@pytest.mark.parametrize("fields", [{"password": "password1234", "again": "password1234"}, {"password": ANOTHER}])
def test_a_reset_link_is_not_used_up_by_a_password_that_is_refused(
    adm: Member, ben: Member, fields: dict[str, str]
) -> None:
    path = link_in(adm.send(f"/people/{ben.number}/link", load=f"/people/{ben.number}").text)

    assert ben.elsewhere().send(path, **fields).status_code == 400
    assert ben.elsewhere().send(path, password=ANOTHER, again=ANOTHER).status_code == 200


def test_a_reset_link_is_void_after_a_day_and_after_the_next(adm: Member, ben: Member) -> None:
    first = link_in(adm.send(f"/people/{ben.number}/link", load=f"/people/{ben.number}").text)
    second = link_in(adm.send(f"/people/{ben.number}/link", load=f"/people/{ben.number}").text)

    assert ben.see(first).status_code == 404
    assert ben.see(second).status_code == 200
    adm.office.now += timedelta(days=1)
    assert ben.elsewhere().see(second).status_code == 404


def test_a_reset_link_lets_in_whoever_waits_after_failures(adm: Member, ben: Member) -> None:
    for _ in range(10):
        ben.elsewhere().give_password("wrong")
    assert ben.elsewhere().give_password().status_code == 403
    path = link_in(adm.send(f"/people/{ben.number}/link", load=f"/people/{ben.number}").text)

    ben.elsewhere().send(path, password=ANOTHER, again=ANOTHER)

    assert ben.elsewhere().give_password(ANOTHER).status_code == 200


def test_a_lost_second_factor_is_removed_and_sessions_end(adm: Member, ben: Member) -> None:
    adm.send(f"/people/{ben.number}/factor", load=f"/people/{ben.number}")

    assert not ben.is_in()
    other = ben.elsewhere()
    assert other.give_password().status_code == 302
    assert other.is_in()
    assert ("adm", "removed a second factor", "ben") in adm.office.acts()


def test_an_ended_account_opens_nothing_and_keeps_only_its_name(adm: Member) -> None:
    ben = adm.office.member("ben", "editor", email="ben@example.org")
    ben.set_up_app()
    number = ben.number
    assert adm.send(f"/people/{number}/end", load=f"/people/{number}").status_code == 400
    assert adm.send(f"/people/{number}/end", load=f"/people/{number}", confirmed="yes").status_code == 302

    account = adm.office.staff.account(number, adm.office.now)
    assert not ben.is_in()
    assert ben.elsewhere().give_password().status_code == 403
    assert account
    assert (account.is_active, account.email, account.factors.any, account.sessions) == (False, None, False, 0)
    assert ("adm", "ended an account", "ben") in adm.office.acts()


@pytest.mark.parametrize("what", ["role", "link", "factor", "end"])
def test_nothing_is_done_to_an_account_that_ended_or_never_was(adm: Member, ben: Member, what: str) -> None:
    number = ben.number
    adm.send(f"/people/{number}/end", load="/people", confirmed="yes")
    before = adm.office.acts()

    answers = [
        adm.send(f"/people/{each}/{what}", load="/people", confirmed="yes", role="editor").status_code
        for each in (number, 999)
    ]

    assert answers == [409, 404]
    assert adm.office.acts() == before


def test_no_page_about_people_shows_a_secret_or_an_hour_of_work(adm: Member, ben: Member) -> None:
    ben.office.later(hours=3)
    ben.see("/")
    shown = adm.see("/people").text + adm.see(f"/people/{ben.number}").text

    assert ben.secret not in shown
    assert "$argon2" not in shown
    assert "13:00" not in shown  # when ben was at work


def test_the_settings_page_tells_everything_that_is_set_and_no_secret(adm: Member) -> None:
    settings = adm.see("/settings").text

    assert settings.count("UNSILENCED_") >= 15
    assert "UNSILENCED_SECOND_FACTOR" in settings


@pytest.mark.parametrize(
    "secrets",
    [
        {"database_url": "postgresql://writer:hidden-word@db.example.org/archive"},
        {"desk_secret": "hidden-word" * 4},
        {"mail_server": "smtps://desk:hidden-word@mail.example.org", "mail_from": "desk@example.org"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_secret_setting_is_said_to_be_set_and_not_shown(
    office: Office, tmp_path: Path, secrets: dict[str, str]
) -> None:
    told = Office(office.archive, Settings(data=tmp_path / "data", **secrets))

    page = told.member("adm", "administrator").see("/settings").text

    assert "hidden-word" not in page
    assert "set, not shown" in page


def test_the_settings_page_says_what_the_doctor_says_when_asked(adm: Member) -> None:
    assert "Look now" in adm.see("/settings").text
    asked = adm.see("/settings?doctor=1").text

    assert "is not https: fine on a laptop" in asked
    assert "Not in order" in asked  # nothing is published in this test


def test_the_keys_page_shows_pin_and_chain_and_no_private_key(adm: Member) -> None:
    keys_dir = adm.office.settings.keys_dir
    keyring = Keyring.open_or_make(keys_dir, "fragments.example.org", NOW - timedelta(days=40))
    Keyring.rotate(keys_dir, NOW - timedelta(days=2))

    page = adm.see("/keys").text

    assert keyring.pin in page
    assert "40 days" in page
    assert "2 days" in page
    assert "unsilenced keys rotate" in page
    lines = [line for file in keys_dir.glob("*.pem") for line in file.read_text().splitlines()[1:-1]]
    assert lines
    assert not [line for line in lines if line in page]


def test_the_keys_page_says_how_many_of_how_many_keys_must_sign(adm: Member, tmp_path: Path) -> None:
    keys_dir = adm.office.settings.keys_dir
    Keyring.make(keys_dir, "fragments.example.org", NOW)
    assert adm.see("/keys").text.count(">1 of 1</td>") == 6

    second = Keyring.make_beside(tmp_path / "second", "fragments.example.org")
    proposed = Keyring.propose(keys_dir, NOW, change=Change((second,), (), 2))
    Keyring.adopt(keys_dir, Keyring.cosign(tmp_path / "second", proposed), NOW)
    page = adm.see("/keys").text

    assert (page.count(">2 of 2</td>"), page.count(">1 of 1</td>")) == (4, 2)
    assert "unsilenced keys adopt next.roots.signed" in page
    assert "on another machine" not in page


def test_keys_that_cannot_be_read_are_said_to_be(adm: Member) -> None:
    answer = adm.see("/keys")

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("role", ["contributor", "editor"])
@pytest.mark.parametrize("address", ["/people", "/people/1", "/settings", "/keys"])
def test_these_pages_are_not_there_for_anybody_else(office: Office, role: str, address: str) -> None:
    member = office.member("dan", role)

    assert member.see(address).status_code == 404
    assert 'href="/people"' not in member.see("/").text


def test_unsilenced_editor_lets_somebody_in_again(tmp_path: Path) -> None:
    environ = {"UNSILENCED_DATA": str(tmp_path), "UNSILENCED_STARTER": "no"}
    first = CliRunner().invoke(main, ["editor", "--role", "administrator"], env=environ).output.strip()
    with Archive.open(Settings(data=tmp_path).database_url) as archive:
        office = Office(archive, Settings(data=tmp_path))
        adm = Member(office, "adm")
        adm.send(first[first.index("/first/") :], name="adm", email="", password=PASSWORD, again=PASSWORD)
        adm.set_up_app()

    link = CliRunner().invoke(main, ["editor", "--back-in", "Adm"], env=environ).output.strip()
    nobody = CliRunner().invoke(main, ["editor", "--back-in", "nobody"], env=environ)

    assert nobody.exit_code == 1
    with Archive.open(Settings(data=tmp_path).database_url) as archive:
        office = Office(archive, Settings(data=tmp_path))
        guest = Member(office, "adm")
        guest.send(link[link.index("/reset/") :], password=ANOTHER, again=ANOTHER)
        assert guest.give_password(ANOTHER).status_code == 302
        assert guest.is_in()
        assert ("operator (command line)", "removed a second factor", "adm") in office.acts()
