"""Signed notes: what counts as a signature, and what does not."""

import base64
import hashlib

import pytest

from fragments.errors import BadSignature
from fragments.signing import (
    Algorithm,
    Keypair,
    NotANote,
    NotSigned,
    PublicKey,
    join_notes,
    open_note,
    read_notes,
    sign_note,
)

ANA, BEN, CAROL = Keypair.make(), Keypair.make(), Keypair.make()
NAME = "fragments.example"
TEXT = "unsilenced test 1\nبه نام\n"


def keys(algorithm: Algorithm, *pairs: Keypair) -> list[PublicKey]:
    return [key for pair in pairs for key in pair.public if key.algorithm is algorithm]


both = pytest.mark.parametrize("algorithm", list(Algorithm), ids=str)


@both
def test_a_note_opens_with_the_key_that_signed_it(algorithm: Algorithm) -> None:
    assert open_note(sign_note(TEXT, NAME, [ANA]), NAME, keys(algorithm, ANA), 1) == TEXT


@both
def test_a_note_by_somebody_else_does_not_open(algorithm: Algorithm) -> None:
    with pytest.raises(NotSigned):
        open_note(sign_note(TEXT, NAME, [CAROL]), NAME, keys(algorithm, ANA), 1)


@both
def test_a_note_in_another_name_does_not_open(algorithm: Algorithm) -> None:
    with pytest.raises(NotSigned):
        open_note(sign_note(TEXT, "other.example", [ANA]), NAME, keys(algorithm, ANA), 1)


@both
def test_every_flipped_bit_of_the_text_closes_the_note(algorithm: Algorithm) -> None:
    note = sign_note("unsilenced\n", NAME, [ANA])
    for place in range(10):
        for bit in range(7):
            spoiled = note[:place] + chr(ord(note[place]) ^ (1 << bit)) + note[place + 1 :]
            with pytest.raises(BadSignature):
                open_note(spoiled, NAME, keys(algorithm, ANA), 1)


@both
def test_two_of_two_must_sign(algorithm: Algorithm) -> None:
    wanted = keys(algorithm, ANA, BEN)
    assert open_note(sign_note(TEXT, NAME, [ANA, BEN]), NAME, wanted, 2) == TEXT
    with pytest.raises(NotSigned):
        open_note(sign_note(TEXT, NAME, [ANA]), NAME, wanted, 2)
    with pytest.raises(NotSigned):
        open_note(sign_note(TEXT, NAME, [ANA, ANA]), NAME, wanted, 2)


def test_a_strangers_signature_beside_a_good_one_does_no_harm() -> None:
    assert open_note(sign_note(TEXT, NAME, [CAROL, ANA]), NAME, keys(Algorithm.P256, ANA), 1) == TEXT


def test_a_threshold_of_nothing_still_asks_for_one() -> None:
    with pytest.raises(NotSigned):
        open_note(sign_note(TEXT, NAME, [CAROL]), NAME, keys(Algorithm.P256, ANA), 0)


def test_the_same_text_gives_the_same_bytes() -> None:
    assert sign_note(TEXT, NAME, [ANA, BEN]) == sign_note(TEXT, NAME, [ANA, BEN])


def test_key_ids_are_those_of_the_c2sp_specification() -> None:
    p256, edwards = ANA.public
    label = b"\xffunsilenced.p256"
    assert edwards.id_for(NAME) == hashlib.sha256(NAME.encode() + b"\n\x01" + edwards.raw).digest()[:4]
    assert p256.id_for(NAME) == hashlib.sha256(NAME.encode() + b"\n" + label + p256.raw).digest()[:4]
    assert (len(p256.raw), p256.raw[0], len(edwards.raw)) == (65, 4, 32)


@pytest.mark.parametrize("text", ["no newline", "a\n\nb\n", "a\tb\n", "a\rb\n", ""], ids=repr)
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="the text of a note"):
        sign_note(text, NAME, [ANA])


def signed(line: str) -> str:
    return f"{TEXT}\n{line}\n"


SIGNATURE = base64.b64encode(bytes(68)).decode()


@pytest.mark.parametrize(
    "note",
    [
        signed(f"- {NAME} {SIGNATURE}"),
        signed(f"— {NAME}"),
        signed(f"—  {SIGNATURE}"),
        signed(f"— {NAME} !!!!"),
        signed("<html>"),
        "\n".join([signed(f"— {NAME} {SIGNATURE}").rstrip()] + [f"— {NAME} {SIGNATURE}"] * 64) + "\n",
        f"a\tb\n\n— {NAME} {SIGNATURE}\n",
    ],
    ids=["hyphen", "no signature", "no name", "no base64", "a page", "65 lines", "control character"],
)
def test_what_does_not_have_the_form_is_no_note(note: str) -> None:
    with pytest.raises(NotANote):
        open_note(note, NAME, keys(Algorithm.P256, ANA), 1)


def test_two_notes_are_not_one() -> None:
    with pytest.raises(NotANote):
        open_note(join_notes([sign_note(TEXT, NAME, [ANA])] * 2), NAME, keys(Algorithm.P256, ANA), 1)


def test_a_file_of_several_notes_is_split_as_it_was_joined() -> None:
    notes = [sign_note(f"{number}\n", NAME, [ANA]) for number in range(3)]
    assert [note.text for note in read_notes(join_notes(notes))] == ["0\n", "1\n", "2\n"]


def test_bytes_that_are_no_key_verify_nothing() -> None:
    assert not PublicKey(Algorithm.P256, b"\x04" + bytes(64)).verifies(bytes(64), b"")
    assert not ANA.public[0].verifies(b"short", b"")
