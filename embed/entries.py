"""Entries of decks: a fragment as one line of JSON, and which of its texts go in.

Rules: docs/format.md, "Entries". An entry always carries its first text; others go in, those first that most
interfaces can show beside it, until the part reaches its budget. A text too long for a widget is cut, with an ellipsis.

It does not deal (embed.decks) and signs nothing.
"""

import json
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

import brotli

from embed import wording
from embed.strings import UI_LANGUAGES, spoken
from fragments import countries, graphemes, languages
from fragments.nouns import Form, Fragment, Sensitivity, Suppression

LONGEST_TEXT_GRAPHEMES = 600  # a widget shows 300 to 400; the page behind the link has all of it
LONGEST_TEXT_BYTES = 3_000  # 24 of these stay below the 100,000 bytes a loader reads
LONGEST_NAMES_GRAPHEMES = 250  # of author and title: posts have their first sentence for one
BYTES_A_COST = 0.8  # brotli's bytes in a deck for each byte of zlib's fastest alone, measured on ten languages
SURELY = 0.9  # of the budget: the rate was never above 1.02
SEPARATOR = " · "
TRIES, NEAR_ENOUGH = 8, 0.93  # 0.2 ms a try, 1.1 of them on average

Text = tuple[int, int, str]  # rank, cost, JSON


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, ready but for the number of its texts. The first always goes in; ranks rise after it."""

    start: str
    texts: tuple[Text, ...]
    rest: str
    words: str  # in each interface language; the same in many entries, so brotli pays for them once a part

    def line(self, texts: int, sixteenths: int) -> str:
        """The entry as one line of JSON with its first `texts` texts."""
        chance = "" if sixteenths == 16 else f',"n":{sixteenths}'
        shown = ",".join(text for _, _, text in self.texts[:texts])
        return f'{self.start}"x":[{shown}]{self.rest}{self.words}{chance}}}'


class Entries:
    """The entries of one edition. It remembers them, because a fragment is in a dozen decks."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str | None], Entry] = {}
        self._texts: dict[str, dict[wording.Shown, Text]] = {}
        self._rests: dict[tuple[str, str, str], tuple[str, str]] = {}

    def of(self, fragment: Fragment, lang: str | None) -> Entry:
        """The entry of a fragment in a deck of language `lang` (None: any)."""
        key = fragment.id, lang
        if key not in self._entries:
            self._entries[key] = self._made(fragment, lang)
        return self._entries[key]

    def _made(self, fragment: Fragment, lang: str | None) -> Entry:
        first = (wording.in_language(fragment, lang) if lang else None) or wording.texts(fragment)[0]
        texts = self._texts.setdefault(fragment.id, {})
        for shown in wording.texts(fragment) if not texts else ():
            texts[shown] = _text(shown)
        others = sorted(text for shown, text in texts.items() if shown != first)
        original = "" if first.is_original else f',"o":{_json(fragment.lang)}'
        ui = spoken(lang or "en")
        credit = wording.credit(first, ui, fragment.lang)
        key = fragment.id, ui, credit
        if key not in self._rests:
            self._rests[key] = _members(_rest(fragment, first, ui)), _members(_words(fragment, first))
        rest, words = self._rests[key]
        return Entry(f'{{"i":{_json(fragment.id)},', (texts[first], *others), original + rest, words)


