"""Languages: one tag for one language, its script and direction, and a name in every reader's language."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fragments import languages
from fragments.errors import FieldError

UI = ("en", "fr", "es", "ar", "fa", "zh-Hans", "vi", "ru")


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("EN", "en"), ("en_in", "en-IN"), ("eng", "en"), ("en-Latn", "en"), ("iw", "he"), ("in", "id"),
        ("prs", "fa-AF"),
        ("pes", "fa"), ("arb", "ar"), ("cmn-Hant", "zh-Hant"), ("zh-cmn-Hans", "zh-Hans"), ("zh-yue", "yue"),
        ("zh_TW", "zh-TW"), ("zh-hant-hk", "zh-Hant-HK"), ("sh", "sr-Latn"), ("ckb", "ckb"), ("ug", "ug"),
        ("fuf-Adlm", "fuf-Adlm"), (" und ", "und"), ("de-1996", "de-1996"), ("UK", "uk"),
    ],
)  # fmt: skip
def test_a_tag_becomes_canonical_and_stays_so(written: str, tag: str) -> None:
    assert languages.canonical(written) == tag
    assert languages.canonical(tag) == tag


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("", ""), ("e", ""), ("cn", ""), ("xx", ""), ("en us", ""), ("en-u-ca-buddhist", ""), ("en-x-secret", ""),
        ("x-secret", ""), ("a" * 40, ""), ("English", "write en"), ("Vietnamese", "write vi"), ("español", "write es"),
        ("zh", "write zh-Hans or zh-Hant"), ("cmn", "write zh-Hans or zh-Hant"), ("chi", "write zh-Hans or zh-Hant"),
    ],
)  # fmt: skip
def test_what_is_no_language_is_refused_with_what_to_write(written: str, hint: str) -> None:
    with pytest.raises(FieldError) as refused:
        languages.canonical(written, field="tongue")

    assert refused.value.field == "tongue"
    assert hint in refused.value.hint


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
@example("\0ðab")
@example("abc\0d")
@example("\ud800abcd")
def test_no_text_but_a_tag_is_answered_with_anything_but_a_refusal(written: str) -> None:
    try:
        tag = languages.canonical(written)
    except FieldError:
        return

    assert languages.canonical(tag) == tag


@pytest.mark.parametrize(
    ("tag", "script", "completed"),
    [
        ("zh", "Hans", "zh-Hans"), ("zh", "hant", "zh-Hant"), ("zh-TW", "Hant", "zh-Hant-TW"),
        ("fuf", "Adlm", "fuf-Adlm"),
        ("jv", "Java", "jv-Java"), ("ar", "Arab", "ar"), ("aii", "Syrc", "aii"), ("und", "Khmr", "und-Khmr"),
        ("sr-Latn", "Latn", "sr-Latn"),
    ],
)  # fmt: skip
def test_a_script_known_from_elsewhere_completes_a_tag(tag: str, script: str, completed: str) -> None:
    assert languages.canonical(tag, script=script) == completed


@pytest.mark.parametrize(("tag", "script"), [("zh", "Chinese"), ("ar", "Xxxx"), ("sr-Latn", "Cyrl")])
def test_a_script_that_is_none_or_disagrees_is_refused(tag: str, script: str) -> None:
    with pytest.raises(FieldError):
        languages.canonical(tag, script=script)


@pytest.mark.parametrize(
    ("tag", "script", "direction"),
    [
        ("en", "Latn", "ltr"), ("zh-CN", "Hans", "ltr"), ("zh-TW", "Hant", "ltr"), ("zh-SG", "Hans", "ltr"),
        ("ar", "Arab", "rtl"), ("fa-AF", "Arab", "rtl"), ("ckb", "Arab", "rtl"), ("ug", "Arab", "rtl"),
        ("he", "Hebr", "rtl"),
        ("yi", "Hebr", "rtl"), ("dv", "Thaa", "rtl"), ("aii", "Syrc", "rtl"), ("nqo", "Nkoo", "rtl"),
        ("ff-Adlm", "Adlm", "rtl"),
        ("rhg", "Rohg", "rtl"), ("mid", "Mand", "rtl"), ("sam", "Samr", "rtl"), ("pa", "Guru", "ltr"),
        ("pa-PK", "Arab", "rtl"),
        ("ks-Deva", "Deva", "ltr"), ("az-Arab", "Arab", "rtl"), ("mn-Mong", "Mong", "ltr"), ("my", "Mymr", "ltr"),
        ("und", "Zyyy", "auto"), ("und-Arab", "Arab", "rtl"), ("mul", "Zyyy", "auto"),
    ],
)  # fmt: skip
def test_direction_follows_the_script_and_the_script_the_tag(tag: str, script: str, direction: str) -> None:
    assert languages.script_of(tag) == script
    assert languages.direction_of(tag) == direction


@pytest.mark.parametrize(
    ("tag", "prefixes"),
    [
        ("zh-Hans", ("zh-Hans", "zh")),
        ("en-IN", ("en-IN", "en")),
        ("zh-Hant-HK", ("zh-Hant-HK", "zh-Hant", "zh")),
        ("zh-CN", ("zh-CN", "zh-Hans", "zh")),
        ("zh-TW", ("zh-TW", "zh-Hant", "zh")),
        ("vi", ("vi",)),
        ("zh", ("zh",)),
    ],
)
def test_a_tag_is_part_of_wider_ones(tag: str, prefixes: tuple[str, ...]) -> None:
    assert languages.prefixes_of(tag) == prefixes


@pytest.mark.parametrize(
    ("tag", "in_lang", "name"),
    [
        ("ckb", "en", "Central Kurdish"),
        ("fa-AF", "en", "Dari"),
        ("zh-Hans", "en", "Simplified Chinese"),
        ("sr-Latn", "en", "Serbian (Latin)"),
        ("fuf-Adlm", "en", "Pular (Adlam)"),
        ("ug", "fr", "ouïghour"),
        ("vi", "zh-Hans", "越南语"),
        ("vi", "zh-TW", "越南文"),
        ("fr", "xx-nowhere", "French"),
    ],
)
def test_a_language_has_a_name_in_the_readers_language(tag: str, in_lang: str, name: str) -> None:
    assert languages.name_of(tag, in_lang) == name


@pytest.mark.parametrize("in_lang", UI)
def test_the_languages_of_the_interface_have_different_names_in_each_other(in_lang: str) -> None:
    names = {languages.name_of(tag, in_lang) for tag in UI}

    assert len(names) == len(UI)
    assert languages.name_of(in_lang, in_lang) == languages.own_name_of(in_lang)


@pytest.mark.parametrize(
    ("tag", "name"),
    [("fa", "فارسی"), ("zh-Hant", "繁體中文"), ("vi", "Tiếng Việt"), ("dv", "ދިވެހި"), ("bo", "བོད་སྐད་"), ("fuf", "Pular")],
)
def test_a_language_has_a_name_of_its_own(tag: str, name: str) -> None:
    assert languages.own_name_of(tag) == name
