"""Interface strings of embeds: eight languages say the same things, and a reader gets the right one."""

import json
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest

from embed.strings import RIGHT_TO_LEFT, UI_LANGUAGES, Catalogue, UnequalStrings, has, negotiate, placeholders, say

STRINGS = files("embed") / "strings"
SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "zh": "CJK", "ru": "CYRILLIC"}


def texts(language: str) -> dict[str, str]:
    return dict(json.loads((STRINGS / f"{language}.json").read_text(encoding="utf-8")))


def catalogue(directory: Path, **languages: dict[str, str]) -> Catalogue:
    for language, strings in languages.items():
        (directory / f"{language}.json").write_text(json.dumps(strings), encoding="utf-8")
    return Catalogue(directory)


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_every_language_has_the_keys_of_english_in_its_order(language: str) -> None:
    assert list(texts(language)) == list(texts("en"))


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_every_text_has_the_placeholders_of_english(language: str) -> None:
    english, spoken = texts("en"), texts(language)

    assert {key: placeholders(text) for key, text in spoken.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_every_text_is_composed_without_control_characters_or_stray_space(language: str) -> None:
    for key, text in texts(language).items():
        assert text == unicodedata.normalize("NFC", text), key
        assert not [c for c in text if unicodedata.category(c) == "Cc"], key
        assert text == text.strip() or key.endswith("_separator"), key


@pytest.mark.parametrize("language", SCRIPTS)
def test_sentences_are_in_the_script_of_their_language(language: str) -> None:
    letters = [c for c in texts(language)["why_this"] if c.isalpha()]

    assert all(unicodedata.name(c).startswith(SCRIPTS[language]) for c in letters)


@pytest.mark.parametrize("language", ["fr", "es", "vi"])
def test_sentences_are_not_the_english_ones(language: str) -> None:
    assert texts(language)["why_this"] != texts("en")["why_this"]


def test_french_keeps_its_narrow_space_before_a_question_mark() -> None:
    assert say("fr", "what_is_this").endswith("\u202f?")


def test_a_language_we_do_not_speak_is_answered_in_english() -> None:
    assert say("de", "what_is_this") == "What is this?"


def test_a_region_is_answered_in_its_language() -> None:
    assert say("zh-Hant-TW", "what_is_this") == say("zh", "what_is_this")


def test_a_persian_author_is_isolated_in_an_english_line() -> None:
    line = say("en", "author_title", author="فرخی یزدی", title="Ghazal")

    assert line == "\u2068فرخی یزدی\u2069, Ghazal"


@pytest.mark.parametrize("ui", sorted(RIGHT_TO_LEFT))
def test_a_latin_author_is_isolated_in_a_right_to_left_line(ui: str) -> None:
    assert say(ui, "by", author="Thomas Paine").endswith("\u2068Thomas Paine\u2069")


def test_what_is_isolated_already_is_not_isolated_again() -> None:
    line = say("ar", "author_title", author="Thomas Paine", title="Rights of Man")

    assert say("ar", "with_year", text=line, year=1791) == f"{line} (1791)"


def test_braces_in_a_value_are_left_as_they_are() -> None:
    assert say("en", "by", author="{title}") == "by {title}"


def test_an_unknown_key_is_our_mistake_and_raises() -> None:
    with pytest.raises(KeyError):
        say("en", "no_such_key")


def test_a_word_of_an_open_set_can_be_asked_for_first() -> None:
    assert has("action_banned")
    assert not has("action_enchanted")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(None, "en", id="absent"),
        pytest.param("", "en", id="empty"),
        pytest.param("vi", "vi", id="plain"),
        pytest.param("fr-CH, fr;q=0.9, en;q=0.8", "fr", id="region"),
        pytest.param("de, ru;q=0.4, es;q=0.7", "es", id="best-we-speak"),
        pytest.param("zh-Hant-TW", "zh", id="traditional-chinese"),
        pytest.param("FA-ir ; q=0.5", "fa", id="case-and-space"),
        pytest.param("fr;q=0, ar;q=0.1", "ar", id="refused"),
        pytest.param("fr;q=nan, ar;q=x, ru;q=2", "en", id="bad-qualities"),
        pytest.param("*", "en", id="any"),
        pytest.param(";;,=,q\x00", "en", id="nonsense"),
        pytest.param("x," * 100_000 + "fr", "en", id="too-long"),
    ],
)
def test_a_header_is_answered_with_the_best_language_we_speak(header: str | None, expected: str) -> None:
    assert negotiate(header) == expected


@pytest.mark.parametrize(
    ("french", "difference"),
    [
        pytest.param({}, "missing: hello", id="missing-key"),
        pytest.param({"hello": "Bonjour {name}", "bye": "Au revoir"}, "unknown: bye", id="extra-key"),
        pytest.param({"hello": "Bonjour {nom}"}, "placeholders: hello", id="other-placeholder"),
    ],
)
def test_a_language_of_another_shape_is_refused(tmp_path: Path, french: dict[str, str], difference: str) -> None:
    greetings = catalogue(tmp_path, en={"hello": "Hello {name}"}, fr=french)

    with pytest.raises(UnequalStrings) as refused:
        greetings.say("fr", "hello", name="Ana")

    assert refused.value.language == "fr"
    assert difference in refused.value.differences


def test_a_language_without_a_file_speaks_english(tmp_path: Path) -> None:
    greetings = catalogue(tmp_path, en={"hello": "Hello {name}"})

    assert greetings.say("vi", "hello", name="Ana") == "Hello Ana"
    assert greetings.keys() == ("hello",)