def fill(entries: Sequence[Entry], budget: int) -> list[int]:
    """How many texts each entry gets so that the part, compressed, stays within `budget` bytes; at least one."""
    wishes = sorted(
        (rank, place, number, cost)
        for number, each in enumerate(entries)
        for place, (rank, cost, _) in enumerate(each.texts[1:], start=1)
    )
    least = sum(each.texts[0][1] + len(each.rest) // 2 for each in entries)
    least += sum(len(words) // 2 for words in {each.words for each in entries})
    costs = list(accumulate((wish[3] for wish in wishes), initial=least))
    if costs[-1] < budget * SURELY:
        return [len(each.texts) for each in entries]
    fits, too_many = 0, len(costs)
    guess = bisect_right(costs, budget / BYTES_A_COST) - 1
    for _ in range(TRIES):
        guess = min(max(guess, fits), too_many - 1)
        size = _size(entries, _counts(len(entries), wishes[:guess]))
        fits, too_many = (guess, too_many) if size <= budget else (fits, guess)
        if too_many - fits <= 1 or (fits == guess and size > budget * NEAR_ENOUGH):
            break
        guess = (fits + too_many) // 2
    return _counts(len(entries), wishes[:fits])


def cut(text: str, lang: str) -> str:
    """The text, or as much of it as a deck carries, ended by an ellipsis."""
    if len(text) <= LONGEST_TEXT_GRAPHEMES and len(text.encode()) <= LONGEST_TEXT_BYTES:
        return text
    at_most = LONGEST_TEXT_GRAPHEMES
    while len((shorter := graphemes.cut(text, at_most, lang)).encode()) > LONGEST_TEXT_BYTES:
        at_most -= 50
    return shorter


def _counts(entries: int, chosen: Sequence[tuple[int, int, int, int]]) -> list[int]:
    counts = [1] * entries
    for _, place, number, _ in chosen:
        counts[number] = place + 1
    return counts


def _size(entries: Sequence[Entry], counts: Sequence[int]) -> int:
    body = "\n".join(each.line(count, 16) for each, count in zip(entries, counts, strict=True)).encode()
    return len(brotli.compress(body, quality=5))


def _text(shown: wording.Shown) -> Text:
    text = cut(shown.text, shown.lang)
    return _rank(shown), len(zlib.compress(text.encode(), 1)), _json(_worded(shown.lang, text))


def _rank(shown: wording.Shown) -> int:
    # An original comes second only in a `lang-` deck, after what the interface can show: the loader shows two texts.
    return len(UI_LANGUAGES) if shown.is_original else wording.rank_of(shown.lang)


def _rest(fragment: Fragment, first: wording.Shown, ui: str) -> dict[str, object]:
    """What is the same for every reader; `ui` chooses the punctuation of the attribution."""
    rest: dict[str, object] = {"v": 1} if fragment.form is Form.VERSE else {}
    if fragment.gloss:
        rest["g"] = _worded(fragment.gloss_lang, fragment.gloss)
    rest["a"] = graphemes.cut(wording.names_of(fragment, ui), LONGEST_NAMES_GRAPHEMES, ui)
    if first.translation and first.translation.translator:
        rest["t"] = first.translation.translator
    rest |= _suppressed(fragment.source.suppressions)
    if fragment.content_warning:
        rest["k"] = fragment.content_warning
    if fragment.sensitivity is Sensitivity.NEEDS_FRESH:
        rest["s"] = 1
    return rest


def _suppressed(suppressions: Sequence[Suppression]) -> dict[str, object]:
    for suppression in islice(suppressions, 1):
        code = "" if countries.is_former(suppression.country) else suppression.country
        who = ", ".join(word for word in (suppression.who, wording.year_of(suppression)) if word)
        return {key: value for key, value in (("c", code), ("w", who)) if value}
    return {}


def _words(fragment: Fragment, first: wording.Shown) -> dict[str, object]:
    """What has to be said in the reader's language, which a deck does not know: so in all that we speak."""
    found: dict[str, object] = {}
    for suppression in islice(fragment.source.suppressions, 1):
        if countries.is_former(suppression.country):  # browsers have no names for these, and take SU for Russia
            found["c"] = {ui: countries.name_of(suppression.country, ui) for ui in UI_LANGUAGES}
    return found | {ui: words for ui in UI_LANGUAGES if (words := _after_names(fragment, first, ui))}


def _after_names(fragment: Fragment, first: wording.Shown, ui: str) -> str:
    """The words that follow the names of an attribution, or, where nobody is named, stand in their place.

    Names stand once, a translator's in a member of its own: in eight sentences each, twenty-four of them cost a part
    all its translations, and long titles more than a loader reads.
    """
    credit = wording.credit_before_name(first, ui, fragment.lang)
    said = SEPARATOR.join(each for each in (wording.words_beside_names(fragment, ui), credit) if each)
    return SEPARATOR + said if said and wording.has_names(fragment) else said


def _members(values: Mapping[str, object]) -> str:
    return f",{_json(values)[1:-1]}" if values else ""


def _worded(lang: str, text: str) -> list[str | int]:
    return [lang, text, 1] if languages.direction_of(lang) == "rtl" else [lang, text]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
