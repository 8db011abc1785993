"""Several editors, each with keys of their own: nothing new is shown before enough of them have signed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fragments.keys import Keyring, NeedsOthers, NotJoined
from fragments.roots import Change, last_root, pairs_of, threshold_of
from fragments.signing import NotSigned, join_notes, read_notes
from fragments.verifying import open_deck_file, open_edition
from tests.conftest import make_fragment
from tests.embed.test_independent import verify
from tests.rotating.machines import NAME, Editors, cut_short
from widget_server.checking import findings
from widget_server.opening import opened
from widget_server.publishing import catch_up, freshness, refresh
from widget_server.shelf import EmptyShelf, Shelf


@pytest.fixture
def editors(tmp_path: Path) -> Editors:
    return Editors(tmp_path)


@pytest.fixture
def two(editors: Editors) -> Editors:
    editors.join(editors.second, threshold=2)
    return editors


@pytest.fixture
def three(editors: Editors) -> Editors:
    editors.join(editors.second, editors.third, threshold=2)
    return editors


def bring(editors: Editors, *files: Path, code: int = 0) -> str:
    return editors.on(editors.server, "publish", "--signatures", *files, code=code)


def test_one_signature_of_two_shows_nothing_new_and_two_do(two: Editors) -> None:
    two.save("one")
    two.on(two.server, "publish")
    first, second = two.sign_by(two.laptop, two.second)
    for files in ((first,), (second,), (first, first)):
        assert "1 of the 2 signers" in bring(two, *files, code=1)
        with pytest.raises(EmptyShelf):
            two.shown()

    bring(two, first, second)

    assert two.is_genuine()
    deck = two.shown().get(f"/d/f-{make_fragment('one').id}/0.cf")
    assert deck
    assert open_deck_file(deck.body, two.pin, f"f-{make_fragment('one').id}", 1, datetime.now(UTC)).fresh


def test_a_deck_that_one_of_two_signed_is_refused(two: Editors) -> None:
    two.save("one")
    two.on(two.server, "publish")
    bring(two, *two.sign_by(two.laptop, two.second))
    printed = two.shown().get("/d/all/0.cf")
    assert printed
    *roots, deck, now = (f"{note.text}\n{note.lines}\n" for note in read_notes(printed.body.decode()))
    text, lines = deck.split("\n\n")
    for kept in (lines.splitlines()[:2], lines.splitlines()[2:]):
        alone = join_notes(
            [*roots, f"{text}\n\n" + "".join(f"{line}\n" for line in kept), now.replace("\n\n\n", "\n\n")]
        )
        with pytest.raises(NotSigned):
            open_deck_file(alone.encode(), two.pin, "all", 1, datetime.now(UTC))


def test_a_stranger_finds_an_edition_of_two_editors_genuine(two: Editors) -> None:
    two.save("one")
    two.on(two.server, "publish")
    bring(two, *two.sign_by(two.second, two.laptop))
    printed = two.shown().get("/d/all/0.cf")
    assert printed
    number, entries = verify(printed.body, two.pin, "all", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert (number, len(entries)) == (1, 1)


@pytest.mark.parametrize(
    "who", [("laptop", "second"), ("laptop", "third"), ("third", "second"), ("third", "second", "laptop")], ids="-".join
)
def test_any_two_of_three_are_enough(three: Editors, who: tuple[str, ...]) -> None:
    three.save("one")
    three.on(three.server, "publish")
    bring(three, *three.sign_by(*(getattr(three, name) for name in who)))
    assert three.is_genuine()


def test_until_the_new_root_is_adopted_nothing_has_changed(editors: Editors) -> None:
    before = {path.name: path.read_bytes() for path in (editors.laptop / "keys").iterdir()}
    said = editors.propose("rotate", "--with", editors.half_of(editors.second), "--threshold", 2)

    assert "lacks one more signature" in said
    after = {path.name: path.read_bytes() for path in (editors.laptop / "keys").iterdir()}
    assert {name: after[name] for name in before} == before
    editors.on(editors.laptop, "keys", "adopt", editors.stick / "next.roots", "--yes", code=1)
    editors.publish("one")
    assert editors.is_genuine()


def test_snippets_pasted_before_the_editors_joined_go_on(editors: Editors) -> None:
    editors.publish("one")
    pasted = editors.pin
    editors.join(editors.second, threshold=2)
    editors.on(editors.server, "publish")
    bring(editors, *editors.sign_by(editors.laptop, editors.second))
    chain, edition = editors.shown().get("/root.txt"), editors.shown().get("/edition.txt")
    assert chain
    assert edition
    assert open_edition(chain.body, edition.body, pasted, datetime.now(UTC)).edition == 1
    assert editors.pin == pasted


def test_one_of_two_cannot_make_a_root_of_their_own(two: Editors) -> None:
    assert "lacks one more signature" in two.propose("rotate", "--threshold", 1)
    said = two.on(two.laptop, "keys", "adopt", two.stick / "next.roots", "--yes", code=1)
    assert "lacks one more signature" in said
    assert threshold_of(last_root(Keyring.open(two.laptop / "keys").chain), "edition") == 2


def test_two_editors_rotate_together_and_the_one_who_asked_has_new_keys(two: Editors) -> None:
    before = Keyring.open(two.laptop / "keys")
    two.propose("rotate")
    two.adopt_everywhere(two.laptop, two.second)
    after = Keyring.open(two.laptop / "keys")
    assert before.edition[0].public != after.edition[0].public
    assert before.now[0].public != after.now[0].public
    assert len(pairs_of(last_root(after.chain), "edition")) == 2
    assert not list((two.laptop / "keys").glob("*.proposed"))


def test_the_second_laptop_takes_the_now_key_when_the_first_is_lost(three: Editors) -> None:
    three.on(three.laptop, "keys", "public", three.stick / "laptop.pub")
    lost = [three.beginning_of(role, three.laptop) for role in ("root", "edition")]
    three.propose("rotate", "--now", by=three.second)
    signed = three.stick / "third.roots"
    three.on(three.third, "keys", "sign", three.stick / "next.roots", "--yes", "--to", signed)
    three.on(three.second, "keys", "adopt", signed, "--yes")
    three.on(three.third, "keys", "adopt", signed, "--yes")
    three.propose("retire", *lost, by=three.second)
    three.on(three.third, "keys", "sign", three.stick / "next.roots", "--yes", "--to", signed)
    three.on(three.second, "keys", "adopt", signed, "--yes")
    three.on(three.third, "keys", "adopt", signed, "--yes")
    three.hand_over(three.second)
    three.save("one")
    three.on(three.server, "publish")
    bring(three, *three.sign_by(three.second, three.third))
    assert three.is_genuine()
    assert [
        len(pairs_of(last_root(Keyring.open(three.second / "keys").chain), role)) for role in ("root", "edition", "now")
    ] == [2, 2, 1]


def test_the_server_keeps_an_edition_of_two_editors_fresh_by_itself(two: Editors) -> None:
    two.save("one")
    two.on(two.server, "publish")
    bring(two, *two.sign_by(two.laptop, two.second))
    later = datetime.now(UTC) + timedelta(hours=7)
    done = refresh(two.settings, Keyring.open(two.settings.keys_dir), Shelf(two.settings.shelf_dir), later)
    assert done
    assert freshness(done)[1] == later.replace(microsecond=0) + timedelta(hours=72)


def test_a_server_with_one_editors_keys_waits_for_the_other(editors: Editors) -> None:
    # given a server with all its keys, which has published by itself
    editors.settings.keys_dir.rename(editors.server / "old")
    editors.on(editors.server, "keys", "make", NAME)
    editors.save("one")
    assert "not signed" not in editors.on(editors.server, "publish")
    # when a second editor's keys must sign too
    half = editors.half_of(editors.second)
    editors.propose("rotate", "--with", half, "--threshold", 2, by=editors.server)
    editors.on(editors.second, "keys", "sign", editors.stick / "next.roots", "--yes")
    signed = editors.stick / "next.roots.signed"
    editors.on(editors.second, "keys", "adopt", signed, "--yes")
    assert "to be signed again" in editors.on(editors.server, "keys", "adopt", signed, "--yes")
    editors.save("two")
    said = editors.on(editors.server, "publish")
    # then nothing new is shown before both have signed
    assert "not signed yet" in said
    assert editors.shown().number == 1
    with opened(editors.settings) as house:
        assert catch_up(house, datetime.now(UTC)) is None
    assert "BAD" not in "\n".join(
        f"{each.level}" for each in findings(editors.settings, datetime.now(UTC)) if "sign editions" in each.sentence
    )
    first, second = editors.sign_by(editors.server, editors.second)
    bring(editors, second, code=1)
    bring(editors, first, second)
    assert editors.shown().number == 2


def test_doctor_says_that_no_key_may_be_lost_where_all_must_sign(two: Editors) -> None:
    said = "\n".join(f"{each.level} {each.sentence}" for each in findings(two.settings, datetime.now(UTC)))
    assert "note An edition needs all of the 2 editors" in said


@pytest.mark.parametrize("at", ["root", "edition"])
def test_a_key_that_must_sign_cannot_be_retired(two: Editors, at: str) -> None:
    said = two.on(two.laptop, "keys", "retire", two.beginning_of(at, two.second), code=1)
    assert f"role {at} would be left with 1 of the 2" in said
    assert last_root(Keyring.open(two.laptop / "keys").chain).serial == 2


def test_the_last_key_of_a_role_cannot_be_retired(editors: Editors) -> None:
    keyring = Keyring.open(editors.laptop / "keys")
    shown = editors.on(editors.laptop, "keys").splitlines()
    last = next(line for line in shown if line.startswith("now")).split(" ")[-1]
    assert "key of this machine" in editors.on(editors.laptop, "keys", "retire", last[:12], code=1)
    editors.on(editors.laptop, "keys", "retire", "BBBBBBBB", code=1)
    assert Keyring.open(editors.laptop / "keys").chain == keyring.chain


def test_a_retired_editor_signs_nothing_and_nobody_came_in_their_place(three: Editors) -> None:
    stolen = (three.beginning_of("root", three.third), three.beginning_of("edition", three.third))
    three.propose("retire", *stolen)
    three.adopt_everywhere(three.laptop, three.second)
    root = last_root(Keyring.open(three.laptop / "keys").chain)
    assert [len(pairs_of(root, role)) for role in ("root", "edition", "now")] == [2, 2, 1]
    three.save("one")
    three.on(three.server, "publish")
    three.on(three.server, "export", "--unsigned", three.stick / "sheet")
    three.on(three.third, "keys", "sign", three.stick / "sheet", "--yes", code=1)
    three.on(three.third, "keys", "adopt", three.stick / "second.roots", "--yes", code=1)
    bring(three, *three.sign_by(three.laptop, three.second))
    assert three.is_genuine()


def test_with_one_of_two_either_is_enough_and_a_lost_key_is_retired_at_once(editors: Editors) -> None:
    half = editors.half_of(editors.second)
    editors.propose("rotate", "--with", half)
    editors.on(editors.second, "keys", "adopt", editors.stick / "next.roots", "--yes")
    editors.hand_over()
    editors.save("one")
    editors.on(editors.server, "publish")
    bring(editors, *editors.sign_by(editors.second))
    assert editors.is_genuine()
    editors.propose("retire", *(editors.beginning_of(role, editors.second) for role in ("root", "edition")))
    editors.hand_over()
    editors.publish("two")
    assert editors.is_genuine()
    assert len(pairs_of(last_root(Keyring.open(editors.laptop / "keys").chain), "edition")) == 1


def test_keys_of_another_publisher_do_not_join(editors: Editors) -> None:
    editors.on(editors.second, "keys", "make", "other.example", "--to-join")
    editors.on(editors.second, "keys", "public", editors.stick / "other.pub")
    said = editors.on(editors.laptop, "keys", "rotate", "--with", editors.stick / "other.pub", code=1)
    assert "made for other.example" in said


def test_a_machine_that_has_not_joined_says_so(editors: Editors) -> None:
    editors.half_of(editors.second)
    with pytest.raises(NotJoined):
        Keyring.open(editors.second / "keys")


def forged(two: Editors) -> str:
    """Somebody else's roots of the same name, of which the newest names the editor's own keys."""
    Keyring.make(two.stick / "forger", NAME, datetime.now(UTC))
    change = Change((Keyring.half(two.second / "keys"),))
    return Keyring.propose(two.stick / "forger", datetime.now(UTC), change=change)


def skipped(two: Editors) -> str:
    notes = read_notes((two.stick / "next.roots").read_text())
    spoiled = notes[-1].text.replace("root 3 ", "root 4 ", 1)
    return join_notes([*(f"{note.text}\n{note.lines}\n" for note in notes[:-1]), f"{spoiled}\n{notes[-1].lines}\n"])


@pytest.mark.parametrize("spoil", [forged, skipped])
def test_an_editor_signs_no_root_but_the_next_one_of_their_publisher(
    two: Editors, spoil: Callable[[Editors], str]
) -> None:
    two.propose("rotate")
    (two.stick / "next.roots").write_text(spoil(two))
    before = Keyring.open(two.second / "keys").chain
    two.on(two.second, "keys", "sign", two.stick / "next.roots", "--yes", "--to", two.stick / "out", code=1)
    two.on(two.second, "keys", "adopt", two.stick / "next.roots", "--yes", code=1)
    assert not (two.stick / "out").exists()
    assert Keyring.open(two.second / "keys").chain == before


def test_a_root_altered_on_the_way_gains_no_signatures(two: Editors) -> None:
    two.propose("rotate")
    altered = (two.stick / "next.roots").read_text()
    at = altered.rindex("now 1 p256 B") + 20
    (two.stick / "altered").write_text(altered[:at] + ("A" if altered[at] != "A" else "B") + altered[at + 1 :])
    two.on(two.second, "keys", "sign", two.stick / "altered", "--yes")
    with pytest.raises(NeedsOthers):
        Keyring.adopt(two.laptop / "keys", two.stick.joinpath("altered.signed").read_text(), datetime.now(UTC))


@pytest.mark.parametrize("cut", range(1, 16))
def test_going_over_cut_short_anywhere_leaves_the_old_keyring_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    first, second, now = tmp_path / "first", tmp_path / "second", datetime.now(UTC)
    Keyring.make(first, NAME, now)
    change = Change((Keyring.make_beside(second, NAME),), threshold=2)
    signed = Keyring.cosign(second, Keyring.propose(first, now, fresh=("root", "edition", "now"), change=change))
    with cut_short(monkeypatch, cut):
        Keyring.adopt(first, signed, now)
    assert last_root(Keyring.open(first).chain).serial in {1, 2}
    assert last_root(Keyring.adopt(first, signed, now).chain).serial == 2
    assert len(list(first.iterdir())) == 7
