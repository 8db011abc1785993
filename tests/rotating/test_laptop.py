"""Keys on a laptop: a server that never had them publishes what the laptop signed, and nothing else."""

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embed.sealing import Blank
from fragments.keys import IncompleteKeyring, Keyring, KeyringExists
from fragments.review import OPERATOR
from fragments.signing import Keypair
from fragments.store.archive import Archive
from fragments.verifying import open_deck_file, open_edition
from tests.conftest import make_fragment
from tests.desk.members import Office
from tests.rotating.machines import NAME, Pair
from widget_server.carrying import read_book, read_sheet, write_book
from widget_server.checking import findings
from widget_server.opening import opened
from widget_server.publishing import catch_up, freshness, refresh
from widget_server.shelf import EmptyShelf, Shelf


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_a_server_that_never_had_the_keys_shows_a_genuine_edition(pair: Pair) -> None:
    told = pair.publish("one", "two")

    assert pair.is_genuine()
    assert "2 fragments" in told
    assert sorted(path.name for path in pair.settings.keys_dir.iterdir()) == [
        "elsewhere.txt",
        "now.ed25519.pem",
        "now.p256.pem",
        "roots.txt",
    ]


def test_until_it_is_signed_readers_see_the_edition_before(pair: Pair) -> None:
    pair.publish("one")
    before = pair.shown().number
    pair.save("two")
    said = pair.on(pair.server, "publish")

    assert "not signed yet" in said
    assert pair.shown().number == before
    with opened(pair.settings) as house:
        assert catch_up(house, datetime.now(UTC)) is None
    pair.sign()
    pair.bring_back()
    assert pair.shown().number == before + 1


