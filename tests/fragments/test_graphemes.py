"""Characters as people see them: counted, and cut where it does not hurt."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from fragments import graphemes

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
THAI = "ทุกคนมีสิทธิในเสรีภาพ"
TIBETAN = "མི་རེ་རེ་ལ་རང་རང་གི་"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("abc", 3),
        ("a\r\nb", 3),
        ("Việt", 4),
        ("e\u0301", 1),
        (FAMILY, 1),
        ("🇻🇳🇨🇳", 2),
        ("क्षि", 1),
        ("ng\u0303a", 3),
    ],
)
def test_a_character_is_what_a_reader_counts(text: str, number: int) -> None:
    assert graphemes.count(text) == number


@pytest.mark.parametrize(
    ("text", "at_most", "lang", "expected"),
    [
        ("short", 5, "en", "short"),
        ("one two three", 9, "en", "one two…"),
        ("one two three", 8, "en", "one two…"),
        ("one two three", 7, "en", "one…"),
        ("incomprehensibilities", 10, "en", "incompreh…"),
        ("10\u00a0000 pages", 7, "fr", "10\u00a0000…"),
        ("人人有权享有主张", 5, "zh-Hans", "人人有权…"),
        ("自由 freedom of speech", 6, "zh-Hans", "自由…"),
        (THAI, 10, "th", "ทุกคนมีสิทธิ…"),
        (TIBETAN, 9, "bo", "མི་རེ་རེ་ལ་…"),
        (TIBETAN, 10, "bo", "མི་རེ་རེ་ལ་…"),
        ("ལ་བསམབསམབསམབསམ་", 10, "bo", "ལ་…"),
        ("Строка раз,\nСтрока два.", 14, "ru", "Строка раз,…"),
        (f"{FAMILY}{FAMILY}{FAMILY}", 2, "und", f"{FAMILY}…"),
        ("ab", 1, "en", "…"),
        ("ab", 0, "en", ""),
    ],
)
def test_a_cut_falls_where_a_reader_would_pause(text: str, at_most: int, lang: str, expected: str) -> None:
    assert graphemes.cut(text, at_most, lang) == expected


@given(st.text(max_size=40), st.integers(0, 45), st.sampled_from(["en", "zh-Hans", "th", "bo", "ar", "und"]))
def test_a_cut_is_short_enough_and_between_characters(text: str, at_most: int, lang: str) -> None:
    cut = graphemes.cut(text, at_most, lang)

    kept = cut if cut == text else cut.removesuffix(graphemes.ELLIPSIS)
    whole = regex.findall(r"\X", text)
    assert graphemes.count(kept) <= max(0, at_most - (cut != text))
    assert kept in {"".join(whole[:end]) for end in range(len(whole) + 1)}


@pytest.mark.parametrize(
    ("text", "bounded"),
    [
        ("Z\u0351\u036b\u0313\u036a\u0302\u036b!", "Z\u0351\u036b\u0313\u036a!"),
        ("a\u0301\u0301\u0301\u0301", "a\u0301\u0301\u0301\u0301"),
        ("ကြွှော်", "ကြွှော်"),
        ("བསྒྲུབས་", "བསྒྲུབས་"),
        ("בְּרֵאשִׁ֖ית", "בְּרֵאשִׁ֖ית"),
        ("ཀ" + "\u0fb2" * 40, "ཀ" + "\u0fb2" * 10),
        ("👩🏽\u200d💻🏳\ufe0f", "👩🏽\u200d💻🏳\ufe0f"),
    ],
    ids=["pile", "four", "Burmese", "Tibetan", "Hebrew", "Tibetan pile", "emoji"],
)
def test_accents_do_not_pile_up_while_writing_that_stacks_is_kept(text: str, bounded: str) -> None:
    assert graphemes.without_piles(text) == bounded
