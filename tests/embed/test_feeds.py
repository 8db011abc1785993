"""Feeds: what readers rely on. Read by feedparser and lxml, which are not ours."""

import html
import json
import locale
import re
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import feedparser

from embed.feed_items import path_of
from embed.feeds import NEWEST, print_feeds
from embed.press import Press
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import (
    Edition,
    Form,
    Fragment,
    PartialDate,
    Sensitivity,
    Source,
    Suppression,
    Translation,
    Withdrawal,
)
from fragments.signing import Keypair

DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
KEYRING = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ("root", "edition", "now")}, DATED)
PRESS = Press(public_url="https://fragments.example", mirrors=[], keyring=KEYRING, now=DATED)
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def fragment(number: int, **changes: object) -> Fragment:
    since = PartialDate(raw="1934", edtf="1934")
    source = Source(
        external_id="s", title="کتاب", author="Ana & Co", suppressions=(Suppression(country="IR", since=since),)
    )
    values: dict = {
        "lang": "fa",
        "text": f"باران <b>{number}</b> & برف",
        "source": source,
        "translations": (Translation(lang="en", text=f"rain {number}"),),
        "topics": ("poetry",),
        "published_at": DATED + timedelta(minutes=number),
        **changes,
    }
    return Fragment(id=id_of(str(number)), external_id=str(number), **values)


def printed(*fragments: Fragment, number: int = 7, press: Press = PRESS) -> dict[str, bytes]:
    edition = Edition(number=number, dated=DATED + timedelta(days=number), fragments=fragments)
    return {file.path: file.body for file in print_feeds(edition, press)}


def entries(body: bytes) -> list:
    feed = feedparser.parse(body)
    assert not feed.bozo
    return feed.entries


THREE = (fragment(1), fragment(2), fragment(3, lang="vi", text="mưa"))


def test_there_is_a_feed_for_all_for_every_value_and_for_every_pair_of_at_least_two() -> None:
    stems = {path.rpartition(".")[0] for path in printed(*THREE)} - {"/daily", "/changes", "/feeds"}
    assert stems == {
        "/feed",
        "/feeds/lang/fa",
        "/feeds/lang/en",
        "/feeds/lang/vi",
        "/feeds/country/IR",
        "/feeds/topic/poetry",
        "/feeds/lang/fa/country/IR",
        "/feeds/lang/fa/topic/poetry",
        "/feeds/lang/en/country/IR",
        "/feeds/lang/en/topic/poetry",
        "/feeds/country/IR/topic/poetry",
    }
    assert path_of("campaign-may-day") == "/feeds/campaign/may-day"


def test_a_pair_feed_carries_what_has_both_and_says_so() -> None:
    files = printed(*THREE, fragment(4, source=Source(external_id="t")))
    feed = json.loads(files["/feeds/lang/fa/country/IR.json"])
    assert [item["id"][-10:] for item in feed["items"]] == [id_of("2"), id_of("1")]
    assert feed["title"] == "تکه‌های سانسورشده: به فارسی، سرکوب‌شده در ایران"
    assert feed["home_page_url"] == "https://fragments.example/f/random?lang=fa&country=IR"
    assert feed["feed_url"] == "https://fragments.example/feeds/lang/fa/country/IR.json"


def test_a_feed_of_a_language_that_pages_do_not_speak_still_shows_the_translation_into_it() -> None:
    german = (Translation(lang="de", text="Regen"), Translation(lang="en", text="rain"))
    item = json.loads(printed(fragment(1, translations=german))["/feeds/lang/de.json"])["items"][0]
    assert "Regen" in item["content_html"]
    assert "Regen" in item["content_text"]
    assert "rain" not in item["content_html"] + item["content_text"]


@pytest.mark.parametrize("ending", ["atom", "rss", "json"])
def test_every_format_names_the_hub_and_its_own_address(ending: str) -> None:
    body = printed(*THREE, press=replace(PRESS, hub="https://hub.example/"))[f"/feed.{ending}"].decode()
    assert "https://hub.example/" in body
    assert f"https://fragments.example/feed.{ending}" in body
    assert "hub" not in printed(*THREE)[f"/feed.{ending}"].decode()


