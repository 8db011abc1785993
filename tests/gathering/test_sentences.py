"""Where sentences end, in scripts that say so in different ways; what is verse."""

import pytest

from fragments.gathering.sentences import blocks, sentences
from fragments.nouns import Form

PARTED = {
    "en": ("en", ["Dr. Roe went with J. K. Doe.", "He said: “No!” and left.", "It was 3.5 km."], " "),
    "zh": ("zh-Hans", ["他说：“我不去。”", "然后走了。", "真的吗？"], ""),
    "ar": ("ar", ["هذا نص.", "هل هذا نص؟", "نعم."], " "),
    "fa": ("fa", ["این یک متن است.", "آیا چنین است؟"], " "),
    "ur": ("ur", ["یہ ایک متن ہے۔", "یہ دوسرا ہے۔"], " "),
    "hi": ("hi", ["यह एक पाठ है।", "यह दूसरा है।"], " "),
    "my": ("my", ["ဤသည်မှာ၊ စာတစ်ပုဒ်ဖြစ်သည်။", "ဒုတိယဖြစ်သည်။"], " "),
    "km": ("km", ["នេះជាអត្ថបទ។", "នេះជាអត្ថបទទីពីរ។"], " "),
    "bo": ("bo", ["ཡི་གེ་འདི་ནི།", "གཉིས་པ་ཡིན།"], " "),
    "am": ("am", ["ይህ፡ጽሑፍ፡ነው።", "ይህ፡ሁለተኛው፡ነው።"], "፡"),
    "vi": ("vi", ["Đây là một câu.", "Còn đây là câu khác."], " "),
    "th": ("th", ["นี่คือข้อความตัวอย่างที่ยาวพอสมควร", "นี่คือข้อความที่สองซึ่งยาวเช่นเดียวกัน"], " "),
}


@pytest.mark.parametrize(("lang", "parts", "between"), PARTED.values(), ids=PARTED)
def test_a_text_is_parted_where_its_sentences_end(lang, parts, between):
    text = between.join(parts)

    assert [text[start:end] for start, end in sentences(text, lang)] == parts


def test_thai_is_not_parted_at_the_spaces_inside_a_clause():
    text = "วิธีใด ๆ และโดยไม่คำนึงถึงเขตแดน"

    assert len(sentences(text, "th")) == 1


def test_lines_broken_by_a_mail_program_become_one_paragraph():
    wrapped = (
        "It was a long way to the town, and nobody who had taken it before\n"
        "could say how long it was, because they had all turned back at the\n"
        "river, where the bridge had been."
    )

    assert [(block.form, "\n" in block.text) for block in blocks(wrapped)] == [(Form.PROSE, False)]


def test_a_stanza_keeps_its_lines_and_its_indent():
    poem = "One line of it,\n\u3000and another,\na third without an end\n\nThe prose is in one line, as no verse is."

    verse, prose = blocks(poem)

    assert (verse.form, verse.text.count("\n")) == (Form.VERSE, 2)
    assert "\n\u3000and" in verse.text
    assert prose.form is Form.PROSE


def test_somebody_who_knows_that_it_is_verse_is_believed():
    lines = "A line that is longer than any line of verse that this program would take for one by itself\nSecond"

    assert [block.form for block in blocks(lines, Form.VERSE)] == [Form.VERSE]
