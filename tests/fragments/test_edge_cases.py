"""Awkward values, each from something real: what becomes of it, or why it is refused.

data/awkward.jsonl: `becomes` (what is stored) or `refused` (the reason) and `hint`; `notes` (codes); and, where they
matter, `script`, `direction`, `graphemes`, `cut` ([at most, result]), `shown`, `fetched`, `year`, `name`, `blocks`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fragments import addresses, cleaning, countries, dates, graphemes, languages
from fragments.errors import FieldError
from fragments.importing.opening import opened
from fragments.nouns import Form

Row = dict[str, Any]

AWKWARD = Path(__file__).parent / "data" / "awkward.jsonl"
ROWS: list[Row] = [json.loads(line) for line in AWKWARD.read_text(encoding="utf-8").splitlines()]


def _with(*keys: str, of: tuple[str, ...]) -> pytest.MarkDecorator:
    rows = [row for row in ROWS if row["field"] in of and all(key in row for key in keys)]
    return pytest.mark.parametrize("row", rows, ids=[row["id"] for row in rows])


def _value(row: Row) -> str:
    return str(row["value"]) * int(row.get("repeat", 1))


def _cleaned(row: Row) -> cleaning.Cleaned:
    if row["field"] == "title":
        return cleaning.clean_line(_value(row), field="title")
    return cleaning.clean(_value(row), lang=row["lang"], form=Form(row.get("form", "prose")))


TAKE: dict[str, Callable[[Row], Any]] = {
    "text": _cleaned,
    "title": _cleaned,
    "url": lambda row: addresses.canonical(_value(row)),
    "lang": lambda row: languages.canonical(_value(row)),
    "country": lambda row: countries.canonical(_value(row)),
}


def test_every_row_has_an_outcome_and_a_field_that_is_tested() -> None:
    fields = {row["field"] for row in ROWS}

    assert len({row["id"] for row in ROWS}) == len(ROWS) == 110
    assert fields == {*TAKE, "bytes", "date"}
    assert all({"becomes", "refused", "unchanged"} & set(row) for row in ROWS)


@_with("becomes", of=("text", "title"))
def test_a_text_becomes_what_it_should(row: Row) -> None:
    assert _cleaned(row).text == row["becomes"]


@_with("unchanged", of=("text",))
def test_a_long_text_without_a_fault_stays_as_it_is(row: Row) -> None:
    assert _cleaned(row).text == _value(row)


@_with("refused", of=tuple(TAKE))
def test_what_cannot_be_taken_is_refused_with_its_reason(row: Row) -> None:
    with pytest.raises(FieldError) as refused:
        TAKE[row["field"]](row)

    assert refused.value.reason == row["refused"]
    assert row.get("hint", "") in refused.value.hint
    assert refused.value.hint or row["field"] == "lang"


@_with("becomes", of=("text", "title"))
def test_a_text_has_these_notes_and_no_others(row: Row) -> None:
    notes = _cleaned(row).notes

    assert sorted(note.code for note in notes) == sorted(row.get("notes", []))
    assert any(note.blocks for note in notes) == row.get("blocks", False)


@_with("becomes", of=("text",))
def test_a_cleaned_text_stays_the_same_when_it_is_cleaned_again(row: Row) -> None:
    once = _cleaned(row).text

    again = cleaning.clean(once, lang=row["lang"], form=Form(row.get("form", "prose")), markup=False)

    assert again.text == once


@_with("graphemes", of=("text",))
def test_a_text_has_so_many_characters(row: Row) -> None:
    assert graphemes.count(_cleaned(row).text) == row["graphemes"]


@_with("cut", of=("text",))
def test_a_text_is_cut_where_a_reader_would(row: Row) -> None:
    at_most, expected = row["cut"]

    assert graphemes.cut(_cleaned(row).text, at_most, row["lang"] or "und") == expected


@_with("direction", of=("text",))
def test_a_text_runs_as_its_language_does(row: Row) -> None:
    assert languages.direction_of(row["lang"]) == row["direction"]


@_with("script", of=("text",))
def test_a_text_is_written_as_its_language_is(row: Row) -> None:
    assert languages.script_of(row["lang"]) == row["script"]


@_with(of=("bytes",))
def test_bytes_in_an_old_encoding_are_read_as_the_text_they_were(row: Row, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(bytes.fromhex(row["value"]))

    with opened(file, encoding=row["encoding"]) as read:
        assert "".join(read.lines) == row["becomes"]


@_with("becomes", of=("url",))
def test_an_address_becomes_what_it_should(row: Row) -> None:
    stored = addresses.canonical(_value(row))

    assert stored == row["becomes"]
    assert [note.code for note in addresses.warnings(stored)] == row.get("notes", [])
    assert addresses.canonical(stored) == stored


@_with("shown", of=("url",))
def test_an_address_is_shown_to_people_like_this(row: Row) -> None:
    assert addresses.shown(addresses.canonical(_value(row))) == row["shown"]


@_with("fetched", of=("url",))
def test_an_address_may_be_fetched_or_not(row: Row) -> None:
    assert addresses.may_be_fetched(_value(row)) is row["fetched"]


@_with(of=("date",))
def test_a_date_is_kept_and_read_in_one_way_or_not_at_all(row: Row) -> None:
    read = dates.read(_value(row))

    assert read.raw == _value(row)
    assert read.edtf == row["becomes"]
    assert [note.code for note in dates.problems(_value(row))] == row["notes"]
    assert dates.year_of(read) == row["year"]


@_with("becomes", of=("lang",))
def test_a_language_becomes_its_canonical_tag(row: Row) -> None:
    tag = languages.canonical(_value(row))

    assert tag == row["becomes"]
    assert languages.script_of(tag) == row.get("script", languages.script_of(tag))
    assert languages.direction_of(tag) == row.get("direction", languages.direction_of(tag))


@_with("becomes", of=("country",))
def test_a_country_becomes_its_code(row: Row) -> None:
    code = countries.canonical(_value(row))

    assert code == row["becomes"]
    assert [note.code for note in countries.notes(_value(row))] == row.get("notes", [])
    assert countries.name_of(code, "en") == row.get("name", countries.name_of(code, "en"))
