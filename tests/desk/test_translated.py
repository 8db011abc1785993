"""The desk speaks English, French, Spanish and Arabic: which one, and that nothing is missing."""

import ast
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from widget_server.desk import catalogues, wording

SEVEN = datetime(2026, 11, 24, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "lang", "runs"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr", "ltr"),
        ("ar-EG", "ar", "rtl"),
        ("de, es;q=0.4", "es", "ltr"),
        ("de", "en", "ltr"),
        ("", "en", "ltr"),
        ("*", "en", "ltr"),
    ],
    ids=["French of Canada", "Arabic of Egypt", "Spanish after German", "German", "nothing", "anything"],
)
def test_the_sign_in_speaks_the_browsers_language(sign_in, header, lang, runs):
    page = sign_in("").get("/sign-in", headers={"Accept-Language": header}).text

    assert f'<html lang="{lang}" dir="{runs}">' in page


def test_a_choice_beats_the_browser_and_outlives_signing_out(sign_in):
    ana = sign_in("ana")

    answer = ana.post("/language", data={"form_token": "f", "language": "ar", "back": "/find?words=a"})
    assert answer.headers["Location"] == "/find?words=a"
    assert '<html lang="ar" dir="rtl">' in ana.get("/", headers={"Accept-Language": "fr"}).text

    ana.post("/sign-out", data={"form_token": "f"})
    assert '<html lang="ar" dir="rtl">' in ana.get("/sign-in", headers={"Accept-Language": "fr"}).text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org/", "/\\example.org", "\\\\example.org", "javascript:alert(1)", "/ x", ""],
)
def test_the_switch_sends_nobody_to_another_site(sign_in, elsewhere):
    answer = sign_in("ana").post("/language", data={"form_token": "f", "language": "fr", "back": elsewhere})

    assert answer.headers["Location"] == "/"


def test_a_language_that_the_desk_does_not_speak_is_refused(sign_in):
    assert sign_in("ana").post("/language", data={"form_token": "f", "language": "tlh"}).status_code == 400


@pytest.mark.parametrize(
    ("lang", "day", "number"),
    [
        ("en", "24 Nov 2026", "12,345"),
        ("fr", "24 nov. 2026", "12\u202f345"),
        ("es", "24 nov 2026", "12.345"),
        ("ar", "24 نوفمبر 2026", "12,345"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_does(desk, lang, day, number):
    filters = desk.jinja_env.filters

    with desk.test_request_context("/", headers={"Accept-Language": lang}):
        assert day in filters["moment"](SEVEN)
        assert "19:05" in filters["moment"](SEVEN)
        assert filters["day"]("2026-11-24") == day
        assert filters["number"](12345) == number


def test_a_name_in_a_sentence_is_escaped_and_set_apart(desk):
    with desk.test_request_context("/"):
        assert desk.jinja_env.filters["bdi"]("<b>") == "<bdi>&lt;b&gt;</bdi>"


def as_tuple(words):
    """All forms of a sentence, whether it has a number in it or not."""
    return (words,) if isinstance(words, str) else tuple(words or ())


# Arabic says one and two by the noun alone: "نص واحد" and "نصّان" want no digit beside them.
SAID_BY_THE_NOUN = dict.fromkeys([("ar", 1), ("ar", 2)], frozenset({"%(num)s", "%(number)s", "%(sites)s"}))


def filled_in(words):
    """What the desk fills into a sentence."""
    return set(re.findall(r"%\(\w+\)s", words))


def sentences(catalogue):
    """Sentence -> every form that it takes."""
    return {as_tuple(each.id): as_tuple(each.string) for each in catalogue if each.id}


@pytest.fixture(scope="module")
def collected():
    """Every sentence that stands in the desk's views and templates."""
    return sentences(catalogues.collected())


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_sentence_of_the_desk_is_untranslated(collected, language):
    catalogue = catalogues.written(language)

    assert set(collected) - set(sentences(catalogue)) == set(), "python -m widget_server.desk.catalogues takes them in"
    assert catalogues.untranslated(catalogue) == []
    assert [each.id for each in catalogue if each.id and each.fuzzy] == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_every_translation_fills_in_what_the_sentence_does_and_nothing_else(language):
    found = {}
    for sentence, words in sentences(catalogues.written(language)).items():
        one, many = filled_in(sentence[0]), filled_in(sentence[-1])
        for place, form in enumerate(words):
            lost = (filled_in(form) ^ many) - (one ^ many)  # "The first one is shown" needs no number
            found[form] = lost - SAID_BY_THE_NOUN.get((language, place), frozenset())

    assert {form: lost for form, lost in found.items() if lost} == {}


def test_in_arabic_the_noun_after_eleven_is_accusative_and_after_a_hundred_it_is_not():
    forms = [words for words in sentences(catalogues.written("ar")).values() if len(words) == 6]
    apart = [(hundred, eleven) for *_less, hundred, eleven in forms if hundred != eleven]

    assert len(apart) > 15
    assert [(hundred, eleven) for hundred, eleven in apart if hundred.count("ً") >= eleven.count("ً")] == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(language):
    path = catalogues.place(language)
    compiled = read_mo(BytesIO(path.with_suffix(".mo").read_bytes()))

    assert sentences(compiled) == sentences(catalogues.written(language))


def test_the_desk_answers_in_arabic(sign_in):
    page = sign_in("ana").get("/", headers={"Accept-Language": "ar"}).text

    assert "مكتب التحرير" in page
    assert "First page" not in page


FRAGMENTS = Path(__file__).parents[2] / "fragments"
ROOMS = ("cleaning", "characters", "leftovers", "countries", "languages", "addresses")
OF_FILES = {"is not a script code of ISO 15924", "does not agree with the script "}  # no form asks for a script


def told(name, place):
    """The literal words, or their beginning, that an archive's room gives to an error or a note of that name."""
    for room in ROOMS:
        for node in ast.walk(ast.parse((FRAGMENTS / f"{room}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                words = node.args[place]
                words = words.values[0] if isinstance(words, ast.JoinedStr) else words
                yield from [words.value] if isinstance(words, ast.Constant) else []


def test_every_fault_of_a_field_has_words_of_the_desk():
    found = set(told("FieldError", 1)) - OF_FILES

    assert len(found) > 15
    assert {
        reason for reason in found if not any(reason.startswith(known.rstrip()) for known in wording.FAULTS)
    } == set()


def test_every_note_of_cleaning_has_words_of_the_desk():
    found = set(told("Note", 0)) - {
        "country-from-name",
        "former-state",
        "mixed-host",
        "tor",
        "numeric-host",
        "bad-escape",
    }

    assert len(found) > 5
    assert found - set(wording.NOTES) == set()


def test_in_french_it_is_the_page_that_never_says_where_its_readers_are():
    said = sentences(read_mo(BytesIO(catalogues.place("fr").with_suffix(".mo").read_bytes())))
    asked = "The page asked its readers’ browsers not to say where they are, or never says."

    assert said[(asked,)][0].endswith("ou ne le dit jamais.")
