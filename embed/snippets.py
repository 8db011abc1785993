"""What a blogger copies: a quotation that needs nobody's server, and what refreshes it.

Rules: the pasted text stands in the page's own HTML, with its language, direction and source, and reads well when
scripts, styles or both are stripped. Everything is escaped by the template. The look of the box is on the box, in
system colours, so that light, dark and high contrast need no style sheet; the loader takes it over.

It chooses no fragment and knows no address but those it is given. The loader (embed.loader) reads what is written here.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

import regex
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from embed import wording
from embed.loader.released import Loader, current
from embed.strings import say, spoken
from embed.wording import Passage
from fragments import languages
from fragments.drawing import query_of_deck
from fragments.nouns import Fragment, Sensitivity

Theme = Literal["auto", "light", "dark"]

SCHEMES: Mapping[str, str] = {"auto": "light dark", "light": "light", "dark": "dark"}
ISOLATES = dict.fromkeys(range(0x2066, 0x206A))  # a line with dir=auto finds its direction better without them
MOST_SCRIPTS = 3  # the same file from each of three hosts: with two of them blocked it still comes (docs/censor.md)
FURNITURE_EM = 7.5  # label, attribution, who suppressed it, and the air between
FULL_WIDTH_EM = 42  # about 65 characters of the quotation's size, the measure of a book page


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a blogger chose, and where the publisher is.

    `origins` are where decks come from, the publisher's first; empty means `public_url` alone. The loader is offered
    from the first three of them. `pinned` is the hash of the publisher's first root (fragments.statements.pin).
    """

    public_url: str  # no slash at the end
    pinned: str = ""
    edition: int = 0  # the newest edition now: nothing older will be shown
    ui: str = "en"
    deck: str = "all"
    theme: Theme = "auto"
    width: int | None = None  # CSS pixels at most; None: as wide as a column of text
    origins: tuple[str, ...] = ()
    loader: Loader = field(default_factory=current)
    facets: str | None = None  # a random fragment of this query string, "" of all there are; None: this one


# Inline, because a snippet brings no style sheet. Only system colours and what inherits, so that the loader's shadow
# tree, a dark page and forced colours all get it right. `max()` in the height: narrow columns need more lines.
_TEXT = "margin:0 0 .6em;padding:0;border:0;background:none;white-space:pre-wrap;color:inherit;"
STYLES: Mapping[str, str] = {
    "box": "box-sizing:border-box;display:flex;flex-direction:column;margin:1.5em auto;padding:0 1.2em 1em;"
    "border:1px solid #8887;border-top-color:currentColor;border-radius:0;background:Canvas;color:CanvasText;"
    "font:1em/1.5 system-ui,sans-serif;text-align:start;overflow-wrap:anywhere;",
    "head": "display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1.5em;"
    "margin:0 0 1.1em;padding:0;font-size:.85em;line-height:1.4;",
    "label": "margin-top:-1px;padding-top:.6em;border-top:.4em solid;font-weight:700;",
    "link": "color:inherit;",
    "quotation": _TEXT + "font:min({size}em,6vw)/1.4 ui-serif,Cambria,Noto Serif,serif;",
    "beside": _TEXT + "opacity:.8;",
    "foot": "margin:auto 0 0;padding:0;font-size:.85em;",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A fragment in the words of an interface language, ready for a template."""

    id: str
    page: str
    text: Passage | None  # None where the text may only be shown with a fresh statement: a paste cannot be recalled
    beside: Passage | None
    warning: str | None
    attribution: str
    lines: tuple[str, ...]  # who suppressed it, who translated it


def script_snippet(fragment: Fragment, options: Options) -> str:
    """The quotation, and a script that replaces it by another fragment of the deck when one is shown to be genuine."""
    origins = options.origins or (options.public_url,)
    return _render(
        "script.html",
        fragment,
        options,
        origins=origins,
        scripts=[f"{origin}{options.loader.path}" for origin in origins[:MOST_SCRIPTS]],
    )


def frame_snippet(fragment: Fragment, options: Options) -> str:
    """For places that take no script: the quotation in its box, and a frame that covers it once it has come.

    With `options.facets` (`lang=vi&country=VN`) the frame shows a random fragment, else this one. It is an <object>,
    because browsers draw nothing for one that fails, and over an <iframe> a grey error page. While it is on its way,
    and where it is blocked, refused or cut out, the quotation is seen. What is covered holds no link and no fold, for
    whoever moves by keyboard; the link stands below, and a text behind a warning inside the <object>.
    """
    theme = "" if options.theme == "auto" else f"&theme={options.theme}"
    address = f"{embed_address(fragment, options, '/frame', '/frame')}ui={spoken(options.ui)}{theme}"
    return _render("framed.html", fragment, options, address=address, height=frame_height(options.width))


def embed_address(fragment: Fragment, options: Options, drawn: str, one: str) -> str:
    """Where an embed is fetched, up to its own parameters: at path `drawn` for one of the facets that were chosen, at
    the fragment's own address and `one` else."""
    if options.facets is None:
        return f"{options.public_url}/f/{fragment.id}{one}?"
    return f"{options.public_url}{drawn}?{options.facets}{'&' if options.facets else ''}"


def page_address(fragment: Fragment, options: Options) -> str:
    """The page of an embed that changes, of the facets that were chosen; the fragment's own where it was chosen."""
    if options.facets is None:
        return own_page(fragment, options)
    return f"{options.public_url}/f/random{'?' if options.facets else ''}{options.facets}"


def own_page(fragment: Fragment, options: Options) -> str:
    """The fragment's page."""
    return f"{options.public_url}/f/{fragment.id}"


def quotation_snippet(fragment: Fragment, options: Options) -> str:
    """The quotation alone: no script, no frame, nothing to fetch."""
    return _render("quotation.html", fragment, options)


def quoted(fragment: Fragment, ui: str, public_url: str, deck: str = "all") -> Quoted:
    """What is said of a fragment in interface language `ui`; a `lang-` deck puts its own language first."""
    shown = _first_text(fragment, deck)
    careful = fragment.sensitivity is Sensitivity.NEEDS_FRESH
    beside = _beside(fragment, shown, ui)
    lines = (wording.suppressed_line(fragment, ui), wording.credit(shown, ui, fragment.lang))
    return Quoted(
        id=fragment.id,
        page=f"{public_url}/f/{fragment.id}",
        text=None if careful else shown.passage,
        beside=wording.gloss(fragment) if careful else beside,
        warning=fragment.content_warning,
        attribution=wording.attribution(fragment, ui).translate(ISOLATES),
        lines=tuple(line for line in lines if line),
    )


def reserved_height(width: int | None) -> str:
    """The least height of a box as a CSS value: room for 180 characters of Latin, 80 of translation, and the rest.

    So that most fragments fit where this one stood, and nothing on the page moves (measured: 0.02 with room, 0.2
    without). Phones have narrower columns, hence the `vw`.
    """
    return "max(20em,40em - 55vw)" if width is None else f"{_reserved_em(width)}em"


def frame_height(width: int | None) -> int:
    """The fixed height of a frame in CSS pixels: what a box of this width reserves, a little more for a phone's."""
    return 420 if width is None else _reserved_em(width) * 16


def fitting_size(text: Passage, beside: Passage | None, width: int | None) -> float:
    """The size in em, 1 to 2, at which a quotation fills its box: one line of verse large, a long passage small.

    An estimate for the pasted text; the loader measures.
    """
    inside = _inside_em(width)
    room = _reserved_em(width) - FURNITURE_EM - (_lines(beside.text, inside) * 1.5 if beside else 0)
    leading = 1.8 if text.direction == "rtl" else 1.4
    sizes = (size / 20 for size in range(40, 20, -1))
    return next((size for size in sizes if _lines(text.text, inside / size) * size * leading <= room), 1.0)


def _reserved_em(width: int | None) -> int:
    inside = _inside_em(width)
    return max(20, round(ceil(180 * 0.6 / inside) * 1.7 + ceil(80 * 0.5 / inside) * 1.5 + FURNITURE_EM))


def _inside_em(width: int | None) -> float:
    return max(width / 16 - 2.4, 6) if width else FULL_WIDTH_EM - 2.4


def _lines(text: str, width_em: float) -> int:
    # Half an em a character is right for Latin, Cyrillic and Arabic within a tenth; East Asian ones take a whole em.
    widths = (sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in line) for line in text.split("\n"))
    return sum(max(1, ceil(width / width_em)) for width in widths)