def test_a_hub_is_linked_as_readers_look_for_it() -> None:
    files = printed(*THREE, press=replace(PRESS, hub="https://hub.example/"))
    for body in (files["/feed.atom"], files["/daily.atom"], files["/changes.atom"], files["/feeds/lang/fa.rss"]):
        links = {link["rel"]: link["href"] for link in feedparser.parse(body).feed.links}
        assert links["hub"] == "https://hub.example/"
        assert links["self"].startswith("https://fragments.example/")
    assert json.loads(files["/feed.json"])["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


def test_an_opml_file_names_every_feed_once_in_groups() -> None:
    files = printed(*THREE)
    outlines = etree.fromstring(files["/feeds.opml"]).xpath("//outline[@xmlUrl]")
    addresses = [outline.get("xmlUrl").removeprefix("https://fragments.example") for outline in outlines]
    assert addresses[:2] == ["/daily.atom", "/feed.atom"]
    assert sorted(addresses) == sorted(p for p in files if p.endswith(".atom") and p != "/changes.atom")
    assert {outline.get("type") for outline in outlines} == {"rss"}
    groups = etree.fromstring(files["/feeds.opml"]).xpath("body/outline[not(@xmlUrl)]/@text")
    assert groups == ["Languages", "Countries", "Topics", "Two at once"]


def test_changes_are_entries_without_texts_and_a_tombstone_for_each_withdrawn_fragment() -> None:
    gone = Withdrawal(id=id_of("9"), at=DATED + timedelta(days=3))
    fixed = fragment(1, corrected_at=DATED + timedelta(days=2), correction="The year was wrong.")
    atrisk = fragment(3, sensitivity=Sensitivity.NEEDS_FRESH)
    edition = Edition(number=8, dated=DATED, fragments=(fixed, fragment(2), atrisk), withdrawn=(gone,))
    files = {file.path: file.body for file in print_feeds(edition, PRESS)}
    root = etree.fromstring(files["/changes.atom"])
    grave = root.find("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert dict(grave.attrib) == {
        "ref": f"tag:fragments.example,2026-11-24:f/{id_of('9')}",
        "when": "2026-11-27T10:00:00Z",
    }
    assert root.findtext(f"{ATOM}updated") == "2026-11-27T10:00:00Z"
    ids = [entry.findtext(f"{ATOM}id")[-10:] for entry in root.findall(f"{ATOM}entry")]
    assert ids == [id_of("1"), id_of("2")]
    assert "باران" not in files["/changes.atom"].decode()
    assert "The year was wrong." in files["/changes.atom"].decode()
    assert not any(id_of("9").encode() in body for path, body in files.items() if path != "/changes.atom")


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_the_newest_comes_first_and_is_read_whole_by_a_feed_reader(ending: str) -> None:
    read = entries(printed(*THREE)[f"/feed.{ending}"])
    assert [entry.link for entry in read] == [f"https://fragments.example/f/{id_of(n)}" for n in "321"]
    assert [entry.id for entry in read] == [f"tag:fragments.example,2026-11-24:f/{id_of(n)}" for n in "321"]
    body = read[1].content[0].value if ending == "atom" else read[1].description
    first = etree.HTML(body).find("body/p")
    assert (first.text, first.get("lang"), first.get("dir")) == ("باران <b>2</b> & برف", "fa", "rtl")
    assert "rain 2" in body
    assert "Ana &amp; Co" in body
    assert html.unescape(read[1].title) == "باران <b>2</b> & برف"


def test_json_feed_says_the_same_as_atom() -> None:
    files = printed(*THREE)
    feed = json.loads(files["/feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in entries(files["/feed.atom"])]
    assert feed["items"][0]["date_published"] == "2026-11-24T10:03:00Z"
    assert {item["language"] for item in feed["items"]} == {"fa", "vi"}
    assert feed["items"][1]["content_text"].startswith("باران <b>2</b> & برف\n\nrain 2\n")


def test_a_later_edition_with_the_same_fragments_gives_the_same_bytes() -> None:
    assert printed(*THREE, number=8) == printed(*THREE, number=7)


def test_a_change_of_host_changes_no_id() -> None:
    moved = replace(PRESS, public_url="https://elsewhere.example", now=DATED + timedelta(days=400))
    before, after = (entries(printed(*THREE, press=press)["/feed.atom"]) for press in (PRESS, moved))
    assert [entry.id for entry in before] == [entry.id for entry in after]
    assert after[0].link.startswith("https://elsewhere.example/")


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_a_correction_moves_updated_and_never_published(ending: str) -> None:
    corrected = fragment(1, corrected_at=DATED + timedelta(days=2), correction="The year was wrong.")
    entry = entries(printed(corrected)[f"/feed.{ending}"])[0]
    feed = feedparser.parse(printed(corrected)[f"/feed.{ending}"]).feed
    assert entry.published_parsed[:5] == (2026, 11, 24, 10, 1)
    assert feed.updated_parsed[:5] == (2026, 11, 26, 10, 0)
    assert "Corrected: The year was wrong." in entry.summary


def test_every_entry_and_paragraph_says_its_language() -> None:
    root = etree.fromstring(printed(*THREE)["/feed.atom"])
    assert root.get(LANG) == "en"
    assert [entry.get(LANG) for entry in root.findall(f"{ATOM}entry")] == ["vi", "fa", "fa"]
    rss = etree.fromstring(printed(*THREE)["/feed.rss"])
    assert rss.xpath("//item/dc:language/text()", namespaces={"dc": "http://purl.org/dc/elements/1.1/"}) == [
        "vi",
        "fa",
        "fa",
    ]
    assert (
        'lang="en" dir="ltr">\u2066rain 1\u2069'
        in json.loads(printed(*THREE)["/feed.json"])["items"][2]["content_html"]
    )


def test_a_feed_of_a_language_we_speak_is_worded_in_it() -> None:
    root = etree.fromstring(printed(*THREE)["/feeds/lang/vi.atom"])
    assert root.get(LANG) == "vi"
    assert "tiếng việt" in root.findtext(f"{ATOM}title").lower()


def test_guids_are_no_addresses_and_the_channel_links_to_a_page_and_to_itself() -> None:
    rss = etree.fromstring(printed(*THREE)["/feeds/lang/vi.rss"])
    assert rss.xpath("//guid/@isPermaLink") == ["false"]
    assert rss.findtext("channel/link") == "https://fragments.example/f/random?lang=vi"
    assert rss.find(f"channel/{ATOM}link").get("href") == "https://fragments.example/feeds/lang/vi.rss"
    atom = etree.fromstring(printed(*THREE)["/feed.atom"])
    links = {link.get("rel"): link.get("href") for link in atom.findall(f"{ATOM}link")}
    assert links == {"self": "https://fragments.example/feed.atom", "alternate": "https://fragments.example/"}


@pytest.mark.parametrize("path", ["/feed.atom", "/feeds/lang/vi.atom", "/daily.atom", "/changes.atom"])
def test_the_first_link_of_a_feed_is_its_page_for_readers_that_take_the_first(path: str) -> None:
    root = etree.fromstring(printed(*THREE, press=replace(PRESS, hub="https://hub.example/"))[path])
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["alternate", "self", "hub"]


def test_updated_moves_for_a_correction_that_the_text_states_and_for_nothing_else() -> None:
    silent = fragment(1, corrected_at=DATED + timedelta(days=2))
    root = etree.fromstring(printed(silent)["/feed.atom"])
    assert root.find(f"{ATOM}entry").findtext(f"{ATOM}updated") == "2026-11-24T10:01:00+00:00"


def test_no_date_is_that_of_the_clock() -> None:
    files = printed(fragment(1, published_at=datetime(2006, 5, 28, tzinfo=UTC)))
    dates = re.findall(r"\d{4}-\d\d-\d\dT|\d\d \w{3} \d{4}", (files["/feed.rss"] + files["/feed.atom"]).decode())
    assert set(dates) == {"2006-05-28T", "28 May 2006"}


def test_printing_never_switches_the_locale_under_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(locale, "setlocale", refuse)
    rss = etree.fromstring(printed(*THREE)["/feed.rss"])
    assert len(rss.findall("channel/lastBuildDate")) == 1
    assert len(rss.findall("channel/item/pubDate")) == 3


def test_a_fragment_whose_author_is_at_risk_is_in_no_feed() -> None:
    files = printed(fragment(1), fragment(2, sensitivity=Sensitivity.NEEDS_FRESH))
    assert not any(id_of("2").encode() in body for body in files.values())


def test_a_warning_takes_the_place_of_the_title_and_comes_before_the_text() -> None:
    entry = entries(printed(fragment(1, content_warning="violence"))["/feed.atom"])[0]
    assert entry.title == "Content warning: violence"
    assert entry.summary.index("violence") < entry.summary.index("باران")


def test_lines_of_verse_stay_lines_and_a_long_text_has_a_short_title() -> None:
    entry = entries(printed(fragment(1, form=Form.VERSE, text="یک\nدو"))["/feed.atom"])[0]
    assert "یک<br />\nدو" in entry.summary
    assert entry.title == "یک دو"
    assert len(entries(printed(fragment(1, text="سنگ " * 100))["/feed.atom"])[0].title) <= 80


def test_a_feed_has_at_most_fifty_items_and_may_have_none() -> None:
    many = printed(*(fragment(n) for n in range(60)))
    assert len(entries(many["/feed.rss"])) == NEWEST
    assert entries(printed()["/feed.atom"]) == []


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"], ids=ascii)
def test_a_character_that_xml_forbids_never_stops_a_printing(character: str) -> None:
    files = printed(fragment(1, text=f"a{character}b", lang="en", translations=()))
    assert entries(files["/feed.rss"])[0].title.replace(" ", "") == "ab"


def test_markup_in_any_field_is_text_in_every_format() -> None:
    attack = "<script>alert(1)</script>\"'&amp;"
    source = Source(external_id="s", title=attack, author=attack, suppressions=(Suppression(country="IR", who=attack),))
    files = printed(fragment(1, text=attack, source=source, translations=(Translation(lang="en", text=attack),)))
    item = json.loads(files["/feed.json"])["items"][0]
    page = etree.HTML(item["content_html"])
    assert {element.tag for element in page.iter()} == {"html", "body", "p", "a"}
    assert item["title"] == attack
