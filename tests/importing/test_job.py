"""Files go into a real archive, on both databases: whole rows, once, with a report that counts them."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fragments
from fragments.errors import FieldError
from fragments.ids import id_of
from fragments.importing.columns import UnknownField
from fragments.importing.report import Report
from fragments.nouns import Fragment, Source, State
from fragments.review import OPERATOR
from fragments.store.archive import Archive

Writer = Callable[..., Path]
Take = Callable[..., Report]

HEADER = "id,text,lang,title,country"
ROWS = ("1,Alpha,en,A,VN", '2,"Beta,\nbeta",fr,B,CN', "3,Gamma,cn,C,VN", "4,Delta,en,D,VN")


def counts(report: Report) -> tuple[int, int, int, int]:
    """New, changed, unchanged fragments, and rejected rows."""
    done = report.fragments
    return done.new, done.changed, done.unchanged, report.rejections.count


def test_good_rows_go_in_and_a_bad_one_is_named(archive: Archive, table: Writer, take: Take) -> None:
    report = take(archive, table(HEADER, *ROWS))

    assert counts(report) == (3, 0, 0, 1)
    assert (report.rows, report.sources.new) == (4, 3)
    (rejection,) = report.rejections.first
    assert (rejection.line, rejection.field, rejection.value) == (5, "lang", "cn")
    assert archive.count() == 3
    held = archive.fragment(id_of("2"))
    assert (held.fragment.text, held.state, held.saved_by) == ("Beta,\nbeta", State.IN_REVIEW, OPERATOR)


def test_a_second_import_changes_nothing(archive: Archive, table: Writer, take: Take) -> None:
    file = table(HEADER, *ROWS)
    take(archive, file)
    before = archive.check_audit()

    report = take(archive, file)

    assert counts(report) == (0, 0, 3, 1)
    assert (report.sources.new, report.sources.unchanged) == (0, 3)
    assert archive.check_audit() == before


def test_a_corrected_row_is_the_only_one_that_changes(archive: Archive, table: Writer, take: Take) -> None:
    take(archive, table(HEADER, *ROWS))

    report = take(archive, table(HEADER, "1,Alpha again,en,A,VN", *ROWS[1:]))

    assert counts(report) == (0, 1, 2, 1)
    assert report.sources.changed == 0
    assert archive.fragment(id_of("1")).fragment.text == "Alpha again"


def test_a_second_import_does_not_undo_what_an_editor_wrote(archive: Archive, table: Writer, take: Take) -> None:
    file = table(HEADER, *ROWS)
    take(archive, file)
    edited = archive.fragment(id_of("1")).fragment
    with archive.writing("ana") as desk:
        desk.save_fragment(Fragment(**{**_fields(edited), "gloss": "What it is about"}))

    report = take(archive, file)

    assert counts(report) == (0, 0, 3, 1)
    assert archive.fragment(id_of("1")).fragment.gloss == "What it is about"


def _fields(fragment: Fragment) -> dict[str, Any]:
    return {name: getattr(fragment, name) for name in Fragment.__dataclass_fields__}


def test_a_dry_run_counts_the_same_and_writes_nothing(archive: Archive, table: Writer, take: Take) -> None:
    file = table(HEADER, *ROWS)

    dry = take(archive, file, dry_run=True)

    assert counts(dry) == (3, 0, 0, 1)
    assert (archive.count(), archive.count_sources()) == (0, 0)
    assert list(archive.audit()) == []
    assert counts(take(archive, file)) == counts(dry)


def test_the_audit_record_names_the_command_line(archive: Archive, table: Writer, take: Take) -> None:
    take(archive, table(HEADER, *ROWS))

    assert {entry.actor for entry in archive.audit()} == {"operator (command line)"}


def test_all_that_is_remarkable_is_kept_for_the_editors(archive: Archive, lines: Writer, take: Take) -> None:
    row = {"id": "1", "text": "free\ufffddom", "lang": "en", "note": "check the scan", "country": "VN", "who": "\ufffd"}

    report = take(archive, lines(row))

    notes = {note.code: note for note in archive.fragment(id_of("1")).notes}
    assert notes["lost-character"].blocks
    assert notes["from-the-file"].message == "check the scan"
    assert report.kinds["lost-character"][0] == 1


@pytest.mark.parametrize("second_name", ["rows.csv", "more.csv"], ids=["in one file", "in two files"])
def test_an_id_is_taken_once_and_the_second_told_where(
    sqlite_archive: Archive, table: Writer, take: Take, second_name: str
) -> None:
    rows = {"rows.csv": [ROWS[0]], second_name: [ROWS[0]]}
    rows[second_name] = [*rows["rows.csv"], "1,Other,en,A,VN"] if second_name == "rows.csv" else ["1,Other,en,A,VN"]
    files = [table(HEADER, *given, name=name) for name, given in rows.items()]

    report = take(sqlite_archive, *files)

    assert counts(report) == (1, 0, 0, 1)
    assert "line 2" in report.rejections.first[0].reason
    assert sqlite_archive.fragment(id_of("1")).fragment.text == "Alpha"


def test_the_same_text_under_another_id_is_remarked_on(sqlite_archive: Archive, lines: Writer, take: Take) -> None:
    nfd, nfc = "Tu\u031b\u0323 do", "\u200bTự do\ufeff"
    rows = [{"id": str(n), "text": text, "lang": "vi", "country": "VN"} for n, text in enumerate((nfd, nfc, "khác"))]

    report = take(sqlite_archive, lines(*rows))

    assert counts(report) == (3, 0, 0, 0)
    count, first = report.kinds["same-text"]
    assert (count, first.line) == (1, 2)
    assert "line 1" in first.message


def test_rows_share_a_source_that_the_first_describes(archive: Archive, table: Writer, take: Take) -> None:
    header = "id,text,lang,source_id,title,country"
    rows = ("1,Alpha,en,s,Title,VN", "2,Beta,en,s,,VN", "3,Gamma,en,s,Other,VN")

    report = take(archive, table(header, *rows))

    assert counts(report) == (3, 0, 0, 0)
    assert report.sources.new == 1
    assert report.kinds["source-described-twice"][0] == 1
    assert {archive.fragment(id_of(name)).fragment.source.title for name in "123"} == {"Title"}
    assert counts(take(archive, table(header, *rows))) == (0, 0, 3, 0)


def test_a_row_may_name_a_source_that_the_archive_has(sqlite_archive: Archive, table: Writer, take: Take) -> None:
    take(sqlite_archive, table("id,title,country", "s,Title,VN", name="sources.csv"))

    report = take(sqlite_archive, table("id,text,lang,source_id", "1,Alpha,en,s", "2,Beta,en,other"))

    assert counts(report) == (1, 0, 0, 1)
    assert report.rejections.first[0].field == "source_id"
    assert sqlite_archive.fragment(id_of("1")).fragment.source.title == "Title"
    assert sqlite_archive.count_sources() == 1


def test_a_list_of_works_becomes_sources(archive: Archive, table: Writer, take: Take) -> None:
    file = table("row,Title,Year", "0,Frauenleiden,1917", "1,Larissa,1925/28", "2,,")
    wishes = {
        "mapping": {"row": "id", "Year": "date"},
        "constants": {"country": "DE", "action": "listed"},
        "id_prefix": "list-",
    }

    report = take(archive, file, **wishes)

    assert (report.sources.new, report.rejections.count, archive.count()) == (2, 1, 0)
    source = archive.source("list-1")
    assert isinstance(source, Source)
    assert source.date is not None
    assert (source.date.raw, source.date.edtf) == ("1925/28", "1925/1928")
    assert [act.action for act in source.suppressions] == ["listed"]


def test_what_the_archive_exports_it_takes_back_unchanged(archive: Archive, lines: Writer, take: Take) -> None:
    from fragments.record import source_to_record, to_record

    rows = [
        {"id": "1", "text": "Alpha", "lang": "en", "source_id": "s", "title": "T", "country": "SU", "since": "um 1934"},
        {"id": "2", "text": "Beta", "lang": "fr", "source_id": "s", "translation.en": "b", "topics": "x|y"},
        {"id": "3", "title": "Alone", "country": "VN"},
    ]
    take(archive, lines(*rows))
    records = [to_record(each, public=False) for each in archive.fragments()]
    records += [source_to_record(each, public=False) for each in archive.sources()]

    report = take(archive, lines(*records, name="export.jsonl"))

    assert counts(report) == (0, 0, 2, 0)
    assert (report.sources.new, report.sources.changed, report.sources.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"id": "9", "text": "a\x00b", "lang": "en", "title": "\x00"}, id="NUL"),
        pytest.param(
            {"id": "9", "text": "bad \ud83d tail", "lang": "en", "who": "\udfff", "country": "VN"}, id="half a pair"
        ),
        pytest.param({"id": "9", "text": "x", "lang": "en", "note": "\ud83d\x00", "extra": "\ud83d"}, id="in remarks"),
        pytest.param({"id": "\ud83d", "text": "x", "lang": "en"}, id="in the id"),
        pytest.param({"id": "9", "text": {"a": 1}, "lang": "en"}, id="an object for a text"),
        pytest.param({"id": "9", "text": "x", "lang": "en", "topics": [["a"]]}, id="lists in lists"),
    ],
)
def test_no_row_can_stop_an_import(archive: Archive, lines: Writer, take: Take, row: dict[str, Any]) -> None:
    good = [{"id": str(number), "text": f"Text {number}", "lang": "en"} for number in (1, 2)]

    report = take(archive, lines(good[0], row, good[1]))

    assert report.rows == 3
    assert archive.fragment(id_of("1")).fragment.text == "Text 1"
    assert archive.fragment(id_of("2")).fragment.text == "Text 2"


def test_a_file_that_breaks_off_gives_what_it_has(sqlite_archive: Archive, tmp_path: Path, take: Take) -> None:
    whole = "".join(json.dumps({"id": str(n), "text": f"Text {n * 7919}", "lang": "en"}) + "\n" for n in range(9_000))
    broken, sound = tmp_path / "broken.jsonl.gz", tmp_path / "sound.jsonl"
    broken.write_bytes(gzip.compress(whole.encode())[:-20_000])
    sound.write_text('{"id": "sound", "text": "Sound", "lang": "en"}')

    report = take(sqlite_archive, broken, sound)

    assert report.fragments.new == report.rows > 100
    assert report.unreadable[0].line == report.rows
    assert sqlite_archive.fragment(id_of("sound")).fragment.text == "Sound"


def test_a_columns_name_that_no_row_has_is_reported(sqlite_archive: Archive, table: Writer, take: Take) -> None:
    report = take(sqlite_archive, table(HEADER, *ROWS), mapping={"Titel": "title"})

    assert [column for _, column in report.missing] == ["Titel"]


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"mapping": {"a": "autor"}}, UnknownField),
        ({"constants": {"autor": "a"}}, UnknownField),
        ({"mapping": {"a": "translation"}}, UnknownField),
        ({"mapping": {"a": "translation.cn"}}, FieldError),
        ({"encoding": "utf-9"}, LookupError),
    ],
    ids=["mapping", "constant", "no language", "wrong language", "encoding"],
)
def test_a_wish_that_makes_no_sense_is_refused_before_anything_is_read(
    sqlite_archive: Archive, table: Writer, take: Take, wishes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        take(sqlite_archive, table(HEADER, *ROWS), **wishes)

    assert sqlite_archive.count() == 0


def test_an_import_killed_half_way_is_finished_by_running_it_again(sqlite_url: str, table: Writer, take: Take) -> None:
    file = table(HEADER, *(f"{n},Text {n},en,Title {n},VN" for n in range(3_000)))
    program = (
        "import sys; from pathlib import Path; from fragments.importing.job import Wishes, run\n"
        "from fragments.store.archive import Archive\n"
        "run(Archive.open(sys.argv[1]), [Path(sys.argv[2])], Wishes(), lambda *_: print('batch', flush=True))"
    )
    here = Path(fragments.__file__).parents[1]
    command = [sys.executable, "-c", program, sqlite_url, str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=here)
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    with Archive.open(sqlite_url) as archive:
        before = archive.count()
        assert 0 < before < 3_000
        report = take(archive, file)
        assert counts(report) == (3_000 - before, 0, before, 0)
        assert archive.count() == 3_000
        archive.check_audit()


def test_the_report_writes_down_every_rejected_row(
    sqlite_archive: Archive, table: Writer, take: Take, tmp_path: Path
) -> None:
    report = take(sqlite_archive, table(HEADER, *(f"{n},Text,cn,T,VN" for n in range(50))))

    report.write(tmp_path / "report.json")

    written = json.loads((tmp_path / "report.json").read_text())
    assert written["rejected_rows"] == 50
    assert [row["line"] for row in written["rejected"]] == list(range(2, 52))
    shown = list(report.lines())
    assert sum("is not a language" in line for line in shown) == 20
    assert any("30 more" in line for line in shown)


def test_memory_does_not_grow_with_rejected_rows(sqlite_archive: Archive, table: Writer, take: Take) -> None:
    report = take(sqlite_archive, table(HEADER, *(f"{n},Text,cn,T,VN" for n in range(3_000))))

    assert report.rejections.count == 3_000
    assert len(report.rejections.first) == 20


def test_an_import_of_a_thousand_rows_takes_seconds(sqlite_archive: Archive, table: Writer, take: Take) -> None:
    file = table(HEADER, *(f"{n},Text {n},en,Title {n},VN" for n in range(1_000)))
    begun = time.perf_counter()

    take(sqlite_archive, file)

    assert time.perf_counter() - begun < 20  # 1 s on two busy cores; a lost index or a query a row costs minutes
