"""What a feed reader is told besides the feed: validators in every form they may come back in, hubs, no surprises."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from embed.printing import Press, print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Source, Translation
from widget_server.hotpaths import Answer, answer
from widget_server.shelf import Printing, Shelf

NOW = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
FEEDS = ["/feed.atom", "/feed.rss", "/feed.json", "/feeds/lang/fa/topic/press.atom", "/daily.rss"]
EARLIER, EXACT, LATER = (f"Tue, 24 Nov 2026 {hour}:00:00 GMT" for hour in ("09", "10", "11"))


@pytest.fixture(scope="module")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printing]:
    folder = tmp_path_factory.mktemp("feeds")
    fragments = tuple(
        Fragment(
            id=id_of(str(n)),
            external_id=str(n),
            source=Source(external_id="s"),
            lang="fa",
            text=f"باران {n}",
            topics=("press",),
            translations=(Translation(lang="en", text="rain"),),
            published_at=NOW,
        )
        for n in range(5)
    )
    press = Press(
        public_url="https://fragments.example",
        mirrors=(),
        keyring=Keyring.open_or_make(folder / "keys", "fragments.example", NOW),
        now=NOW,
        hub="https://hub.example/",
    )
    edition = Edition(number=1, dated=NOW, fragments=fragments)
    yield Shelf(folder / "shelf").place(1, print_edition(edition, press), at=NOW)


def ask(printing: Printing, path: str = "/feed.atom", method: str = "GET", query: str = "", **headers: str) -> Answer:
    found = answer(printing, method, path, query, {name.replace("_", "-"): text for name, text in headers.items()})
    assert found
    return found


def said(found: Answer, name: str) -> list[str]:
    return [value for key, value in found.headers if key == name]


def tag(printing: Printing, coding: str = "") -> str:
    return said(ask(printing, Accept_Encoding=coding), "ETag")[0]


FORMS = {
    "as it came": "{tag}",
    "weak": "W/{tag}",
    "in a list": '"other", {tag}',
    "weak in a list without spaces": 'W/"other",W/{tag},"third"',
    "anything": "*",
    "with Apache's suffix": '"{bare}-gzip"',
    "weak with Apache's suffix": 'W/"{bare}-gzip"',
    "brotli by Apache": '"{bare}-br"',
    "without quotes": "{bare}",
    "with spaces around": "  {tag}  ",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_a_reader_that_has_the_feed_is_told_so_in_whatever_form_it_asks(
    printing: Printing, form: str, coding: str
) -> None:
    full = tag(printing, coding)
    sent = FORMS[form].format(tag=full, bare=full.strip('"'))
    found = ask(printing, Accept_Encoding=coding, If_None_Match=sent)
    assert (found.status, found.body) == (304, b"")
    whole = ask(printing, Accept_Encoding=coding)
    for name in ("ETag", "Last-Modified", "Cache-Control", "Vary"):
        assert said(found, name) == said(whole, name) != []
    assert said(found, "Content-Length") == []


@pytest.mark.parametrize("sent", ['"other"', 'W/"other-gzip"', '"*"', '"', ",", "W/"])
def test_another_tag_gets_the_feed(printing: Printing, sent: str) -> None:
    assert ask(printing, If_None_Match=sent).status == 200


DATES = {
    "the same": (EXACT, 304),
    "later": (LATER, 304),
    "earlier": (EARLIER, 200),
    "RFC 850": ("Tuesday, 24-Nov-26 10:00:00 GMT", 304),
    "asctime": ("Tue Nov 24 10:00:00 2026", 304),
    "asctime, a second before": ("Tue Nov 24 09:59:59 2026", 200),
    "another zone": ("Tue, 24 Nov 2026 11:00:00 +0100", 304),
    "with a length": (f"{EXACT}; length=1234", 304),
    "no date": ("yesterday", 200),
    "nothing": ("", 200),
}


@pytest.mark.parametrize("form", DATES)
def test_dates_are_understood_in_the_three_forms_of_http_and_a_few_that_readers_invented(
    printing: Printing, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tehran")  # a server's own zone must not matter
    time.tzset()
    try:
        sent, status = DATES[form]
        assert ask(printing, If_Modified_Since=sent).status == status
    finally:
        os.environ.pop("TZ")
        time.tzset()


def test_a_tag_beats_a_date(printing: Printing) -> None:
    assert ask(printing, If_None_Match='"other"', If_Modified_Since=LATER).status == 200
    assert ask(printing, If_None_Match=tag(printing), If_Modified_Since=EARLIER).status == 304
    assert ask(printing, If_None_Match=" ", If_Modified_Since=EXACT).status == 304  # a blank one is none


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_names_itself_and_its_hub_in_its_headers(printing: Printing, path: str) -> None:
    links = ['<https://hub.example/>; rel="hub", <https://fragments.example' + path + '>; rel="self"']
    assert said(ask(printing, path), "Link") == links
    assert said(ask(printing, path, method="HEAD"), "Link") == links
    assert said(ask(printing, path, If_None_Match="*"), "Link") == []


@pytest.mark.parametrize("path", FEEDS)
def test_readers_wait_a_quarter_of_an_hour_and_head_is_like_get(printing: Printing, path: str) -> None:
    get, head = ask(printing, path), ask(printing, path, method="HEAD")
    assert said(get, "Cache-Control") == ["public, max-age=900"]
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")
    assert (get.display, head.display) == (("feed", path), None)


@pytest.mark.parametrize("query", ["utm_source=x", "lang=vi", "a=1&" * 500, "%ff%00", "ui=fa"])
def test_a_junk_query_gives_the_same_answer_and_fills_no_memory(printing: Printing, query: str) -> None:
    ask(printing)
    before = len(printing._seen)
    assert ask(printing, query=query) == ask(printing)
    assert len(printing._seen) == before
    assert said(ask(printing), "No-Vary-Search") == ["params"]


def test_xml_feeds_are_xml_so_that_a_browser_styles_them_and_nothing_in_them_can_act(printing: Printing) -> None:
    assert said(ask(printing, "/feed.atom"), "Content-Type") == ["application/xml; charset=utf-8"]
    assert said(ask(printing, "/feed.rss"), "Content-Type") == ["application/xml; charset=utf-8"]
    assert said(ask(printing, "/feed.json"), "Content-Type") == ["application/feed+json"]
    assert said(ask(printing, "/feed.css"), "Content-Type") == ["text/css; charset=utf-8"]
    policy = said(ask(printing), "Content-Security-Policy")[0]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("path", ["/changes.atom", "/feeds.opml", "/feed.css"])
def test_what_stands_beside_the_feeds_is_served_and_is_nobodys_display(printing: Printing, path: str) -> None:
    assert (ask(printing, path).status, ask(printing, path).display) == (200, None)
