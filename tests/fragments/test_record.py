"""The open record: nothing is lost in it, nobody is named by it who should not be."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fragments import nouns
from fragments.errors import FieldError
from fragments.ids import id_of
from fragments.record import content_hash, from_record, source_from_record, source_to_record, to_record

words = st.text(min_size=1, max_size=8)
maybe = st.none() | words
dates = st.builds(nouns.PartialDate, raw=words, edtf=maybe)
moments = st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1))  # noqa: DTZ001 hypothesis wants naive bounds
evidence = st.builds(nouns.Evidence, url=maybe, citation=maybe, accessed=maybe, sha256=maybe)
suppressions = st.builds(
    nouns.Suppression,
    country=words,
    who=maybe,
    company=maybe,
    method=maybe,
    action=maybe,
    status=maybe,
    since=st.none() | dates,
    until=st.none() | dates,
    reason=maybe,
    note=maybe,
    evidence=st.lists(evidence, max_size=2).map(tuple),
    verification=st.sampled_from(nouns.Verification),
)
sources = st.builds(
    nouns.Source,
    external_id=words,
    kind=words,
    title=words,
    title_lang=maybe,
    url=maybe,
    archived_urls=st.lists(words, max_size=2).map(tuple),
    publisher=maybe,
    author=maybe,
    author_visibility=st.sampled_from(nouns.Visibility),
    date=st.none() | dates,
    rights=maybe,
    rights_basis=maybe,
    suppressions=st.lists(suppressions, max_size=2).map(tuple),
)
translations = st.builds(
    nouns.Translation, lang=words, text=words, maker=st.sampled_from(nouns.Maker), translator=maybe, note=maybe
)
fragments = st.builds(
    nouns.Fragment,
    id=st.just(id_of("x")),
    external_id=words,
    source=sources,
    lang=words,
    text=st.text(max_size=20),
    form=st.sampled_from(nouns.Form),
    gloss=maybe,
    gloss_lang=words,
    attribution=maybe,
    content_warning=maybe,
    sensitivity=st.sampled_from(nouns.Sensitivity),
    weight=st.integers(1, 9),
    topics=st.lists(words, max_size=2).map(tuple),
    campaign=maybe,
    translations=st.lists(translations, max_size=2).map(tuple),
    revision=st.integers(1, 5),
    published_at=moments,
    corrected_at=moments,
    correction=maybe,
)


@given(fragments)
def test_a_fragment_goes_through_json_and_back_without_loss(fragment: nouns.Fragment) -> None:
    line = json.dumps(to_record(fragment, public=False))

    assert from_record(json.loads(line)) == fragment


@given(sources)
def test_a_source_goes_through_json_and_back_without_loss(source: nouns.Source) -> None:
    line = json.dumps(source_to_record(source, public=False))

    assert source_from_record(json.loads(line)) == source


@given(fragments)
def test_the_public_record_hides_the_author_only_where_withheld(fragment: nouns.Fragment) -> None:
    withheld = fragment.source.author_visibility is nouns.Visibility.WITHHELD
    shown = None if withheld else fragment.source.author

    read = from_record(to_record(fragment, public=True))

    assert read == replace(fragment, source=replace(fragment.source, author=shown))


def a_record(**changes: object) -> dict[str, object]:
    record = {"external_id": "alpha-1", "lang": "en", "text": "Alpha text", "source": {"external_id": "alpha"}}
    return {**record, **changes}


def test_a_record_with_the_least_that_can_be_said_is_a_fragment() -> None:
    fragment = from_record(a_record())

    assert fragment.id == id_of("alpha-1")
    assert fragment == nouns.Fragment(
        id=id_of("alpha-1"),
        external_id="alpha-1",
        source=nouns.Source(external_id="alpha"),
        lang="en",
        text="Alpha text",
    )


def test_keys_stand_in_the_order_of_the_nouns() -> None:
    keys = list(to_record(from_record(a_record(gloss="About alpha", topics=["letters"]))))

    assert keys[:6] == ["record", "id", "external_id", "source", "lang", "text"]
    assert keys.index("gloss") < keys.index("topics") < keys.index("revision")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"external_id": None}, "external_id", id="no external id"),
        pytest.param({"external_id": ""}, "external_id", id="empty external id"),
        pytest.param({"lang": None}, "lang", id="no language"),
        pytest.param({"text": 7}, "text", id="number for a text"),
        pytest.param({"id": "ILLEGAL-ID"}, "id", id="id in the wrong alphabet"),
        pytest.param({"source": None}, "source", id="no source"),
        pytest.param({"source": "alpha"}, "source", id="source is not an object"),
        pytest.param({"source": {}}, "source.external_id", id="source without an external id"),
        pytest.param({"form": "sonnet"}, "form", id="unknown form"),
        pytest.param({"weight": 10}, "weight", id="too heavy"),
        pytest.param({"weight": True}, "weight", id="truth for a number"),
        pytest.param({"topics": "letters"}, "topics", id="topics are not a list"),
        pytest.param({"topics": [1]}, "topics", id="topic is not text"),
        pytest.param({"published_at": "2026-11-24"}, "published_at", id="time without a zone"),
        pytest.param({"published_at": "yesterday"}, "published_at", id="time in words"),
        pytest.param({"translations": [{"lang": "fr"}]}, "translations[0].text", id="translation without text"),
        pytest.param(
            {"source": {"external_id": "alpha", "suppressions": [{"country": "XX"}, {"who": "Customs"}]}},
            "source.suppressions[1].country",
            id="second suppression without a country",
        ),
    ],
)
def test_a_faulty_record_is_refused_with_the_path_of_its_fault(changes: dict[str, object], field: str) -> None:
    with pytest.raises(FieldError) as refused:
        from_record(a_record(**changes))

    assert refused.value.field == field


def test_keys_that_are_not_ours_are_passed_over() -> None:
    assert from_record(a_record(links={"self": "https://example.org/"})) == from_record(a_record())


def test_stamps_of_the_desk_do_not_change_the_content_hash() -> None:
    fragment = from_record(a_record())
    moment = datetime(2026, 11, 24, tzinfo=UTC)

    stamped = replace(fragment, revision=4, published_at=moment, corrected_at=moment, correction="a comma")

    assert content_hash(stamped) == content_hash(fragment)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"text": "Alpha text."}, id="text"),
        pytest.param({"gloss": "About alpha"}, id="gloss"),
        pytest.param({"translations": [{"lang": "fr", "text": "Texte alpha"}]}, id="translation"),
        pytest.param({"source": {"external_id": "alpha", "author": "A. Writer"}}, id="source"),
    ],
)
def test_anything_said_changes_the_content_hash(changes: dict[str, object]) -> None:
    assert content_hash(from_record(a_record(**changes))) != content_hash(from_record(a_record()))


def test_a_withheld_author_counts_in_the_content_hash() -> None:
    withheld = {"external_id": "alpha", "author_visibility": "withheld"}

    one = from_record(a_record(source={**withheld, "author": "A. Writer"}))
    other = from_record(a_record(source={**withheld, "author": "B. Writer"}))

    assert content_hash(one) != content_hash(other)
