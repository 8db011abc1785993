"""Drawing: equal chances, any combination of facets, and an index that survives being stored."""

import timeit
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fragments.drawing import (
    EVERYTHING,
    Facets,
    NotADeck,
    NothingToDraw,
    Query,
    deck_name,
    facets_of,
    parse_query,
    query_of_deck,
)
from fragments.errors import UnknownFacet
from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression, Translation


def fragment(
    number: int,
    *,
    lang: str = "vi",
    text: str = "x",
    into: tuple[str, ...] = (),
    countries: tuple[str, ...] = ("VN",),
    topics: tuple[str, ...] = (),
    campaign: str | None = None,
    weight: int = 1,
) -> Fragment:
    source = Source(external_id="s", suppressions=tuple(Suppression(country=code) for code in countries))
    translations = tuple(Translation(lang=tag, text="y") for tag in into)
    return Fragment(
        id=id_of(str(number)),
        external_id=str(number),
        source=source,
        lang=lang,
        text=text,
        topics=topics,
        campaign=campaign,
        weight=weight,
        translations=translations,
    )


COLLECTION = [
    fragment(1, lang="vi", into=("en",), countries=("VN",), topics=("poetry",)),
    fragment(2, lang="zh-Hans", into=("en-GB",), countries=("CN",), topics=("poetry", "press")),
    fragment(3, lang="zh-Hant", countries=("CN", "TW"), campaign="may-day"),
    fragment(4, lang="vi", text="", into=("fr",), countries=("VN", "CN")),
    fragment(5, lang="fa", countries=("IR",), weight=9),
]
INDEX = Facets.of(COLLECTION)


def numbers(query: Query) -> list[int]:
    names = {id_of(str(number)): number for number in range(1, 6)}
    return [names[found] for found in INDEX.find(query)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"lang": ""}, [1, 2, 3, 4, 5]),
        ({"lang": "vi"}, [1]),
        ({"lang": "en"}, [1, 2]),
        ({"lang": "zh"}, [2, 3]),
        ({"lang": "zh_hant"}, [3]),
        ({"country": "VN,CN"}, [1, 2, 3, 4]),
        ({"country": "cn", "topic": "poetry"}, [2]),
        ({"country": "VN,CN", "lang": "vi,fr"}, [1, 4]),
        ({"campaign": "may-day"}, [3]),
        ({"lang": "fa"}, [5]),
        ({"lang": "fa", "country": "VN"}, []),
    ],
)
def test_values_of_a_kind_are_alternatives_and_kinds_narrow_each_other(
    words: dict[str, str], expected: list[int]
) -> None:
    query = parse_query(words)
    assert numbers(query) == expected
    assert INDEX.count(query) == len(expected)


def test_an_original_that_may_not_be_carried_cannot_be_read_in_its_language() -> None:
    assert "lang-vi" not in facets_of(COLLECTION[3])
    assert "lang-fr" in facets_of(COLLECTION[3])


def test_draws_follow_the_weights() -> None:
    query, random = Query(country=("VN", "CN", "IR")), Random(20061028)
    draws = Counter(INDEX.draw(query, random) for _ in range(26_000))
    expected = {one.id: 2_000 * one.weight for one in COLLECTION}  # 13 slots
    chi_square = sum((draws[id_] - due) ** 2 / due for id_, due in expected.items())
    assert chi_square < 18.47  # 0.1 % point at 4 degrees of freedom


def test_every_fragment_of_a_facet_is_drawn_as_often_as_another() -> None:
    index = Facets.of(fragment(n, lang="vi" if n % 3 else "fa") for n in range(300))
    random = Random(7)
    draws = Counter(index.draw(Query(lang=("vi",)), random) for _ in range(20_000))
    assert len(draws) == 200
    assert sum((seen - 100) ** 2 / 100 for seen in draws.values()) < 267.5  # 0.1 % point at 199 degrees of freedom


