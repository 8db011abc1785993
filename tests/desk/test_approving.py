"""What is approved is what was on the page: its source and its dates too, for one text and for many."""

import html
import re
from datetime import timedelta

import pytest

from fragments.ids import id_of
from fragments.nouns import Source, State
from fragments.terms import Terms
from tests.conftest import NOW

ALPHA = id_of("alpha-1")
CHECKED = {f"check_{name}": "yes" for name in ("text", "rights", "risk", "translation")}
SEEN = re.compile(r'name="(revision|source_revision|terms|chosen)" value="([^"]*)"')


@pytest.fixture
def text(desk, a_fragment):
    """A text of ana's that waits, under an embargo of a day."""
    with desk.extensions["archive"].writing("ana", NOW) as store:
        store.save_fragment(a_fragment(), state=State.IN_REVIEW)
        store.set_terms(ALPHA, Terms(embargo_until=NOW + timedelta(days=1)))
    return desk.extensions["archive"]


def one_more_text_of_the_source(store, a_fragment):
    """By cleo: what she says of the source says it of ana's text too."""
    other = Source(external_id="alpha", title="Nobody has read this title")
    store.save_fragment(a_fragment("alpha-2", text="Alpha two", source=other), state=State.DRAFT)


def no_more_embargo(store, a_fragment):
    store.set_terms(ALPHA, Terms())


CHANGES = pytest.mark.parametrize(
    "change", [one_more_text_of_the_source, no_more_embargo], ids=["another source", "other dates"]
)


@CHANGES
def test_no_text_is_approved_with_what_nobody_had_read(sign_in, text, a_fragment, change):
    ben = sign_in("ben")
    seen = dict(SEEN.findall(ben.get(f"/review/{ALPHA}").text))
    with text.writing("cleo", NOW) as store:
        change(store, a_fragment)

    answer = ben.post(f"/review/{ALPHA}", data={"form_token": "f", "do": "approve", **seen, **CHECKED})

    assert answer.status_code == 409
    assert text.fragment(ALPHA).state is State.IN_REVIEW


@CHANGES
def test_many_are_not_approved_with_what_nobody_had_read(sign_in, text, a_fragment, change):
    ben = sign_in("ben")
    form = {"form_token": "f", "deed": "approve"}
    seen = dict(SEEN.findall(ben.post("/bulk", data={**form, "chosen": f"{ALPHA}.1"}).text))
    with text.writing("cleo", NOW) as store:
        change(store, a_fragment)

    answer = ben.post("/bulk/do", data={**form, "do": "do", **seen, **CHECKED})

    assert answer.status_code == 409
    assert text.fragment(ALPHA).state is State.IN_REVIEW


def test_many_are_approved_as_they_were_shown(sign_in, text):
    ben = sign_in("ben")
    form = {"form_token": "f", "deed": "approve"}
    page = html.unescape(ben.post("/bulk", data={**form, "chosen": f"{ALPHA}.1"}).text)

    assert "Embargo until" in page
    answer = ben.post("/bulk/do", data={**form, "do": "do", **dict(SEEN.findall(page)), **CHECKED})

    assert answer.status_code == 302
    assert text.fragment(ALPHA).state is State.PUBLISHED
