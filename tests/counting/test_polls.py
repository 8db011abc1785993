"""Feed readers: polls by product and day, apart from displays, and nothing else of who asks."""

from datetime import date, timedelta

import pytest

from fragments.store.counting import Counts
from fragments.store.polling import Polls
from fragments.store.republishers import Republishers
from widget_server.counting.clerk import Asked, Clerk
from widget_server.counting.drainer import drain
from widget_server.counting.readers import DIRECT, MOST_SUBSCRIBERS, OTHER, PRODUCTS, Reader, reader_of
from widget_server.counting.spool import Spool

TODAY = date(2026, 11, 24)
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; like FeedFetcher-Google)"


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def clerk(spool):
    return Clerk(spool, frozenset({"own.example"}), lambda: TODAY)


@pytest.fixture
def drained(spool, archive):
    """Closes the spool, drains it and gives the database's engine."""

    def run():
        spool.close()
        drain(spool.directory, Counts(archive.engine), machine="m", today=TODAY)
        return archive.engine

    return run


def a_poll(user_agent, feed="/feed.atom", **fields):
    told = {"origin": None, "referer": None, "address": "203.0.113.9", **fields}
    return Asked(kind="feed", deck=feed, user_agent=user_agent, **told)


@pytest.mark.parametrize(
    ("user_agent", "product", "subscribers"),
    [
        (FEEDLY, "Feedly", 12),
        ("Mozilla/5.0 (compatible; inoreader.com; 3 subscribers)", "Inoreader", 3),
        ("NewsBlur Feed Fetcher - 1 subscriber - https://www.newsblur.com/site/1", "NewsBlur", 1),
        ("Feedbin feed-id:1 - 40 subscribers", "Feedbin", 40),
        ("Mozilla/5.0 (compatible; theoldreader.com; 7 subscribers; feed-id=9)", "The Old Reader", 7),
        ("BazQux/2.4 (+https://bazqux.com/fetcher; 5 subscribers)", "BazQux", 5),
        ("unheard-of/1 (99 Readers)", OTHER, 99),
        ("unheard-of/1 (99999999999 users)", OTHER, MOST_SUBSCRIBERS),
        ("Miniflux/2.1 (+https://miniflux.app)", DIRECT, 0),
        ("", DIRECT, 0),
        ("x" * 5_000 + " 5 subscribers", DIRECT, 0),
    ],
)
def test_a_reader_is_known_by_its_own_words(user_agent, product, subscribers):
    assert reader_of(user_agent) == Reader(product, subscribers)


@pytest.mark.parametrize("word", ["", "Feedly", "Feedly|", "Feedly|x", "<b>|3", "Feedly|-1", "Feedly|1|2"])
def test_a_word_that_is_no_reader_makes_no_row(word):
    assert Reader.read(word) is None


def test_polls_are_counted_apart_from_displays(clerk, drained):
    for _ in range(3):
        clerk.count(a_poll(FEEDLY))
    clerk.count(a_poll("rss2email/3", feed="/feeds/lang/vi.atom"))
    clerk.count(a_poll("Mozilla/5.0 Firefox/153", referer="https://blog.ngo/"))

    engine = drained()

    feedly, direct = Polls(engine).products(TODAY)
    assert (feedly.name, feedly.polls, feedly.subscribers, feedly.feeds) == ("Feedly", 3, 12, 1)
    assert (direct.name, direct.polls, direct.subscribers) == (DIRECT, 1, 0)
    assert [(each.name, each.kinds) for each in Republishers(engine).listed()] == [("blog.ngo", {"feed": 1})]
    assert Polls(engine).feeds(TODAY) == [("/feed.atom", 3), ("/feeds/lang/vi.atom", 1)]


def test_a_product_says_one_number_a_feed_and_the_newest_counts(clerk, drained):
    clerk.count(a_poll(FEEDLY))
    clerk.count(a_poll(FEEDLY.replace("12", "9")))
    clerk.count(a_poll(FEEDLY.replace("12", "5"), feed="/feed.rss"))
    clerk.today = lambda: TODAY - timedelta(days=1)
    clerk.count(a_poll(FEEDLY.replace("12", "500")))

    (feedly,) = Polls(drained()).products(TODAY)

    assert feedly.subscribers == 12 + 5  # the most said on the newest day of each feed


def test_a_product_that_has_not_come_for_a_month_polls_for_nobody(clerk, drained):
    clerk.count(a_poll(FEEDLY))

    assert Polls(drained()).products(TODAY + timedelta(days=31)) == []


def test_draining_twice_counts_each_poll_once(clerk, spool, archive):
    clerk.count(a_poll(FEEDLY))
    for _ in range(2):
        drain(spool.directory, Counts(archive.engine), machine="m", today=TODAY)
    clerk.count(a_poll(FEEDLY))
    drain(spool.directory, Counts(archive.engine), machine="m", today=TODAY)

    assert Polls(archive.engine).products(TODAY)[0].polls == 2


def test_days_become_months_without_losing_a_poll(clerk, drained):
    for day in (TODAY.replace(day=1), TODAY.replace(day=2), TODAY):
        clerk.today = lambda day=day: day
        clerk.count(a_poll(FEEDLY))
    polls = Polls(drained())

    went = [polls.roll_up(TODAY + timedelta(days=1)) for _ in range(2)]

    assert went == [2, 0]
    (feedly,) = polls.products(TODAY)
    assert (feedly.polls, feedly.last_day) == (3, TODAY.replace(day=1))


def test_nothing_of_a_poll_but_product_and_feed_is_written_down(clerk, spool):
    clerk.count(a_poll("SecretAgent/7 (someone@mail.example; 4 subscribers)"))

    (segment,) = spool.directory.glob("*.spool")
    assert segment.read_text() == f"2026-11-24\tpoll\t/feed.atom\t{OTHER}|4\n"


def test_products_are_short_enough_for_their_column():
    assert max(map(len, PRODUCTS)) <= 32
