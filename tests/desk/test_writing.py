"""Writing, review, publishing and finding, from form to edition."""

import re

from sqlalchemy import update

from fragments.store.people_tables import people
from widget_server.desk import passwords
from widget_server.desk.differing import differing

KEY = "/write/0123456789abcdef"
CHECKED = {f"check_{name}": "yes" for name in ("text", "rights", "risk", "translation")}


def approve(client, fragment_id, revision="1"):
    return client.post(
        f"/review/{fragment_id}", data={"form_token": "f", "do": "approve", "revision": revision, **CHECKED}
    )


def test_what_ana_writes_and_ben_approves_is_published_and_withdrawn(desk, sign_in, written):
    ben, shelf = sign_in("ben"), desk.extensions["shelf"]

    assert written in ben.get("/review").text
    assert approve(ben, written).status_code == 302
    assert "1 added" in ben.get("/publish").text
    assert ben.post("/publish", data={"form_token": "f"}).headers["Location"].endswith("/editions/1")
    assert shelf.current().get(f"/f/{written}/frame")

    ben.post(f"/review/{written}", data={"form_token": "f", "do": "withdraw", "words": "asked to"})
    ben.post("/publish", data={"form_token": "f"})
    assert shelf.current().get(f"/f/{written}/frame") is None
    assert "1 withdrawn" in ben.get("/editions/2").text


def test_a_writer_cannot_approve_their_own_text(sign_in, a_form):
    ben = sign_in("ben")
    id_ = ben.post(KEY, data=a_form).headers["Location"].rsplit("/", 1)[1]

    answer = approve(ben, id_)

    assert answer.status_code == 403
    assert "somebody else" in answer.text


def test_an_approval_needs_each_point_of_the_checklist(sign_in, written):
    answer = sign_in("ben").post(f"/review/{written}", data={"form_token": "f", "do": "approve", "revision": "1"})

    assert answer.status_code == 400


def test_of_two_who_edit_at_once_the_second_sees_both_and_nothing_is_overwritten(desk, sign_in, a_form, written):
    first = {**a_form, "based_on": "1", "text": "Alpha by ben"}
    sign_in("ben").post(f"/write/{written}", data=first)

    answer = sign_in("ana").post(f"/write/{written}", data={**first, "text": "Alpha by ana"})

    assert answer.status_code == 409
    assert "<del>ben</del><ins>ana</ins>" in answer.text
    assert desk.extensions["archive"].fragment(written).fragment.text == "Alpha by ben"


def test_a_text_typed_after_the_session_ended_is_there_after_the_sign_in(desk, sign_in, a_form):
    archive, browser = desk.extensions["archive"], sign_in("")
    with archive.engine.begin() as connection:
        connection.execute(update(people).values(password_hash=passwords.accept("a few unrelated words")))

    asked = browser.post(KEY, data={**a_form, "text": "Long thought"}).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked))
    answer = browser.post("/sign-in", data={**hidden, "name": "ana", "password": "a few unrelated words"})

    assert "Long thought" in browser.get(answer.headers["Location"].removeprefix("/desk")).text
    assert archive.count() == 0


def test_what_is_kept_while_typing_comes_back_and_is_nobody_elses(sign_in, a_form):
    sign_in("ana").post(f"{KEY}/keep", data={**a_form, "text": "Half a line"})

    assert "Half a line" in sign_in("ana").get(KEY).text
    assert "Half a line" not in sign_in("ben").get(KEY).text


def test_what_is_typed_never_runs(sign_in, a_form):
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    location = sign_in("ana").post(KEY, data={**a_form, "text": hostile, "gloss": hostile}).headers["Location"]

    shown = sign_in("ana").get(location).text
    preview = sign_in("ana").post("/preview", data={**a_form, "text": hostile}).text

    assert "<img" not in shown
    assert "<script>alert" not in shown
    assert "<img" not in preview


def test_a_text_is_found_by_two_letters_of_chinese_and_by_persian_typed_as_arabic(sign_in, a_form):
    ana = sign_in("ana")
    ana.post(KEY, data={**a_form, "lang": "zh-Hans", "text": "第一行文字在这里"})
    ana.post("/write/fedcba9876543210", data={**a_form, "lang": "fa", "text": "این یک متن است"})

    assert "第一行" in ana.get("/find?words=文字").text
    assert "این یک" in ana.get("/find?words=يك متن").text
    assert "0 fragments" in ana.get("/find?words=nowhere").text


def test_a_difference_is_told_by_words_and_by_characters_of_chinese():
    assert differing("一二三", "一四三") == [("same", "一"), ("gone", "二"), ("new", "四"), ("same", "三")]
    assert differing("a bad day", "a good day")[1:3] == [("gone", "bad"), ("new", "good")]
