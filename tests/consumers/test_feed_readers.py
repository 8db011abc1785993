"""Three readers of feeds from PyPI that know nothing of us subscribe to a running publisher and live through its news.

Readers keep what was withdrawn: feeds cannot recall a text. They lose it from the feed, and its page says 410.
"""

import json
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import fastfeedparser
    import feedparser
    from reader import Reader, make_reader

from fragments.ids import id_of
from fragments.nouns import Fragment, PartialDate, Source, Suppression, Translation, Withdrawal

FIRST = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
SOURCE = Source(
    external_id="s",
    title="کتاب",
    author="A. Author",
    suppressions=(Suppression(country="IR", since=PartialDate(raw="1934", edtf="1934")),),
)
ENDINGS = ["atom", "rss", "json"]


def fragment(name: str, text: str, **changes: Any) -> Fragment:
    values = {"published_at": FIRST, "translations": (Translation(lang="en", text=f"{name} in English"),), **changes}
    return Fragment(id=id_of(name), external_id=name, source=SOURCE, lang="fa", text=text, **values)


STAYS, GOES, WRONG = fragment("stays", "باران"), fragment("goes", "برف"), fragment("wrong", "بادد")
NEW = fragment("new", "آفتاب", published_at=FIRST + timedelta(days=1))
MENDED = replace(WRONG, text="باد", correction="A letter too many.", corrected_at=FIRST + timedelta(days=2))
GONE = Withdrawal(id=GOES.id, at=FIRST + timedelta(days=2))

Heard = dict[str, str]  # address of a fragment's page -> what the reader shows of it


def feedparser_hears(url: str) -> Callable[[], tuple[int, Heard]]:
    kept: dict[str, Any] = {}

    def poll() -> tuple[int, Heard]:
        found = feedparser.parse(url, etag=kept.get("etag"), modified=kept.get("modified"))
        kept.update({key: found[key] for key in ("etag", "modified") if key in found})
        assert not found.bozo
        entries = {
            entry.link: entry.title + (entry.content[0].value if "content" in entry else entry.description)
            for entry in found.entries
        }
        return found.status, entries

    return poll


def fastfeedparser_hears(url: str) -> Callable[[], tuple[int, Heard]]:
    """It parses only, so the fetching is urllib's."""
    headers: dict[str, str] = {}

    def poll() -> tuple[int, Heard]:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 - loopback
                headers["If-None-Match"] = answer.headers["ETag"]
                found = fastfeedparser.parse(answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, {}
        return 200, {
            entry.link: entry.title + str(entry.get("content") or entry.description) for entry in found.entries
        }

    return poll


CASES = [(feedparser_hears, "atom"), (feedparser_hears, "rss"), *((fastfeedparser_hears, each) for each in ENDINGS)]


@pytest.mark.parametrize(("hears", "ending"), CASES, ids=[f"{hears.__name__[:-6]}-{end}" for hears, end in CASES])
def test_a_reader_hears_of_what_is_new_corrected_and_withdrawn_and_of_nothing_twice(newsroom, hears, ending) -> None:
    newsroom.edition(STAYS, GOES, WRONG)
    poll = hears(f"{newsroom.url}/feeds/lang/fa.{ending}")
    page = f"{newsroom.url}/f/{{}}".format

    status, first = poll()
    assert (status, set(first)) == (200, {page(one.id) for one in (STAYS, GOES, WRONG)})
    assert first[page(STAYS.id)].startswith("باران")
    assert poll() == (304, {})

    newsroom.edition(STAYS, GOES, WRONG, NEW)
    _, second = poll()
    assert set(second) - set(first) == {page(NEW.id)}
    assert {each: second[each] for each in first} == first

    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    _, third = poll()
    assert set(second) - set(third) == {page(GOES.id)}
    assert {each for each in third if third[each] != second[each]} == {page(WRONG.id)}
    assert "A letter too many." in third[page(WRONG.id)]
    with pytest.raises(urllib.error.HTTPError, match="410") as gone:
        urllib.request.urlopen(page(GOES.id))  # noqa: S310 - loopback
    gone.value.close()

    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    assert poll() == (304, {})  # another edition with the same fragments is no news


@pytest.fixture
def lemon() -> Iterator[Reader]:
    with closing(make_reader(":memory:", feed_root=None)) as made:
        yield made


@pytest.mark.parametrize("ending", ENDINGS)
def test_lemon24_reader_keeps_up(newsroom, lemon: Reader, ending: str) -> None:
    path = f"/feed.{ending}"
    newsroom.edition(STAYS, GOES, WRONG)
    lemon.add_feed(newsroom.url + path)

    def poll() -> tuple[int, int, int]:
        value = lemon.update_feed(newsroom.url + path)
        return newsroom.answered[-1][1], value.new if value else 0, value.modified if value else 0

    assert poll() == (200, 3, 0)
    assert poll() == (304, 0, 0)
    newsroom.edition(STAYS, GOES, WRONG, NEW)
    assert poll() == (200, 1, 0)
    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    assert poll() == (200, 0, 1)
    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    assert poll() == (304, 0, 0)

    (entry,) = [each for each in lemon.get_entries() if each.link.endswith(MENDED.id)]
    assert entry.title == "باد"
    assert "A letter too many." in entry.get_content().value
    assert entry.published == FIRST
    assert lemon.get_feed(newsroom.url + path).title == "Censored fragments"


def test_a_daily_feed_gives_a_reader_one_entry_a_day(newsroom) -> None:
    newsroom.edition(*(fragment(str(number), f"باران {number}") for number in range(20)))
    with urllib.request.urlopen(f"{newsroom.url}/daily.json") as answer:  # noqa: S310 - loopback
        items = json.loads(answer.read())["items"]
    days = [item["date_published"][:10] for item in items]
    assert len(days) == len(set(days))
    assert days == sorted(days, reverse=True)
