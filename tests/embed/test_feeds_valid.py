"""Feeds by the letter of their formats: RFC 4287's grammar, JSON Feed 1.1's fields, RSS 2.0's and OPML 2.0's musts."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import jsonschema_rs
import pytest
from lxml import etree

from embed.feeds import print_feeds
from embed.press import Press
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Form, Fragment, PartialDate, Source, Suppression, Translation, Withdrawal
from fragments.signing import Keypair

HERE = Path(__file__).parent
DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
KEYRING = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ("root", "edition", "now")}, DATED)
ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def fragment(number: int, **changes: object) -> Fragment:
    since = PartialDate(raw="1934", edtf="1934")
    bans = (Suppression(country="IR", who="وزارت", since=since), Suppression(country="SU"))
    values: dict = {
        "lang": "fa",
        "text": f"باران <b>{number}</b> & برف",
        "source": Source(external_id="s", title="کتاب", author="Ana & Co", suppressions=bans),
        "translations": (Translation(lang="en", text=f"rain\n\n{number}"), Translation(lang="zh-Hans", text="雨")),
        "topics": ("poetry",),
        "published_at": DATED + timedelta(minutes=number),
        **changes,
    }
    return Fragment(id=id_of(str(number)), external_id=str(number), **values)


@pytest.fixture(scope="module", params=["", "https://hub.example/"], ids=["without a hub", "with a hub"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    press = Press(
        public_url="https://fragments.example",
        mirrors=[],
        keyring=KEYRING,
        now=DATED + timedelta(days=3),
        hub=request.param,
    )
    cast = (
        fragment(1, corrected_at=DATED + timedelta(days=1), correction="The year."),
        fragment(2, form=Form.VERSE, text="یک\nدو", source=Source(external_id="nobody")),
        fragment(3, content_warning="violence & war", campaign="may-day"),
        fragment(4, text="", translations=(Translation(lang="sr-Latn", text="kiša"),)),
        fragment(5, text="</p><script>alert(1)</script>]]>", lang="en", translations=()),
    )
    edition = Edition(
        number=7,
        dated=DATED,
        fragments=cast,
        withdrawn=(Withdrawal(id=id_of("9"), at=DATED),),
        campaigns={"may-day": "May & Day"},
    )
    return {file.path: file.body for file in print_feeds(edition, press)}


def of_kind(files: dict[str, bytes], ending: str) -> dict[str, bytes]:
    found = {path: body for path, body in files.items() if path.endswith(ending)}
    assert len(found) > 10
    return found


def test_every_atom_feed_keeps_to_the_grammar_of_rfc_4287(files: dict[str, bytes]) -> None:
    grammar = etree.RelaxNG(etree.parse(HERE / "rfc4287.rng"))
    for path, body in of_kind(files, ".atom").items():
        assert grammar.validate(etree.fromstring(body)), (path, grammar.error_log)


def test_the_grammar_refuses_what_is_no_feed(files: dict[str, bytes]) -> None:
    grammar = etree.RelaxNG(etree.parse(HERE / "rfc4287.rng"))
    feed = files["/feed.atom"].decode()
    spoilt = [
        re.sub(r"<id>.*?</id>", "", feed, count=1),
        feed.replace("+00:00</published>", "</published>", 1),
        feed.replace('rel="self"', 'relation="self"', 1),
        feed.replace("<title>", "<title>A</title><title>", 1),
    ]
    assert [grammar.validate(etree.fromstring(each.encode())) for each in [feed, *spoilt]] == [True] + [False] * 4


def test_what_the_grammar_cannot_say_holds_too(files: dict[str, bytes]) -> None:
    for body in of_kind(files, ".atom").values():
        root = etree.fromstring(body)
        assert root.find(f"{ATOM}author") is not None  # RFC 4287 section 4.1.1
        entries = root.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(ids) == len(set(ids))
        for entry in entries:
            links = [(link.get("rel") or "alternate", link.get("type"), link.get("hreflang")) for link in entry]
            kept = [link for link, each in zip(links, entry, strict=True) if each.tag == f"{ATOM}link"]
            assert "alternate" in {rel for rel, _, _ in kept}
            assert len(kept) == len(set(kept))  # section 4.1.2: alternates differ in type or hreflang


def test_every_json_feed_keeps_to_json_feed_1_1(files: dict[str, bytes]) -> None:
    schema = jsonschema_rs.validator_for(json.loads((HERE / "jsonfeed-1.1.schema.json").read_text("utf-8")))
    for body in of_kind(files, ".json").values():
        schema.validate(json.loads(body))
    for spoil in ({"version": "https://jsonfeed.org/version/1"}, {"hub": []}, {"items": [{"id": 5}]}):
        assert not schema.is_valid({**json.loads(files["/feed.json"]), **spoil})


def test_every_rss_channel_and_item_has_what_rss_2_0_asks(files: dict[str, bytes]) -> None:
    for body in of_kind(files, ".rss").values():
        rss = etree.fromstring(body)
        assert (rss.tag, rss.get("version")) == ("rss", "2.0")
        (channel,) = rss
        assert all(channel.findtext(name) for name in ("title", "link", "description", "language"))
        assert len(channel.findall("link")) == len(channel.findall("lastBuildDate")) == 1
        for item in channel.findall("item"):
            assert item.findtext("title")
            assert item.findtext("description")
            assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
            assert len(item.findall("guid")) == len(item.findall("link")) == 1


def test_opml_has_what_opml_2_0_asks(files: dict[str, bytes]) -> None:
    opml = etree.fromstring(files["/feeds.opml"])
    assert (opml.tag, opml.get("version"), [each.tag for each in opml]) == ("opml", "2.0", ["head", "body"])
    assert all(outline.get("text") for outline in opml.iter("outline"))
    assert all(outline.get("xmlUrl") for outline in opml.iter("outline") if outline.get("type") == "rss")


def test_what_a_browser_shows_is_the_same_words_and_nothing_that_acts(files: dict[str, bytes]) -> None:
    for ending in (".atom", ".rss"):
        root = etree.fromstring(files[f"/feed{ending}"])
        shown = {each.tag.removeprefix(XHTML) for each in root.iter() if str(each.tag).startswith(XHTML)}
        assert shown == {"div", "meta", "h1", "h2", "p", "a", "br", "code", "wbr"}
        entry = root.find(f"{ATOM}entry") if ending == ".atom" else root.find("channel/item")
        written = entry.findtext(f"{ATOM}content") if ending == ".atom" else entry.findtext("description")
        inside = etree.fromstring(f"<div>{written}</div>")
        assert "".join(entry.find(f"{XHTML}div").itertext()) == "".join(inside.itertext())
        assert entry.find(f"{XHTML}div/{XHTML}p").get("dir") == "ltr"
        assert entry.find(f"{XHTML}div/{XHTML}p").text == "</p><script>alert(1)</script>]]>"


def test_every_xml_feed_names_its_style_sheet_and_the_sheet_is_printed_with_it(files: dict[str, bytes]) -> None:
    for path, body in {**of_kind(files, ".atom"), **of_kind(files, ".rss")}.items():
        assert (b'<?xml-stylesheet type="text/css" href="/feed.css"?>' in body) == (path != "/changes.atom")
    assert b"html|div" in files["/feed.css"]
