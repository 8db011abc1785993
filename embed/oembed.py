"""oEmbed 1.0: what a site shows where somebody pasted the address of a fragment's page.

Rules, after WordPress, the strictest consumer: `html` begins with <blockquote>, of which only links keep their
markup, and then one <iframe></iframe>, of which only size and title stay. So the words are parted by real spaces, and
directions are told by isolates (UAX #9), because attributes are dropped. A text whose author is at risk, or that has a
content warning, is not in the blockquote: sites keep it for as long as they like.

It knows no HTTP: a fragment and addresses in, a mapping or its XML out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from markupsafe import escape

from embed import wording
from embed.pictures.look import NARROWEST, WIDEST, Look, width_of
from embed.snippets import frame_height, quoted
from embed.strings import say, spoken
from embed.wording import Passage
from fragments import graphemes
from fragments.nouns import Fragment, Visibility

USUAL_WIDTH = 600  # pixels
CACHE_AGE = 3600  # seconds: consumers ask again, and learn of a withdrawal
LONGEST_QUOTED = 1200  # graphemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a consumer asked for. `facets` is the query string of a deck page, None for one fragment's page."""

    ui: str = "en"
    most_wide: int | None = None
    most_high: int | None = None
    facets: str | None = None

    @property
    def width(self) -> int:
        """In pixels, never more than allowed."""
        return min(USUAL_WIDTH, self.most_wide or USUAL_WIDTH)

    @property
    def height(self) -> int:
        """In pixels, never more than allowed."""
        usual = frame_height(self.width)
        return min(usual, self.most_high or usual)


def oembed(fragment: Fragment, wish: Wish, public_url: str) -> dict[str, str | int]:
    """The answer of the protocol, a rich one; `public_url` without a slash at its end."""
    ui = spoken(wish.ui)
    source = fragment.source
    answer: dict[str, str | int] = {
        "version": "1.0",
        "type": "rich",
        "title": wording.attribution(fragment, ui),
        "provider_name": public_url.partition("//")[2],
        "provider_url": public_url,
        "cache_age": CACHE_AGE,
        "html": f"<blockquote>{_quotation(fragment, ui, public_url)}</blockquote>{_frame(fragment, wish, public_url)}",
        "width": wish.width,
        "height": wish.height,
    }
    if source.author and source.author_visibility is not Visibility.WITHHELD:
        answer["author_name"] = source.author
    return answer | _thumbnail(fragment, wish, public_url)


def to_xml(answer: Mapping[str, str | int]) -> bytes:
    """The same as XML."""
    root = ET.Element("oembed")
    for name, value in answer.items():
        ET.SubElement(root, name).text = str(value)
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return f"{head}{ET.tostring(root, encoding='unicode')}\n".encode()


def _quotation(fragment: Fragment, ui: str, public_url: str) -> str:
    it = quoted(fragment, ui, public_url)
    parts = [say(ui, "label") + ":"]
    if it.warning:
        parts += [say(ui, "content_warning", warning=it.warning), fragment.gloss or ""]
    else:
        parts += [_isolated(each) for each in (it.text, it.beside) if each]
    words = " ".join(_letters(part) for part in parts if part)
    said = "".join(f" {_letters(line)}" for line in it.lines)
    return f'{words} <a href="{escape(it.page)}">— {_letters(it.attribution)}</a>{said}'


def _letters(text: str) -> str:
    """Escaped, square brackets too: WordPress runs its shortcodes ([gallery]) in what a provider answered."""
    return str(escape(text)).replace("[", "&#91;").replace("]", "&#93;")


def _isolated(passage: Passage) -> str:
    text = " ".join(graphemes.cut(passage.text, LONGEST_QUOTED, passage.lang).split())
    return wording.isolated(text, "rtl") if passage.direction == "rtl" else text


def _frame(fragment: Fragment, wish: Wish, public_url: str) -> str:
    ui = spoken(wish.ui)
    path = f"/f/{fragment.id}/frame?" if wish.facets is None else f"/frame?{wish.facets}&".replace("?&", "?")
    address = f"{public_url}{path}{urlencode({'ui': ui})}"
    return (
        f'<iframe src="{escape(address)}" title="{escape(say(ui, "frame_title"))}" width="{wish.width}" '
        f'height="{wish.height}" frameborder="0" marginwidth="0" marginheight="0"></iframe>'
    )


def _thumbnail(fragment: Fragment, wish: Wish, public_url: str) -> dict[str, str | int]:
    """A picture no larger than allowed, none where none is small enough."""
    look = Look(width_of(min(WIDEST, wish.most_wide or WIDEST)))
    while wish.most_high and look.height > wish.most_high and look.width > NARROWEST:
        look = Look(look.width - 20)
    if look.width < NARROWEST or (wish.most_high and look.height > wish.most_high):
        return {}
    return {
        "thumbnail_url": f"{public_url}/f/{fragment.id}.png?width={look.width}&ui={spoken(wish.ui)}",
        "thumbnail_width": look.width,
        "thumbnail_height": look.height,
    }
