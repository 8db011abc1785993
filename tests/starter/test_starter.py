"""The collection that ships with the project keeps what docs/starter.md says of it."""

import json
import unicodedata
from importlib.resources import files

import pytest

from fragments import cleaning, countries, dates, graphemes, languages
from fragments.nouns import Form, Fragment, Maker, Translation, Verification
from fragments.record import from_record

LINES = (files("fragments") / "starter" / "starter.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS = [json.loads(line) for line in LINES]
FRAGMENTS = [from_record(record) for record in RECORDS]

AT_LEAST = {"en": 28, "fr": 20, "es": 20, "ar": 20, "fa": 20, "zh-Hans": 20, "vi": 20, "ru": 20, "hi": 8}
ALPHABETS = {
    "Latn": "LATIN",
    "Arab": "ARABIC",
    "Hans": "CJK",
    "Cyrl": "CYRILLIC",
    "Deva": "DEVANAGARI",
    "Mymr": "MYANMAR",
}
TOPICS = {
    "empire",
    "government",
    "human-rights",
    "independence",
    "labour",
    "language",
    "literature",
    "poetry",
    "press",
    "prison",
    "religion",
    "revolution",
    "sexuality",
    "thought",
}

every_fragment = pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.external_id)


def spoken_by(lang: str) -> list[str]:
    return [each.text for fragment in FRAGMENTS for each in fragment.translations if each.lang == lang]


def spoken() -> set[str]:
    return {each.lang for fragment in FRAGMENTS for each in fragment.translations}


def alphabet(translation: Translation) -> str:
    return ALPHABETS[languages.script_of(translation.lang)]


def test_there_are_twenty_eight_fragments_with_names_and_ids_of_their_own() -> None:
    assert len(FRAGMENTS) == 28
    assert len({fragment.id for fragment in FRAGMENTS}) == 28
    assert len({fragment.source.external_id for fragment in FRAGMENTS}) == 28


def test_it_speaks_eight_languages_in_five_scripts_two_of_them_right_to_left() -> None:
    assert len(spoken()) >= 8
    assert len({languages.script_of(lang) for lang in spoken()}) >= 5
    assert len({lang for lang in spoken() if languages.direction_of(lang) == "rtl"}) >= 2


@pytest.mark.parametrize(("lang", "least"), AT_LEAST.items(), ids=list(AT_LEAST))
def test_each_language_has_enough_for_a_deck_of_its_own(lang: str, least: int) -> None:
    assert len(spoken_by(lang)) >= least


@every_fragment
def test_each_fragment_is_in_english_and_three_other_languages(fragment: Fragment) -> None:
    said = [each.lang for each in fragment.translations]

    assert said[0] == "en"
    assert len(set(said)) == len(said) >= 4
    assert all(languages.canonical(lang) == lang for lang in [*said, fragment.lang])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["external_id"])
def test_no_original_text_is_carried(record: dict[str, object]) -> None:
    assert "text" not in record


@every_fragment
def test_nothing_is_translated_back_into_its_own_language_but_english_retellings(fragment: Fragment) -> None:
    same = [each for each in fragment.translations if each.lang.split("-")[0] == fragment.lang.split("-")[0]]

    assert all(each.lang == "en" and "Retold in present-day English" in (each.note or "") for each in same)


@every_fragment
def test_each_translation_says_that_it_was_made_for_this_project(fragment: Fragment) -> None:
    assert {each.maker for each in fragment.translations} == {Maker.PROJECT}
    assert {each.translator for each in fragment.translations} == {None}


@every_fragment
def test_each_text_is_in_the_script_of_its_language(fragment: Fragment) -> None:
    for each in fragment.translations:
        letters = [character for character in each.text if character.isalpha()]
        assert letters
        assert all(unicodedata.name(character).startswith(alphabet(each)) for character in letters), each.lang


@every_fragment
def test_each_text_fits_a_widget(fragment: Fragment) -> None:
    for each in fragment.translations:
        assert 10 <= graphemes.count(each.text) <= 300, each.lang


@every_fragment
def test_each_text_is_stored_as_it_is(fragment: Fragment) -> None:
    for each in fragment.translations:
        cleaned = cleaning.clean(each.text, field="text", lang=each.lang, form=fragment.form)
        assert (cleaned.text, cleaned.notes) == (each.text, ()), each.lang


@every_fragment
def test_verse_keeps_its_lines_in_every_language_and_prose_has_none(fragment: Fragment) -> None:
    breaks = {each.text.count("\n") for each in fragment.translations}

    assert len(breaks) == 1
    assert (breaks == {0}) is (fragment.form is Form.PROSE)


def test_no_two_texts_are_the_same() -> None:
    texts = [each.text for fragment in FRAGMENTS for each in fragment.translations]

    assert len(set(texts)) == len(texts)


@every_fragment
def test_each_source_says_who_wrote_what_when_and_why_it_is_free(fragment: Fragment) -> None:
    source = fragment.source

    assert source.author
    assert source.title
    assert source.date is not None
    assert dates.year_of(source.date) is not None
    assert source.rights == "public domain"
    assert "died" in (source.rights_basis or "")


@every_fragment
def test_each_suppression_has_evidence_or_says_that_it_has_none(fragment: Fragment) -> None:
    assert fragment.source.suppressions
    for act in fragment.source.suppressions:
        assert countries.canonical(act.country) == act.country
        assert act.action
        assert (act.verification is Verification.CITED) is bool(act.evidence)


@every_fragment
def test_each_fragment_has_a_gloss_and_known_topics(fragment: Fragment) -> None:
    assert fragment.gloss
    assert fragment.gloss_lang == "en"
    assert fragment.topics
    assert set(fragment.topics) <= TOPICS
