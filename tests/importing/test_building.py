"""One row becomes a source and a fragment, or is refused with the field and what to do."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fragments.errors import FieldError
from fragments.ids import id_of
from fragments.importing.building import Built, build
from fragments.importing.columns import Columns, UnknownField, constants_of, parse
from fragments.importing.shaping import shape
from fragments.nouns import (
    Evidence,
    Form,
    Fragment,
    Maker,
    PartialDate,
    Sensitivity,
    Source,
    Suppression,
    Translation,
    Verification,
    Visibility,
)
from fragments.record import source_to_record, to_record

TEXT = {"id": "1", "text": "Alpha text", "lang": "en"}


def built(
    row: dict[str, Any], mapping: dict[str, str] | None = None, constants: dict[str, str] | None = None, **options: Any
) -> Built:
    return build(shape(row, Columns(mapping or {}), constants_of(constants or {})), **options)


def fragment(row: dict[str, Any], **options: Any) -> Fragment:
    made = built({**TEXT, **row}, **options).fragment
    assert made is not None
    return made


def acts(row: dict[str, Any], **options: Any) -> tuple[Suppression, ...]:
    return fragment(row, **options).source.suppressions


def codes(row: dict[str, Any]) -> set[str]:
    return {note.code for note in built({**TEXT, **row}).notes}


def test_a_flat_row_fills_every_field() -> None:
    row = {
        "id": "paine-1",
        "text": "Alpha,\nbeta",
        "lang": "en_GB",
        "form": "Verse",
        "gloss": "About alpha",
        "gloss_lang": "fr",
        "attribution": "Ana",
        "content_warning": "Violence",
        "sensitivity": "needs-fresh",
        "weight": "3",
        "topics": "Press freedom|letters",
        "campaign": "Day One",
        "kind": "Poem",
        "title": "Title",
        "title_lang": "en",
        "author": "Ana",
        "author_visibility": "pseudonym",
        "publisher": "Press",
        "place": "Paris",
        "date": "um 1934",
        "url": "https://example.org/a",
        "archived_urls": "https://archive.example/1 https://archive.example/2",
        "rights": "CC BY 4.0",
        "rights_basis": "licence on the page",
        "country": "Vietnam",
        "who": "Board",
        "company": "Company",
        "method": "filtering",
        "action": "blocked",
        "status": "in force",
        "since": "2021-10",
        "until": "2022",
        "reason": "order",
        "suppression_note": "note",
        "evidence_url": "https://example.org/proof",
        "evidence": "Report, p. 3",
        "evidence_accessed": "2024-06-04",
        "evidence_sha256": "A" * 64,
        "translation.fr": "Alpha,\nbêta",
        "translator.fr": "Ben",
        "translation_maker.fr": "project",
        "translation_note.fr": "free",
    }

    assert built(row).fragment == Fragment(
        id=id_of("paine-1"),
        external_id="paine-1",
        lang="en-GB",
        text="Alpha,\nbeta",
        form=Form.VERSE,
        gloss="About alpha",
        gloss_lang="fr",
        attribution="Ana",
        content_warning="Violence",
        sensitivity=Sensitivity.NEEDS_FRESH,
        weight=3,
        topics=("press-freedom", "letters"),
        campaign="day-one",
        translations=(Translation(lang="fr", text="Alpha,\nbêta", maker=Maker.PROJECT, translator="Ben", note="free"),),
        source=Source(
            external_id="source-of:paine-1",
            kind="poem",
            title="Title",
            title_lang="en",
            author="Ana",
            author_visibility=Visibility.PSEUDONYM,
            publisher="Press, Paris",
            date=PartialDate(raw="um 1934", edtf="1934~"),
            url="https://example.org/a",
            archived_urls=("https://archive.example/1", "https://archive.example/2"),
            rights="CC BY 4.0",
            rights_basis="licence on the page",
            suppressions=(
                Suppression(
                    country="VN",
                    who="Board",
                    company="Company",
                    method="filtering",
                    action="blocked",
                    status="in force",
                    since=PartialDate(raw="2021-10", edtf="2021-10"),
                    until=PartialDate(raw="2022", edtf="2022"),
                    reason="order",
                    note="note",
                    evidence=(
                        Evidence(
                            url="https://example.org/proof",
                            citation="Report, p. 3",
                            accessed="2024-06-04",
                            sha256="a" * 64,
                        ),
                    ),
                    verification=Verification.CITED,
                ),
            ),
        ),
    )


def test_nested_json_says_the_same_as_flat_columns() -> None:
    flat = {"title": "Title", "country": "VN", "who": "Board", "evidence": "Report", "country.2": "CN"}
    nested = {
        "source": {"title": "Title"},
        "suppressions": [
            {"country": "VN", "who": "Board", "evidence": [{"citation": "Report"}]},
            {"country": "CN"},
        ],
    }

    assert fragment(nested) == fragment(flat)


@pytest.mark.parametrize(
    "translations",
    [
        pytest.param([{"lang": "fr", "text": "bêta"}], id="a list"),
        pytest.param({"fr": "bêta"}, id="by language"),
    ],
)
def test_translations_come_as_a_list_or_by_language(translations: Any) -> None:
    made = fragment({"translations": translations})

    assert made.translations == (Translation(lang="fr", text="bêta"),)


def test_our_own_record_goes_in_without_loss() -> None:
    row = {
        "weight": 2,
        "date": "06/04/2019",
        "country": "SU",
        "evidence": "a|b",
        "translation.fr": "bêta",
        "topics": "x",
    }
    made = fragment({**row, "source_id": "shared", "author": "Ana"})
    original = replace(made, text="Tom &amp; <b>", source=replace(made.source, title="**A** &lt;b&gt; in a title"))
    source = Source(external_id="alone", title="x", date=PartialDate(raw="1912—1923", edtf="1912/1923"))

    assert built(to_record(original, public=False)).fragment == original
    assert built(source_to_record(source, public=False)).source == source


def test_dates_of_our_own_record_stay() -> None:
    record = {**to_record(fragment({}), public=False), "revision": 4, "published_at": "2026-11-24T10:00:00Z"}

    made = built(record).fragment

    assert made is not None
    assert made.revision == 4
    assert made.published_at is not None


def test_a_prefix_gives_the_row_an_id_of_its_own() -> None:
    made = built(TEXT, id_prefix="list-")

    assert made.external_id == "list-1"
    assert made.fragment is not None
    assert made.fragment.id == id_of("list-1")


def test_a_row_without_an_id_gets_the_same_one_each_time() -> None:
    row = {"text": "Alpha", "lang": "en"}

    assert built(row).external_id == built(dict(row)).external_id
    assert built(row).external_id != built({**row, "text": "Beta"}).external_id


@pytest.mark.parametrize(
    ("row", "lang"),
    [
        pytest.param({"lang": "zh", "script": "Hant"}, "zh-Hant", id="Chinese, its script beside it"),
        pytest.param({"lang": "sr", "script": "Latn"}, "sr-Latn", id="a script that is not the usual one"),
        pytest.param({"lang": "fa", "script": "Arab"}, "fa", id="the usual script"),
        pytest.param({"lang": "und"}, "und", id="nobody knows"),
        pytest.param({"lang": "iw"}, "he", id="an old tag"),
    ],
)
def test_the_language_is_canonical(row: dict[str, str], lang: str) -> None:
    assert fragment(row).lang == lang


@pytest.mark.parametrize(
    ("row", "field", "hint"),
    [
        pytest.param({"lang": "zh"}, "lang", "zh-Hans or zh-Hant", id="Chinese in no script"),
        pytest.param({"lang": "cn"}, "lang", "", id="no language"),
        pytest.param({"lang": ""}, "lang", "und if nobody knows", id="language missing"),
        pytest.param({"country": "UK"}, "country", "GB", id="UK"),
        pytest.param({"country": "CIS"}, "country", "", id="a region"),
        pytest.param({"country.2": "XX"}, "country.2", "", id="a second country"),
        pytest.param({"who": "Board"}, "country", "--set country", id="an act without a country"),
        pytest.param({"url": "javascript:alert(1)"}, "url", "", id="a script for an address"),
        pytest.param({"evidence_url": "no address"}, "evidence_url", "", id="a proof that is no address"),
        pytest.param({"form": "verses"}, "form", "did you mean verse", id="a slip"),
        pytest.param({"weight": "10"}, "weight", "1 to 9", id="too heavy"),
        pytest.param({"weight": "²"}, "weight", "1 to 9", id="a figure that is no number"),
        pytest.param({"topics": "свобода"}, "topics", "a to z", id="a topic that no address can hold"),
        pytest.param({"translation.en": "again"}, "translation.en", "", id="a translation into its own language"),
        pytest.param({"translator.fr": "Ben"}, "translation.fr", "", id="a translator of nothing"),
        pytest.param({"translations": [{"text": "x"}]}, "translations", "lang", id="a translation into nothing"),
        pytest.param({"suppressions": ["banned"]}, "suppressions", "[{", id="a word for a list"),
        pytest.param({"title": ["a"]}, "title", "", id="a list for a word"),
        pytest.param({"text": "x " * 9_000}, "text", "", id="a text that is a book"),
        pytest.param({"id": "a\nb"}, "id", "", id="an id on two lines"),
        pytest.param({"id": "\ud83d"}, "id", "", id="an id that cannot be written"),
        pytest.param({"id": "x" * 201}, "id", "", id="an id without end"),
        pytest.param({"evidence": "x"}, "country", "--set country", id="a proof of no act"),
        pytest.param({"country": "VN", "evidence_accessed": "2024-06-04"}, "evidence_accessed", "", id="no proof read"),
        pytest.param(
            {"country": "VN", "evidence": "x", "evidence_accessed": "May"},
            "evidence_accessed",
            "2024-06-04",
            id="no day",
        ),
        pytest.param({"country": "VN", "evidence": "x", "evidence_sha256": "x"}, "evidence_sha256", "64", id="no hash"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named(row: dict[str, Any], field: str, hint: str) -> None:
    with pytest.raises(FieldError) as refused:
        built({**TEXT, **row})

    assert refused.value.field == field
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "field", ["title", "author", "gloss", "who", "note", "attribution", "suppression_note", "kind"]
)
def test_markup_goes_from_every_line(field: str) -> None:
    made = built({**TEXT, "country": "VN", field: "<p>ok</p><script>alert(1)</script><img src=x onerror=alert(1)>"})

    assert made.fragment is not None
    said = json.dumps([to_record(made.fragment, public=False), [note.message for note in made.notes]])
    assert "<" not in said
    assert "alert" not in said
    assert "ok" in said


def test_a_plain_file_keeps_its_brackets() -> None:
    title = "Parteitag der KPdSU <B> &amp; mehr"

    assert built({"title": title}, plain=True).source.title == title
    assert built({"title": title}).source.title.endswith("KPdSU <B> & mehr")  # one letter is no tag unless it is closed


def test_half_a_surrogate_pair_never_reaches_the_archive() -> None:
    made = str(built({**TEXT, "text": "bad \ud83d tail", "title": "\ud83d", "author": "a\ud83d"}))

    assert made.encode()


def test_a_row_without_text_is_a_source() -> None:
    made = built({"id": "7", "title": "Frauenleiden", "author_first": "Ignaz", "author_last": "Zadek"})

    assert made.fragment is None
    assert made.source == Source(external_id="7", title="Frauenleiden", author="Ignaz Zadek")


def test_texts_are_passed_over_where_only_sources_are_wanted() -> None:
    assert built({**TEXT, "title": "Alpha"}, sources_only=True).fragment is None


@pytest.mark.parametrize("row", [{}, {"id": "7"}, {"id": "7", "text": " \u200b ", "lang": "en"}], ids=str)
def test_a_row_that_says_nothing_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(FieldError, match="nothing else says"):
        built(row)


def test_a_translation_stands_where_the_original_may_not() -> None:
    made = built({"id": "7", "lang": "ru", "translation.en": "Farewell"}).fragment

    assert made is not None
    assert (made.text, made.lang, made.translations[0].text) == ("", "ru", "Farewell")


def test_the_translator_of_a_translated_text_is_named_under_it() -> None:
    made = fragment({"author": "Leo Tolstoy", "work": "The Kingdom", "work_year": 1894, "translator": "Leo Wiener"})

    assert made.attribution == "Leo Tolstoy, The Kingdom (1894), translated by Leo Wiener"


def test_a_withheld_author_is_not_named_by_the_line_for_the_translator() -> None:
    made = fragment({"author": "Ana", "author_visibility": "withheld", "title": "T", "translator": "Ben"})

    assert made.attribution == "T, translated by Ben"


def test_a_translated_text_is_a_translation_where_the_original_language_is_known() -> None:
    made = fragment({"translator": "Ben", "original_lang": "ru"})

    assert (made.lang, made.text) == ("ru", "")
    assert made.translations == (Translation(lang="en", text="Alpha text", translator="Ben"),)


def test_lists_of_banned_works_need_no_mapping() -> None:
    row = {
        "work": "Title",
        "work_year": 1844,
        "author_died": 1856,
        "source_url": "https://example.org/",
        "banned": [
            {"country": "DE", "authority": "Ministry", "year_from": 1844, "year_to": None, "action": "banned",
             "note": "October", "basis": "general reference; cite a source before publishing"},
            {"country": "SU", "authority": None, "year_from": 1921, "year_to": 1988, "action": "banned"},
        ],
    }  # fmt: skip

    source = fragment(row).source

    assert (source.title, source.rights_basis, source.url) == ("Title", "author died 1856", "https://example.org/")
    first, second = source.suppressions
    assert (first.who, first.note, first.since) == ("Ministry", "October", PartialDate(raw="1844", edtf="1844"))
    assert (second.country, second.who, second.until) == ("SU", None, PartialDate(raw="1988", edtf="1988"))


@pytest.mark.parametrize(
    ("row", "verification"),
    [
        pytest.param({"basis": "said in the text itself"}, Verification.SELF_STATED, id="the text says so"),
        pytest.param({"basis": "general reference; cite a source"}, Verification.UNCITED, id="it is generally known"),
        pytest.param({"basis": "some list on the web"}, Verification.UNCITED, id="somebody's list"),
        pytest.param({"verification": "cited"}, Verification.UNCITED, id="cited, but nothing is"),
        pytest.param({"evidence": "Report"}, Verification.CITED, id="evidence"),
        pytest.param(
            {"evidence": "Report", "verification": "no citation yet"}, Verification.UNCITED, id="said outright"
        ),
    ],
)
def test_an_act_is_as_certain_as_its_evidence(row: dict[str, str], verification: Verification) -> None:
    (act,) = acts({"country": "VN", **row})

    assert act.verification is verification


def test_what_is_no_evidence_is_never_made_into_some() -> None:
    (act,) = acts({"country": "VN", "basis": "somebody's list"})

    assert act.evidence == ()
    assert "basis" in codes({"country": "VN", "basis": "somebody's list"})


def test_several_proofs_stand_in_one_cell() -> None:
    (act,) = acts({"country": "VN", "evidence_url": "https://a.example/ https://b.example/", "evidence": "A"})

    assert act.evidence == (Evidence(url="https://a.example/", citation="A"), Evidence(url="https://b.example/"))


def test_a_constant_fills_what_rows_leave_empty() -> None:
    row = {"suppressions": [{"country": "VN"}, {"country": "CN", "action": "burned"}]}

    assert [act.action for act in acts(row, constants={"action": "listed"})] == ["listed", "burned"]
    assert acts({}, constants={"country": "DE", "action": "listed"})[0].country == "DE"


def test_several_columns_may_be_mapped_to_remarks() -> None:
    made = built({**TEXT, "a": "one", "b": 2}, mapping={"a": "note", "b": "note"})

    assert [note.message for note in made.notes if note.code == "from-the-file"] == ["a: one", "b: 2"]


def test_a_fields_own_name_beats_its_other_names() -> None:
    columns = Columns()

    shaped = shape({"work": "Other", "title": "Title"}, columns, ())

    assert shaped.source["title"] == "Title"
    assert columns.unused["work"].hint == "title gives title"


def test_an_empty_cell_does_not_hide_another_name() -> None:
    assert fragment({"title": "", "work": "Other"}).source.title == "Other"


@pytest.mark.parametrize("column", ["Title Lang", "title-lang", "TITLE_LANG", "titleLang", " title_lang "])
def test_the_look_of_a_column_name_does_not_matter(column: str) -> None:
    assert parse(column).name == "title_lang"


@pytest.mark.parametrize(
    ("column", "near"),
    [("autor", "author"), ("titel", "title"), ("contry", "country"), ("rights_uri", ""), ("language_name", "")],
)
def test_a_slip_in_a_name_is_seen(column: str, near: str) -> None:
    with pytest.raises(UnknownField) as unknown:
        parse(column)

    assert unknown.value.near == near


def test_a_column_that_means_nothing_is_counted_and_not_fatal() -> None:
    columns = Columns()

    shape({**TEXT, "chars": 3, "dir": "ltr", "deep": {"er": "x"}}, columns, ())
    shape({**TEXT, "chars": ""}, columns, ())

    assert {name: unused.rows for name, unused in columns.unused.items()} == {"chars": 1, "deep.er": 1}


def test_columns_without_end_do_not_fill_the_memory() -> None:
    columns = Columns()

    for number in range(5_000):
        shape({f"column {number}": "x"}, columns, ())

    assert len(columns.unused) <= 201
    assert sum(unused.rows for unused in columns.unused.values()) == 5_000
