"""What a page shows of a fragment: a fragment in, words in the reader's language out.

Texts are text: nothing here is markup. It draws nothing, looks nothing up and knows no request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from embed import wording
from embed.strings import has
from embed.strings import say as embed_say
from fragments import graphemes
from fragments.nouns import Fragment
from widget_server.public.facts import Act, Origin, act, line, origin
from widget_server.public.passages import Passage, arranged, best
from widget_server.public.speaking import Speaker

HEADLINE = 90  # graphemes of a text that stand in a page's title
ACTS_IN_CARD = 3


@dataclass(frozen=True)
class Link:
    """A facet's value as a link: its query and its name."""

    query: str
    name: str


@dataclass(frozen=True)
class Card:
    """A fragment in a list, or as the first thing on the home page."""

    id: str
    passage: Passage
    attribution: str
    where: str
    lines: tuple[str, ...]
    gloss: wording.Passage | None
    warning: str | None
    original_language: str

    @property
    def best(self) -> Passage:
        """The text that this reader gets."""
        return self.passage


@dataclass(frozen=True)
class Whole:
    """A fragment's own page."""

    id: str
    url: str
    headline: str
    first: Passage
    beside: Passage | None
    others: tuple[Passage, ...]
    attribution: str
    original_language: str
    gloss: wording.Passage | None
    warning: str | None
    acts: tuple[Act, ...]
    source: Origin
    topics: tuple[Link, ...]
    campaign: Link | None
    published_on: str
    corrected_on: str
    correction: str | None
    mail: str


def card(fragment: Fragment, speaker: Speaker) -> Card:
    """The fragment as a card: the text this reader can read, else the original."""
    return Card(
        id=fragment.id,
        passage=best(fragment, speaker),
        attribution=wording.attribution(fragment, speaker.ui),
        where=_where(fragment, speaker),
        lines=tuple(line(each, speaker) for each in fragment.source.suppressions[:ACTS_IN_CARD]),
        gloss=wording.gloss(fragment),
        warning=fragment.content_warning,
        original_language=speaker.language(fragment.lang),
    )


def whole(fragment: Fragment, speaker: Speaker, public_url: str, campaigns: Mapping[str, str]) -> Whole:
    """Everything that the fragment's page says."""
    first, beside, others = arranged(fragment, speaker)
    url = f"{public_url}/f/{fragment.id}"
    attribution = wording.attribution(fragment, speaker.ui)
    headline = graphemes.cut(" ".join((beside or first).text.split()), HEADLINE, (beside or first).lang)
    body = f"{(beside or first).text}\n\n— {attribution}\n{url}"
    return Whole(
        id=fragment.id,
        url=url,
        headline=headline,
        first=first,
        beside=beside,
        others=others,
        attribution=attribution,
        original_language=speaker.language(fragment.lang),
        gloss=wording.gloss(fragment),
        warning=fragment.content_warning,
        acts=tuple(act(each, speaker) for each in fragment.source.suppressions),
        source=origin(fragment.source, speaker),
        topics=tuple(Link(urlencode({"topic": slug}), topic_name(slug, speaker)) for slug in fragment.topics),
        campaign=_campaign(fragment.campaign, campaigns),
        published_on=speaker.day(fragment.published_at),
        corrected_on=speaker.day(fragment.corrected_at),
        correction=fragment.correction,
        mail=f"mailto:?subject={quote(attribution)}&body={quote(body)}",
    )


def topic_name(slug: str, speaker: Speaker) -> str:
    """A topic in words: ours where the embeds have one, else its slug with spaces."""
    key = f"topic_{slug}"
    return embed_say(speaker.ui, key) if has(key) else slug.replace("-", " ")


def _where(fragment: Fragment, speaker: Speaker) -> str:
    names = dict.fromkeys(speaker.country(each.country) for each in fragment.source.suppressions)
    return " · ".join(names)


def _campaign(slug: str | None, campaigns: Mapping[str, str]) -> Link | None:
    return Link(urlencode({"campaign": slug}), campaigns.get(slug, slug)) if slug else None
