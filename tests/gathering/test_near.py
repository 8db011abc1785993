"""How near two texts are, the guess of a language, and what looks like a name."""

import pytest

from fragments.gathering.guessing import guess
from fragments.gathering.nearness import nearness, probes, runs
from fragments.gathering.persons import may_name

TEXT = "Everyone has the right to freedom of opinion and expression; this right includes freedom to hold opinions."
PAIRS = {
    "punctuation": (TEXT, TEXT.replace(";", ",").upper(), True),
    "a word changed": (TEXT, TEXT.replace("opinions", "views"), True),
    "a part of it": (TEXT, TEXT[:60], True),
    "another text": (
        TEXT,
        "Nobody shall be held in slavery or servitude; slavery shall be prohibited in all forms.",
        False,
    ),
    "chinese, one character": ("人人有权享有主张和发表意见的自由", "人人有權享有主张和发表意见的自由", True),
    "persian typed as arabic": ("این یک متن است که می‌آید", "اين يك متن است كه مي آيد", True),
}


@pytest.mark.parametrize(("one", "other", "is_near"), PAIRS.values(), ids=PAIRS)
def test_texts_are_near_when_they_say_the_same_in_nearly_the_same_letters(one, other, is_near):
    assert nearness(runs(one), runs(other)).is_near is is_near


def test_nothing_is_near_to_nothing():
    assert not nearness(runs(""), runs(TEXT)).is_near
    assert probes("  ") == ()


def test_a_text_with_a_slip_in_every_line_still_has_a_probe():
    slips = "".join("#" if number % 40 == 20 else letter for number, letter in enumerate(TEXT * 3))

    assert any(probe in (TEXT * 3).casefold() for probe in probes(slips))


GUESSED = {
    "en": "Everyone has the right to freedom of opinion and expression",
    "zh-Hans": "人人有权享有主张和发表意见的自由",
    "zh-Hant": "人人有權享有主張和發表意見的自由；此項權利包括持有主張而不受干涉的自由",
    "my": "လူတိုင်းတွင် လွတ်လပ်စွာ ထင်မြင် ယူဆနိုင်ခွင့်",
    "th": "ทุกคนมีสิทธิในอิสรภาพแห่งความเห็น",
    "ar": "لكل شخص الحق في حرية الرأي والتعبير",
    "fa": "هر کس حق آزادی عقیده و بیان دارد و حق مزبور شامل آنست",
    "vi": "Mọi người đều có quyền tự do ngôn luận và bầy tỏ quan điểm",
    "ckb": "هەموو کەسێک مافی ئازادیی بیروڕا و دەربڕینی هەیە",
    "bn": "প্রত্যেকেরই মতামত পোষণ এবং মতামত প্রকাশের স্বাধীনতায় অধিকার রয়েছে",
    "chr": "ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ",
}


@pytest.mark.parametrize("lang", GUESSED)
def test_a_language_is_guessed(lang):
    assert guess(GUESSED[lang]) == lang


@pytest.mark.parametrize("text", ["", "12 + 4", "abc", "\ud800" * 20], ids=["empty", "numbers", "short", "broken"])
def test_nothing_is_guessed_of_too_little(text):
    assert guess(text) is None


NAMED = {
    "particles": ("My neighbour Nora von Sample saw it.", ("Nora von Sample",)),
    "initials": ("It was J. K. Sample again.", ("J. K. Sample",)),
    "a sentence's beginning": ("The Ministry said that the bridge fell.", ()),
    "one capital": ("They came to Nowhere in May.", ()),
    "chinese": ("甲乙先生来了。", ("甲乙先生",)),
    "persian": ("نزد آقای فلانی رفتم.", ("آقای فلانی رفتم",)),
    "marks": ("Ask a.b@example.org, @some_x, +49 170 0000000.", ("a.b@example.org", "@some_x", "+49 170 0000000")),
    "years": ("From 1848-1849 on.", ()),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), NAMED.values(), ids=NAMED)
def test_what_looks_like_a_name_is_shown_for_the_editor_to_judge(text, found):
    assert may_name(text) == found


def test_a_name_that_the_source_gives_anyway_is_no_question():
    assert may_name("I, Nora Sample, wrote this.", known="Nora Sample, Alpha") == ()
