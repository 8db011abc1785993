"""What the doctor says of texts that pictures cannot show."""

from fragments.nouns import State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from widget_server.checking import findings
from widget_server.settings import Settings

NO_FONT_HAS = "\U00016d40\U0001e5d0"  # Kirat Rai and Ol Onal, of Unicode 15.1 and 16


def said(tmp_path, sqlite_url, texts, a_fragment, now):
    """The doctor's sentences about badges for an archive with these texts published."""
    with Archive.open(sqlite_url, clock=lambda: now) as archive:
        with archive.writing(OPERATOR, now) as desk:
            for number, (lang, text) in enumerate(texts):
                desk.save_fragment(a_fragment(f"f-{number}", lang=lang, text=text), state=State.IN_REVIEW)
        archive.publish(OPERATOR, now)
    found = findings(Settings(data=tmp_path, database_url=sqlite_url), now)
    return [each.sentence for each in found if each.sentence.startswith("Badges")]


def test_the_doctor_counts_texts_whose_script_no_font_has(tmp_path, sqlite_url, a_fragment, now):
    texts = [("en", "A text"), ("sat-Onao", NO_FONT_HAS), ("sat-Onao", NO_FONT_HAS * 2)]

    (sentence,) = said(tmp_path, sqlite_url, texts, a_fragment, now)

    assert "the originals of 2 texts (Onao 2)" in sentence


def test_the_doctor_says_nothing_of_texts_that_can_be_drawn(tmp_path, sqlite_url, a_fragment, now):
    texts = [("en", "A text"), ("fa", "یک متن"), ("zh-Hans", "一段文字")]

    assert said(tmp_path, sqlite_url, texts, a_fragment, now) == []
