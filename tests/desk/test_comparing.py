"""What a reviewer sees of a changed text: every field that differs, each in its own language and direction."""

from dataclasses import replace

import pytest

from fragments.nouns import Sensitivity, Translation
from widget_server.desk.comparing import apart

FARSI = "این یک متن است"
CHANGES = {
    "text": ({"text": "Beta text"}, ("Text", "en")),
    "gloss": ({"gloss": "A thing"}, ("Gloss", "en")),
    "translation": ({"translations": (Translation(lang="fa", text=FARSI),)}, ("Text (1)", "fa")),
    "risk": ({"sensitivity": Sensitivity.NEEDS_FRESH}, ("Sensitivity", "und")),
}


@pytest.mark.parametrize(("changed", "told"), CHANGES.values(), ids=CHANGES)
def test_each_field_that_differs_is_named_in_its_own_language(desk, a_fragment, changed, told):
    before = a_fragment("one", lang="en", gloss="Something", gloss_lang="en")

    with desk.test_request_context():
        found = apart(before, replace(before, **changed))

    assert told in [(each.label, each.lang) for each in found]


def test_a_choice_is_compared_by_its_words(desk, a_fragment):
    before = a_fragment("one")

    with desk.test_request_context():
        (found,) = apart(before, replace(before, sensitivity=Sensitivity.NEEDS_FRESH))

    assert ("".join(text for _, text in found.before), "".join(text for _, text in found.after)) == (
        "normal",
        "author at risk",
    )


def test_the_page_of_review_shows_a_changed_gloss_beside_the_published_one(sign_in, written, a_form):
    ben, ana = sign_in("ben"), sign_in("ana")
    seen = {"form_token": "f", "revision": "1", "source_revision": "1", "do": "approve"}
    points = {f"check_{name}": "yes" for name in ("text", "rights", "risk", "translation")}
    assert ben.post(f"/review/{written}", data={**seen, **points}).status_code == 302
    ana.post(f"/write/{written}", data={**a_form, "based_on": "1", "text": FARSI, "lang": "fa", "gloss": "Something"})

    page = ben.get(f"/review/{written}").text

    assert '<p class="passage" lang="en" dir="ltr"><del>Nothing</del></p>' in page
    assert '<p class="passage" lang="en" dir="ltr"><ins>Something</ins></p>' in page


def test_a_published_text_with_nothing_to_approve_offers_no_approval(sign_in, written):
    ben = sign_in("ben")
    seen = {"form_token": "f", "revision": "1", "source_revision": "1", "do": "approve"}
    points = {f"check_{name}": "yes" for name in ("text", "rights", "risk", "translation")}
    before = ben.get(f"/review/{written}").text
    ben.post(f"/review/{written}", data={**seen, **points})

    after = ben.get(f"/review/{written}").text

    assert ("Approve for the next edition" in before, "Approve for the next edition" in after) == (True, False)


def test_a_gloss_that_stands_for_a_text_keeps_its_own_direction(sign_in, a_form):
    ana = sign_in("ana")
    form = {**a_form, "lang": "ar", "text": "", "gloss": "On the day.", "t0_lang": "en", "t0_text": "Alpha"}
    assert ana.post("/write/0123456789abcdef", data=form).status_code == 302

    assert '<span dir="auto" class="start">On the day.</span>' in sign_in("ben").get("/find").text
