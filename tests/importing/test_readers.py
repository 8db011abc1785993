"""Files become rows, whatever they are packed and encoded in."""

import gzip
import json
from pathlib import Path

import pytest

from fragments.importing.opening import Unreadable, opened
from fragments.importing.readers import BadRow, Row, rows_of

TABLE = "id,text\n1,Tự do\n2,آزادی\n"


def read(path: Path, encoding: str | None = None) -> list[Row | BadRow]:
    with opened(path, encoding) as file:
        return list(rows_of(file))


def written(tmp_path: Path, content: bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def texts(rows: list[Row | BadRow]) -> list[object]:
    return [row.cells["text"] for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(TABLE.encode(), None, id="utf-8"),
        pytest.param(TABLE.encode("utf-8-sig"), None, id="utf-8 with a mark"),
        pytest.param(TABLE.encode("utf-16"), None, id="utf-16 with a mark"),
        pytest.param(b"\xfe\xff" + TABLE.encode("utf-16-be"), None, id="utf-16 big-endian with a mark"),
        pytest.param(TABLE.encode("utf-8-sig"), "latin-1", id="a mark beats a wrong wish"),
        pytest.param(gzip.compress(TABLE.encode()), None, id="gzip without the name of it"),
        pytest.param(TABLE.replace(",", ";").encode(), None, id="semicolons"),
        pytest.param(TABLE.replace(",", "\t").encode(), None, id="tabs"),
        pytest.param(b"sep=;\r\n" + TABLE.replace(",", ";").encode(), None, id="the line that Excel writes first"),
        pytest.param(TABLE.replace("\n", "\r\n").encode(), None, id="lines end as on Windows"),
        pytest.param(TABLE.replace("\n", "\r").encode(), None, id="lines end as on an old Mac"),
    ],
)
def test_a_table_is_read_however_it_is_written(tmp_path: Path, content: bytes, encoding: str | None) -> None:
    assert texts(read(written(tmp_path, content), encoding)) == ["Tự do", "آزادی"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [pytest.param("普京警告", "gb18030", id="Chinese"), pytest.param("Tête", "latin-1", id="French")],
)
def test_another_encoding_is_read_when_it_is_named(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, f"id,text\n1,{text}\n".encode(encoding))

    assert texts(read(path, encoding)) == [text]


@pytest.mark.parametrize("named", ["gb2312", "GBK", "cp936"])
def test_a_file_that_calls_itself_by_an_older_chinese_encoding_is_read_by_the_newer(tmp_path: Path, named: str) -> None:
    path = written(tmp_path, "id,text\n1,㐀朱镕基\n".encode("gb18030"))  # 㐀 is in none of the older

    assert texts(read(path, named)) == ["㐀朱镕基"]


def test_bytes_of_another_encoding_cost_one_row_and_say_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,text\n1,good\n2,T\xeate\n3,good\n")

    _, bad, last = read(path)

    assert isinstance(bad, BadRow)
    assert (bad.line, bad.field) == (3, "text")
    assert "--encoding" in bad.hint
    assert isinstance(last, Row)


def test_json_lines_are_known_by_their_first_character(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"id": 1, "text": "a"}\r\n\r\n{"id": 2, "text": "b"}', "rows.txt")

    rows = read(path)

    assert [row.line for row in rows] == [1, 3]
    assert texts(rows) == ["a", "b"]


def test_unicode_line_separators_do_not_end_a_row(tmp_path: Path) -> None:
    text = "one\u2028two\u2029three\x85four\x0bfive"
    rows = json.dumps({"text": text}, ensure_ascii=False) + "\n" + json.dumps({"text": "next"})

    assert texts(read(written(tmp_path, rows.encode(), "rows.jsonl"))) == [text, "next"]


