"""Printing: every file of an edition, the same bytes each time, and a fresh now without printing again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from embed.gathering import MOST_PAIRS, gathered
from embed.loader import released
from embed.press import File, Press
from embed.printing import print_edition
from embed.stapling import NOW_LIVES, renewed, reprint_now, staple
from fragments.drawing import EVERYTHING, Facets, query_of_deck
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Sensitivity, Source, Suppression, Translation, Visibility, Withdrawal
from fragments.record import from_record
from fragments.signing import Keypair, read_notes
from fragments.statements import read_now
from fragments.verifying import ExpiredStatement, OldEdition, OpenedDeck, open_deck_file, open_edition

DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
KEYRING = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ("root", "edition", "now")}, DATED)
PRESS = Press(public_url="https://a.example/", mirrors=["https://b.example"], keyring=KEYRING, now=DATED)


def fragment(number: int, lang: str = "vi", country: str = "VN", **changes: object) -> Fragment:
    source = Source(
        external_id="s",
        author="Ana of Alpha",
        author_visibility=Visibility.WITHHELD,
        suppressions=(Suppression(country=country),),
    )
    values: dict = {"lang": lang, "text": f"text {number}", "source": source, "published_at": DATED, **changes}
    return Fragment(id=id_of(str(number)), external_id=str(number), **values)


SIX = (
    *(fragment(number, translations=(Translation(lang="en", text="e"),)) for number in range(3)),
    fragment(3, "fa", "IR", topics=("press",), campaign="spring"),
    fragment(4, "fa", "IR", sensitivity=Sensitivity.NEEDS_FRESH),
    fragment(5, "zh-Hans", "CN"),
)
GONE = Withdrawal(id=id_of("gone"), at=DATED - DAY), Withdrawal(id=id_of("long gone"), at=DATED - 500 * DAY)
EDITION = Edition(number=7, dated=DATED, fragments=SIX, withdrawn=GONE, audit_head="ab" * 32, campaigns={"spring": "S"})


def printed(edition: Edition = EDITION, press: Press = PRESS) -> dict[str, File]:
    return {file.path: file for file in print_edition(edition, press)}


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    return printed()


def opened(file: File, now: datetime = DATED) -> OpenedDeck:
    return open_deck_file(file.body, KEYRING.pin, file.path.split("/")[2], 7, now)


def test_every_facet_every_pair_in_use_and_every_fragment_has_a_deck(files: dict[str, File]) -> None:
    names = {path.split("/")[2] for path in files if path.startswith("/d/")}
    assert names == {
        "all", "lang-vi", "lang-en", "lang-fa", "lang-zh", "lang-zh-Hans",
        "country-VN", "country-IR", "country-CN", "topic-press", "campaign-spring",
        "lang-vi.country-VN", "lang-en.country-VN", "lang-fa.country-IR",
        *(f"f-{id_of(str(number))}" for number in range(6)),
    }  # fmt: skip


def test_every_deck_file_is_genuine_and_together_the_parts_hold_the_deck(files: dict[str, File]) -> None:
    seen: dict[str, set[str]] = {}
    for path, file in files.items():
        if path.endswith(".cf"):
            seen.setdefault(path.split("/")[2], set()).update(entry["i"] for entry in opened(file).entries)
    index = Facets.of(SIX)
    assert {name: set(index.find(query_of_deck(name))) for name in seen} == seen


def test_parts_are_numbered_from_0_to_15_and_a_fragments_deck_has_one(files: dict[str, File]) -> None:
    assert [path for path in files if path.startswith("/d/all/")] == [f"/d/all/{part}.cf" for part in range(16)]
    assert [path for path in files if path.startswith(f"/d/f-{id_of('1')}/")] == [f"/d/f-{id_of('1')}/0.cf"]


def test_a_careful_fragment_is_shown_with_a_fresh_now_only(files: dict[str, File]) -> None:
    deck = files[f"/d/f-{id_of('4')}/0.cf"]
    assert [entry["i"] for entry in opened(deck).entries] == [id_of("4")]
    assert opened(deck, DATED + NOW_LIVES).entries == ()


def test_decks_outlive_their_now_by_a_year_and_no_longer(files: dict[str, File]) -> None:
    assert not opened(files["/d/all/0.cf"], DATED + 395 * DAY).fresh
    with pytest.raises(ExpiredStatement):
        opened(files["/d/all/0.cf"], DATED + 397 * DAY)


def test_every_fragment_has_its_pages_and_a_public_record(files: dict[str, File]) -> None:
    for one in SIX:
        record = json.loads(files[f"/api/v1/fragments/{one.id}"].body)
        assert from_record(record) == replace(one, source=replace(one.source, author=None))
    for path in (f"/f/{SIX[0].id}/frame", f"/f/{SIX[0].id}.txt"):
        assert b"text 0" in files[path].body
    for path in (f"/f/{SIX[4].id}/frame", f"/f/{SIX[4].id}.txt"):
        assert b"text 4" not in files[path].body  # nobody can call it back from there


def test_nobody_learns_a_withheld_name_from_any_file(files: dict[str, File]) -> None:
    # A name with spaces: three letters alone also stand in one base64 signature of some hundreds, by chance.
    assert not [path for path, file in files.items() if b"Ana of Alpha" in file.body]


def test_lists_statements_and_loaders_are_there(files: dict[str, File]) -> None:
    said = json.loads(files["/edition.json"].body)
    assert (said["edition"], said["key"], said["fragments"]) == (7, KEYRING.pin, 6)
    assert said["facets"]["country"] == {"VN": 3, "IR": 2, "CN": 1}
    assert said["pairs"] == ["lang-en.country-VN", "lang-fa.country-IR", "lang-vi.country-VN"]
    assert {loader.path for loader in released.all_released()} <= set(files)
    statement = open_edition(files["/root.txt"].body, files["/edition.txt"].body, KEYRING.pin, DATED)
    assert (statement.edition, statement.audit) == (7, "ab" * 32)
    assert Facets.from_bytes(files[".facets"].body).count(EVERYTHING) == 6
    assert "/feed.atom" in files
    assert "/feeds/lang/vi.rss" in files


def test_the_list_names_every_file_but_the_statements_and_records_of_people_at_risk(files: dict[str, File]) -> None:
    listed = [line.split(" ", 1)[1] for line in files["/files.txt"].body.decode().splitlines()]
    careful = f"/api/v1/fragments/{id_of('4')}"
    daily = {"/daily.atom", "/daily.rss", "/daily.json"}  # other bytes tomorrow, without another edition
    assert listed == sorted(set(files) - {"/files.txt", "/edition.txt", "/now.txt", ".facets", careful} - daily)


def test_what_copies_get_holds_the_text_of_a_person_at_risk_in_decks_alone(files: dict[str, File]) -> None:
    listed = [line.split(" ", 1)[1] for line in files["/files.txt"].body.decode().splitlines()]
    telling = {path for path in listed if b"text 4" in files[path].body}
    assert telling
    assert {path for path in telling if not path.endswith(".cf")} == set()


def test_the_same_edition_gives_the_same_bytes(files: dict[str, File]) -> None:
    assert printed() == files


def test_another_hour_changes_the_now_notes_alone(files: dict[str, File]) -> None:
    later = printed(press=replace(PRESS, now=DATED + timedelta(hours=1)))
    changed = {path for path in files if files[path] != later[path]}
    assert changed == {path for path in files if path.endswith(".cf")} | {"/now.txt"}
    assert files["/files.txt"] == later["/files.txt"]


def test_withdrawn_ids_of_the_last_13_months_are_in_the_now(files: dict[str, File]) -> None:
    now = read_now(read_notes(files["/now.txt"].body.decode())[0].text)
    assert now.withdrawn == (id_of("gone"),)
    assert now.origins == ("https://a.example", "https://b.example")


def test_a_fresh_now_makes_every_deck_fresh_again(files: dict[str, File]) -> None:
    later = replace(PRESS, now=DATED + 10 * DAY, mirrors=[])
    again = {file.path: file for file in reprint_now(files.values(), files["/now.txt"].body, later)}
    assert again.keys() == files.keys()
    assert opened(again["/d/all/0.cf"], later.now).fresh
    assert opened(again["/d/all/0.cf"], later.now).origins == ("https://a.example",)
    assert again["/feed.rss"] == files["/feed.rss"]
    assert again["/now.txt"].body.decode() == renewed(files["/now.txt"].body, later)
    assert again["/d/all/0.cf"].body.endswith(again["/now.txt"].body)


def test_a_note_is_stapled_to_a_deck_that_has_none(files: dict[str, File]) -> None:
    whole = files["/d/all/0.cf"].body
    bare = whole[: whole.index(b"\n\nunsilenced now 1\n") + 1]
    assert not open_deck_file(bare, KEYRING.pin, "all", 7, DATED).fresh
    assert staple(bare, files["/now.txt"].body.decode()) == whole


def test_a_deck_of_the_last_edition_is_refused_with_the_now_of_this_one(files: dict[str, File]) -> None:
    old = printed(replace(EDITION, number=6))["/d/all/0.cf"]
    with pytest.raises(OldEdition):
        open_deck_file(staple(old.body, files["/now.txt"].body.decode()), KEYRING.pin, "all", 1, DATED)


def test_an_edition_without_fragments_is_printed_too() -> None:
    files = printed(Edition(number=1, dated=DATED, fragments=()))
    assert {"/edition.json", "/files.txt", "/now.txt", "/feed.atom", ".facets"} <= set(files)


def test_of_too_many_pairs_those_in_use_most_have_decks() -> None:
    topics = [f"t{number}" for number in range(60)]
    random = Random(1)
    made = [
        fragment(number, lang=random.choice(["vi", "fa", "ar", "ru", "my", "th", "tr", "hi"]),
                 country=random.choice(["VN", "IR", "EG", "RU", "MM"]), topics=tuple(random.sample(topics, 12)))
        for number in range(300)
    ]  # fmt: skip
    decks = gathered(made)
    pairs = {name: len(held) for name, held in decks.items() if "." in name}
    assert len(pairs) == MOST_PAIRS
    assert pairs["country-VN.topic-t0"] >= 2
    assert not [name for name in pairs if name.count("topic-") > 1]
