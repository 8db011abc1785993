"""What the public handed in, at the desk: shown as text, taken over by one editor, or thrown away."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fragments.store import drafts
from fragments.store.quarantine import Quarantine, Submission
from tests.conftest import NOW

SENTENCE = "The river keeps every stone that the children throw into its slow brown water. "


@pytest.fixture
def handed_in(desk):
    """One text that a stranger handed in."""
    fields = {"text": SENTENCE * 2, "title": "<b>Alpha</b>", "country": "VN", "proof": "javascript:alert(1)"}
    Quarantine(desk.extensions["archive"].engine).put([Submission("ab" * 16, fields, NOW)], NOW)
    return "ab" * 16


def test_what_was_handed_in_is_shown_as_text_and_taken_over_as_a_form(desk, sign_in, handed_in):
    ben = sign_in("ben")
    page = ben.get("/quarantine").text

    assert "&lt;b&gt;Alpha" in page
    assert 'href="javascript:' not in page
    answer = ben.post(f"/quarantine/{handed_in}", data={"form_token": "f", "do": "take"})
    form = ben.get(answer.headers["Location"].removeprefix("/desk")).text

    assert SENTENCE.strip() in form
    assert desk.extensions["archive"].count() == 0
    assert handed_in not in ben.get("/quarantine").text


def test_two_who_take_one_text_over_at_the_same_time_do_not_both_get_it(desk, sign_in, handed_in, monkeypatch):
    both, looked = threading.Barrier(2, timeout=20), Quarantine.get

    def look(room, submission_id):
        found = looked(room, submission_id)
        both.wait()  # nobody goes on before both have seen that it waits
        return found

    monkeypatch.setattr(Quarantine, "get", look)
    browsers = [sign_in("ben"), sign_in("adm")]

    with ThreadPoolExecutor(2) as pool:
        form = {"form_token": "f", "do": "take"}
        answers = list(pool.map(lambda browser: browser.post(f"/quarantine/{handed_in}", data=form), browsers))

    assert sorted(each.status_code for each in answers) == [302, 409]
    took = next(name for name, each in zip(("ben", "adm"), answers, strict=True) if each.status_code == 302)
    late = next(each for each in answers if each.status_code == 409)
    assert re.search(rf'role="alert">[^<]*<bdi>{took}</bdi> took this text over', late.text)
    writers = [each for each in browsers if "You were writing" in each.get("/").text]
    assert len(writers) == 1


LATE = {
    "taken over": ("take", "take", 409, "took this text over"),
    "thrown away": ("throw", "take", 409, "threw this text away"),
    "thrown away after it was taken over": ("take", "throw", 409, "took this text over"),
}


@pytest.mark.parametrize(("first", "then", "status", "words"), LATE.values(), ids=LATE)
def test_whoever_comes_late_to_a_text_is_told_who_was_first(sign_in, handed_in, first, then, status, words):
    sign_in("ben").post(f"/quarantine/{handed_in}", data={"form_token": "f", "do": first})

    late = sign_in("adm").post(f"/quarantine/{handed_in}", data={"form_token": "f", "do": then})

    assert late.status_code == status
    assert f"<bdi>ben</bdi> {words}" in late.text


def test_taking_a_text_over_twice_leads_to_the_same_form_and_an_unknown_one_nowhere(sign_in, handed_in):
    ben, form = sign_in("ben"), {"form_token": "f", "do": "take"}

    first, second = (ben.post(f"/quarantine/{handed_in}", data=form) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert ben.post(f"/quarantine/{'cd' * 16}", data=form).status_code == 404


def test_an_editor_with_too_many_forms_is_told_so_and_the_text_stays(sign_in, handed_in, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 0)
    ben = sign_in("ben")

    refused = ben.post(f"/quarantine/{handed_in}", data={"form_token": "f", "do": "take"})

    assert refused.status_code == 409
    assert "You have as many unsaved texts as the desk keeps" in refused.text
    assert handed_in in ben.get("/quarantine").text


def test_what_is_thrown_away_is_gone_and_contributors_see_none_of_it(sign_in, handed_in):
    ben = sign_in("ben")

    assert sign_in("ana").get("/quarantine").status_code == 404
    assert ben.post(f"/quarantine/{handed_in}", data={"form_token": "f", "do": "throw"}).status_code == 302
    assert handed_in not in ben.get("/quarantine").text
    assert "threw away a text handed in by the public" in ben.get("/audit").text
