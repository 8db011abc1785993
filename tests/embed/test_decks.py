"""Decks: exact chances, entries that say what format.md says, and a part that fits its budget."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed.decks import BUDGET_BYTES, Printer, Seal, deal
from embed.entries import Entries, cut
from embed.snippets import ISOLATES
from embed.strings import UI_LANGUAGES, say
from fragments.countries import name_of
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import (
    Form,
    Fragment,
    Maker,
    PartialDate,
    Sensitivity,
    Source,
    Suppression,
    Translation,
    Visibility,
)
from fragments.signing import Keypair, sign_note
from fragments.statements import now_text
from fragments.verifying import MAX_FILE_BYTES, open_deck_file

DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
PERSIAN = "سخن گفتن در این روزگار کار هر کس نیست و آن که گفت بهایش را با آزادی خویش پرداخت و باز خاموش نشد تا صبح دمید "
ENGLISH = "To speak in these days is not for everyone, and whoever spoke paid with freedom and yet was not silent. "
WORDS = ("باران", "کاغذ", "دیوار", "شهر", "قلم", "زندان", "آواز", "رود", "سنگ", "نامه", "پنجره", "برف")
ENGLISH_WORDS = ("rain", "paper", "wall", "city", "pen", "prison", "song", "river", "stone", "letter", "window", "snow")


def fragment(number: int, *, weight: int = 1, **changes: object) -> Fragment:
    source = Source(
        external_id="s",
        title="Rights of Man",
        author="Thomas Paine",
        date=PartialDate(raw="1791", edtf="1791"),
        suppressions=(Suppression(country="GB", who="Crown", since=PartialDate(raw="1792", edtf="1792")),),
    )
    values: dict = {"lang": "en", "text": "x", "source": source, **changes}
    return Fragment(id=id_of(str(number)), external_id=str(number), weight=weight, **values)


def chances(parts: list) -> dict[str, Fraction]:
    found: Counter = Counter()
    for part in parts:
        total = sum(dealt.sixteenths for dealt in part)
        for dealt in part:
            found[dealt.fragment.id] += Fraction(dealt.sixteenths, 16 * total)
    return dict(found)


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=120), st.randoms(use_true_random=False))
def test_every_fragment_has_exactly_its_weights_share_of_the_chance(weights: list[int], random: Random) -> None:
    made = [fragment(number, weight=weight) for number, weight in enumerate(weights)]
    assert chances(deal(made, random)) == {one.id: Fraction(one.weight, sum(weights)) for one in made}


@settings(max_examples=20, deadline=None)
@given(st.integers(350, 900), st.sampled_from([1, 2, 9]), st.integers(0, 2**32))
def test_no_part_has_more_than_24_entries(size: int, heaviest: int, seed: int) -> None:
    random = Random(seed)
    parts = deal([fragment(number, weight=random.randint(1, heaviest)) for number in range(size)], random)
    assert len(parts) == 16
    assert max(map(len, parts)) <= 24
    assert sum(chances(parts).values()) == 1


def test_over_many_editions_each_of_too_many_fragments_has_its_share() -> None:
    made = [fragment(number, weight=1 + number % 2) for number in range(500)]
    mean: Counter = Counter()
    for edition in range(200):
        for id_, chance in chances(deal(made, Random(edition))).items():
            mean[id_] += chance / 200
    heavy = sum(mean[one.id] for one in made if one.weight == 2)
    assert heavy == pytest.approx(2 / 3, abs=0.005)
    assert len(mean) == 500


class Start(Random):
    """A random source that leaves the order and starts where it is told."""

    def __init__(self, start: int) -> None:
        super().__init__(0)
        self.start = start

    def sample(self, population: list, k: int) -> list:  # type: ignore[override]
        return list(population[:k])

    def randrange(self, stop: int) -> int:  # type: ignore[override]
        return self.start % stop


def test_over_all_starts_each_of_too_many_fragments_has_exactly_its_share() -> None:
    made = [fragment(number, weight=1 + (number % 3 == 0)) for number in range(390)]
    total = sum(one.weight for one in made)
    sums: Counter = Counter()
    for start in range(total):
        for id_, chance in chances(deal(made, Start(start))).items():
            sums[id_] += chance
    assert sums == {one.id: one.weight for one in made}


def test_the_same_edition_is_dealt_in_the_same_way() -> None:
    made = [fragment(number) for number in range(500)]
    assert deal(made, Random(7)) == deal(made, Random(7))
    assert deal(made, Random(7)) != deal(made, Random(8))


def opened(one: Fragment, lang: str | None = None) -> dict:
    made = Entries().of(one, lang)
    return json.loads(made.line(len(made.texts), 16))


def test_an_entry_says_who_wrote_it_and_who_suppressed_it() -> None:
    assert opened(fragment(1)) == {
        "i": id_of("1"),
        "x": [["en", "x"]],
        "a": "Thomas Paine, Rights of Man (1791)",
        "c": "GB",
        "w": "Crown, 1792",
    }


FRENCH = Translation(lang="fr", text="f")
BRITISH = Translation(lang="en", text="e")


@pytest.mark.parametrize(
    ("lang", "texts", "original"),
    [
        (None, [["fa", "x", 1], ["en", "e"], ["fr", "f"]], None),
        ("fr", [["fr", "f"], ["en", "e"], ["fa", "x", 1]], "fa"),
        ("fa", [["fa", "x", 1], ["en", "e"], ["fr", "f"]], None),
    ],
    ids=["any", "french", "the original's"],
)
def test_the_text_in_the_decks_language_comes_first(
    lang: str | None, texts: list[list[object]], original: str | None
) -> None:
    said = opened(fragment(1, lang="fa", translations=(FRENCH, BRITISH)), lang)
    assert said["x"] == texts
    assert said.get("o") == original


def test_where_the_original_may_not_be_carried_a_translation_stands_in() -> None:
    said = opened(fragment(1, lang="fa", text="", translations=(FRENCH, BRITISH)))
    assert (said["x"], said["o"]) == ([["en", "e"], ["fr", "f"]], "fa")


def test_a_fragment_with_everything_says_everything() -> None:
    said = opened(
        fragment(
            1,
            form=Form.VERSE,
            gloss="g",
            gloss_lang="ar",
            attribution="a line",
            content_warning="violence",
            sensitivity=Sensitivity.NEEDS_FRESH,
            source=Source(external_id="s", suppressions=(Suppression(country="SU"),)),
        )
    )
    assert said == {
        "i": id_of("1"),
        "x": [["en", "x"]],
        "v": 1,
        "g": ["ar", "g", 1],
        "a": "a line",
        "c": {ui: name_of("SU", ui) for ui in UI_LANGUAGES},
        "k": "violence",
        "s": 1,
    }


def test_a_withheld_author_is_not_named() -> None:
    source = Source(external_id="s", title="T", author="Ana", author_visibility=Visibility.WITHHELD)
    assert "Ana" not in Entries().of(fragment(1, source=source), None).line(1, 16)


def test_a_share_of_the_chance_is_said_where_it_is_not_whole() -> None:
    assert json.loads(Entries().of(fragment(1), None).line(1, 5))["n"] == 5
    assert "n" not in json.loads(Entries().of(fragment(1), None).line(1, 16))


@pytest.mark.parametrize("text", ["ا" * 5000, "word " * 900, "မြ" * 900], ids=["persian", "english", "burmese"])
def test_a_long_text_is_cut_with_an_ellipsis(text: str) -> None:
    shorter = cut(text, "en")
    assert shorter.endswith("…")
    assert len(shorter.encode()) <= 3000
    assert cut("short", "en") == "short"


def seal() -> tuple[Seal, str]:
    keyring = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ("root", "edition", "now")}, DATED)
    text = now_text(
        name=keyring.name,
        edition=7,
        since=DATED,
        until=DATED + timedelta(hours=72),
        withdrawn=[],
        origins=["https://a"],
    )
    return Seal(
        name=keyring.name,
        chain=keyring.chain,
        edition=7,
        dated=DATED,
        signers=keyring.edition,
        now_note=sign_note(text, keyring.name, keyring.now),
    ), keyring.pin


def persian(number: int) -> Fragment:
    random = Random(number)
    order = random.sample(range(12), 12)
    text = PERSIAN + " ".join(WORDS[n] for n in order)
    english = ENGLISH + " ".join(ENGLISH_WORDS[n] for n in order)
    chinese = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(90))
    others = tuple(Translation(lang=lang, text=text) for lang, text in (("zh-Hans", chinese), ("en", english)))
    return fragment(number, lang="fa", text=text, translations=others)


def test_a_part_of_24_persian_fragments_with_english_beside_them_fits_the_budget() -> None:
    made, pin = seal()
    body = dict(Printer(made).print_deck("lang-fa", [persian(n) for n in range(384)], Random(1)))[0]
    entries = open_deck_file(body, pin, "lang-fa", 7, DATED).entries
    assert len(entries) == 24
    assert len(brotli.compress(body, quality=5)) <= BUDGET_BYTES
    assert all("en" in [text[0] for text in said["x"]] for said in entries)
    assert not all("zh-Hans" in [text[0] for text in said["x"]] for said in entries)


def test_a_printed_deck_is_genuine_and_one_of_a_single_fragment_has_one_part() -> None:
    made, pin = seal()
    one = fragment(1)
    printed = dict(Printer(made).print_deck(f"f-{one.id}", [one], Random(1)))
    assert list(printed) == [0]
    assert open_deck_file(printed[0], pin, f"f-{one.id}", 7, DATED).entries[0]["i"] == one.id


def test_an_entry_that_begins_with_a_translation_says_who_made_it_in_each_language() -> None:
    made = Translation(lang="en", text="A text", maker=Maker.PROJECT)
    source = Source(external_id="s", title="Title", author="Ana")
    entry = opened(fragment(1, source=source, lang="la", text="", translations=(made,)))
    assert entry["a"] == "Ana, Title"
    assert entry["en"] == " · translation made for this project"
    assert entry["ar"] == " · ترجمة أُنجزت لهذا المشروع"
    assert set(UI_LANGUAGES) < set(entry)


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_a_translators_name_comes_after_the_words_of_every_language(ui: str) -> None:
    made = Translation(lang="en", text="A text", maker=Maker.HUMAN, translator="T. Ranslator")
    entry = opened(fragment(1, lang="la", text="", translations=(made,)))
    assert entry[ui] + entry["t"] == " · " + say(ui, "translated_by", translator="T. Ranslator").translate(ISOLATES)


@pytest.mark.parametrize("lang", [None, "ar"], ids=["any", "arabic"])
def test_where_nobody_is_named_each_language_says_so(lang: str | None) -> None:
    entry = opened(fragment(1, source=Source(external_id="s"), translations=(BRITISH,)), lang)
    assert entry["a"] == ""
    assert {ui: entry[ui] for ui in UI_LANGUAGES} == {ui: say(ui, "source_unknown_author") for ui in UI_LANGUAGES}


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_a_title_stands_once_where_its_author_is_withheld_in_every_language(ui: str) -> None:
    source = Source(external_id="s", title="Листовка", author="Ana", author_visibility=Visibility.WITHHELD)
    entry = opened(fragment(1, source=source))
    assert (entry["a"], entry[ui]) == ("Листовка", " · " + say(ui, "withheld_author"))


def test_an_author_withheld_from_a_work_without_a_title_is_said_alone() -> None:
    entry = opened(fragment(1, source=Source(external_id="s", author="Ana", author_visibility=Visibility.WITHHELD)))
    assert (entry["a"], entry["en"]) == ("", "Author’s name withheld")


@pytest.mark.parametrize("letters", [200, 500, 4_000])
def test_no_part_is_longer_than_what_loaders_and_mirrors_read(letters: int) -> None:
    sources = [
        Source(
            external_id=str(number),
            title="".join(Random(number).choices("абвгдежзиклмнопрст ", k=letters)),
            author="Ana",
            author_visibility=Visibility.WITHHELD,
            suppressions=(Suppression(country="SU"),),
        )
        for number in range(400)
    ]
    told = [fragment(n, lang="my", text="မြ" * 900, source=source) for n, source in enumerate(sources)]
    parts = [body for _, body in Printer(seal()[0]).print_deck("all", told, Random(1))]
    assert len(parts) == 16
    assert max(map(len, parts)) < MAX_FILE_BYTES


def test_words_in_eight_languages_cost_a_part_once() -> None:
    made, _ = seal()
    plain = [replace(persian(n), translations=()) for n in range(384)]
    retold = [
        replace(one, text="", translations=(Translation(lang="fa", text=one.text, maker=Maker.PROJECT),))
        for one in plain
    ]
    sizes = [
        len(brotli.compress(dict(Printer(made).print_deck("lang-fa", each, Random(1)))[0], quality=5))
        for each in (plain, retold)
    ]
    assert sizes[1] - sizes[0] < 650  # 8 languages x 24 entries are 9,400 bytes as they are
