"""Copies: genuine ones are known, spoiled ones named, and a pull never makes a good copy worse."""

import itertools
import os
import subprocess
import tarfile
from datetime import timedelta

import pytest

from fragments.errors import BadSignature
from fragments.ids import id_of
from fragments.keys import ROOT_LIVES, Keyring
from fragments.signing import Keypair, join_notes, sign_note
from fragments.statements import ROLES, root_text
from fragments.verifying import OtherPublisher
from tests.mirroring.editions import KEYRING, NOW, printed
from widget_server.mirroring.checking import check
from widget_server.mirroring.places import Unreadable, read_file, reading
from widget_server.mirroring.pulling import GoesBack, NotWhatWasSigned, pull
from widget_server.mirroring.verdicts import AlteredList, Keys, _read_list

KEYS = Keys(KEYRING.pin, NOW)


@pytest.fixture
def copy(tmp_path):
    pull(printed().get, tmp_path / "copy", KEYS)
    return tmp_path / "copy"


def reader(directory):
    return lambda path: read_file(directory, path)


def test_a_pulled_copy_is_genuine_byte_for_byte(copy):
    assert check(reader(copy), KEYS).is_genuine
    assert {f"/{file.relative_to(copy)}": file.read_bytes() for file in copy.rglob("*") if file.is_file()} == printed()


@pytest.mark.parametrize("path", ["/d/all/3.cf", f"/f/{id_of('one')}.txt", "/feed.atom"])
def test_one_flipped_bit_is_named(copy, path):
    place = copy / path[1:]
    body = bytearray(place.read_bytes())
    body[len(body) // 2] ^= 1
    place.write_bytes(body)
    assert list(check(reader(copy), KEYS).bad) == [path]


def test_a_missing_file_is_named(copy):
    (copy / "d/all/3.cf").unlink()
    assert check(reader(copy), KEYS).bad == {"/d/all/3.cf": "missing"}


def test_a_second_pull_of_the_same_edition_fetches_nothing(copy):
    done = pull(printed().get, copy, KEYS)
    assert (done.fetched, done.restapled, done.removed) == (0, 0, 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body + b"x",
        lambda body: body + b"FORGED WORDS\n",
        lambda body: body + b"\nFORGED WORDS\n",
        lambda body: body + b"\nFORGED WORDS\n\nmore\n",
        lambda body: body + body[body.rfind("— fragments.example".encode()) :],
        lambda body: body[:-1],
        lambda body: body[:-2],
        lambda body: body[:-40],
        lambda body: body[: body.rfind(b"\n\nunsilenced now")] + b"\n",
    ],
    ids=["byte", "line", "note", "two", "line twice", "newline gone", "2 gone", "40 gone", "no now"],
)
def test_whatever_is_added_to_a_deck_or_cut_off_its_end_is_named(copy, spoil):
    place = copy / "d" / "all" / "7.cf"
    place.write_bytes(spoil(place.read_bytes()))

    assert list(check(reader(copy), KEYS).bad) == ["/d/all/7.cf"]


def test_a_line_beside_a_decks_signatures_is_named(copy):
    place = copy / "d" / "all" / "7.cf"
    body = place.read_bytes()
    at = body.rindex(b"\n\nunsilenced now")
    line = body[body.rindex(b"\n", 0, at) : at]
    place.write_bytes(body[:at] + line + body[at:])

    assert list(check(reader(copy), KEYS).bad) == ["/d/all/7.cf"]


@pytest.mark.parametrize("spoil", [b"A", b"/"])
def test_a_held_deck_whose_signature_was_spoiled_is_fetched_again(copy, spoil):
    place = copy / "d" / "all" / "7.cf"
    body = place.read_bytes()
    at = body.rindex(b"\n\nunsilenced now") - 30
    place.write_bytes(body[:at] + (spoil if body[at : at + 1] != spoil else b"B") + body[at + 1 :])

    assert pull(printed().get, copy, KEYS).fetched == 1
    assert check(reader(copy), KEYS).is_genuine


def test_a_newer_now_alone_is_stapled_without_fetching_a_deck(copy):
    later = printed(at=NOW + timedelta(hours=6))
    asked = []
    done = pull(lambda path: asked.append(path) or later.get(path), copy, KEYS)
    assert len(asked) == 4
    assert done.restapled > 16
    assert {path: read_file(copy, path) for path in later} == later


def test_a_withdrawn_fragment_is_gone_after_the_next_pull(copy):
    pull(printed(8, names=("one",)).get, copy, KEYS)
    gone = id_of("two")
    assert [
        file
        for file in copy.rglob("*")
        if gone in str(file) or gone.encode() in ((file.is_file() and file.read_bytes()) or b"")
    ] == []


@pytest.mark.parametrize("number", [6, 1])
def test_an_older_edition_is_refused(copy, number):
    with pytest.raises(GoesBack):
        pull(printed(number).get, copy, KEYS)
    assert check(reader(copy), KEYS).claim.edition.edition == 7


def rotated(times):
    """The publisher's keyring as it is after new root, edition and now keys."""
    keyring = KEYRING
    for serial in range(2, times + 2):
        pairs = {role: Keypair.make() for role in ROLES}
        signers = {role: (1, [pair]) for role, pair in pairs.items()}
        text = root_text(name=KEYRING.name, serial=serial, since=NOW, until=NOW + ROOT_LIVES, signers=signers)
        note = sign_note(text, KEYRING.name, [*keyring.root, pairs["root"]])
        chain = join_notes([keyring.chain, note])
        keyring = Keyring(KEYRING.name, chain, KEYRING.pin, *((pairs[role],) for role in ROLES))
    return keyring


