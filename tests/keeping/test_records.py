"""The archive as open JSON Lines: what goes out comes back without loss."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from fragments.ids import id_of
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
from fragments.record import source_to_record, to_record
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.terms import Terms
from widget_server.cli import main

ACT = Suppression(
    country="VN",
    who="Bộ",
    company="A company | and another",
    method="court",
    action="banned",
    status="in force",
    since=PartialDate(raw="1934~", edtf="1934~"),
    until=PartialDate(raw="2001", edtf="2001"),
    reason="a; b | c",
    note="a note: a; b | c",
    evidence=(
        Evidence(url="https://e.example/?q=1%7C2", citation="c|d", accessed="2026-01-02", sha256="a" * 64),
        Evidence(citation="words only"),
    ),
    verification=Verification.CITED,
)


@pytest.fixture
def full(archive, a_fragment, a_source, now):
    """An archive where every field of every noun says something, and one source without a fragment."""
    source = a_source(
        "s1",
        kind="book",
        title="Tựa <b> & đề",
        title_lang="vi",
        url="https://a.example/x",
        archived_urls=("https://b.example/1", "https://b.example/2"),
        publisher="P, Q",
        author="Somebody",
        author_visibility=Visibility.WITHHELD,
        date=PartialDate(raw="April 30, 2018", edtf="2018-04-30"),
        rights="CC BY 4.0",
        rights_basis="said so",
        suppressions=(ACT, Suppression(country="SU", verification=Verification.SELF_STATED)),
    )
    text = "一行\n　二行 <x> & more"
    fields = {
        "gloss": "g",
        "gloss_lang": "fr",
        "attribution": "attr",
        "content_warning": "cw",
        "sensitivity": Sensitivity.NEEDS_FRESH,
        "weight": 3,
        "topics": ("love-letters", "press"),
        "campaign": "camp",
    }
    translations = (
        Translation(lang="en", text="one\n two <", maker=Maker.MACHINE, translator="T", note="N"),
        Translation(lang="fr", text="un"),
    )
    verse = a_fragment(
        "f1", source=source, lang="zh-Hans", text=text, form=Form.VERSE, translations=translations, **fields
    )
    with archive.writing(OPERATOR, now) as desk:
        desk.save_fragment(verse, state=State.DRAFT)
        desk.save_source(a_source("alone", title="No fragment"))
    return archive


def said(archive):
    """Everything in an archive, without what saving stamps on it."""
    fragments = [to_record(fragment, public=False) for fragment in archive.fragments()]
    return fragments, [source_to_record(source, public=False) for source in archive.sources()]


def run(url, folder, *words):
    environ = {"UNSILENCED_DATA": str(folder), "UNSILENCED_DATABASE_URL": url}
    done = CliRunner().invoke(main, [str(word) for word in words], env=environ)
    assert done.exit_code == 0, done.output
    return done.output


def url_of(archive):
    return archive.engine.url.render_as_string(hide_password=False)


def test_exported_records_come_back_through_the_importer_without_loss(full, sqlite_url, tmp_path):
    file = tmp_path / "all.jsonl"
    run(url_of(full), tmp_path, "export", "--records", file)
    empty = sqlite_url.replace("archive.db", "other.db")

    report = run(empty, tmp_path, "import", "--quiet", file)

    with Archive.open(empty) as other:
        assert said(other) == said(full)
    assert "rejected:  0" in report


def test_importing_ones_own_records_changes_nothing(full, tmp_path):
    file = tmp_path / "all.jsonl"
    run(url_of(full), tmp_path, "export", "--records", file)
    before = said(full)

    run(url_of(full), tmp_path, "import", "--quiet", file)

    assert said(full) == before


def test_records_hold_withheld_names_and_are_readable_by_nobody_else(full, tmp_path):
    file = tmp_path / "all.jsonl"

    told = run(url_of(full), tmp_path, "export", "--records", file)

    kinds = [json.loads(line)["record"] for line in file.read_text("utf-8").splitlines()]
    assert kinds == ["source", "source", "fragment"]
    assert "Somebody" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "withheld names" in told


def test_texts_that_an_import_would_publish_though_nobody_wants_it_are_counted(full, a_fragment, tmp_path, now):
    with full.writing("ben", now) as desk:
        for name, state in (("draft", State.DRAFT), ("waiting", State.IN_REVIEW), ("gone", State.IN_REVIEW)):
            desk.save_fragment(a_fragment(name), state=state)
        desk.withdraw(id_of("gone"), "asked to")

    told = run(url_of(full), tmp_path, "export", "--records", tmp_path / "all.jsonl")

    assert "what was withdrawn (1) or never approved (3)" in told


def test_what_records_cannot_say_is_counted(full, tmp_path, now):
    id_ = next(full.fragments()).id
    with full.writing("ben", now) as desk:
        desk.set_terms(id_, Terms(embargo_until=now + timedelta(days=9)))
        desk.hold(id_, "a lawyer asks")

    told = run(url_of(full), tmp_path, "export", "--records", tmp_path / "all.jsonl")

    assert "embargoes (1), expiries (0) and legal holds (1)" in told
