"""The plain text form."""

from embed.plain import plain
from fragments.nouns import Fragment, Maker, PartialDate, Sensitivity, Source, Suppression, Translation

SOURCE = Source(
    external_id="s",
    title="کتاب",
    author="ana",
    suppressions=(Suppression(country="IR", since=PartialDate(raw="1990", edtf="1990")),),
)
ENGLISH = Translation(lang="en", text="first\nsecond", maker=Maker.PROJECT)


def fragment(**changes: object) -> Fragment:
    values: dict = {"lang": "fa", "text": "یک\nدو", "translations": (ENGLISH,), "source": SOURCE, **changes}
    return Fragment(id="0000000000", external_id="x", **values)


def test_the_text_comes_first_then_a_translation_then_who_and_where() -> None:
    said = plain(fragment(), "en", "https://fragments.example/f/0000000000")
    assert said == (
        "یک\nدو\n\n"
        "first\nsecond\ntranslation made for this project\n\n"
        "\u2066— ana, \u2068کتاب\u2069\u2069\n"
        "\u2066Suppressed in Iran (1990)\u2069\n"
        "https://fragments.example/f/0000000000\n"
    )


def test_a_reader_of_the_original_gets_no_translation() -> None:
    assert "first" not in plain(fragment(), "fa")


def test_a_translation_that_stands_in_for_the_original_is_said_to_be_one() -> None:
    said = plain(fragment(text=""), "en")
    assert said.startswith("first\nsecond\n\ntranslation made for this project\n\n")
    assert said.count("first") == 1


def test_a_warning_comes_before_the_text() -> None:
    assert plain(fragment(content_warning="violence"), "en").startswith("Content warning: violence\n\nیک")


def test_a_text_whose_author_is_at_risk_is_not_written_where_nobody_can_call_it_back() -> None:
    said = plain(fragment(sensitivity=Sensitivity.NEEDS_FRESH, gloss="on two lines"), "en", "https://a.example/f/x")
    assert said.startswith("on two lines\n\n")
    assert "یک" not in said
    assert "first" not in said
    assert said.endswith("\nhttps://a.example/f/x\n")
