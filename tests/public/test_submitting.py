"""The public form: off unless opened, bounded, and nothing about who used it is kept."""

import json
import re
from pathlib import Path

import pytest

from embed.strings import UI_LANGUAGES
from fragments.store import quarantine as quarantine_room
from fragments.store.quarantine import Quarantine
from tests.conftest import NOW
from widget_server.gathering import handed_in
from widget_server.gathering.handed_in import Box, Throttle, take_in
from widget_server.public.app import create_public
from widget_server.public.speaking import CATALOGUE
from widget_server.settings import Settings
from widget_server.shelf import Shelf

TEXT = "A passage that somebody tried to silence."


@pytest.fixture
def settings(tmp_path):
    """An installation whose operator opened the form."""
    return Settings(data=tmp_path, submissions=True)


@pytest.fixture
def visitor(settings):
    """A browser at the public app."""
    return create_public(settings, Shelf(settings.shelf_dir)).test_client()


def kept(settings: Settings) -> list[str]:
    """What stands in the box, as it was written."""
    return [path.read_text() for path in Path(settings.submissions_dir).glob("*")]


def test_the_form_is_closed_unless_the_operator_opens_it(tmp_path):
    closed = create_public(Settings(data=tmp_path), Shelf(tmp_path / "shelf")).test_client()

    assert closed.get("/submit").status_code == 404
    assert closed.post("/submit", data={"text": TEXT}).status_code == 404
    assert "/submit" not in closed.get("/about").text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_form_is_there_in_every_language_and_linked_from_every_page(visitor, ui):
    page = visitor.get(f"/submit?ui={ui}")

    assert page.status_code == 200
    assert 'action="/submit?ui=' in page.text
    assert f'href="/submit?ui={ui}"' in visitor.get(f"/about?ui={ui}").text


