"""One fragment a day: the same for everybody, never two for one day, never another for a day that has begun."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from embed.daily import DAYS, FORTNIGHT, picks
from embed.feeds import print_feeds
from embed.press import Press
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Sensitivity, Source, Translation
from fragments.signing import Keypair

FIRST = datetime(2026, 9, 1, 10, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NAME = "fragments.example"
KEYRING = Keyring.made_of(NAME, {role: Keypair.make() for role in ("root", "edition", "now")}, FIRST)


def fragment(number: int, **changes: object) -> Fragment:
    values: dict = {"lang": "fa", "text": f"باران {number}", "published_at": FIRST, **changes}
    values["translations"] = (Translation(lang="en", text=f"rain {number}"),)
    return Fragment(id=id_of(str(number)), external_id=str(number), source=Source(external_id="s"), **values)


HUNDRED = tuple(fragment(number) for number in range(100))


def drawn(fragments: tuple[Fragment, ...] = HUNDRED, today: date = TODAY) -> dict[date, str]:
    return {pick.day: pick.fragment.id for pick in picks(fragments, today, FIRST, NAME)[-DAYS:]}


def daily(fragments: tuple[Fragment, ...] = HUNDRED, today: date = TODAY, number: int = 7) -> dict[str, bytes]:
    now = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=13)
    press = Press(public_url="https://fragments.example", mirrors=[], keyring=KEYRING, now=now)
    files = print_feeds(Edition(number=number, dated=FIRST, fragments=fragments), press)
    return {file.path: file.body for file in files if file.path.startswith("/daily.")}


def test_the_feed_has_a_week_of_days_each_with_one_fragment_and_the_newest_first() -> None:
    items = json.loads(daily()["/daily.json"])["items"]
    days = [TODAY - timedelta(days=back) for back in range(DAYS)]
    assert [item["date_published"] for item in items] == [f"{day}T00:00:00Z" for day in days]
    chosen = drawn()
    assert [item["id"] for item in items] == [
        f"tag:fragments.example,2026-09-01:daily/{day}/{chosen[day]}" for day in days
    ]
    assert [item["url"][-10:] for item in items] == [chosen[day] for day in days]


def test_the_next_day_adds_one_and_changes_none() -> None:
    today, tomorrow = drawn(), drawn(today=TODAY + timedelta(days=1))
    assert len(tomorrow.keys() - today.keys()) == 1
    assert {day: tomorrow[day] for day in today.keys() & tomorrow.keys()} == {
        day: id_ for day, id_ in today.items() if day in tomorrow
    }


def test_an_edition_later_on_the_same_day_gives_the_same_bytes() -> None:
    later = (*HUNDRED, *(fragment(n, published_at=datetime(2026, 11, 24, 12, tzinfo=UTC)) for n in range(100, 200)))
    assert daily(later, number=8) == daily()


def test_a_withdrawal_changes_only_the_days_that_had_drawn_that_fragment() -> None:
    chosen = drawn()
    gone = chosen[TODAY - timedelta(days=2)]
    after = drawn(tuple(one for one in HUNDRED if one.id != gone))
    assert {day for day in chosen if after[day] != chosen[day]} == {TODAY - timedelta(days=2)}


def test_nothing_comes_twice_within_a_fortnight_while_there_are_others() -> None:
    last_of_one = date.fromordinal(FORTNIGHT * 60_000 - 1)
    found = [pick.fragment.id for pick in picks(HUNDRED[:20], last_of_one, FIRST, NAME)]
    assert len(set(found)) == len(found) == FORTNIGHT


def test_few_fragments_take_turns() -> None:
    three = tuple(fragment(number) for number in range(3))
    found = list(drawn(three).values())
    assert set(Counter(found).values()) <= {1, 2, 3}
    assert len(set(found)) == 3


def test_on_the_first_day_what_the_first_edition_brought_is_drawn_and_nothing_for_days_before() -> None:
    later = tuple(fragment(n, published_at=FIRST + timedelta(hours=2)) for n in range(100, 200))
    first_day = drawn((*HUNDRED, *later), FIRST.date())
    assert list(first_day) == [FIRST.date()]
    assert first_day == drawn(HUNDRED, FIRST.date())


def test_without_fragments_the_feed_is_empty_and_stands() -> None:
    assert json.loads(daily(())["/daily.json"])["items"] == []
    assert b"<entry" not in daily(())["/daily.atom"]


def test_a_fragment_whose_author_is_at_risk_is_never_drawn() -> None:
    shy = tuple(replace(one, sensitivity=Sensitivity.NEEDS_FRESH) for one in HUNDRED[:50])
    assert not {one.id for one in shy} & {
        pick.fragment.id for pick in picks([one for one in (*shy, *HUNDRED[50:]) if one not in shy], TODAY, FIRST, NAME)
    }
    bodies = b"".join(daily((*shy, *HUNDRED[50:])).values())
    assert not any(one.id.encode() in bodies for one in shy)


@pytest.mark.parametrize("weight", [1, 4, 9])
def test_a_fragment_is_drawn_by_its_weight(weight: int) -> None:
    crowd = (replace(HUNDRED[0], weight=weight), *HUNDRED[1:])
    # The first day of a fortnight excludes nothing, so its share is exact: w in 99 + w.
    day = date.fromordinal(TODAY.toordinal() // FORTNIGHT * FORTNIGHT)
    firsts = [picks(crowd, day, FIRST, f"{NAME} {n}")[-1].fragment.id for n in range(300)]
    share = firsts.count(HUNDRED[0].id) / len(firsts)
    expected = weight / (99 + weight)
    assert abs(share - expected) < 4 * (expected * (1 - expected) / len(firsts)) ** 0.5


def test_a_correction_moves_updated_and_not_the_day() -> None:
    chosen = drawn()[TODAY]
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    mended = tuple(
        replace(one, corrected_at=noon, correction="The year.") if one.id == chosen else one for one in HUNDRED
    )
    item = json.loads(daily(mended)["/daily.json"])["items"][0]
    assert (item["date_published"], item["date_modified"]) == ("2026-11-24T00:00:00Z", "2026-11-24T12:00:00Z")
