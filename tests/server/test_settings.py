"""Settings: what may be left out, what is refused, and in which words."""

from dataclasses import fields
from pathlib import Path

import pytest

from widget_server.settings import BadSetting, DeskPlace, Settings, variable

DOCS = Path(__file__).parents[2] / "docs" / "operators.md"


def test_everything_has_a_default_that_works_on_a_laptop() -> None:
    settings = Settings.from_environ({})
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.database_url.endswith("/instance/archive.sqlite3")
    assert settings.desk_url == "http://127.0.0.1:8000/desk"
    assert settings.starter and settings.two_person and not settings.is_production


def test_the_default_public_address_follows_the_port() -> None:
    assert Settings.from_environ({"UNSILENCED_PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    assert Settings.from_environ({}).listening_at(port=9001).public_url == "http://127.0.0.1:9001"
    fixed = Settings.from_environ({"UNSILENCED_PUBLIC_URL": "https://example.org/"})
    assert fixed.listening_at(host="192.0.2.1", port=9001).public_url == "https://example.org"


def test_the_publisher_is_named_after_the_public_host() -> None:
    assert Settings(public_url="https://fragments.example.org:8443").name == "fragments.example.org"


@pytest.mark.parametrize(
    ("contact", "link"),
    [("desk@example.org", "mailto:desk@example.org"), ("https://example.org/@us", "https://example.org/@us")],
)
def test_a_contact_is_a_mail_address_or_a_page(contact: str, link: str) -> None:
    assert Settings.from_environ({"UNSILENCED_CONTACT": contact}).contact_url == link


@pytest.mark.parametrize(
    "contact", ["nobody", "http://example.org", "javascript:alert(1)", "a@b.c?subject=x", "https:///x"]
)
def test_a_contact_that_is_neither_is_refused(contact: str) -> None:
    with pytest.raises(BadSetting, match="UNSILENCED_CONTACT"):
        Settings.from_environ({"UNSILENCED_CONTACT": contact})


def test_mirrors_may_be_parted_by_spaces_and_commas() -> None:
    settings = Settings.from_environ({"UNSILENCED_MIRRORS": "https://a.example, https://b.example\nhttps://a.example"})
    assert settings.mirrors == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("given", "place", "url"),
    [
        ("", DeskPlace.MOUNTED, "http://127.0.0.1:8000/desk"),
        ("off", DeskPlace.OFF, ""),
        ("127.0.0.1:8001", DeskPlace.APART, "http://127.0.0.1:8001/desk"),
    ],
    ids=["mounted", "off", "apart"],
)
def test_the_desk_can_be_elsewhere_or_off(given: str, place: DeskPlace, url: str) -> None:
    settings = Settings.from_environ({"UNSILENCED_DESK_HOST": given})
    assert (settings.desk_place, settings.desk_url) == (place, url)


WRONG = {
    "UNSILENCED_PORT": ["zero", "0", "65536", "-1", "８０"],
    "UNSILENCED_WORKERS": ["0", "many"],
    "UNSILENCED_THREADS": ["0", "65", "-1"],
    "UNSILENCED_PUBLIC_URL": ["example.org", "ftp://a.example", "https://a.example/path", "https://u:p@a.example"],
    "UNSILENCED_MIRRORS": ["https://a.example/sub", "b"],
    "UNSILENCED_DATABASE_URL": ["mysql://x/y", "archive.db"],
    "UNSILENCED_DESK_HOST": ["nowhere", "host:port"],
    "UNSILENCED_STARTER": ["perhaps"],
    "UNSILENCED_TWO_PERSON": ["2"],
    "UNSILENCED_DATABASE_URL_FILE": ["/nowhere/at/all"],
    "UNSILENCED_PROT": ["8000"],
    "UNSILENCED_HOST_FILE": ["x"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values], ids=str
)
def test_a_wrong_value_is_refused_with_the_settings_name_and_what_to_do(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_environ({name: value})
    assert str(refused.value).startswith(name)
    assert len(refused.value.hint) > 10


def test_a_misspelt_setting_is_met_with_the_right_name() -> None:
    with pytest.raises(BadSetting, match="did you mean UNSILENCED_PUBLIC_URL"):
        Settings.from_environ({"UNSILENCED_PUBLICURL": "https://example.org"})


def test_a_secret_may_come_from_a_file_but_not_twice(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("postgresql://fragments:word@db.example/fragments\n")
    by_file = {"UNSILENCED_DATABASE_URL_FILE": str(secret)}
    assert Settings.from_environ(by_file).database_url == "postgresql://fragments:word@db.example/fragments"
    with pytest.raises(BadSetting, match="keep only one"):
        Settings.from_environ(by_file | {"UNSILENCED_DATABASE_URL": "sqlite:///x"})


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(Settings(database_url="postgresql://u:tulip@h/d", desk_secret="marigold" * 5))
    assert "tulip" not in shown
    assert "marigold" not in shown


@pytest.mark.parametrize(
    "weak",
    [
        {"UNSILENCED_DESK_SECRET": "short"},
        {"UNSILENCED_DESK_SECRET": "a" * 64},
        {"UNSILENCED_DATABASE_URL": "postgresql://postgres:postgres@db/fragments"},
    ],
    ids=["short secret", "one letter", "default password"],
)
def test_a_public_site_refuses_what_a_laptop_may_use(weak: dict[str, str]) -> None:
    assert Settings.from_environ(weak)
    with pytest.raises(BadSetting):
        Settings.from_environ(weak | {"UNSILENCED_PUBLIC_URL": "https://example.org"})


@pytest.mark.parametrize("name", [each.name for each in fields(Settings)])
def test_every_setting_stands_in_the_operators_guide(name: str) -> None:
    assert f"| `{variable(name)}` |" in DOCS.read_text("utf-8")


@pytest.mark.parametrize(
    ("host", "desk_host"),
    [
        ("127.0.0.1", "127.0.0.1:8000"),
        ("0.0.0.0", "127.0.0.1:8000"),  # noqa: S104
        ("127.0.0.1", "0.0.0.0:8000"),
        ("localhost", "127.0.0.1:8000"),
        ("127.0.0.1", "localhost:8000"),
    ],
    ids=["the same", "the site everywhere", "the desk everywhere", "the site by name", "the desk by name"],
)
def test_a_desk_cannot_have_the_place_of_the_site(host, desk_host):
    with pytest.raises(BadSetting, match="UNSILENCED_DESK_HOST is where the site itself listens"):
        Settings(host=host, port=8000, desk_host=desk_host)
    assert Settings(host=host, port=8001, desk_host=desk_host).desk_address[1] == 8000


def test_localhost_is_listened_at_by_its_number_and_keeps_its_name_in_addresses():
    settings = Settings(port=8000, desk_host="localhost:8001").listening_at("localhost")

    assert (settings.address, settings.desk_address) == (("127.0.0.1", 8000), ("127.0.0.1", 8001))
    assert (settings.public_url, settings.desk_url) == ("http://localhost:8000", "http://localhost:8001/desk")