def test_what_is_handed_in_is_kept_without_anything_about_who_did(visitor, settings):
    told = {"text": TEXT, "title": "Alpha", "unknown": "x", "why": "y" * 2000}
    traces = {"User-Agent": "Traceable/1.0", "X-Forwarded-For": "198.51.100.7", "Referer": "https://example.org/r"}

    answer = visitor.post("/submit", data=told, headers=traces, environ_base={"REMOTE_ADDR": "198.51.100.8"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    (content,) = kept(settings)
    assert not re.search(r"Traceable|198\.51|example\.org|\d\d:\d\d", content)
    assert set(json.loads(content)) == {"day", "fields"}
    assert json.loads(content)["fields"] == {"text": TEXT, "title": "Alpha", "why": "y" * 1000}


REFUSED = {"empty": ("  ", 400), "too long": ("x" * 4001, 400)}


@pytest.mark.parametrize(("text", "status"), REFUSED.values(), ids=REFUSED)
def test_a_form_that_cannot_be_taken_keeps_what_was_typed(visitor, settings, text, status):
    answer = visitor.post("/submit", data={"text": text, "title": "Typed title"})

    assert answer.status_code == status
    assert "Typed title" in answer.text
    assert kept(settings) == []


def test_programs_that_fill_in_everything_are_thanked_and_nothing_is_kept(visitor, settings):
    answer = visitor.post("/submit", data={"text": TEXT, "website": "https://example.org"})

    assert answer.status_code == 200
    assert kept(settings) == []


def test_another_sites_page_cannot_hand_in_for_its_visitors(visitor, settings):
    assert visitor.post("/submit", data={"text": TEXT}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert kept(settings) == []


def test_one_address_hands_in_five_an_hour_and_keeps_what_it_typed_after_that(visitor, settings):
    answers = [visitor.post("/submit", data={"text": f"{TEXT} {number}"}) for number in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert f"{TEXT} 5" in answers[5].text
    assert len(kept(settings)) == 5


def test_a_flood_from_everywhere_ends_at_the_hours_brim_and_the_hour_passes():
    clock = [0.0]
    throttle = Throttle(clock=lambda: clock[0])

    allowed = [throttle.allows(f"198.51.100.{number}") for number in range(100)]
    clock[0] = handed_in.HOUR + 1

    assert allowed.count(True) == handed_in.ALL_HOUR
    assert throttle.allows("198.51.100.1")


def test_a_larger_form_than_any_person_writes_is_refused_before_it_is_read(visitor, settings):
    answer = visitor.post("/submit", data={"text": "x" * 200_000}, headers={"Accept-Language": "es"})
    assert answer.status_code == 413
    assert "Lo enviado es demasiado largo" in answer.get_data(as_text=True)
    assert kept(settings) == []


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_where_there_is_no_room_whoever_hands_in_is_told_that_it_was_not_kept(visitor, settings, monkeypatch, ui):
    monkeypatch.setattr(handed_in, "MOST_WAITING", 1)
    assert visitor.post("/submit", data={"text": TEXT}).status_code == 200

    refused = [visitor.post(f"/submit?ui={ui}", data={"text": f"{TEXT} 2", "title": "Typed title"}) for _ in range(9)]

    assert {each.status_code for each in refused} == {503}  # no try is counted that could not succeed
    assert refused[0].headers["Retry-After"] == "86400"
    assert CATALOGUE.say(ui, "submit.full") in refused[0].text
    assert f"{TEXT} 2</textarea>" in refused[0].text
    assert 'value="Typed title"' in refused[0].text
    assert len(kept(settings)) == 1


def test_what_cannot_be_written_down_is_not_thanked_for(visitor, settings, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = visitor.post("/submit", data={"text": TEXT})

    assert answer.status_code == 503
    assert f"{TEXT}</textarea>" in answer.text
    assert kept(settings) == []


def test_what_a_full_quarantine_has_no_room_for_waits_until_there_is_room(
    visitor, settings, sqlite_archive, monkeypatch
):
    monkeypatch.setattr(quarantine_room, "MOST", 1)
    monkeypatch.setattr(handed_in, "MOST_WAITING", 2)
    box, quarantine = Box(settings.submissions_dir), Quarantine(sqlite_archive.engine)
    texts = [f"{TEXT} {number}" for number in range(3)]

    answers, came = [], []
    for text in texts:
        answers.append(visitor.post("/submit", data={"text": text}).status_code)
        came.append(take_in(box, quarantine, NOW))
    full = visitor.post("/submit", data={"text": "One too many"})

    assert (answers, came, full.status_code) == ([200] * 3, [1, 0, 0], 503)
    seen = set()
    for _ in texts:
        (one,) = quarantine.all()
        seen.add(one.fields["text"])
        quarantine.remove(one.id, quarantine_room.THROWN, "ben", NOW)
        take_in(box, quarantine, NOW)
    assert seen == set(texts)
    assert kept(settings) == []


def test_a_submission_that_cannot_be_read_just_now_is_not_thrown_away(visitor, settings, sqlite_archive, monkeypatch):
    visitor.post("/submit", data={"text": TEXT})
    box, quarantine = Box(settings.submissions_dir), Quarantine(sqlite_archive.engine)

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.open", lambda *_, **__: (_ for _ in ()).throw(OSError(24, "Too many open files")))
        assert take_in(box, quarantine, NOW) == 0

    assert take_in(box, quarantine, NOW) == 1


def test_the_caretaker_moves_the_box_into_quarantine_once_and_passes_over_what_is_no_submission(
    visitor, settings, sqlite_archive
):
    visitor.post("/submit", data={"text": TEXT, "country": "VN"})
    (settings.submissions_dir / "broken.json").write_text("[1")
    box, quarantine = Box(settings.submissions_dir), Quarantine(sqlite_archive.engine)
    copies = {path: path.read_bytes() for path in settings.submissions_dir.iterdir()}

    first = take_in(box, quarantine, NOW)
    for path, body in copies.items():  # as after a crash between storing and removing
        path.write_bytes(body)
    second = take_in(box, quarantine, NOW)

    assert (first, second) == (1, 0)
    assert [dict(each.fields)["text"] for each in quarantine.all()] == [TEXT]
    assert kept(settings) == []
