"""Statements: written and read back, and refused in any other form."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fragments.signing import Keypair
from fragments.statements import (
    NotAStatement,
    deck_text,
    edition_text,
    now_text,
    pin,
    read_deck,
    read_edition,
    read_now,
    read_root,
    root_text,
    stamp,
)

PAIRS = {role: (1, [Keypair.make()]) for role in ("root", "edition", "now")}
DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
SPAN = {"dated": DATED, "until": DATED + timedelta(days=396)}
SINCE = {"since": DATED, "until": DATED + timedelta(days=396)}
NAME = "fragments.example"

ROOT = root_text(name=NAME, serial=1, signers=PAIRS, **SINCE)
DECK = deck_text(name=NAME, edition=7, deck="all", entries=['{"i":"a"}'], **SPAN)
NOW = now_text(name=NAME, edition=7, withdrawn=["b", "c"], origins=["https://a", "https://b"], **SINCE)
EDITION = edition_text(name=NAME, edition=7, audit="ab" * 32, files="cd" * 32, **SPAN)


def test_a_root_is_read_back() -> None:
    root = read_root(ROOT)
    assert (root.name, root.serial, root.since, root.until) == (NAME, 1, "2026-11-24T10:00:00Z", "2027-12-25T10:00:00Z")
    assert [(line.role, line.threshold, str(line.algorithm)) for line in root.lines] == [
        (role, 1, algorithm) for role in ("root", "edition", "now") for algorithm in ("p256", "ed25519")
    ]
    assert root.lines[0].keys == (PAIRS["root"][1][0].public[0],)


def test_a_deck_a_now_and_an_edition_are_read_back() -> None:
    deck, now, edition = read_deck(DECK), read_now(NOW), read_edition(EDITION)
    assert (deck.name, deck.edition, deck.deck, deck.entries) == (NAME, 7, "all", ({"i": "a"},))
    assert (now.withdrawn, now.origins) == (("b", "c"), ("https://a", "https://b"))
    assert (edition.edition, edition.audit, edition.files) == (7, "ab" * 32, "cd" * 32)


def test_lists_may_be_empty() -> None:
    now = read_now(now_text(name=NAME, edition=1, withdrawn=[], origins=[], **SINCE))
    assert (now.withdrawn, now.origins) == ((), ())
    assert read_deck(deck_text(name=NAME, edition=1, deck="all", entries=[], **SPAN)).entries == ()
    assert read_edition(edition_text(name=NAME, edition=1, audit="", files="cd", **SPAN)).audit == ""


def test_lines_of_a_role_or_an_algorithm_of_the_future_are_passed_over() -> None:
    later = ROOT.replace("now 1 p256", "mirror 1 p256 AAAA\nnow 1 ml-dsa AAAA\nnow 1 p256")
    assert read_root(later).lines == read_root(ROOT).lines


SPOILED_ROOTS = {
    "another kind": ROOT.replace("unsilenced root", "unsilenced deck"),
    "another version": ROOT.replace("root 1\n", "root 2\n", 1),
    "a role without keys": "\n".join(ROOT.split("\n")[:-2]) + "\n",
    "a threshold nobody reaches": ROOT.replace("root 1 p256", "root 2 p256"),
    "a threshold of nothing": ROOT.replace("root 1 p256", "root 0 p256"),
    "a key of another length": ROOT.replace("root 1 ed25519 ", "root 1 ed25519 AAAA"),
    "no base64": ROOT.replace("root 1 ed25519 ", "root 1 ed25519 !"),
    "no time": ROOT.replace("2026-11-24T10:00:00Z", "2026-11-24"),
    "no serial": ROOT.replace("root 1 2026", "root one 2026"),
    "a number in other digits": ROOT.replace("root 1 2026", "root ١ 2026"),
    "nothing": "",
}


@pytest.mark.parametrize("text", SPOILED_ROOTS.values(), ids=SPOILED_ROOTS.keys())
def test_a_root_in_another_form_is_none(text: str) -> None:
    with pytest.raises(NotAStatement):
        read_root(text)


SPOILED_DECKS = {
    "another kind": ROOT,
    "too many entries": DECK + '{"i":"b"}\n' * 24,
    "no JSON": DECK + "{\n",
    "no object": DECK + "[]\n",
    "no id": DECK + "{}\n",
    "no name": DECK.replace("deck all\n", "deck\n"),
    "an empty line": DECK + "\n",
}


@pytest.mark.parametrize("text", SPOILED_DECKS.values(), ids=SPOILED_DECKS.keys())
def test_a_deck_in_another_form_is_none(text: str) -> None:
    with pytest.raises(NotAStatement):
        read_deck(text)


def test_a_now_in_another_form_is_none() -> None:
    with pytest.raises(NotAStatement):
        read_now(NOW.replace("withdrawn", "kept"))
    with pytest.raises(NotAStatement):
        read_edition(EDITION.replace("files ", "files  "))


def test_times_are_in_utc_whatever_the_clock_says() -> None:
    assert (
        stamp(datetime(2026, 11, 24, 13, 30, tzinfo=timezone(timedelta(hours=3, minutes=30)))) == "2026-11-24T10:00:00Z"
    )


def test_a_pin_is_43_characters_and_changes_with_the_text() -> None:
    assert len(pin(ROOT)) == 43
    assert pin(ROOT) != pin(ROOT + "\n")
