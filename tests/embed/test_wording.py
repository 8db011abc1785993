"""Wording: the text a reader can read first, authors named as far as they may be, suppressions in one line."""

import pytest

from embed import wording
from fragments.nouns import Fragment, Maker, PartialDate, Source, Suppression, Translation, Visibility

PAINE = Source(
    external_id="s",
    title="Rights of Man",
    author="Thomas Paine",
    date=PartialDate(raw="1791", edtf="1791"),
    suppressions=(
        Suppression(country="GB", who="Crown", since=PartialDate(raw="1792", edtf="1792")),
        Suppression(country="SU"),
    ),
)


def fragment(lang: str = "fa", text: str = "متن", *into: str, **changes: object) -> Fragment:
    translations = tuple(Translation(lang=tag, text=f"in {tag}") for tag in into)
    values: dict = {"source": PAINE, "translations": translations, **changes}
    return Fragment(id="0000000000", external_id="x", lang=lang, text=text, **values)


@pytest.mark.parametrize(
    ("one", "ui", "expected"),
    [
        (fragment("fa", "متن", "fr", "en"), "fa", "fa"),
        (fragment("fa", "متن", "fr", "en"), "fr", "fr"),
        (fragment("fa", "متن", "fr", "en"), "vi", "fa"),
        (fragment("fa", "", "fr", "en"), "vi", "en"),
        (fragment("fa", "", "my", "de"), "vi", "de"),
        (fragment("fa", "متن", "zh-Hant"), "zh", "zh-Hant"),
        (fragment("en-GB", "text", "en"), "en", "en-GB"),
        (fragment("fa", "متن", "zh-Hant", "zh-Hans"), "zh-Hans", "zh-Hans"),
    ],
    ids=["own", "translated", "original", "english", "likeliest", "zh by zh-Hant", "original before all", "exact"],
)
def test_the_text_to_put_first_is_the_one_most_likely_read(one: Fragment, ui: str, expected: str) -> None:
    assert wording.best_text(one, ui).lang == expected


@pytest.mark.parametrize(
    ("one", "ui", "expected"),
    [
        (fragment("fa", "متن", "fr", "en"), "fr", "fr"),
        (fragment("fa", "متن", "fr", "en"), "ru", "en"),
        (fragment("fa", "متن", "fr", "en"), "fa", None),
        (fragment("fa", "متن", "my"), "ru", None),
    ],
    ids=["theirs", "english", "needless", "none"],
)
def test_a_translation_stands_beside_what_cannot_be_read(one: Fragment, ui: str, expected: str | None) -> None:
    beside = wording.translation_for(one, ui)
    assert (beside and beside.lang) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Thomas Paine, Rights of Man (1791)"),
        ({"author": None}, "Rights of Man (1791)"),
        ({"title": ""}, "Thomas Paine (1791)"),
        ({"title": "", "author": None, "date": None}, "Author unknown"),
        ({"title": "", "publisher": "The Press", "author": None, "date": None}, "The Press"),
        ({"author_visibility": Visibility.WITHHELD}, "Author’s name withheld, Rights of Man (1791)"),
        ({"date": PartialDate(raw="some day")}, "Thomas Paine, Rights of Man"),
    ],
    ids=["all", "no author", "no title", "nothing", "publisher", "withheld", "no year"],
)
def test_a_source_is_named_as_far_as_it_is_known_and_may_be(changes: dict, expected: str) -> None:
    values = {name: getattr(PAINE, name) for name in ("external_id", "title", "author", "date")}
    assert wording.source_line(Source(**{**values, **changes}), "en") == expected


def test_a_line_given_with_the_fragment_comes_before_all() -> None:
    assert wording.attribution(fragment(attribution="From a wall in Tunis"), "en") == "From a wall in Tunis"


def test_the_first_suppression_is_said_in_the_readers_language() -> None:
    assert wording.suppressed_line(fragment(), "en") == "Suppressed by Crown in the United Kingdom (1792)"
    assert "Royaume-Uni" in wording.suppressed_line(fragment(), "fr")
    assert wording.line_of(PAINE.suppressions[1], "en") == "Suppressed in the Soviet Union"
    assert wording.suppressed_line(fragment(source=Source(external_id="s")), "en") == ""


def test_who_made_a_translation_is_said() -> None:
    made = [
        Translation(lang="en", text="x", maker=Maker.PROJECT),
        Translation(lang="en", text="x", maker=Maker.MACHINE),
        Translation(lang="en", text="x"),
        Translation(lang="en", text="x", translator="Ben"),
    ]
    shown = [wording.Shown("en", "x", "ltr", each) for each in made]
    assert [wording.credit(each, "en", "xx") for each in shown] == [
        "translation made for this project",
        "machine translation",
        "",
        "translated by Ben",
    ]
    assert wording.credit(wording.Shown("en", "x", "ltr"), "en", "xx") == ""


def test_a_project_text_in_the_works_own_language_is_called_a_retelling() -> None:
    retold = wording.Shown("en", "x", "ltr", Translation(lang="en", text="x", maker=Maker.PROJECT))
    assert wording.credit(retold, "en", "en-GB") == "retold in today’s words for this project"
    assert wording.credit(retold, "fr", "la") == "traduction faite pour ce projet"
