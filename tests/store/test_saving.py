"""What saving does: by external id, each version kept, nothing half-written."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from fragments.errors import FieldError, StaleRevision, UnknownFragment
from fragments.ids import id_of
from fragments.notes import Note
from fragments.nouns import (
    Evidence,
    Form,
    Maker,
    PartialDate,
    Sensitivity,
    State,
    Suppression,
    Translation,
    Verification,
    Visibility,
)
from fragments.record import content_hash
from fragments.review import OPERATOR
from fragments.store import rows
from fragments.store.archive import Archive
from fragments.store.tables import EvidenceRow, FragmentRow, SourceRow, SuppressionRow, TopicRow, TranslationRow
from fragments.store.writing import Saved


@pytest.fixture
def full_fragment(a_fragment, a_source):
    """A fragment in which nothing is left at its default."""
    acts = (
        Suppression(
            country="SU",
            who="An authority",
            company="A company",
            method="customs",
            action="seized",
            status="lifted",
            since=PartialDate(raw="about 1934", edtf="1934~"),
            until=PartialDate(raw="unclear"),
            reason="A reason",
            note="A note",
            evidence=(Evidence(url="https://example.org/a", accessed="2026-11-01", sha256="0" * 64),),
            verification=Verification.CITED,
        ),
        Suppression(country="GB", evidence=(Evidence(citation="A book, p. 1"), Evidence(citation="A book, p. 2"))),
    )
    source = a_source(
        "beta",
        kind="poem",
        title="بيتا",
        title_lang="ar",
        url="https://example.org/beta",
        archived_urls=("https://example.org/1", "https://example.org/2"),
        publisher="A press",
        author="A. Writer",
        author_visibility=Visibility.WITHHELD,
        date=PartialDate(raw="1791", edtf="1791"),
        rights="public domain",
        rights_basis="author died 1809",
        suppressions=acts,
    )
    return a_fragment(
        "beta-1",
        source=source,
        lang="ar",
        text="نص\nبيتا",
        form=Form.VERSE,
        gloss="About beta",
        gloss_lang="fr",
        attribution="A. Writer",
        content_warning="War",
        sensitivity=Sensitivity.NEEDS_FRESH,
        weight=3,
        topics=("letters", "war"),
        campaign="greek-letters",
        translations=(
            Translation(lang="en", text="Beta text"),
            Translation(lang="zh-Hans", text="乙", maker=Maker.PROJECT, translator="T.", note="A note"),
        ),
    )


def test_a_fragment_comes_back_as_it_was_saved(archive, full_fragment):
    with archive.writing("ana") as desk:
        assert desk.save_fragment(full_fragment) is Saved.ADDED

    held = archive.fragment(full_fragment.id)

    assert held.fragment == full_fragment
    assert (held.state, held.live, held.saved_by) == (State.DRAFT, None, "ana")
    assert archive.source("beta") == full_fragment.source


def test_the_same_fragment_saved_twice_changes_nothing(archive, full_fragment):
    with archive.writing("ana") as desk:
        desk.save_fragment(full_fragment)
    before = list(archive.audit())

    with archive.writing("ana") as desk:
        assert desk.save_fragment(full_fragment) is Saved.UNCHANGED

    assert list(archive.audit()) == before
    assert len(archive.revisions(full_fragment.id)) == 1


def test_every_version_of_a_text_is_kept(archive, a_fragment):
    texts = ["Alpha text", "Alpha text, second", "Alpha text, third"]
    for text in texts:
        with archive.writing("ana") as desk:
            desk.save_fragment(a_fragment(text=text, topics=("letters",)))

    kept = archive.revisions(id_of("alpha-1"))

    assert [each.fragment.text for each in kept] == texts
    assert [each.fragment.revision for each in kept] == [1, 2, 3]
    assert archive.fragment(id_of("alpha-1")).fragment.revision == 3


def test_a_second_text_replaces_parts_of_the_first(archive, full_fragment):
    shorter = replace(
        full_fragment,
        topics=("war",),
        translations=full_fragment.translations[1:],
        source=replace(full_fragment.source, suppressions=full_fragment.source.suppressions[1:]),
    )
    for fragment in (full_fragment, shorter):
        with archive.writing("ana") as desk:
            desk.save_fragment(fragment)

    assert archive.fragment(full_fragment.id).fragment == replace(shorter, revision=2)


def test_a_source_is_shared_by_its_fragments(archive, a_fragment, a_source):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("alpha-1"))
        desk.save_fragment(a_fragment("alpha-2"))
    with archive.writing("ben") as desk:
        assert desk.save_source(a_source(title="Alpha, first letter")) is Saved.CHANGED

    assert archive.count_sources() == 1
    assert {each.source.title for each in archive.fragments()} == {"Alpha, first letter"}


def test_one_bad_row_does_not_take_others_with_it(archive, a_fragment):
    with archive.writing(OPERATOR) as desk:
        with desk.row():
            desk.save_fragment(a_fragment("alpha-1"))
        with pytest.raises(FieldError), desk.row():
            desk.save_fragment(a_fragment("alpha-2"))
            desk.save_fragment(a_fragment("alpha-3", text="NUL \x00"))
        with desk.row():
            desk.save_fragment(a_fragment("alpha-4"))

    assert {each.external_id for each in archive.fragments()} == {"alpha-1", "alpha-4"}
    assert len(list(archive.audit())) == 3  # one source, two fragments


def test_an_exception_in_a_transaction_undoes_it_all(archive, a_fragment):
    with pytest.raises(RuntimeError), archive.writing("ana") as desk:
        desk.save_fragment(a_fragment())
        raise RuntimeError

    assert archive.count() == 0
    assert list(archive.audit()) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        pytest.param({"text": "Alpha \x00 text"}, "text", id="NUL in the text"),
        pytest.param({"gloss": "Alpha \ud800"}, "gloss", id="half a surrogate pair"),
        pytest.param(
            {"translations": (Translation(lang="fr", text="\udfff"),)}, "translations[0].text", id="in a translation"
        ),
    ],
)
def test_what_no_database_holds_is_refused_with_its_path(archive, a_fragment, fields, path):
    with archive.writing("ana") as desk, pytest.raises(FieldError) as refused:
        desk.save_fragment(a_fragment(**fields))

    assert refused.value.field == path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\\u0000", id="a backslash before u0000"),
        pytest.param("می‌خواهم", id="zero-width non-joiner"),
        pytest.param("𒀀 🜁 e\u0301", id="beyond the basic plane"),
        pytest.param("' -- %s :x {y}", id="signs of SQL"),
        pytest.param("x" * 60_000, id="60,000 characters"),
    ],
)
def test_texts_of_any_kind_come_back_as_they_were(archive, a_fragment, text):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(text=text))

    assert archive.fragment(id_of("alpha-1")).fragment.text == text


def test_a_foreign_id_is_refused(archive, a_fragment):
    with archive.writing("ana") as desk, pytest.raises(FieldError) as refused:
        desk.save_fragment(replace(a_fragment(), id="0123456789"))

    assert refused.value.field == "id"


def test_an_unknown_fragment_is_called_unknown(archive):
    with pytest.raises(UnknownFragment):
        archive.fragment("0123456789")
    with archive.writing("ana") as desk, pytest.raises(UnknownFragment):
        desk.approve("0123456789")


def test_who_had_an_older_revision_before_them_is_told(archive, a_fragment):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), based_on=0)
    with archive.writing("ben") as desk:
        desk.save_fragment(a_fragment(text="Alpha text by ben"), based_on=1)

    with archive.writing("ana") as desk, pytest.raises(StaleRevision) as stale:
        desk.save_fragment(a_fragment(text="Alpha text by ana"), based_on=1)

    assert stale.value.args == (id_of("alpha-1"), 2)


def test_known_tells_what_was_given_last(archive, a_fragment):
    fragment = a_fragment()
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(fragment)

    with archive.writing(OPERATOR) as desk:
        assert desk.known(["alpha-1", "alpha-2"]) == {"alpha-1": content_hash(fragment)}


def test_a_second_import_does_not_undo_what_an_editor_changed(archive, a_fragment, a_source):
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment())
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(text="Alpha text, better", source=a_source(title="Alpha, better")))

    with archive.writing(OPERATOR) as desk:
        assert desk.save_fragment(a_fragment()) is Saved.UNCHANGED
        assert desk.save_source(a_source()) is Saved.UNCHANGED

    held = archive.fragment(id_of("alpha-1")).fragment
    assert (held.text, held.source.title) == ("Alpha text, better", "Alpha, better")


def test_rows_that_disagree_about_their_source_settle_at_the_first_import(archive, a_fragment, a_source):
    fragments = [a_fragment(f"alpha-{n}", source=a_source(title=f"Alpha {n}")) for n in range(3)]
    with archive.writing(OPERATOR) as desk:
        assert [desk.save_fragment(each) for each in fragments] == [Saved.ADDED] * 3

    with archive.writing(OPERATOR) as desk:
        assert [desk.save_fragment(each) for each in fragments] == [Saved.UNCHANGED] * 3


def test_an_export_brings_its_dates_along(archive, a_fragment, now):
    fragment = a_fragment()
    dated = replace(fragment, published_at=now - timedelta(days=9), corrected_at=now, correction="A comma.", revision=4)

    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(dated)

    assert archive.fragment(fragment.id).fragment == replace(dated, revision=1)


def test_notes_of_cleaning_belong_to_the_newest_text(archive, a_fragment):
    note = Note("zero-width", "Characters without width were taken out.")
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(), notes=[note])
    assert archive.fragment(id_of("alpha-1")).notes == (note,)

    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment(text="Alpha text, typed again"))

    assert archive.fragment(id_of("alpha-1")).notes == ()


def test_more_than_a_batch_goes_through_one_transaction(archive, a_fragment, a_source):
    with archive.writing(OPERATOR) as desk:
        for n in range(1_200):
            desk.save_fragment(a_fragment(f"alpha-{n}", source=a_source(f"source-{n % 700}")))

    assert archive.count() == 1_200
    assert archive.count_sources() == 700
    assert len(list(archive.sources(after="source-5", limit=10))) == 10
    assert archive.check_audit().entries == 1_900


def test_an_archive_stands_after_it_was_closed(database_url, a_fragment):
    with Archive.open(database_url) as first, first.writing("ana") as desk:
        desk.save_fragment(a_fragment())

    with Archive.open(database_url) as second:
        assert second.count() == 1


def test_an_actor_without_a_name_is_refused(archive):
    with pytest.raises(FieldError), archive.writing(" "):
        pass


def test_the_tables_lay_out_what_the_newest_record_says(archive, full_fragment):
    changed = replace(full_fragment, topics=("war",), translations=full_fragment.translations[:1])
    for fragment in (full_fragment, changed):
        with archive.writing("ana") as desk:
            desk.save_fragment(fragment)

    source = fragment.source
    with archive.engine.connect() as connection:
        laid_out = {
            model: [dict(row) for row in connection.execute(sa.select(model.__table__)).mappings()]
            for model in (FragmentRow, SourceRow, TranslationRow, TopicRow, SuppressionRow, EvidenceRow)
        }
    assert laid_out[TranslationRow] == rows.translation_rows(fragment)
    assert laid_out[TopicRow] == rows.topic_rows(fragment)
    assert laid_out[SuppressionRow] == rows.suppression_rows(source)
    assert laid_out[EvidenceRow] == rows.evidence_rows(source)
    assert [row | rows.fragment_row(fragment) for row in laid_out[FragmentRow]] == laid_out[FragmentRow]
    assert [row | rows.source_row(source) for row in laid_out[SourceRow]] == laid_out[SourceRow]
