"""What holds for every text, however hostile: nothing is invented, nothing overlaps, nothing breaks."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fragments.gathering.guessing import guess
from fragments.gathering.nearness import nearness, probes, runs
from fragments.gathering.persons import may_name
from fragments.gathering.sentences import blocks, sentences
from fragments.gathering.suggesting import LONGEST, suggest
from widget_server.fetching import Fetched
from widget_server.gathering.entries import read_feed
from widget_server.gathering.readable import NothingToRead, read_page

PIECES = [
    "ก",
    "ข้อ ",
    "မ",
    "။ ",
    "၊",
    "人",
    "。",
    "，",
    "ع",
    "؟ ",
    "A",
    "b",
    ". ",
    "!",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "།",
    "፡",
    "“",
    "”",
    "é",
    "👩‍👧",
    "\u202e",
]
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=150).map("".join))
LANGS = st.sampled_from(["en", "th", "zh-Hans", "my", "ar", "bo", "am", "und"])
TAGS = ["<p>", "</p>", "<br>", "<script>", "<![CDATA[", "<!--", "&#0;", "&lt;", "<table>", "</div>", "text ", "\x00"]
MARKUP = st.lists(st.sampled_from([*TAGS, "<item>", "<title>", "]]>"]), max_size=60).map("".join)


@given(TEXTS, LANGS)
def test_sentences_stand_in_order_and_hold_everything_but_blanks(text, lang):
    spans = sentences(text, lang)

    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    held = "".join(text[start:end] for start, end in spans)
    assert [c for c in held if not c.isspace() and c != "፡"] == [c for c in text if not c.isspace() and c != "፡"]


@settings(max_examples=60)
@given(TEXTS, LANGS)
def test_a_suggestion_is_the_texts_own_words_and_fits_a_widget(text, lang):
    whole = "".join("".join(block.text for block in blocks(text)).split())

    for each in suggest(text, lang):
        assert "".join(each.text.rstrip("…").split()) in whole
        assert 0 < each.length <= LONGEST
        assert 0 <= each.score <= 1


@given(TEXTS, TEXTS)
def test_nearness_is_the_same_both_ways_and_a_text_is_near_to_itself(one, other):
    a, b = runs(one), runs(other)

    assert nearness(a, b) == nearness(b, a)
    assert not a or nearness(a, a).is_near
    assert all(probes(one))


@given(TEXTS)
def test_guesses_and_names_never_break_on_a_text(text):
    guess(text)
    assert all(found in text for found in may_name(text))


@settings(max_examples=60, deadline=None)
@given(MARKUP, st.sampled_from(["text/html", "application/rss+xml", "application/feed+json", ""]))
def test_hostile_markup_gives_text_or_nothing_to_read(markup, kind):
    fetched = Fetched(200, {"Content-Type": kind}, markup.encode(), "https://example.org/a")

    for read in (read_page, read_feed):
        try:
            read(fetched)
        except NothingToRead as fault:
            assert fault.reason in {"empty", "kind"}
