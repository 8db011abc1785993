"""Keys on disk: made once, private, never overwritten, and never half."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fragments.keys import IncompleteKeyring, Keyring, KeyringExists, OpenKeyring, StrangeKeys, UnreadableKeyring
from fragments.signing import read_notes
from fragments.verifying import open_chain

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
NAME = "fragments.example"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Keyring.make(tmp_path / "keys", NAME, NOW)
    return tmp_path / "keys"


def test_keys_are_made_on_first_use_and_found_on_the_next(tmp_path: Path) -> None:
    made = Keyring.open_or_make(tmp_path / "a" / "keys", NAME, NOW)
    again = Keyring.open_or_make(tmp_path / "a" / "keys", "another.example", NOW)
    assert (again.pin, again.chain, again.name) == (made.pin, made.chain, NAME)
    assert again.edition[0].public == made.edition[0].public


def test_the_chain_of_new_keys_is_genuine(directory: Path) -> None:
    keyring = Keyring.open(directory)
    assert open_chain(read_notes(keyring.chain), keyring.pin, NOW).until == "2027-12-25T10:00:00Z"


def test_three_roles_have_six_different_keys(directory: Path) -> None:
    keyring = Keyring.open(directory)
    assert len({key.raw for pair in (*keyring.root, *keyring.edition, *keyring.now) for key in pair.public}) == 6


def test_nobody_else_can_read_the_keys(directory: Path) -> None:
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}
    assert len(list(directory.iterdir())) == 7


def test_a_key_that_others_can_read_is_not_used(directory: Path) -> None:
    (directory / "now.p256.pem").chmod(0o644)
    with pytest.raises(OpenKeyring):
        Keyring.open(directory)


def test_new_keys_never_take_the_place_of_old_ones(directory: Path) -> None:
    before = {path: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(KeyringExists):
        Keyring.make(directory, NAME, NOW)
    assert {path: path.read_bytes() for path in directory.iterdir()} == before


@pytest.mark.parametrize("name", ["root.p256.pem", "edition.ed25519.pem", "roots.txt"])
def test_half_a_keyring_says_what_is_missing(directory: Path, name: str) -> None:
    (directory / name).unlink()
    with pytest.raises(IncompleteKeyring) as refusal:
        Keyring.open_or_make(directory, NAME, NOW)
    assert refusal.value.missing == (name,)
    assert name in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [("now.p256.pem", b"nonsense"), ("roots.txt", b"nonsense")],
    ids=["key", "chain"],
)
def test_a_spoiled_file_is_named(directory: Path, name: str, content: bytes) -> None:
    (directory / name).write_bytes(content)
    with pytest.raises(UnreadableKeyring):
        Keyring.open(directory)


def test_a_key_in_the_place_of_the_other_kind_is_refused(directory: Path) -> None:
    (directory / "now.p256.pem").write_bytes((directory / "now.ed25519.pem").read_bytes())
    with pytest.raises(UnreadableKeyring):
        Keyring.open(directory)


def test_keys_that_the_root_does_not_name_are_refused_before_they_sign_anything(
    directory: Path, tmp_path: Path
) -> None:
    Keyring.make(tmp_path / "other", NAME, NOW)
    (directory / "edition.p256.pem").write_bytes((tmp_path / "other" / "edition.p256.pem").read_bytes())
    with pytest.raises(StrangeKeys) as refusal:
        Keyring.open(directory)
    assert refusal.value.args == (NAME, ("edition",))