@pytest.mark.parametrize("offered", [KEYRING, rotated(1)], ids=["before the rotations", "another rotation"])
def test_the_root_chain_from_before_a_rotation_is_refused_though_edition_and_now_are_as_new(tmp_path, offered):
    pull(printed(keyring=rotated(2)).get, tmp_path / "copy", KEYS)
    before = check(reader(tmp_path / "copy"), KEYS)
    with pytest.raises(NotWhatWasSigned, match=r"/root\.txt"):
        pull(printed(keyring=offered).get, tmp_path / "copy", KEYS)
    assert check(reader(tmp_path / "copy"), KEYS) == before


def test_a_longer_root_chain_of_the_same_edition_is_taken(copy):
    later = printed(keyring=rotated(1))
    pull(later.get, copy, KEYS)
    assert read_file(copy, "/root.txt") == later["/root.txt"]
    assert check(reader(copy), KEYS).is_genuine


def test_an_altered_file_of_the_origin_never_becomes_visible(copy):
    files = printed(8, names=("one", "three"))
    files["/d/all/0.cf"] = files["/d/all/0.cf"].replace(b"Words", b"Lies!")
    with pytest.raises(NotWhatWasSigned):
        pull(files.get, copy, KEYS)
    assert check(reader(copy), KEYS).is_genuine
    assert check(reader(copy), KEYS).claim.edition.edition == 7


def test_a_pull_that_was_cut_short_goes_on_where_it_stopped(copy):
    files = printed(8, names=("one", "three"))
    broken = dict(files)
    del broken["/feed.json"]
    with pytest.raises(NotWhatWasSigned):
        pull(broken.get, copy, KEYS)
    asked = []
    pull(lambda path: asked.append(path) or files.get(path), copy, KEYS)
    assert len(asked) < len(files) / 2
    assert {path: read_file(copy, path) for path in files} == files


def test_another_publishers_edition_is_refused(copy):
    other = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ROLES}, NOW)
    with pytest.raises(OtherPublisher):
        check(reader(copy), Keys(other.pin, NOW))


@pytest.mark.parametrize("path", ["/../x", "/d/../../x", "//x", "/.incoming/x", "/a\\..\\x\x00", "/d/./x"])
def test_a_list_cannot_name_a_file_outside_the_copy(path):
    with pytest.raises(AlteredList):
        _read_list(f"{'a' * 64} {path}\n".encode())


@pytest.mark.parametrize(
    "words",
    [["-C", "{copy}", "."], ["-C", "{copy}/..", "copy"], ["-C", "{copy}/..", "./copy"]],
    ids=["dot", "name", "both"],
)
def test_a_directory_that_tar_packed_is_verified(copy, tmp_path, words):
    told = [word.format(copy=copy) for word in words]
    subprocess.run(["tar", "cf", tmp_path / "packed.tar", *told], check=True)
    with reading(str(tmp_path / "packed.tar")) as read:
        assert check(read, KEYS).is_genuine


def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(copy):
    (copy / "feed.atom").unlink()
    os.mkfifo(copy / "feed.atom")
    assert check(reader(copy), KEYS).bad == {"/feed.atom": "missing"}


def test_a_file_left_over_from_an_edition_between_does_not_replace_the_one_that_is_right(copy):
    between = printed(8, names=("one", "three"))
    broken = dict(between)
    del broken["/feed.json"]
    with pytest.raises(NotWhatWasSigned):
        pull(broken.get, copy, KEYS)
    assert (copy / ".incoming" / "feed.atom").exists()
    again = printed(9)
    pull(again.get, copy, KEYS)
    assert check(reader(copy), KEYS).bad == {}


@pytest.mark.parametrize("at", ["/now.txt", "/files.txt", "/d/all/0.cf", "/feed.json"])
def test_an_edition_published_during_the_pull_is_taken_at_once(copy, at):
    between, later = printed(8, names=("one", "three")), printed(9, names=("four",))
    shown = [between]

    def read(path):
        shown[0] = {at: later}.get(path, shown[0])
        return shown[0].get(path)

    assert pull(read, copy, KEYS).edition == 9
    assert check(reader(copy), KEYS).is_genuine


def test_an_origin_whose_editions_never_fit_is_left_after_three_tries(copy):
    editions = itertools.cycle([printed(8, names=("one",)), printed(9, names=("four",))])
    asked = []

    def read(path):
        asked.append(path)
        return next(editions).get(path)

    with pytest.raises((BadSignature, NotWhatWasSigned)):
        pull(read, copy, KEYS)
    assert asked.count("/edition.txt") <= 5
    assert check(reader(copy), KEYS).is_genuine


def test_two_pulls_into_one_directory_do_not_mix(copy):
    between, later = printed(8), printed(9, names=("one",))

    def read(path):
        with pytest.raises(Unreadable, match="by another mirror"):
            pull(between.get, copy, KEYS)
        return later.get(path)

    pull(read, copy, KEYS)
    assert check(reader(copy), KEYS).claim.edition.edition == 9
    assert check(reader(copy), KEYS).is_genuine


def test_an_archive_file_is_verified_and_pulled_from(copy, tmp_path):
    with tarfile.open(tmp_path / "copy.tar", "w") as archive:
        for file in sorted(copy.rglob("*")):
            archive.add(file, str(file.relative_to(copy)), recursive=False)
    with reading(str(tmp_path / "copy.tar")) as read:
        assert check(read, KEYS).is_genuine
        pull(read, tmp_path / "second", KEYS)
    assert check(reader(tmp_path / "second"), KEYS).is_genuine


def test_what_is_no_copy_is_said_and_is_no_verdict(tmp_path):
    with pytest.raises(Unreadable):
        check(reader(tmp_path), KEYS)
