"""Passages suggested of a long text: whole sentences, of a widget's size, with reasons."""

from itertools import pairwise

import pytest

from fragments import graphemes
from fragments.gathering.suggesting import LONGEST, REASONS, suggest
from fragments.nouns import Form

SENTENCE = {
    "en": "The river keeps every stone that the children throw into its slow brown water. ",
    "zh-Hans": "孩子们把石头扔进河里，河水把每一块都留了下来。",
    "my": "ကလေးများက ကျောက်ခဲများကို မြစ်ထဲသို့ ပစ်ချကြသည်။ ",
    "th": "เด็กเด็กโยนก้อนหินลงในแม่น้ำสีน้ำตาลที่ไหลช้าและแม่น้ำเก็บไว้ ",
    "ar": "يرمي الأطفال الحجارة في النهر البطيء ويحتفظ النهر بكل حجر منها. ",
    "fa": "کودکان سنگ‌ها را در رودخانهٔ آرام می‌اندازند و رود همه را نگه می‌دارد. ",
    "vi": "Bọn trẻ ném đá xuống dòng sông chậm rãi và dòng sông giữ lại từng viên đá. ",
}


@pytest.mark.parametrize("lang", SENTENCE)
def test_a_long_article_gives_passages_of_a_widgets_size_that_are_whole_sentences(lang):
    article = "\n\n".join([SENTENCE[lang] * 9] * 4)

    found = suggest(article, lang)

    assert len(found) >= 4
    for each in found:
        assert each.text in article
        assert each.length == graphemes.count(each.text) <= LONGEST
        assert each.text.strip() + " " in SENTENCE[lang] * 9 + " " or each.text in SENTENCE[lang] * 9
        assert set(each.reasons) <= set(REASONS)


def test_suggestions_do_not_overlap_and_stand_in_the_order_of_the_text():
    article = "\n\n".join(SENTENCE["en"].replace("river", word) * 8 for word in ("road", "river", "wall"))

    found = suggest(article, "en")

    assert list(found) == sorted(found, key=lambda each: each.place)
    for before, after in pairwise(found):
        assert before.place[0] < after.place[0] or before.place[1] + len(before.text) <= after.place[1]


def test_a_stanza_stays_in_its_lines_and_a_short_poem_is_one_passage():
    poem = "One line of the first,\nanother of the first,\n\none line of the second,\nanother of the second"

    (found,) = suggest(poem, "en")

    assert found.form is Form.VERSE
    assert found.text == poem


def test_a_link_to_subscribe_is_no_passage_to_choose_first():
    article = (
        SENTENCE["en"] * 3
        + "\n\n"
        + "Subscribe at https://example.org/news and read more of the river, the stone. " * 2
    )

    found = sorted(suggest(article, "en"), key=lambda each: -each.score)

    assert "litter" not in found[0].reasons
    assert all("litter" in each.reasons for each in found if "example.org" in each.text)


def test_a_sentence_that_leans_on_the_one_before_is_told():
    (found,) = suggest("But this was no longer the river that they had known when they were small children.", "en")

    assert "leans" in found.reasons


LONG = {
    "th": "เด็กเด็กโยนก้อนหินลงในแม่น้ำสีน้ำตาลที่ไหลช้าและแม่น้ำเก็บไว้โดยไม่คืนใครเลย",
    "zh-Hans": "孩子们把石头扔进河里，河水把每一块都留了下来，",
    "en": "the children throw their stones into the river, and the river keeps them all, ",
}


@pytest.mark.parametrize("lang", LONG)
def test_a_sentence_without_an_end_is_suggested_in_clauses_all_through(lang):
    text = (LONG[lang] + (" " if lang == "th" else "")) * 60

    found = suggest(text.strip(), lang)

    assert len(found) >= 4
    assert all(each.length <= LONGEST and each.text in text for each in found)
    assert text.index(found[-1].text) or found[-1].place[1] > len(text) // 3


def test_one_sentence_longer_than_a_widget_is_cut_and_said_to_be_unfinished():
    (found,) = suggest("word " * 300, "en")

    assert found.length == LONGEST
    assert "unfinished" not in found.reasons or found.text.endswith("…")


def test_a_text_shorter_than_any_passage_is_suggested_whole():
    assert [each.text for each in suggest("A short one.", "en")] == ["A short one."]


def test_nothing_is_suggested_of_nothing():
    assert suggest(" \n\n ", "en") == ()
