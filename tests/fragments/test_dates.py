"""Dates: never lost, read in one way or not at all, shown in the reader's language."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fragments import dates
from fragments.nouns import PartialDate

UI = ("en", "fr", "es", "ar", "fa", "zh-Hans", "zh-Hant", "vi", "ru")


@pytest.mark.parametrize(
    ("raw", "edtf"),
    [
        ("2018-04-05", "2018-04-05"), ("20180405", "2018-04-05"), ("2013/7/19", "2013-07-19"),
        ("2013.7.9.", "2013-07-09"),
        ("31.12.1999", "1999-12-31"), ("06.04.2019", "2019-04-06"), ("30/04/2018", "2018-04-30"),
        ("04/30/2018", "2018-04-30"),
        ("05/05/2018", "2018-05-05"), ("2018-04", "2018-04"), ("2013/7", "2013-07"), ("1925/12", "1925-12"),
        ("Thursday, July 2, 2020", "2020-07-02"), ("Sept. 1984", "1984-09"), ("30. April 2018", "2018-04-30"),
        ("30 avril 2018", "2018-04-30"), ("30 de abril de 2018", "2018-04-30"), ("30 апреля 2018 г.", "2018-04-30"),
        ("3 يونيو 2026", "2026-06-03"), ("ngày 30 tháng 4 năm 2018", "2018-04-30"), ("tháng 4 năm 2018", "2018-04"),
        ("2020年7月", "2020-07"), ("2020年", "2020"), ("2020년 7월 2일", "2020-07-02"),
        ("２０２０年７月２日", "2020-07-02"),
        ("Thu, 2 Jul 2020 17:14:14 +0800", "2020-07-02T17:14:14+08:00"),
        ("2 Jul 2020 07:14 GMT", "2020-07-02T07:14:00Z"),
        ("2020-01-01T14:42:01.123Z", "2020-01-01T14:42:01Z"), ("2020-01-01 4:42", "2020-01-01T04:42:00"),
        ("2020-06-04T00:30:00-0330", "2020-06-04T00:30:00-03:30"),
        ("1912-1923", "1912/1923"), ("1912 – 1923", "1912/1923"), ("1912 bis 1923", "1912/1923"),
        ("1887/1890", "1887/1890"),
        ("1938-39", "1938/1939"), ("[1938]-1939", "1938?/1939"), ("2020-06-04 to 2020-06-07", "2020-06-04/2020-06-07"),
        ("May 2018 - June 2018", "2018-05/2018-06"),
        ("ca. 1934", "1934~"), ("c.1934", "1934~"), ("约1934年", "1934~"), ("около 1934", "1934~"),
        ("khoảng 1934", "1934~"),
        ("1930?", "1930?"), ("1930 (?)", "1930?"), ("[1930?]", "1930?"), ("[um 1930]", "1930%"),
        ("vor 1939", "[..1939]"), ("nach 1933", "[1933..]"), ("seit 1925", "1925/.."), ("1937 ff.", "1937/.."),
        ("2001-", "2001/.."), ("until 1933", "../1933"), ("1930s", "193X"), ("1930er", "193X"),
        ("n.d.", "XXXX"), ("不详", "XXXX"), ("  1955 ", "1955"), ("٢٠٢٠", "2020"), ("1402", "1402"),
    ],
)  # fmt: skip
def test_a_date_with_one_reading_is_read(raw: str, edtf: str) -> None:
    assert dates.read(raw) == PartialDate(raw=raw, edtf=edtf)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1954-02-29", "date-impossible"), ("2018-13", "date-impossible"), ("2018-13-01", "date-impossible"),
        ("32 May 2018", "date-impossible"), ("31/02/2018", "date-impossible"), ("0000", "date-impossible"),
        ("1923-1912", "date-impossible"), ("2020-01-01T25:00:00Z", "date-impossible"),
        ("1954-02-29~", "date-impossible"),
        ("Fri, 30 Feb 2020 10:00:00 GMT", "date-impossible"),
        ("06/04/2019", "date-ambiguous"), ("6-4-2019", "date-ambiguous"), ("1910/12", "date-ambiguous"),
        ("۱۴۰۲/۰۳/۱۳", "date-calendar"), ("1402/03/13", "date-calendar"), ("۱۴۰۲", "date-calendar"),
        ("2569", "date-calendar"),
        ("๒๕๖๓", "date-calendar"), ("民國108年", "date-calendar"), ("昭和20年8月15日", "date-calendar"),
        ("1441 AH", "date-calendar"),
        ("life", "date-unread"), ("Pfeiffer", "date-unread"), ("1932 u 193", "date-unread"),
        ("1928 30", "date-unread"),
        ("18th c.", "date-unread"), ("9" * 5000, "date-calendar"), ("x" * 5000, "date-unread"),
    ],
)  # fmt: skip
def test_a_date_without_one_reading_is_kept_and_named(raw: str, code: str) -> None:
    assert dates.read(raw) == PartialDate(raw=raw, edtf=None)
    assert [note.code for note in dates.problems(raw)] == [code]


def test_words_after_a_year_are_left_out_with_a_note() -> None:
    assert dates.read("1939 (2. verb. Aufl.)").edtf == "1939"
    assert [note.code for note in dates.problems("1939. Nur diese Ausgabe verboten.")] == ["date-remark"]


@pytest.mark.parametrize(
    ("edtf", "year"),
    [
        ("1934~", 1934),
        ("1912/1923", 1912),
        ("../1933", 1933),
        ("[..1939]", 1939),
        ("193X", 1930),
        ("XXXX", None),
        (None, None),
    ],
)
def test_a_year_is_the_first_one_named(edtf: str | None, year: int | None) -> None:
    assert dates.year_of(PartialDate(raw="as found", edtf=edtf)) == year


@pytest.mark.parametrize(
    ("edtf", "in_lang", "shown"),
    [
        ("1934~", "en", "about 1934"), ("1934~", "zh-Hans", "约1934年"), ("1934~", "fa", "حدود ۱۹۳۴"),
        ("1934~", "de", "≈ 1934"),
        ("1912/1923", "en", "1912–1923"), ("1912/1923", "zh-TW", "1912–1923年"), ("1912/1923", "fa", "۱۹۱۲–۱۹۲۳"),
        ("1930?", "en", "1930?"), ("193X", "en", "1930s"), ("XXXX", "fr", "date inconnue"),
        ("[..1939]", "ru", "до 1939"),
        ("1925/..", "es", "desde 1925"), ("../1933", "vi", "đến 1933"), ("[1933..]", "en", "after 1933"),
        ("2018-04-30", "en", "April 30, 2018"), ("2018-04-30", "fr", "30 avril 2018"),
        ("2018-04-30", "zh-Hans", "2018年4月30日"),
        ("2018-04-30", "ar", "30 أبريل 2018"), ("2021-10", "es", "octubre de 2021"),
        ("2020-07-02T17:14:14Z", "en", "July 2, 2020"),
        ("1938?/1939", "en", "1938? – 1939"), (None, "en", "as found"), ("sometime", "en", "as found"),
    ],
)  # fmt: skip
def test_a_date_is_shown_in_words_of_the_reader(edtf: str | None, in_lang: str, shown: str) -> None:
    assert dates.show(PartialDate(raw="as found", edtf=edtf), in_lang) == shown


@pytest.mark.parametrize("in_lang", UI)
@pytest.mark.parametrize("edtf", ["1934~", "1930%", "193X", "XXXX", "[..1939]", "[1933..]", "1925/..", "../1933"])
def test_every_language_of_the_interface_has_words_for_every_kind_of_date(edtf: str, in_lang: str) -> None:
    shown = dates.show(PartialDate(raw="as found", edtf=edtf), in_lang)
    signs = dates.show(PartialDate(raw="as found", edtf=edtf), "xx")

    assert shown not in ("as found", signs, edtf)


@given(st.text(max_size=30) | st.from_regex(r"[0-9\-/\. \[\]~?%XT:bisum年月日]{0,24}", fullmatch=True))
@example("[..1939]")
@example("1912/1923~")
def test_whatever_is_written_is_kept_and_what_is_read_is_read_again(raw: str) -> None:
    read = dates.read(raw)

    assert read.raw == raw
    assert read.edtf is None or dates.read(read.edtf).edtf == read.edtf
    assert dates.show(read, "en") is not None
