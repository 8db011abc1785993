"""Where a blogger's site is, the one thing that works there when it is pasted, and what readers then see.

Rules: what each place keeps of a paste was read about, in its own documentation or in reports of its users (the table
is in docs/bloggers.md), and only WordPress's core was really run; a place that keeps no HTML gets an address, of which
it makes a card or, as WordPress does, a quotation and a frame.

It chooses no fragment and words nothing.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from embed.feed_items import path_of
from embed.pictures.look import CARD
from embed.snippets import Options, frame_snippet, own_page, page_address, quotation_snippet, script_snippet
from embed.snippets_more import badge_html, badge_markdown, markdown, signature
from fragments.nouns import Fragment
from widget_server.shelf import Printing

Make = Callable[[Fragment, Options], str]
LOOKS = frozenset({"width", "theme", "label"})


def _worded(address: str, options: Options) -> str:
    """The address, said in the language of the blogger's page: programs that make a card of it have none of their own,
    and get English unless told."""
    return address if options.ui == "en" else f"{address}{'&' if '?' in address else '?'}ui={options.ui}"


def _for_oembed(fragment: Fragment, options: Options) -> str:
    return _worded(page_address(fragment, options), options)


def _for_a_card(fragment: Fragment, options: Options) -> str:
    return _worded(own_page(fragment, options), options)


def _card(fragment: Fragment, options: Options) -> str:
    """The picture of a card, of which platforms make what they like."""
    return Markup(
        '<img src="{}/card.png?ui={}" width="{}" height="{}" alt="" style="max-width:100%;height:auto;">'
    ).format(own_page(fragment, options), options.ui, CARD.width // 2, CARD.height // 2)


PLACES: Mapping[str, Make] = {
    "html": script_snippet,
    "wordpress": _for_oembed,
    "wordpress_com": quotation_snippet,
    "ghost": script_snippet,
    "medium": _for_a_card,
    "blogger": script_snippet,
    "readme": badge_markdown,
    "markdown": markdown,
    "signature": signature,
}
NAMES = (*PLACES, "feed")
# What of the form matters there: an address carries only the language of its words, and a feed has a look of its own.
WORDED_ONLY = dict.fromkeys(("wordpress", "medium", "markdown", "signature"), frozenset({"label"}))
ASKED: Mapping[str, frozenset[str]] = {**WORDED_ONLY, "feed": frozenset()}
# What readers see where it is not what was pasted.
SEEN: Mapping[str, Make] = {"wordpress": frame_snippet, "medium": _card, "readme": badge_html}


def made_for(place: str, fragment: Fragment, options: Options, printing: Printing, facet: str) -> str:
    """What to paste at `place`. `facet` is the name of the deck, whose feed is offered; "" where there is none."""
    if place == "feed":
        path = f"{path_of(facet)}.atom" if facet else ""
        return f"{options.public_url}{path}" if path and printing.get(path) else ""
    return PLACES[place](fragment, options)


def seen_at(place: str, fragment: Fragment, options: Options) -> str:
    """What readers see there, as HTML; see `is_seen`."""
    return (SEEN.get(place) or PLACES[place])(fragment, options)


def is_seen(place: str) -> bool:
    """Whether we know how it looks there: a feed and Markdown are dressed by the reader's program."""
    return place not in ("feed", "markdown")


def is_script(place: str) -> bool:
    """Whether a script is pasted there, which draws from one deck."""
    return PLACES.get(place) is script_snippet


def looks_asked(place: str) -> frozenset[str]:
    """Which looks make a difference there: of "width", "theme" and "label"."""
    return ASKED.get(place, LOOKS)


def takes_one(place: str) -> bool:
    """Whether a single fragment can be chosen there."""
    return place != "feed"


def carries_one(place: str) -> bool:
    """Whether readers see the one fragment that was pasted, at each visit."""
    return place in ("wordpress_com", "medium", "markdown", "signature")


def is_a_page(place: str) -> bool:
    """Whether what is pasted there stands on a page that can be looked at."""
    return place not in ("feed", "signature")


def is_drawn_anew(place: str) -> bool:
    """Whether each visit shows another fragment."""
    return is_script(place) or place in ("", "wordpress")
