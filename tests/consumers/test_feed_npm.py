"""Three parsers of feeds from npm that know nothing of us read every format of a running publisher, and get 304."""

from collections.abc import Callable

from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression, Translation

SOURCE = Source(external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="IR"),))
FRAGMENT = Fragment(
    id=id_of("npm"),
    external_id="npm",
    source=SOURCE,
    lang="fa",
    text="باران & برف",
    translations=(Translation(lang="en", text="rain & snow"),),
)
READING = """
import Parser from "rss-parser";
import { parseFeed } from "feedsmith";
import { extractFromJson, extractFromXml } from "@extractus/feed-extractor";
const found = [];
const plain = (text) => text.value ?? text;
for (const ending of ["atom", "rss", "json"]) {
  const address = `${process.argv[2]}.${ending}`;
  const answer = await fetch(address);
  const body = await answer.text();
  const again = await fetch(address, { headers: { "If-None-Match": answer.headers.get("etag") } });
  const say = (parser, feed, item, id, text) =>
    found.push({ ending, parser, status: again.status, feed: plain(feed.title), title: plain(item.title), id, text });
  const smith = parseFeed(body).feed;
  const one = (smith.entries ?? smith.items)[0];
  say("feedsmith", smith, one, one.id ?? one.guid.value, one.content?.value ?? one.content_html ?? one.description);
  const wide = { descriptionMaxLen: 0 };
  const other = ending === "json" ? extractFromJson(JSON.parse(body), wide) : extractFromXml(body, wide);
  say("extractus", other, other.entries[0], other.entries[0].id, other.entries[0].description);
  if (ending !== "json") {
    const old = await new Parser().parseString(body);
    say("rss-parser", old, old.items[0], old.items[0].id ?? old.items[0].guid, old.items[0].content);
  }
}
console.log(JSON.stringify(found));
"""


def test_three_parsers_read_the_same_in_every_format_and_are_not_sent_it_twice(
    published: Callable, node: Callable
) -> None:
    with published(FRAGMENT) as url:
        found = node(READING, f"{url}/feeds/lang/fa")
    assert [(each["ending"], each["parser"]) for each in found] == [
        ("atom", "feedsmith"), ("atom", "extractus"), ("atom", "rss-parser"),
        ("rss", "feedsmith"), ("rss", "extractus"), ("rss", "rss-parser"),
        ("json", "feedsmith"), ("json", "extractus"),
    ]  # fmt: skip
    assert {each["status"] for each in found} == {304}
    assert {each["title"] for each in found} <= {"باران & برف", "باران &amp; برف"}
    assert {each["feed"] for each in found} == {"تکه‌های سانسورشده: به فارسی"}
    assert {each["id"][-10:] for each in found} == {FRAGMENT.id}
    assert all("باران" in each["text"] and "A. Author" in each["text"] for each in found)
