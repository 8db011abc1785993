"""The interfaces of 2006, for pages and programs that still call them: the script, and XML and RSS of /query.

Rules: the script writes text into its place by DOM calls, never document.write, and takes its label's language from the
page's `irr_lang`. The XML has the shape that its one known client walks: white space before each element, one wrapper,
one text node in `fragmentText`, nothing before the root, and never no fragment at all. A text whose author is at risk
or that has a content warning is replaced by its gloss.

It searches nothing and draws nothing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.utils import format_datetime
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from embed import wording
from embed.pictures.said import Said, said
from embed.strings import UI_LANGUAGES, say, spoken
from embed.wording import Passage
from fragments import countries, graphemes
from fragments.addresses import shown
from fragments.nouns import Fragment

NARROWEST, WIDEST = 120, 1000  # pixels; 180, 300 and 468 were the sizes of 2006
LETTERS_PER_PIXEL = 1.2  # of width: a box about as high as it is wide in the narrowest
LONGEST = 600  # graphemes
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SCRIPT = (files("embed") / "templates" / "legacy.js").read_text("utf-8")


def script(fragment: Fragment, width: int, public_url: str) -> bytes:
    """/js/fragment-<width>.js with this fragment in it, described in every language of `irr_lang`."""
    most = min(LONGEST, int(width * LETTERS_PER_PIXEL) + 40)
    data = {
        "width": width,
        "page": f"{public_url}/f/{fragment.id}",
        "said": {ui: _worded(said(fragment, ui, public_url.partition("//")[2]), most) for ui in UI_LANGUAGES},
    }
    return _SCRIPT.replace("__DATA__", _in_script(data)).encode()


def xml(fragments: Sequence[Fragment], lang: str, public_url: str) -> bytes:
    """/query as XML; without fragments one that says so, with an empty id."""
    root = ET.Element("irrepressible")
    wrapper = ET.SubElement(root, "fragments", {"count": str(len(fragments))})
    for fragment in fragments:
        _fragment_element(wrapper, fragment, spoken(lang), public_url)
    if not fragments:
        nothing = ET.SubElement(wrapper, "fragment", {"id": "", "href": f"{public_url}/"})
        ET.SubElement(nothing, "fragmentText").text = say(spoken(lang), "nothing_to_show")
    ET.indent(root)  # the client steps over one white space before each element
    return f"{ET.tostring(root, encoding='unicode')}\n".encode()


def rss(fragments: Sequence[Fragment], lang: str, public_url: str) -> bytes:
    """/query as RSS 2.0."""
    ui = spoken(lang)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = say(ui, "feed_title")
    ET.SubElement(channel, "link").text = f"{public_url}/"
    ET.SubElement(channel, "description").text = say(ui, "feed_description")
    ET.SubElement(channel, "language").text = ui
    for fragment in fragments:
        item = ET.SubElement(channel, "item")
        words = _text(fragment, ui)
        ET.SubElement(item, "title").text = graphemes.cut(" ".join(words.text.split()), 90, words.lang)
        ET.SubElement(item, "link").text = f"{public_url}/f/{fragment.id}"
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = fragment.id
        if fragment.published_at:
            ET.SubElement(item, "pubDate").text = format_datetime(fragment.published_at)
        # A description is read as HTML: escaped once for that, once more by the tree for XML.
        ET.SubElement(item, "description").text = _html(words.text, wording.attribution(fragment, ui))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def description(fragment: Fragment) -> str:
    """What was said of the source, for searching: title, publisher, gloss, who suppressed it."""
    source = fragment.source
    acts = (part for act in source.suppressions for part in (act.who, act.action, act.reason))
    return " ".join(part for part in (source.title, source.publisher, fragment.gloss, *acts) if part)


def organisations(fragment: Fragment) -> str:
    """The companies that helped."""
    return " ".join(filter(None, (act.company for act in fragment.source.suppressions)))


def _fragment_element(wrapper: ET.Element, fragment: Fragment, ui: str, public_url: str) -> None:
    element = ET.SubElement(wrapper, "fragment", {"id": fragment.id, "href": f"{public_url}/f/{fragment.id}"})
    words = _text(fragment, ui)
    ET.SubElement(element, "fragmentText", {XML_LANG: words.lang}).text = words.text
    site = ET.SubElement(element, "site")
    for name, text in _about(fragment, ui):
        ET.SubElement(site, name).text = text


def _about(fragment: Fragment, ui: str) -> Iterator[tuple[str, str]]:
    source = fragment.source
    if source.url:
        yield "domain", shown(source.url).split("/")[0]
    yield "description", " ".join(filter(None, (wording.attribution(fragment, ui), fragment.gloss)))
    for act in source.suppressions:
        yield "country", countries.name_of(act.country, ui)
        if act.company:
            yield "organisation", act.company


def _text(fragment: Fragment, ui: str) -> Passage:
    """The fragment's text, or what may stand for it; never empty."""
    main = said(fragment, ui, "").main
    return main or Passage(ui, "ltr", wording.attribution(fragment, ui))


def _worded(it: Said, most: int) -> dict[str, Any]:
    texts = [_cut(each, most) for each in (it.main, it.beside) if each]
    return {
        "dir": it.direction,
        "label": it.label,
        "warning": it.warning,
        "texts": [{"lang": each.lang, "dir": each.direction, "text": each.text} for each in texts],
        "lines": list(it.lines),
        "host": it.host,
    }


def _cut(words: Passage, most: int) -> Passage:
    return replace(words, text=graphemes.cut(words.text, most, words.lang))


def _html(*paragraphs: str) -> str:
    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")

    return "".join(f"<p>{escaped(text)}</p>" for text in paragraphs)


def _in_script(data: dict[str, Any]) -> str:
    """JSON that is a literal of every ECMAScript, wherever it may end up."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
