"""What a feed and its items say, before any format: titles, HTML, ids and dates.

Rules: as in embed.feeds. HTML is made here of escaped plain text only: p, br, a, with lang and dir. A title is in the
fragment's own script, unless there is a content warning: then the title is the warning and the text comes after it.

It builds no XML or JSON.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from embed import wording
from embed.plain import plain
from embed.press import Press
from embed.strings import has, say, spoken
from fragments import countries, graphemes, languages
from fragments.nouns import Fragment
from fragments.signing import read_notes
from fragments.statements import read_root

TITLE_GRAPHEMES = 80  # readers cut titles at 60 to 100
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: `stem` is its URL without the ending, `page` what it is about, `ui` the language of its words."""

    id: str
    stem: str
    page: str
    ui: str
    title: str
    description: str
    authority: str  # of tag: URIs
    home: str


@dataclass(frozen=True, slots=True)
class Item:
    """A fragment in a feed. `lang` is that of title and text; `html` names the language of each paragraph."""

    id: str
    page: str
    title: str
    lang: str
    html: str
    text: str
    published: datetime
    updated: datetime
    author: str
    tags: tuple[str, ...]


def channel_of(facet: str, press: Press, campaigns: Mapping[str, str]) -> Channel:
    """The feed of `all` or of one facet's value (`lang-vi`), worded in the facet's language where we speak it."""
    kind, _, value = facet.partition("-")
    narrowed = "" if facet == "all" else value
    ui = spoken(value) if kind == "lang" else "en"
    authority = f"{press.keyring.name},{read_root(read_notes(press.keyring.chain)[0].text).since[:10]}"
    stem = press.address(f"/feeds/{kind}/{value}" if narrowed else "/feed")
    title, description = say(ui, "feed_title"), say(ui, "feed_description")
    if narrowed:
        words = _words(kind, value, ui, campaigns)
        title = say(ui, "feed_title_narrowed", facets=words)
        description = say(ui, "feed_description_narrowed", facets=words)
    page = press.address(f"/f/random?{kind}={value}" if narrowed else "/")
    path = stem.removeprefix(press.address("/"))
    return Channel(f"tag:{authority}:{path}", stem, page, ui, title, description, authority, press.address(""))


def item_of(fragment: Fragment, channel: Channel, dated: datetime) -> Item:
    """The item of a fragment; `dated` stands in where the fragment does not say when it was published."""
    ui, page = channel.ui, f"{channel.home}/f/{fragment.id}"
    shown = wording.texts(fragment)[0]
    published = fragment.published_at or dated
    warned = fragment.content_warning
    return Item(
        id=f"tag:{channel.authority}:f/{fragment.id}",
        page=page,
        title=legal(_warning(fragment, ui) if warned else title_of(shown)),
        lang=ui if warned else shown.lang,
        html=legal("".join(_paragraphs(fragment, shown, ui, page))),
        text=legal(plain(fragment, ui, page)),
        published=published,
        updated=max(published, fragment.corrected_at or published),
        author=legal(wording.author_of(fragment.source, ui)),
        tags=tuple(filter(None, (*fragment.topics, fragment.campaign))),
    )


def title_of(shown: wording.Shown) -> str:
    """The beginning of a text, on one line."""
    return graphemes.cut(" ".join(shown.text.split()), TITLE_GRAPHEMES, shown.lang)


def legal(text: str) -> str:
    """The text without characters that XML forbids: hygiene only, cleaning.clean() has refused them."""
    return NOT_XML.sub("", text)


def _words(kind: str, value: str, ui: str, campaigns: Mapping[str, str]) -> str:
    if kind == "lang":
        return say(ui, "facet_lang", language=languages.name_of(value, ui))
    if kind == "country":
        return say(ui, "facet_country", country=countries.name_of(value, ui))
    if kind == "topic":
        return say(ui, "facet_topic", topic=say(ui, f"topic_{value}") if has(f"topic_{value}") else value)
    return say(ui, "facet_campaign", campaign=campaigns.get(value, value))


def _warning(fragment: Fragment, ui: str) -> str:
    return say(ui, "content_warning", warning=fragment.content_warning)


def _paragraphs(fragment: Fragment, shown: wording.Shown, ui: str, page: str) -> Iterator[str]:
    if fragment.content_warning:
        yield _p(ui, _warning(fragment, ui))
    yield from _text(shown)
    beside = wording.translation_for(fragment, ui)
    if beside and beside != shown:
        yield from _text(beside, apart=beside.direction != shown.direction)
    credit = wording.credit(beside or shown, ui, fragment.lang)
    lines = [
        credit,
        f"— {wording.attribution(fragment, ui)}",
        wording.suppressed_line(fragment, ui),
        _correction(fragment, ui),
    ]
    for line in filter(None, lines):
        yield _p(ui, line, apart=languages.direction_of(ui) != shown.direction)
    yield f'<p><a href="{html.escape(page)}">{html.escape(say(ui, "read_more"))}</a></p>'


def _correction(fragment: Fragment, ui: str) -> str:
    return say(ui, "corrected", correction=fragment.correction) if fragment.correction else ""


def _text(shown: wording.Shown, *, apart: bool = False) -> Iterator[str]:
    for paragraph in shown.text.split("\n\n"):
        yield _p(shown.lang, paragraph, apart=apart)


def _p(lang: str, text: str, *, apart: bool = False) -> str:
    # Most readers drop lang and dir and take the direction from the first strong character: isolates survive that.
    direction = languages.direction_of(lang)
    lines = [html.escape(wording.isolated(line, direction) if apart else line) for line in text.split("\n")]
    return f'<p lang="{html.escape(lang)}" dir="{direction}">{"<br>".join(lines)}</p>'
