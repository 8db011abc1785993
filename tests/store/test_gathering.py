"""Near-duplicates in the archive, and what the public handed in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from fragments.errors import NotAllowed
from fragments.nouns import Translation
from fragments.store import drafts, quarantine
from fragments.store.drafts import Drafts
from fragments.store.nearing import Nearby
from fragments.store.people import People
from fragments.store.quarantine import Quarantine, Submission

TEXT = "The river keeps every stone that the children throw into its slow brown water; nobody has ever seen one again."
CHINESE = "孩子们把石头扔进河里，河水把每一块都留了下来，谁也没有再见过。"


@pytest.fixture
def held(archive, a_fragment):
    """An archive with three texts; the ids by name."""
    fragments = {
        "english": a_fragment("near-1", text=TEXT),
        "chinese": a_fragment("near-2", text=CHINESE, lang="zh-Hans"),
        "translated": a_fragment("near-3", text="", lang="la", translations=(Translation(lang="en", text=TEXT[::-1]),)),
    }
    with archive.writing("ana") as desk:
        for each in fragments.values():
            desk.save_fragment(each)
    return archive, {name: each.id for name, each in fragments.items()}


NEAR = {
    "the same": (TEXT, "english"),
    "other punctuation and case": (TEXT.upper().replace(";", " –"), "english"),
    "some words changed": (TEXT.replace("slow brown", "deep brown").replace("ever", "once"), "english"),
    "its beginning": (TEXT[:70], "english"),
    "inside a longer text": (f"It was said before. {TEXT} It was said after, at length, by many.", "english"),
    "chinese, a word changed": (CHINESE.replace("孩子们", "他们"), "chinese"),
    "a translation": (TEXT[::-1], "translated"),
}


@pytest.mark.parametrize(("text", "name"), NEAR.values(), ids=NEAR)
def test_a_near_duplicate_is_found(held, text, name):
    archive, ids = held

    assert [each.fragment_id for each in Nearby(archive.engine).to(text)][:1] == [ids[name]]


@pytest.mark.parametrize("text", ["Another text altogether, about a mountain.", "", '"', "河"])
def test_what_is_not_near_is_not_found(held, text):
    assert Nearby(held[0].engine).to(text) == ()


def test_a_text_that_shares_a_turn_of_phrase_is_not_near(held):
    shared = (
        "The river keeps every secret of the town, and the town keeps every secret of the old stone bridge upstream."
    )

    assert Nearby(held[0].engine).to(shared) == ()


def test_of_many_with_a_common_phrase_the_near_one_is_found(archive, a_fragment):
    common = "Everyone has the right to freedom of"
    many = [a_fragment(f"many-{n}", text=f"{common} {n * 7919} {n * 104729} thing number {n}") for n in range(90)]
    near_one = a_fragment("one", text=f"{common} opinion, which nobody may take away from anybody at any time.")
    with archive.writing("ana") as desk:
        for each in (*many, near_one):
            desk.save_fragment(each)

    found = Nearby(archive.engine).to(near_one.text.replace("anybody", "somebody"))

    assert [each.fragment_id for each in found][:1] == [near_one.id]


def test_a_text_is_not_near_to_itself(held):
    archive, ids = held

    assert Nearby(archive.engine).to(TEXT, but=ids["english"]) == ()


def handed_in(name, now, **fields):
    return Submission(name, {"text": "Alpha", **fields}, now)


def test_what_is_handed_in_twice_is_there_once_and_without_its_hour(archive, now):
    room = Quarantine(archive.engine)

    assert room.put([handed_in("a", now), handed_in("a", now), handed_in("b", now)], now).came == 2
    assert room.put([handed_in("a", now)], now).came == 0

    assert [(each.id, each.day.hour) for each in room.all()] == [("a", 0), ("b", 0)]
    assert room.get("a").fields == {"text": "Alpha"}


def test_what_was_dealt_with_is_gone_and_the_record_says_by_whom_and_not_what(archive, now):
    room = Quarantine(archive.engine)
    room.put([handed_in("a", now, text="Words that nobody may keep")], now)

    assert room.remove("a", quarantine.THROWN, "ben", now)
    assert not room.remove("a", quarantine.THROWN, "ben", now)

    (entry,) = archive.audit()
    assert (entry.actor, entry.action, entry.subject, entry.details) == ("ben", quarantine.THROWN, "a", {})
    assert room.count() == 0


def test_what_was_dealt_with_does_not_come_back_when_its_file_outlived_a_crash(archive, now):
    room = Quarantine(archive.engine)
    room.put([handed_in("a", now)], now)
    room.remove("a", quarantine.THROWN, "ben", now)

    assert room.put([handed_in("a", now), handed_in("b", now)], now).came == 1
    assert [each.id for each in room.all()] == ["b"]


@pytest.fixture
def editors(archive, now):
    """Four people, by name."""
    accounts = People(archive.engine)
    for name in ("ben", "cleo", "dora", "emil"):
        accounts.invite(name, "editor", now + timedelta(days=1), now=now)
        accounts.join(name, name=name, email=None, password_hash="x", now=now)
    return {name: accounts.person(name) for name in ("ben", "cleo", "dora", "emil")}


def test_of_several_who_take_a_text_over_at_the_same_time_one_has_it(archive, editors, now):
    room, kept = Quarantine(archive.engine), Drafts(archive.engine)
    room.put([handed_in(str(number), now) for number in range(8)], now)
    start = threading.Barrier(len(editors))

    def take_all(person):
        start.wait()
        return [room.take_over(str(n), person, f"key-{n}", {"text": "Alpha"}, now) for n in range(8)]

    with ThreadPoolExecutor(len(editors)) as pool:
        won = list(pool.map(take_all, editors.values()))

    assert [sum(each) for each in zip(*won, strict=True)] == [1] * 8
    assert sum(len(kept.all(person.id)) for person in editors.values()) == 8
    took = [entry for entry in archive.audit() if entry.action == quarantine.TAKEN]
    assert sorted(entry.subject for entry in took) == [str(number) for number in range(8)]
    for entry in took:
        assert kept.get(editors[entry.actor].id, f"key-{entry.subject}")


def test_whoever_comes_late_can_be_told_who_took_a_text_over_or_threw_it_away(archive, editors, now):
    room = Quarantine(archive.engine)
    room.put([handed_in("a", now), handed_in("b", now), handed_in("c", now)], now)

    assert room.take_over("a", editors["ben"], "key", {}, now)
    assert room.remove("b", quarantine.THROWN, "cleo", now)

    assert not room.take_over("a", editors["cleo"], "key", {}, now)
    assert not room.take_over("b", editors["ben"], "another", {}, now)
    assert room.dealt_with("a") == quarantine.Dealt("ben", quarantine.TAKEN, now)
    assert room.dealt_with("b") == quarantine.Dealt("cleo", quarantine.THROWN, now)
    assert [room.dealt_with(each) for each in ("c", "unknown")] == [None, None]


def test_a_text_stays_where_it_is_when_its_taker_has_no_room_for_a_draft(archive, editors, now, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    room = Quarantine(archive.engine)
    room.put([handed_in("a", now)], now)
    Drafts(archive.engine).keep(editors["ben"].id, "another", {}, now)

    with pytest.raises(NotAllowed):
        room.take_over("a", editors["ben"], "key", {}, now)

    assert (room.count(), room.dealt_with("a")) == (1, None)


def test_a_flood_ends_at_the_brim_and_old_ones_make_room(archive, now, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST", 3)
    room = Quarantine(archive.engine)

    later = now + timedelta(days=1)
    first = room.put([handed_in("9", later), *(handed_in(str(number), now) for number in range(3))], later)
    assert (first.came, first.left_out) == (3, {"9"})  # the oldest go first
    assert room.is_full()
    assert room.put([handed_in("late", now), handed_in("0", now)], now) == quarantine.Intake(0, frozenset({"late"}))

    later = now + quarantine.QUARANTINE_LIVES + timedelta(days=1)
    assert room.put([handed_in("late", later)], later).came == 1
    assert [each.id for each in room.all()] == ["late"]
