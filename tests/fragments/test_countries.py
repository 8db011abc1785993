"""Countries: a code for each state that suppressed something, dead states under their own names."""

import pytest

from fragments import countries
from fragments.errors import FieldError

UI = ("en", "fr", "es", "ar", "fa", "zh-Hans", "zh-Hant", "vi", "ru")
FORMER = ("AN", "BU", "CS", "DD", "DY", "HV", "NH", "PZ", "RH", "SU", "TP", "VD", "YD", "YU", "ZR")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("VN", "VN"), (" vn ", "VN"), ("VNM", "VN"), ("NGA", "NG"), ("Nga", "RU"), ("vnm", "VN"), ("840", "US"),
        ("vietnam", "VN"),
        ("Viêt Nam", "VN"), ("Việt Nam", "VN"),
        ("越南", "VN"),
        ("The Netherlands", "NL"), ("the Gambia", "GM"), ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"), ("U.S.A.", "US"), ("Россия", "RU"), ("ایران", "IR"), ("中国", "CN"), ("Alemania", "DE"),
        ("XK", "XK"),
        ("Burma", "MM"), ("SU", "SU"), ("SUHH", "SU"), ("USSR", "SU"), ("СССР", "SU"), ("Soviet Union", "SU"),
        ("DDR", "DD"), ("East Germany", "DD"), ("CSHH", "CS"), ("Czechoslovakia", "CS"), ("Yugoslavia", "YU"),
        ("YUCS", "YU"),
    ],
)  # fmt: skip
def test_a_code_or_a_name_becomes_a_code(written: str, code: str) -> None:
    assert countries.canonical(written) == code


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("UK", "write GB"), ("uk", "write GB"), ("EU", "one country"), ("CIS", "one country"), ("UN", "one country"),
        ("EZ", "one country"), ("ZZ", "one country"), ("CP", "one country"), ("AC", "one country"),
        ("IC", "one country"), ("XA", "one country"), ("CSXX", "write RS or ME"), ("XX", "two-letter"),
        ("", "two-letter"),
        ("Atlantis", "two-letter"), ("Congo", "two-letter"), ("Korea", "two-letter"), ("150", "two-letter"),
    ],
)  # fmt: skip
def test_what_is_no_country_is_refused_with_what_to_write(written: str, hint: str) -> None:
    with pytest.raises(FieldError) as refused:
        countries.canonical(written, field="where")

    assert refused.value.field == "where"
    assert hint in refused.value.hint


@pytest.mark.parametrize("in_lang", UI)
def test_a_former_state_keeps_its_own_name_in_every_language_of_the_interface(in_lang: str) -> None:
    names = [countries.name_of(code, in_lang) for code in FORMER]
    heirs = {countries.name_of(code, in_lang) for code in ("RU", "DE", "CZ", "RS", "CD", "MM", "VN", "YE")}

    assert all(names)
    assert len(set(names)) == len(FORMER)
    assert not set(names) & heirs


@pytest.mark.parametrize("in_lang", UI)
def test_a_name_that_is_shown_is_a_name_that_is_read(in_lang: str) -> None:
    living = ("VN", "CN", "IR", "RU", "EG", "TR", "MM", "GB", "XK", "TW", "US", "KP", "SA", "BY", "CU")
    former = tuple(set(FORMER) - {"BU", "TP"})

    read = {code: countries.canonical(countries.name_of(code, in_lang)) for code in (*living, *former)}

    assert {code: found for code, found in read.items() if found != code} == {}


def test_only_states_that_are_no_more_are_former() -> None:
    assert all(countries.is_former(code) for code in FORMER)
    assert not any(countries.is_former(code) for code in ("VN", "RU", "DE", "XK", "UK"))
    assert countries.former_code_of("SU") == "SUHH"
    assert countries.former_code_of("RU") is None


def test_an_unknown_reader_is_told_in_english() -> None:
    assert countries.name_of("SU", "tlh") == "Soviet Union"
    assert countries.name_of("VN", "tlh") == "Vietnam"


def test_a_name_is_weaker_than_a_code_and_says_so() -> None:
    assert [note.code for note in countries.notes("afghanistan")] == ["country-from-name"]
    assert countries.notes("AF") == countries.notes("AFG") == ()
    assert [note.code for note in countries.notes("SU")] == ["former-state"]


@pytest.mark.parametrize(
    ("code", "in_lang", "expected"),
    [
        ("GB", "en", "the United Kingdom"), ("US", "en-GB", "the United States"), ("NL", "en", "the Netherlands"),
        ("PH", "en", "the Philippines"), ("AE", "en", "the United Arab Emirates"), ("GM", "en", "the Gambia"),
        ("SU", "en", "the Soviet Union"), ("CD", "en", "the Democratic Republic of the Congo"),
        ("VA", "en", "Vatican City"), ("VN", "en", "Vietnam"), ("DD", "en", "East Germany"),
        ("PM", "en", "St. Pierre & Miquelon"), ("AX", "en", "the Åland Islands"),
        ("VC", "en", "St. Vincent & the Grenadines"), ("SU", "es", "la Unión Soviética"),
        ("GB", "es-419", "el Reino Unido"), ("NL", "es", "los Países Bajos"), ("VN", "es", "Vietnam"),
        ("CD", "es", "la República Democrática del Congo"), ("US", "es", "Estados Unidos"),
        ("GB", "fr", "Royaume-Uni"), ("CD", "fr", "Congo-Kinshasa"), ("SU", "vi", "Liên Xô"),
    ],
)  # fmt: skip
def test_a_sentence_gives_a_country_the_article_it_takes(code: str, in_lang: str, expected: str) -> None:
    assert countries.name_in_a_sentence(code, in_lang) == expected


def test_every_country_whose_name_is_a_plural_or_a_kind_of_state_takes_the_article() -> None:
    kinds = ("Kingdom", "States", "Republic", "Union", "Emirates", "Islands", "Territor", "Antilles", "Zone")
    without = {"GS", "HM"}  # islands of two names
    codes = {*countries._current(), *FORMER} - without

    names = [countries.name_in_a_sentence(code, "en") for code in sorted(codes)]

    assert [name for name in names if any(kind in name for kind in kinds) and not name.startswith("the ")] == []


def test_every_kind_of_state_or_island_takes_the_article_in_spanish() -> None:
    kinds = (
        "Reino",
        "República",
        "Unión",
        "Emiratos",
        "Islas",
        "Territorio",
        "Territorios",
        "Antillas",
        "Zona",
        "Países",
        "RAE",
    )
    codes = sorted({*countries._current(), *FORMER})

    names = [countries.name_in_a_sentence(code, "es") for code in codes]

    bare = [name for name in names if not name.startswith(("el ", "la ", "los ", "las "))]
    assert [name for name in bare if set(kinds) & set(name.split())] == []
