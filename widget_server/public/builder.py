"""The snippet builder: choices in, a preview, a sample and the snippets out.

Rules: a plain GET form that works without scripts; each answer pastes another passage into the snippet, so that a
thousand pages do not all carry the same one; a choice that no deck answers is said, not silently widened. The preview
is the snippet itself in a frame of our own.

It remembers nothing and registers no site.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast, get_args

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from embed.snippets import Options, Theme, frame_height, frame_snippet, quotation_snippet, script_snippet
from embed.strings import UI_LANGUAGES
from fragments.drawing import EVERYTHING, KINDS, NotADeck, Query, deck_name
from fragments.errors import UnknownFacet
from fragments.nouns import Fragment, Sensitivity
from widget_server.mirroring.watching import sound
from widget_server.public import listing, places, site
from widget_server.public.errors import NoSuchFragment, Withdrawn
from widget_server.public.showing import card
from widget_server.public.speaking import Tongue

blueprint = Blueprint("builder", __name__)
THEMES = get_args(Theme)
WIDTHS = (300, 400, 500, 640)  # CSS pixels; narrower is a badge, wider is as wide as a column of text
PREVIEW_MARGIN = 110  # CSS pixels: the margins of a snippet, and room to grow on a phone
SAMPLE = 5
TRIES = 40  # draws for a sample: enough to meet five different ones among six
ADDRESS = re.compile(r"(?:.*/f/)?([0-9a-hjkmnp-tv-z]{10})(?:[/.?#].*)?", re.I)
# A frame of our own round what a blogger pastes: its style is inline, its script and decks come from the publisher.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self' {origins}; connect-src 'self' {origins}; "
    "img-src 'self' {origins}; frame-src 'self' {origins}; object-src 'self' {origins}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Wish:
    """What a blogger asked for, as far as it can be had; `trouble` is the key of what cannot."""

    query: Query
    theme: Theme
    width: int | None
    label: str
    trouble: str = ""

    @property
    def deck(self) -> str:
        """The deck that answers it, or "" where the edition has none."""
        try:
            name = deck_name(self.query)
        except NotADeck:
            return ""
        return name if site.printing().get(f"/d/{name}/0.cf") else ""


@dataclass(frozen=True)
class Snippet:
    """One thing to copy: its key in the strings and its text; empty text where it cannot be had."""

    key: str
    text: str


@blueprint.get("/embed")
def build() -> ResponseReturnValue:
    """The form with what it gives."""
    wish = wish_from_request()
    pasted = _pasted(wish.query)
    placed = _placed(wish, pasted)
    speaker = site.speaker()
    response = make_response(
        render_template(
            "embed.html",
            wish=wish,
            typed=request.args.get("f", "")[:200],
            choices=[(kind, _values(kind), getattr(wish.query, kind)) for kind in KINDS],
            themes=THEMES,
            widths=WIDTHS,
            places=places.NAMES,
            place=_place(),
            asked=places.looks_asked(_place()),
            takes_one=places.takes_one(_place()),
            is_a_page=places.is_a_page(_place()),
            carries_one=places.carries_one(_place()) and not wish.query.fragment,
            kept=f"&{looks_of(wish)}",
            placed=placed,
            placed_rows=min(8, 2 + len(placed) // 60),  # an address, a line of Markdown, or markup; as on a phone
            labels=[Tongue(ui) for ui in UI_LANGUAGES],
            found=0 if wish.trouble else site.printing().facets.count(wish.query),
            sample=[card(each, speaker) for each in _sample(wish.query, pasted)],
            snippets=list(_snippets(wish, pasted)) if pasted else [],
            preview=_preview_address(wish, pasted) if pasted and places.is_seen(_place()) else "",
            is_drawn_anew=places.is_drawn_anew(_place()) and not wish.query.fragment,
            height=frame_height(wish.width) + PREVIEW_MARGIN,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/embed/preview")
def preview() -> ResponseReturnValue:
    """A page that carries the snippet, as a blogger's page would."""
    wish = wish_from_request()
    pasted = _pasted(wish.query)
    if pasted is None:
        raise NoSuchFragment
    direction = Tongue(wish.label).direction  # as a page in that language has it
    body = render_template(
        "preview.html", snippet=_seen(wish, pasted), theme=wish.theme, wish=wish, direction=direction
    )
    response = Response(body, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY.format(origins=" ".join(_origins()))
    return response


def wish_from_request() -> Wish:
    """Read the form. An unknown value is a trouble to be shown beside the form, never an error page."""
    args, asked = request.args, places.looks_asked(_place())
    theme = args.get("theme", "") if "theme" in asked else ""
    width = args.get("width", "") if "width" in asked else ""
    label = args.get("label", "")
    query, trouble = _query()
    return Wish(
        query=query,
        theme=cast(Theme, theme if theme in THEMES else "auto"),
        width=next((each for each in WIDTHS if str(each) == width), None),
        label=label if label in UI_LANGUAGES else site.speaker().ui,
        trouble=trouble,
    )


def _query() -> tuple[Query, str]:
    typed = request.args.get("f", "").strip() if places.takes_one(_place()) else ""
    try:
        if typed:
            return Query(fragment=_named(typed).id), ""
        query = listing.query_from(request.args)
        return query, "" if site.printing().facets.count(query) else "embed.sample.none"
    except Withdrawn:
        return EVERYTHING, "embed.withdrawn.fragment"
    except NoSuchFragment:
        return EVERYTHING, "embed.unknown.fragment"
    except UnknownFacet:
        return EVERYTHING, "embed.sample.none"


def _named(typed: str) -> Fragment:
    """The fragment whose id or address was pasted."""
    found = ADDRESS.fullmatch(typed)
    if found is None:
        raise NoSuchFragment(typed)
    return site.fragment(found[1].lower())


def _pasted(query: Query) -> Fragment | None:
    """The passage that stands in the snippet: the one asked for by `pasted`, else one drawn that suits any page."""
    facets = site.printing().facets
    if not facets.count(query):
        return None
    asked = request.args.get("pasted", "")
    if asked and any(asked == each for each in facets.find(query)):
        return site.fragment(asked)
    drawn = [site.fragment(facets.draw(query, site.house().random)) for _ in range(4)]
    calm = (each for each in drawn if not each.content_warning and each.sensitivity is Sensitivity.NORMAL)
    return next(calm, drawn[0])


def _sample(query: Query, pasted: Fragment | None) -> Iterator[Fragment]:
    if pasted is None:
        return iter(())
    drawn = (site.printing().facets.draw(query, site.house().random) for _ in range(TRIES))
    ids = dict.fromkeys([pasted.id, *drawn])
    return islice(listing.load(site.printing(), iter(ids)), SAMPLE)


def _place() -> str:
    """Where the blogger's site is, or "" where that was not said."""
    asked = request.args.get("site", "")
    return asked if asked in places.NAMES else ""


def _placed(wish: Wish, pasted: Fragment | None) -> str:
    """The one thing that works at that place; "" where a script or a feed cannot narrow by all of the wish."""
    place = _place()
    if pasted is None or not place or (not wish.deck and places.is_script(place)):
        return ""
    return places.made_for(place, pasted, _options(wish), site.printing(), wish.deck)


def _seen(wish: Wish, pasted: Fragment) -> str:
    """What readers will see, as HTML."""
    place = _place() or "html"
    if not places.is_seen(place):
        raise NotFound
    if not wish.deck and places.is_script(place):
        return frame_snippet(pasted, _options(wish))
    return places.seen_at(place, pasted, _options(wish))


def _snippets(wish: Wish, pasted: Fragment) -> Iterator[Snippet]:
    options = _options(wish)
    yield Snippet("script", script_snippet(pasted, options) if wish.deck else "")
    yield Snippet("frame", frame_snippet(pasted, options))
    yield Snippet("quotation", quotation_snippet(pasted, options))


def _options(wish: Wish) -> Options:
    return Options(
        public_url=site.settings().public_url,
        pinned=str(site.printing().edition.get("key", "")),
        edition=site.printing().number,
        ui=wish.label,
        deck=wish.deck or "all",
        theme=wish.theme,
        width=wish.width,
        origins=_origins(),
        facets=None if wish.query.fragment else listing.words_of(wish.query),
    )


def _origins() -> tuple[str, ...]:
    return (site.settings().public_url, *sound(site.settings()))


def _preview_address(wish: Wish, pasted: Fragment) -> str:
    return f"/embed/preview?{words_of(wish)}&pasted={pasted.id}"


def words_of(wish: Wish) -> str:
    """The wish as a query string."""
    words = f"f={wish.query.fragment}" if wish.query.fragment else listing.words_of(wish.query)
    return f"{words}&{looks_of(wish)}" if words else looks_of(wish)


def looks_of(wish: Wish) -> str:
    """All of it but what is shown: where it is pasted, and how it looks."""
    place = f"&site={_place()}" if _place() else ""
    return f"theme={wish.theme}&width={wish.width or ''}&label={wish.label}{place}"


def _values(kind: str) -> list[listing.Value]:
    return listing.values(site.printing().facets, kind, site.speaker(), site.campaigns())
