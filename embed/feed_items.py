"""What a feed and its items say, before any format: titles, HTML, ids and dates.

Rules: as in embed.feeds. HTML is made here of escaped plain text only: p, br, a, with lang and dir. A title is in the
fragment's own script, unless there is a content warning: then the title is the warning and the text comes after it.

It builds no XML or JSON.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from embed import wording
from embed.daily import Pick
from embed.press import Press
from embed.strings import has, say, spoken
from fragments import countries, graphemes, languages
from fragments.nouns import Fragment
from fragments.signing import read_notes
from fragments.statements import read_root

TITLE_GRAPHEMES = 80  # readers cut titles at 60 to 100
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed. `path` is its path without the ending, `page` the address of what it is about, `ui` the language of its
    words, `reads` the language that its readers read (any tag): the translation shown is into that one."""

    path: str
    home: str  # the publisher's origin
    page: str
    ui: str
    reads: str
    title: str
    description: str
    authority: str  # of tag: URIs
    hub: str

    @property
    def id(self) -> str:
        """A tag: URI that outlives a change of host."""
        return f"tag:{self.authority}:{self.path[1:]}"

    @property
    def stem(self) -> str:
        """Its address without the ending."""
        return f"{self.home}{self.path}"


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


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or line of an item; `apart` where it runs the other way than the fragment."""

    lang: str
    text: str
    apart: bool = False
    is_line: bool = False


def channel_of(facet: str, press: Press, campaigns: Mapping[str, str]) -> Channel:
    """The feed of `all`, `daily` or a name of gathering.py (`lang-vi.country-VN`), in a language of its readers."""
    narrowed = narrowing_of(facet)
    reads = dict(narrowed).get("lang", "en")
    ui = spoken(reads)
    query = urlencode(narrowed)
    title, description = _title_of(facet, narrowed, ui, campaigns)
    return Channel(
        path=path_of(facet),
        home=press.address(""),
        page=press.address(f"/f/random?{query}" if query else "/"),
        ui=ui,
        reads=reads,
        title=title,
        description=description,
        authority=authority_of(press),
        hub=press.hub,
    )


def narrowing_of(facet: str) -> list[tuple[str, str]]:
    """`lang-vi.country-VN` -> [("lang", "vi"), ("country", "VN")]; empty for `all` and `daily`."""
    return [(kind, value) for kind, dash, value in (part.partition("-") for part in facet.split(".")) if dash]


def path_of(facet: str) -> str:
    """Where a feed lies, without its ending: `/feed`, `/daily`, `/feeds/country/VN`, `/feeds/lang/vi/country/VN`."""
    parts = [word for pair in narrowing_of(facet) for word in pair]
    return "/".join(["/feeds", *parts]) if parts else {"all": "/feed"}.get(facet, f"/{facet}")


def authority_of(press: Press) -> str:
    """The name and day under which tag: URIs are minted (RFC 4151): those of the publisher's first root."""
    return f"{press.keyring.name},{read_root(read_notes(press.keyring.chain)[0].text).since[:10]}"


def updated_of(fragment: Fragment, dated: datetime) -> datetime:
    """When it was last corrected in words, else when it was published (`dated` where it does not say)."""
    published = fragment.published_at or dated
    return max(published, fragment.corrected_at) if fragment.corrected_at and fragment.correction else published


def item_of(fragment: Fragment, channel: Channel, dated: datetime) -> Item:
    """The item of a fragment; `dated` stands in where the fragment does not say when it was published."""
    ui, page = channel.ui, f"{channel.home}/f/{fragment.id}"
    shown = _first(fragment, channel)
    warned = fragment.content_warning
    blocks = list(_blocks(fragment, shown, channel))
    more = f'<p><a href="{html.escape(page)}">{html.escape(say(ui, "read_more"))}</a></p>'
    return Item(
        id=f"tag:{channel.authority}:f/{fragment.id}",
        page=page,
        title=legal(_warning(fragment, ui) if warned else title_of(shown)),
        lang=ui if warned else shown.lang,
        html=legal("\n".join([*map(_p, blocks), more])),
        text=legal("\n\n".join([*map(_plain, blocks), page]) + "\n"),
        published=fragment.published_at or dated,
        updated=updated_of(fragment, dated),
        author=legal(wording.author_of(fragment.source, ui)),
        tags=tuple(filter(None, (*fragment.topics, fragment.campaign))),
    )


