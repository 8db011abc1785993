"""Where a blogger's site is, and the one thing that works there when it is pasted.

Rules: what each place keeps of a paste was read about, in its own documentation or in reports of its users (the table
is in docs/bloggers.md), and only WordPress's core was really run; a place that keeps no HTML gets an address, of which
it makes a card or, as WordPress does, a quotation and a frame.

It chooses no fragment and words nothing.
"""

from collections.abc import Callable, Mapping

from embed.snippets import Options, own_page, page_address, quotation_snippet, script_snippet
from embed.snippets_more import badge_markdown, signature
from fragments.nouns import Fragment
from widget_server.shelf import Printing

Make = Callable[[Fragment, Options], str]
WHOLE_FEED = "/feed.atom"


PLACES: Mapping[str, Make] = {
    "html": script_snippet,
    "wordpress": page_address,
    "wordpress_com": quotation_snippet,
    "ghost": script_snippet,
    "medium": own_page,
    "blogger": script_snippet,
    "readme": badge_markdown,
    "signature": signature,
}
NAMES = (*PLACES, "feed")


def made_for(place: str, fragment: Fragment, options: Options, printing: Printing, facet: str) -> str:
    """What to paste at `place`. `facet` is the name of the deck, whose feed is offered where there is one."""
    if place == "feed":
        kind, _, value = facet.partition("-")
        path = f"/feeds/{kind}/{value}.atom"
        return options.public_url + (path if printing.get(path) else WHOLE_FEED)
    return PLACES[place](fragment, options)


def is_script(place: str) -> bool:
    """Whether a script is pasted there, which draws from one deck."""
    return PLACES.get(place) is script_snippet
