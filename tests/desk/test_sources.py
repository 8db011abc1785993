"""Sources at the desk: found, changed with their suppressions, checked again, merged; imports still find what went."""

import html
import re

import pytest

from fragments.errors import FieldError, OwnApproval, UnderHold
from fragments.ids import id_of
from fragments.nouns import Evidence, State, Suppression, Verification
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.sources import Sources, Which

ALPHA, BETA = id_of("alpha-1"), id_of("beta-1")
ACT = Suppression(country="GB", who="Office of Alpha")
PROVEN = Suppression(country="FR", evidence=(Evidence(url="https://example.org/a"),), verification=Verification.CITED)


@pytest.fixture
def two(sqlite_archive, a_fragment, a_source):
    """Two records of one source, each with a fragment that ana wrote and ben approved, published."""
    with sqlite_archive.writing("ana") as store:
        for name, act in (("alpha", ACT), ("beta", PROVEN)):
            source = a_source(name, title="Alpha!" if name == "alpha" else "álpha", author="A", suppressions=(act,))
            store.save_fragment(a_fragment(f"{name}-1", source=source), state=State.IN_REVIEW)
    with sqlite_archive.writing("ben") as store:
        store.approve(ALPHA)
        store.approve(BETA)
    return sqlite_archive


def form_of(page):
    """What a browser would send of the form of a source: no box in it is ticked."""
    found = dict(re.findall(r'<input(?! type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in found.items()} | {"form_token": "f", "do": "save"}


def test_unverified_and_unchecked_sources_show_as_that(desk, sign_in, two):
    ben, sources = sign_in("ben"), Sources(two.engine)

    assert [each.external_id for each in sources.listed(which=Which.UNVERIFIED)] == ["alpha"]
    assert "unverified" in ben.get("/source?id=alpha").text
    assert "unverified" not in ben.get("/source?id=beta").text
    ben.post("/source/check", data={"form_token": "f", "id": "beta"})

    assert "last checked on" in ben.get("/source?id=beta").text
    assert [each.external_id for each in sources.listed(which=Which.NEVER_CHECKED)] == ["alpha"]
    assert [each.actor for each in two.audit(subject="beta")][-1] == "ben"


def test_a_source_is_found_by_its_words(sign_in, two):
    page = sign_in("ben").get("/sources?words=office").text

    assert "source?id=alpha" in page
    assert "source?id=beta" not in page


def test_a_source_gets_a_suppression_with_evidence_and_keeps_the_rest(desk, sign_in, two):
    ben = sign_in("ben")
    form = form_of(ben.get("/source/change?id=alpha").text)
    form |= {"a0e0_url": "https://example.org/b", "a0e0_sha256": "A" * 64, "a0e0_accessed": "2026-11-24"}
    form |= {"a1_country": "Iran", "a1_since": "2010", "archived": "https://example.net/kept"}

    assert ben.post("/source/change", data=form).status_code == 302

    found = two.source("alpha")
    assert [act.country for act in found.suppressions] == ["GB", "IR"]
    assert found.suppressions[0].who == "Office of Alpha"
    assert found.suppressions[0].verification is Verification.CITED
    assert found.suppressions[0].evidence[0].sha256 == "a" * 64
    assert found.archived_urls == ("https://example.net/kept",)


def test_a_form_sent_as_it_was_changes_nothing(sign_in, two):
    ben = sign_in("ben")
    before = two.check_audit()

    ben.post("/source/change", data={**form_of(ben.get("/source/change?id=beta").text), "author_visibility": "named"})

    assert two.check_audit() == before


def test_a_changed_source_waits_for_another_than_who_changed_it(sign_in, two, now):
    ben = sign_in("ben")
    ben.post("/source/change", data={**form_of(ben.get("/source/change?id=alpha").text), "title": "Alpha again"})

    assert two.publish("ben", now).fragments[0].source.title != "Alpha again"
    with pytest.raises(OwnApproval), two.writing("ben") as store:
        store.approve(ALPHA)


def test_of_two_who_change_a_source_at_once_nothing_is_overwritten(sign_in, two):
    ben, adm = sign_in("ben"), sign_in("adm")
    mine, theirs = (form_of(each.get("/source/change?id=alpha").text) for each in (ben, adm))
    adm.post("/source/change", data={**theirs, "title": "Alpha by adm"})

    answer = ben.post("/source/change", data={**mine, "title": "Alpha by ben"})

    assert answer.status_code == 409
    assert "<del>adm</del>" in answer.text
    assert two.source("alpha").title == "Alpha by adm"


@pytest.mark.parametrize(
    ("field", "value"),
    [("a0_country", "Atlantis"), ("a0e0_sha256", "12"), ("url", "javascript:alert(1)"), ("a0e0_accessed", "today")],
    ids=["a country", "a hash", "an address", "a day"],
)
def test_a_bad_value_is_refused_at_its_field(sign_in, two, field, value):
    ben = sign_in("ben")

    answer = ben.post("/source/change", data={**form_of(ben.get("/source/change?id=alpha").text), field: value})

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text


def test_records_of_one_title_and_author_are_suggested_as_one(sign_in, two):
    (group,) = Sources(two.engine).alike()

    assert {each.external_id for each in group} == {"alpha", "beta"}
    assert "sources/merge?" in sign_in("ben").get("/sources/alike").text


def test_a_merge_is_shown_and_then_done(desk, sign_in, two, now):
    ben = sign_in("ben")
    two.publish("ben", now)
    page = ben.get("/sources/merge?kept=alpha&gone=beta").text
    before = two.check_audit()
    shown = re.search(r'name="shown" value="([^"]*)"', page)[1]
    form = {"form_token": "f", "kept": "alpha", "gone": "beta", "shown": shown, "carry": "yes"}
    assert two.check_audit() == before

    assert ben.post("/sources/merge", data=form).status_code == 302

    assert two.fragment(BETA).fragment.source.external_id == "alpha"
    assert [act.country for act in two.source("alpha").suppressions] == ["GB", "FR"]
    assert two.source("beta") == two.source("alpha")
    assert "beta" in ben.get("/source?id=beta").text
    assert [each.external_id for each in Sources(two.engine).listed()] == ["alpha"]
    assert two.publish("ben", now).number == 1  # readers see what two people had approved, until two approve again


def test_a_merge_that_was_shown_otherwise_is_not_done(sign_in, two):
    form = {"form_token": "f", "kept": "alpha", "gone": "beta", "shown": "9.9.9.9.9"}

    assert sign_in("ben").post("/sources/merge", data=form).status_code == 409
    assert two.fragment(BETA).fragment.source.external_id == "beta"


def test_what_a_merge_moved_is_approved_by_another_and_then_shown(two, now):
    two.publish("ben", now)
    with two.writing("ben") as store:
        assert store.merge_sources("beta", "alpha") == 1
    with pytest.raises(OwnApproval), two.writing("ben") as store:
        store.approve(BETA)
    with two.writing("ana") as store:
        store.approve(BETA)

    found = {each.id: each.source.external_id for each in two.publish("ben", now).fragments}
    assert found == {ALPHA: "alpha", BETA: "alpha"}


def test_the_writer_of_what_waits_cannot_approve_it_after_a_merge_by_another(sqlite_archive, a_fragment, a_source):
    for name in ("alpha", "beta"):
        with sqlite_archive.writing("ana") as store:
            store.save_fragment(a_fragment(f"{name}-1", source=a_source(name)), state=State.IN_REVIEW)
    with sqlite_archive.writing("ben") as store:
        store.merge_sources("beta", "alpha")

    with pytest.raises(OwnApproval), sqlite_archive.writing("ana") as store:
        store.approve(BETA)
    with sqlite_archive.writing("ben") as store:
        store.approve(BETA)


def test_an_import_finds_a_merged_source_by_its_old_external_id(archive, a_fragment, a_source):
    old = a_source("beta", title="Beta as given")
    with archive.writing(OPERATOR) as store:
        store.save_fragment(a_fragment("beta-1", source=old), state=State.IN_REVIEW)
        store.save_source(a_source("alpha"))
    with archive.writing("ben") as store:
        store.merge_sources("beta", "alpha", carry_over=False)
    before = archive.check_audit()

    with archive.writing(OPERATOR) as store:
        store.save_source(old)
        store.save_fragment(a_fragment("beta-1", source=old), state=State.IN_REVIEW)
    assert archive.check_audit() == before
    with archive.writing(OPERATOR) as store:
        store.save_fragment(a_fragment("beta-2", source=a_source("beta", title="Beta, given again")))

    assert archive.fragment(id_of("beta-2")).fragment.source.external_id == "alpha"
    assert archive.source("alpha").title == "Alpha"
    assert archive.count_sources() == 1


def test_what_was_merged_follows_when_its_survivor_is_merged(archive, a_source):
    with archive.writing("ana") as store:
        for name in ("alpha", "beta", "gamma"):
            store.save_source(a_source(name))
    for gone, kept in (("gamma", "beta"), ("beta", "alpha")):
        with archive.writing("ben") as store:
            store.merge_sources(gone, kept)

    assert archive.source("gamma").external_id == "alpha"
    with pytest.raises(FieldError), archive.writing("ben") as store:
        store.merge_sources("gamma", "alpha")
    archive.check_audit()


def test_a_source_of_a_held_fragment_is_not_merged(two):
    with two.writing("ana") as store:
        store.hold(BETA, "a letter")

    with pytest.raises(UnderHold), two.writing("ben") as store:
        store.merge_sources("beta", "alpha")
    assert isinstance(two, Archive)
    assert two.source("beta").external_id == "beta"