def _first_text(fragment: Fragment, deck: str) -> wording.Shown:
    lang = next(iter(query_of_deck(deck).lang), None) if deck.startswith("lang-") else None
    return (wording.in_language(fragment, lang) if lang else None) or wording.texts(fragment)[0]


def _beside(fragment: Fragment, shown: wording.Shown, ui: str) -> Passage | None:
    language = spoken(ui)
    if language in languages.prefixes_of(shown.lang):
        return None
    known = wording.in_language(fragment, language)
    if known is None or known.lang == shown.lang:
        return wording.gloss(fragment)
    return known.passage


def _render(template: str, fragment: Fragment, options: Options, **values: object) -> str:
    ui = spoken(options.ui)
    it = quoted(fragment, ui, options.public_url, options.deck)
    size = fitting_size(it.text, it.beside, options.width) if it.text else 1
    width = f"{options.width}px" if options.width else f"{FULL_WIDTH_EM}em"
    box = f"max-width:{width};min-height:{reserved_height(options.width)};color-scheme:{SCHEMES[options.theme]};"
    return ENVIRONMENT.get_template(f"snippets/{template}").render(
        it=it,
        options=options,
        ui=ui,
        direction=languages.direction_of(ui),
        say=lambda key: say(ui, key),
        style={**STYLES, "quotation": STYLES["quotation"].format(size=size)},
        box=STYLES["box"] + box,
        width=width,
        **values,
    )


def text_of(text: str) -> Markup:
    """Text as HTML: escaped, a line break as <br>, and what nobody can see as a reference that survives any editor."""
    return Markup(_UNSEEN.sub(_reference, str(escape(text))))  # noqa: S704  escaped in the line itself


def _reference(found: "regex.Match[str]") -> str:
    character = found[0]
    if character == "\n":
        return "<br>"
    if unicodedata.category(character) == "Cc":  # not allowed in HTML; cleaning has refused them long before
        return ""
    return f"&#x{ord(character):x};"  # joiners, bidi isolates, U+2028: an editor's "clean paste" eats them raw


def environment() -> Environment:
    """Templates of embeds: everything is escaped unless it comes from text_of."""
    made = Environment(
        loader=PackageLoader("embed"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["text"] = text_of
    return made


_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]")
ENVIRONMENT = environment()