def test_the_first_edition_of_such_a_server_waits_too(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    with pytest.raises(EmptyShelf):
        pair.shown()


def test_the_laptop_shows_what_changed_since_it_signed_last(pair: Pair) -> None:
    pair.publish("one", "two")
    with opened(pair.settings) as house, house.archive.writing(OPERATOR) as desk:
        desk.withdraw(make_fragment("one").id, "asked to")
    told = pair.publish("three", "four")

    assert f"added     2   {', '.join(sorted(make_fragment(name).id for name in ('three', 'four')))}" in told
    assert f"withdrawn 1   {make_fragment('one').id}" in told
    assert "changed   0" in told


def test_nothing_is_signed_without_a_yes(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    pair.on(pair.server, "export", "--unsigned", pair.stick / "sheet")
    pair.on(pair.laptop, "keys", "sign", pair.stick / "sheet", code=1, typed="n\n")
    assert not (pair.stick / "sheet.signed").exists()


def test_both_machines_show_the_same_fingerprint(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    out = pair.on(pair.server, "export", "--unsigned", pair.stick / "sheet")
    told = pair.on(pair.laptop, "keys", "sign", pair.stick / "sheet", "--yes")
    shown = out.split("Fingerprint ")[1][:24]
    assert f"Fingerprint {shown}." in told


def test_an_older_edition_is_not_signed(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    pair.on(pair.server, "export", "--unsigned", pair.stick / "old")
    pair.save("two")
    pair.on(pair.server, "publish")
    pair.sign()
    said = pair.on(pair.laptop, "keys", "sign", pair.stick / "old", "--yes", code=1)
    assert "older than edition 2" in said


def other_edition(rows: list[dict[str, object]]) -> None:
    deck = next(row for row in rows if "text" in row)
    deck["text"] = str(deck["text"]).replace("edition 1 ", "edition 9 ")


def other_publisher(rows: list[dict[str, object]]) -> None:
    rows[0]["name"] = "other.example"


def other_path(rows: list[dict[str, object]]) -> None:
    next(row for row in rows if "text" in row)["path"] = "/d/lang-vi/3.cf"


def a_root(rows: list[dict[str, object]]) -> None:
    next(row for row in rows if "text" in row)["text"] = "unsilenced root 1\nfragments.example\nroot 9\n"


def other_chain(rows: list[dict[str, object]]) -> None:
    next(row for row in rows if row.get("path") == "/root.txt")["sha256"] = "0" * 64


@pytest.mark.parametrize("spoil", [other_edition, other_publisher, other_path, a_root, other_chain])
def test_the_laptop_signs_nothing_but_an_edition_of_its_publisher(
    pair: Pair, spoil: Callable[[list[dict[str, object]]], None]
) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    pair.on(pair.server, "export", "--unsigned", pair.stick / "sheet")
    rows = [json.loads(line) for line in gzip.decompress((pair.stick / "sheet").read_bytes()).splitlines()]
    spoil(rows)
    (pair.stick / "sheet").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    pair.on(pair.laptop, "keys", "sign", pair.stick / "sheet", "--yes", code=1)
    assert not (pair.stick / "sheet.signed").exists()
    assert not (pair.laptop / "signed.json").exists()


def test_a_text_altered_on_the_way_to_the_laptop_is_never_shown(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    pair.on(pair.server, "export", "--unsigned", pair.stick / "sheet")
    body = gzip.decompress((pair.stick / "sheet").read_bytes())
    text = make_fragment("one").text.encode()
    assert text in body
    (pair.stick / "sheet").write_bytes(gzip.compress(body.replace(text, b"Forged words.")))
    pair.on(pair.laptop, "keys", "sign", pair.stick / "sheet", "--yes")
    pair.bring_back(code=1)
    with pytest.raises(EmptyShelf):
        pair.shown()


@pytest.mark.parametrize(
    "spoilt", ["flipped", "flipped in the edition", "missing", "by another key", "of another edition", "no signatures"]
)
def test_signatures_altered_on_the_way_back_are_refused_and_the_edition_before_stays(pair: Pair, spoilt: str) -> None:
    pair.publish("one")
    pair.save("two")
    pair.on(pair.server, "publish")
    pair.sign()
    file = pair.stick / "sheet.signed"
    number, book = read_book(file)
    digest = sorted(book)[3]
    p256, ed25519 = book[digest]
    decks = {hashlib.sha256(text.encode()).hexdigest() for text in read_sheet(pair.stick / "sheet").decks.values()}
    (last,) = book.keys() - decks
    stranger = Blank(Keypair.make().public)
    spoilers: dict[str, Callable[[], object]] = {
        "flipped": lambda: write_book({**book, digest: (p256, bytes([ed25519[0] ^ 1]) + ed25519[1:])}, number, file),
        "flipped in the edition": lambda: write_book({**book, last: (book[last][0], bytes(64))}, number, file),
        "missing": lambda: write_book({key: each for key, each in book.items() if key != digest}, number, file),
        "by another key": lambda: write_book({key: stranger.sign(key.encode()) for key in book}, number, file),
        "of another edition": lambda: write_book(book, number - 1, file),
        "no signatures": lambda: file.write_bytes(os.urandom(500)),
    }
    spoilers[spoilt]()

    pair.bring_back(code=1)

    assert pair.shown().number == number - 1
    assert pair.is_genuine()


def test_a_withdrawal_reaches_embeds_before_the_laptop_has_signed_it(pair: Pair) -> None:
    pair.publish("one", "two")
    gone = make_fragment("one").id
    with opened(pair.settings) as house, house.archive.writing(OPERATOR) as desk:
        desk.withdraw(gone, "asked to")
    pair.on(pair.server, "publish")

    deck, now = pair.shown().get(f"/d/f-{gone}/0.cf"), datetime.now(UTC)
    assert deck
    opened_deck = open_deck_file(deck.body, pair.pin, f"f-{gone}", pair.shown().number, now)
    assert (opened_deck.fresh, opened_deck.entries) == (True, ())
    assert pair.is_genuine()
    refresh(
        pair.settings, Keyring.open(pair.settings.keys_dir), Shelf(pair.settings.shelf_dir), now + timedelta(hours=7)
    )
    deck = pair.shown().get(f"/d/f-{gone}/0.cf")
    assert deck
    assert open_deck_file(deck.body, pair.pin, f"f-{gone}", 1, now).entries == ()


def test_the_server_keeps_it_fresh_by_itself(pair: Pair) -> None:
    pair.publish("one")
    later = datetime.now(UTC) + timedelta(hours=7)
    done = refresh(pair.settings, Keyring.open(pair.settings.keys_dir), Shelf(pair.settings.shelf_dir), later)

    assert done is not None
    assert freshness(done)[1] == later.replace(microsecond=0) + timedelta(hours=72)
    deck = done.get(f"/d/f-{make_fragment('one').id}/0.cf")
    assert deck is not None
    assert open_deck_file(deck.body, pair.pin, f"f-{make_fragment('one').id}", 1, later).fresh


def test_after_new_keys_on_the_laptop_the_same_edition_is_signed_again_and_old_snippets_go_on(pair: Pair) -> None:
    pair.publish("one")
    pasted, number = pair.pin, pair.shown().number
    pair.on(pair.laptop, "keys", "rotate", "--root")
    pair.hand_over()
    later = datetime.now(UTC) + timedelta(hours=7)
    shelf = Shelf(pair.settings.shelf_dir)
    assert refresh(pair.settings, Keyring.open(pair.settings.keys_dir), shelf, later) is None
    pair.on(pair.server, "publish")
    pair.sign()
    pair.bring_back()

    chain, edition = pair.shown().get("/root.txt"), pair.shown().get("/edition.txt")
    assert chain
    assert edition
    assert open_edition(chain.body, edition.body, pasted, datetime.now(UTC)).edition == number
    assert pair.is_genuine()


def test_the_server_cannot_rotate_sign_or_hand_over(pair: Pair) -> None:
    pair.publish("one")
    for words in (("rotate",), ("hand-over", pair.stick / "more"), ("sign", pair.stick / "sheet")):
        assert "another machine" in pair.on(pair.server, "keys", *words, code=1)


def test_keys_are_never_written_over(pair: Pair) -> None:
    with pytest.raises(KeyringExists):
        Keyring.hand_over(pair.laptop / "keys", pair.settings.keys_dir)
    pair.on(pair.laptop, "keys", "make", NAME, code=1)


def test_a_server_that_lost_its_keys_does_not_pass_for_one_whose_keys_are_elsewhere(pair: Pair) -> None:
    (pair.laptop / "keys" / "edition.p256.pem").unlink()
    with pytest.raises(IncompleteKeyring):
        Keyring.open(pair.laptop / "keys")


def test_what_is_handed_over_is_as_private_as_what_is_kept(pair: Pair) -> None:
    modes = {path.stat().st_mode & 0o777 for path in pair.settings.keys_dir.iterdir()}
    assert (pair.settings.keys_dir.stat().st_mode & 0o777, modes) == (0o700, {0o600})


def said_by_doctor(pair: Pair, now: datetime) -> str:
    return "\n".join(f"{each.level} {each.sentence}" for each in findings(pair.settings, now))


def test_doctor_says_where_the_keys_are_and_which_edition_waits(pair: Pair) -> None:
    pair.publish("one")
    pair.save("two")
    pair.on(pair.server, "publish")
    said = said_by_doctor(pair, datetime.now(UTC))

    assert "ok The root and edition keys are on another machine" in said
    assert "note Edition 2 waits for its signatures" in said
    assert "BAD" not in said


def test_doctor_says_that_keys_were_handed_over_and_the_edition_is_not_signed_again(pair: Pair) -> None:
    pair.publish("one")
    pair.on(pair.laptop, "keys", "rotate")
    pair.hand_over()
    assert "BAD The edition is signed under older keys" in said_by_doctor(pair, datetime.now(UTC))


@pytest.mark.parametrize(("days", "level"), [(335, "ok"), (337, "note"), (396, "BAD")])
def test_doctor_warns_sixty_days_before_the_root_runs_out(pair: Pair, days: int, level: str) -> None:
    pair.publish("one")
    assert f"{level} The root of the keys" in said_by_doctor(pair, datetime.now(UTC) + timedelta(days=days))


def test_the_desk_says_that_an_edition_waits_and_that_new_keys_are_made_elsewhere(pair: Pair) -> None:
    pair.save("one")
    pair.on(pair.server, "publish")
    with Archive.open(pair.settings.database_url) as archive:
        office = Office(archive, pair.settings)
        adm = office.member("adm", "administrator")
        assert adm.send("/publish").headers["Location"].endswith("/publish")
        assert "waits for its signatures" in adm.see("/publish").text
        keys = adm.see("/keys").text
    assert "New ones are made there" in keys
    assert "keys rotate" not in keys


def test_a_backup_of_the_server_brings_back_a_server_without_the_keys(pair: Pair, tmp_path: Path) -> None:
    pair.publish("one")
    pair.on(pair.server, "backup", tmp_path / "backup.tar.gz")
    other = tmp_path / "other"
    pair.on(other, "restore", tmp_path / "backup.tar.gz")

    assert not Keyring.open(other / "keys").edition
    assert not (other / "unsigned").exists()
