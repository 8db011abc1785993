"""Two people changed one text: nothing is overwritten, and what was chosen field by field is stored."""

import html
import re

import pytest

from fragments.errors import FieldError
from widget_server.desk.merging import choices, merged

BASE = {"lang": "en", "text": "A", "gloss": "G", "t0_lang": "fr", "t0_text": "Un", "t1_lang": "fa", "t1_text": "یک"}
LONG = "The river keeps every stone that the children throw into its slow brown water."


def differing(theirs, mine, base=BASE):
    return choices(base, {**base, **theirs}, {**base, **mine})


def test_only_what_differs_is_asked_and_what_one_changed_alone_is_proposed():
    found = differing({"text": "B", "gloss": "H"}, {"text": "C", "topics": "x"})

    assert {each.key: each.proposed for each in found} == {"text": "", "gloss": "theirs", "topics": "mine"}


def test_translations_are_compared_by_language_wherever_they_stand():
    mine = {"t0_lang": "fa", "t0_text": "یک", "t1_lang": "fr", "t1_text": "Deux"}

    (found,) = differing({}, mine)

    assert (found.key, found.theirs, found.mine, found.proposed) == ("fr.text", "Un", "Deux", "mine")


def test_a_translation_that_one_took_out_is_taken_out_when_chosen():
    found = differing({"t0_text": ""}, {"gloss": "H"})
    picked = {"pick_fr.text": "theirs", "pick_fr.maker": "theirs", "pick_gloss": "mine"}

    fields = merged(found, {**BASE, "gloss": "H"}, picked)

    assert (fields["t0_lang"], fields["gloss"]) == ("fa", "H")
    assert "t1_lang" not in fields


def test_a_choice_that_nobody_made_is_a_fault_and_no_default():
    found = differing({"text": "B"}, {"text": "C"})

    with pytest.raises(FieldError, match="text"):
        merged(found, {**BASE, "text": "C"}, {})


@pytest.mark.parametrize("wish", ["other", "both", ""])
def test_a_field_without_words_of_its_own_takes_one_of_two(wish):
    found = differing({"sensitivity": "needs fresh"}, {})

    with pytest.raises(FieldError):
        merged(found, BASE, {"pick_sensitivity": wish, "edit_sensitivity": "x"})


def hidden(page):
    """The hidden fields and chosen boxes of a merge page."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    found += re.findall(r'type="radio" name="([^"]+)" value="([^"]*)"(?: required)? checked', page)
    return {name: html.unescape(value) for name, value in found} | {"form_token": "f", "do": "draft"}


@pytest.fixture
def both(desk, sign_in, a_form, written):
    """ben saved while ana was writing; the page that ana got, and ana."""
    ana, ben = sign_in("ana"), sign_in("ben")
    ben.post(f"/write/{written}", data={**a_form, "based_on": "1", "text": "Alpha by ben", "gloss": "By ben"})
    sent = {**a_form, "based_on": "1", "text": "Alpha by ana", "topics": "rivers", "gloss": "Nothing"}
    return ana.post(f"/write/{written}", data=sent), ana


def test_the_page_names_who_saved_and_proposes_only_what_is_safe(desk, both, written):
    answer, _ = both

    assert answer.status_code == 409
    assert "Both of you changed this." in answer.text
    sent = hidden(answer.text)
    assert (sent["pick_gloss"], sent["pick_topics"]) == ("theirs", "mine")
    assert "pick_text" not in sent
    assert desk.extensions["archive"].fragment(written).fragment.text == "Alpha by ben"


def test_what_was_chosen_is_stored_as_the_next_revision(desk, both, written):
    answer, ana = both
    chosen = {**hidden(answer.text), "pick_text": "other", "edit_text": "Alpha by both"}

    saved = ana.post(f"/write/{written}/merge", data=chosen)

    held = desk.extensions["archive"].fragment(written)
    assert saved.status_code == 302, saved.text
    assert (held.fragment.revision, held.fragment.text) == (3, "Alpha by both")
    assert (held.fragment.gloss, held.fragment.topics) == ("By ben", ("rivers",))


def test_without_a_choice_nothing_is_stored_and_the_page_comes_back(desk, both, written):
    answer, ana = both

    again = ana.post(f"/write/{written}/merge", data=hidden(answer.text))

    assert again.status_code == 400
    assert 'role="alert"' in again.text
    assert "Alpha by ana" in again.text
    assert desk.extensions["archive"].fragment(written).fragment.revision == 2


def test_who_was_overtaken_again_while_merging_sees_the_newest_and_loses_nothing(desk, both, sign_in, a_form, written):
    answer, ana = both
    late = {**a_form, "based_on": "2", "text": "Alpha by ben, later", "gloss": "By ben"}
    sign_in("ben").post(f"/write/{written}", data=late)

    again = ana.post(f"/write/{written}/merge", data={**hidden(answer.text), "pick_text": "mine"})

    assert again.status_code == 409
    assert "ben, later" in again.text and "Alpha by ana" in again.text
    assert desk.extensions["archive"].fragment(written).fragment.text == "Alpha by ben, later"


def test_who_leaves_the_merge_finds_the_text_again(both, written):
    _, ana = both

    assert "Alpha by ana" in ana.get("/").text
    assert "Alpha by ana" in ana.get(f"/write/{written}").text


def test_nobody_merges_into_the_text_of_another(sign_in, both, written):
    answer, _ = both

    assert sign_in("cleo").post(f"/write/{written}/merge", data=hidden(answer.text)).status_code == 404