def test_a_stored_index_draws_as_the_first_one_did() -> None:
    again = Facets.from_bytes(INDEX.to_bytes())
    query = Query(country=("CN", "VN"))
    assert [again.draw(query, Random(n)) for n in range(50)] == [INDEX.draw(query, Random(n)) for n in range(50)]
    assert list(again.ids()) == [one.id for one in COLLECTION]
    assert again.to_bytes() == INDEX.to_bytes()


def test_something_else_is_not_an_index() -> None:
    with pytest.raises(ValueError, match="not a drawing index"):
        Facets.from_bytes(b"<html>")


def test_values_are_counted_most_first() -> None:
    assert INDEX.values("country") == {"CN": 3, "VN": 2, "IR": 1, "TW": 1}
    assert list(INDEX.values("lang"))[:2] == ["en", "zh"]
    with pytest.raises(UnknownFacet):
        INDEX.values("colour")


@pytest.mark.parametrize(
    "words",
    [{"colour": "red"}, {"lang": "klingonish"}, {"country": "UK"}, {"country": "EU"}, {"lang": "vi," * 30 + "a1"}],
    ids=["kind", "language", "code of nobody", "region", "not a tag"],
)
def test_an_unknown_facet_or_value_is_named(words: dict[str, str]) -> None:
    with pytest.raises(UnknownFacet):
        parse_query(words)


def test_a_value_that_no_fragment_has_is_unknown_and_an_empty_meeting_is_said_to_be_one() -> None:
    with pytest.raises(UnknownFacet) as unknown:
        INDEX.draw(Query(country=("DE",)), Random(1))
    assert unknown.value.args == ("country", "DE")
    with pytest.raises(NothingToDraw):
        INDEX.draw(Query(country=("IR",), lang=("vi",)), Random(1))
    with pytest.raises(NothingToDraw):
        Facets.of([]).draw(EVERYTHING, Random(1))


def test_one_fragment_alone_is_drawn_by_its_id() -> None:
    assert INDEX.draw(Query(fragment=COLLECTION[2].id), Random(1)) == COLLECTION[2].id
    with pytest.raises(UnknownFacet):
        INDEX.draw(Query(fragment="0000000000"), Random(1))


NAMES = ["all", "lang-zh-Hans", "lang-vi.country-VN", "topic-a-b", "country-VN.campaign-x", "f-0123456789"]


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_name_is_read_back(name: str) -> None:
    assert deck_name(query_of_deck(name)) == name


@pytest.mark.parametrize("name", ["", "lang", "lang-", "colour-red", "country-VN.lang-vi", "lang-vi.lang-fr", "a.b"])
def test_what_is_no_deck_name_is_refused(name: str) -> None:
    with pytest.raises(NotADeck):
        query_of_deck(name)


def test_alternatives_have_no_deck() -> None:
    with pytest.raises(NotADeck):
        deck_name(Query(country=("CN", "VN")))


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_every_draw_is_of_the_query(weights: list[int], random: Random) -> None:
    made = [fragment(n, lang=("vi", "fa")[n % 2], weight=weight) for n, weight in enumerate(weights)]
    index = Facets.of(made)
    assert index.draw(Query(lang=("vi",)), random) in {one.id for one in made[::2]}
    assert index.count() == len(made)


def test_a_draw_takes_no_longer_from_a_hundred_times_as_many() -> None:
    def index_of(size: int) -> Facets:
        return Facets.of(
            fragment(n, lang=("vi", "fa", "en")[n % 3], countries=(("VN", "IR")[n % 2],)) for n in range(size)
        )

    def seconds(index: Facets) -> float:
        query, random = Query(lang=("vi", "fa"), country=("VN",)), Random(1)
        return min(timeit.repeat(lambda: index.draw(query, random), number=200, repeat=7))

    small, large = seconds(index_of(300)), seconds(index_of(30_000))
    assert large < 8 * small  # a list of candidates would be 100 times slower
