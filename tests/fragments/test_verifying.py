"""The verdict on every shared vector, which the loader is held to as well."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from fragments import errors, signing, statements, verifying
from fragments.verifying import open_deck_file

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS = json.loads((FOLDER / "vectors.json").read_text("utf-8"))
GENUINE = [vector for vector in VECTORS if vector["genuine"]]
SPOILED = [vector for vector in VECTORS if not vector["genuine"]]
FACTS = {**vars(signing), **vars(statements), **vars(verifying)}


def opened(vector: dict) -> verifying.OpenedDeck:
    body = (FOLDER / vector["file"]).read_bytes()
    now = datetime.fromisoformat(vector["now"])
    return open_deck_file(body, vector["pinned"], vector["deck"], vector["minimum_edition"], now)


@pytest.mark.parametrize("vector", GENUINE, ids=[vector["file"] for vector in GENUINE])
def test_a_genuine_file_shows_what_its_now_allows(vector: dict) -> None:
    deck = opened(vector)
    assert [entry["i"] for entry in deck.entries] == vector["shown"]
    assert deck.fresh is vector["fresh"]


@pytest.mark.parametrize("vector", SPOILED, ids=[vector["file"] for vector in SPOILED])
def test_a_spoiled_file_is_refused_with_the_fact(vector: dict) -> None:
    with pytest.raises(errors.BadSignature) as refusal:
        opened(vector)
    assert type(refusal.value) is FACTS[vector["fact"]]


def test_a_file_beyond_the_bound_is_refused_before_it_is_read() -> None:
    with pytest.raises(signing.NotANote):
        open_deck_file(b"x" * 100_001, "", "all", 1, datetime.fromisoformat("2026-11-24T10:00:00Z"))


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(signing.NotANote):
        open_deck_file(b"\xff\xfe", "", "all", 1, datetime.fromisoformat("2026-11-24T10:00:00Z"))