def item_of_day(pick: Pick, channel: Channel) -> Item:
    """The item of a day: it has the day's date and an id of its own, so that a fragment may come again next year."""
    item = item_of(pick.fragment, channel, pick.begins)
    id_ = f"tag:{channel.authority}:daily/{pick.day}/{pick.fragment.id}"
    return replace(item, id=id_, published=pick.begins, updated=max(item.updated, pick.begins))


def title_of(shown: wording.Shown) -> str:
    """The beginning of a text, on one line."""
    return graphemes.cut(" ".join(shown.text.split()), TITLE_GRAPHEMES, shown.lang)


def legal(text: str) -> str:
    """The text without characters that XML forbids: hygiene only, cleaning.clean() has refused them."""
    return NOT_XML.sub("", text)


def _title_of(
    facet: str, narrowed: Sequence[tuple[str, str]], ui: str, campaigns: Mapping[str, str]
) -> tuple[str, str]:
    """Title and description."""
    if not narrowed:
        name = "daily" if facet == "daily" else "feed"
        return say(ui, f"{name}_title"), say(ui, f"{name}_description")
    words = say(ui, "list_separator").join(_words(kind, value, ui, campaigns) for kind, value in narrowed)
    return say(ui, "feed_title_narrowed", facets=words), say(ui, "feed_description_narrowed", facets=words)


def _words(kind: str, value: str, ui: str, campaigns: Mapping[str, str]) -> str:
    if kind == "lang":
        return say(ui, "facet_lang", language=languages.name_of(value, ui))
    if kind == "country":
        return say(ui, "facet_country", country=countries.name_in_a_sentence(value, ui))
    if kind == "topic":
        return say(ui, "facet_topic", topic=say(ui, f"topic_{value}") if has(f"topic_{value}") else value)
    return say(ui, "facet_campaign", campaign=campaigns.get(value, value))


def _warning(fragment: Fragment, ui: str) -> str:
    return say(ui, "content_warning", warning=fragment.content_warning)


def _blocks(fragment: Fragment, shown: wording.Shown, channel: Channel) -> Iterator[Block]:
    """The warning, the fragment in its own words, the translation that the feed's readers need, who, and what."""
    ui = channel.ui
    if fragment.content_warning:
        yield Block(ui, _warning(fragment, ui))
    yield from _text(shown)
    beside = _beside(fragment, channel)
    if beside and beside != shown:
        yield from _text(beside, apart=beside.direction != shown.direction)
    lines = [
        wording.credit(beside or shown, ui, fragment.lang),
        f"— {wording.attribution(fragment, ui)}",
        wording.suppressed_line(fragment, ui),
        say(ui, "corrected", correction=fragment.correction) if fragment.correction else "",
    ]
    for line in filter(None, lines):
        yield Block(ui, line, apart=languages.direction_of(ui) != shown.direction, is_line=True)


def _first(fragment: Fragment, channel: Channel) -> wording.Shown:
    """The fragment in its own words, or where those may not be carried, in the language of the feed's readers."""
    found = wording.texts(fragment)[0]
    return found if found.is_original else wording.in_language(fragment, channel.reads) or found


def _beside(fragment: Fragment, channel: Channel) -> wording.Shown | None:
    """The text in the feed's own language, which may be one that we do not speak ourselves; else as on pages."""
    read = wording.in_language(fragment, channel.reads)
    if read is None:
        return wording.translation_for(fragment, channel.ui)
    return None if read.is_original else read


def _text(shown: wording.Shown, *, apart: bool = False) -> Iterator[Block]:
    for paragraph in shown.text.split("\n\n"):
        yield Block(shown.lang, paragraph, apart)


def _p(block: Block) -> str:
    # Most readers drop lang and dir and take the direction from the first strong character: isolates survive that.
    direction = languages.direction_of(block.lang)
    lines = [wording.isolated(line, direction) if block.apart else line for line in block.text.split("\n")]
    body = "<br/>\n".join(map(html.escape, lines))  # whoever strips tags for a preview keeps the words apart
    return f'<p lang="{html.escape(block.lang)}" dir="{direction}">{body}</p>'


def _plain(block: Block) -> str:
    """A paragraph of plain text finds its direction alone; a line after it, which may begin with a name, does not."""
    return wording.isolated(block.text, languages.direction_of(block.lang)) if block.is_line else block.text