def test_the_line_of_a_row_counts_line_breaks_inside_cells(tmp_path: Path) -> None:
    path = written(tmp_path, b'id,text\n1,"two\nlines"\n\n2,"three\r\nmore\nlines"\n3,c\n')

    assert [row.line for row in read(path)] == [2, 5, 8]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b"2,b,c", "3 cells", id="a cell too many"),
        pytest.param(b"2", "1 cells", id="a cell too few"),
        pytest.param(b'2,"b" c', "quotation mark", id="a quotation mark in the wrong place"),
        pytest.param(b"2," + b"x" * 1_000_001, "longer than", id="a line that never ends"),
        pytest.param(b"2,\xff", "encoding", id="bytes that are no text"),
    ],
)
def test_a_bad_row_of_a_table_leaves_its_neighbours_alone(tmp_path: Path, line: bytes, reason: str) -> None:
    path = written(tmp_path, b"id,text\n1,a\n" + line + b"\n3,c\n")

    first, bad, last = read(path)

    assert isinstance(bad, BadRow)
    assert bad.line == 3
    assert reason in bad.reason
    assert texts([first, last]) == ["a", "c"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"text": "b"', id="cut off"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b'"text"', id="a word"),
        pytest.param(b'{"text": NaN}', id="not a number"),
        pytest.param(b'{"text": "b\xff"}', id="bytes that are no text"),
        pytest.param(b'{"a":' * 100_000, id="nested without end"),
        pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", id="a number without end"),
        pytest.param(b'{"text": "' + b"x" * 1_000_001 + b'"}', id="a line without end"),
    ],
)
def test_a_bad_line_of_json_leaves_its_neighbours_alone(tmp_path: Path, line: bytes) -> None:
    path = written(tmp_path, b'{"text": "a"}\n' + line + b'\n{"text": "c"}\n', "rows.jsonl")

    first, bad, last = read(path)

    assert isinstance(bad, BadRow)
    assert bad.line == 2
    assert texts([first, last]) == ["a", "c"]


def test_a_quotation_mark_that_is_never_closed_swallows_no_more_than_it_must(tmp_path: Path) -> None:
    path = written(tmp_path, b'id,text\n1,a\n2,"b\n' + b"3,cccccccccccccccc\n" * 20_000)

    rows = read(path)

    assert isinstance(rows[1], BadRow)
    assert rows[1].line == 3
    assert len(texts(rows)) > 10_000


def test_an_open_quotation_mark_at_the_end_is_not_taken_for_a_text(tmp_path: Path) -> None:
    *_, last = read(written(tmp_path, b'id,text\n1,a\n2,"b\n'))

    assert isinstance(last, BadRow)
    assert "not closed" in last.reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\n \n", "empty", id="only space"),
        pytest.param(b"[1]", "JSON list", id="one JSON list"),
        pytest.param(b"PK\x03\x04rest", "spreadsheet", id="a spreadsheet"),
        pytest.param(b"id,text,id\n1,2,3\n", "two columns", id="two columns of one name"),
        pytest.param(b"id,t\xffxt\n1,2\n", "encoding", id="a first line that is no text"),
        pytest.param(b'id,"text\n1,2\n', "first line", id="a first line that does not end"),
    ],
)
def test_a_file_without_rows_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(written(tmp_path, content))

    assert said in refused.value.reason


def test_a_damaged_archive_gives_its_rows_up_to_the_damage(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": %d, "text": "%d"}\n' % (n, n * 7919) for n in range(50_000))
    path = written(tmp_path, gzip.compress(lines)[:-40_000], "rows.jsonl.gz")
    rows = []

    with pytest.raises(Unreadable) as broken, opened(path) as file:
        rows.extend(rows_of(file))

    assert len(rows) > 1_000
    assert broken.value.line == len(rows) + 1
    assert "cut off" in broken.value.reason


def test_a_table_does_not_stay_in_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,text\n" + b"1," + b"x" * 900 + b"\n" + b"2,b\n" * 100_000)

    with opened(path) as file:
        rows = rows_of(file)
        next(rows)
        assert file.position() < 200_000
