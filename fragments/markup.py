"""Telling markup from text: hygiene before the walls of fragments.cleaning, and plain text after them.

Rules: a `<` that begins no tag is a character ("a<b and c>d" is arithmetic, "<3" a heart); elements whose content is no
prose (script, style, svg, ...) go with their content; paragraphs and line breaks become line breaks. Entities are
decoded once. Every search is linear, because strangers choose the text.

It guarantees nothing: bleach and nh3 do, in fragments.cleaning.
"""

import html
import re
from collections.abc import Iterator

# What bleach and nh3 let through, without any attribute.
TAGS = frozenset({"p", "br", "em", "strong", "bdi", "span", "ruby", "rt", "rp", "q", "cite", "blockquote"})

_NO_PROSE = frozenset(
    {"applet", "audio", "canvas", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object"}
    | {"script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend"}
    | {"li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_OTHERS = frozenset(
    {"a", "abbr", "acronym", "area", "b", "base", "basefont", "bdo", "bgsound", "big", "blink", "button", "caption"}
    | {"code", "col", "colgroup", "data", "datalist", "del", "details", "dfn", "dialog", "embed", "font", "frame"}
    | {"i", "image", "img", "input", "ins", "isindex", "kbd", "keygen", "label", "layer", "link", "listing", "map"}
    | {"mark", "marquee", "menu", "meta", "meter", "nobr", "optgroup", "option", "output", "param", "picture"}
    | {"plaintext", "portal", "progress", "s", "samp", "slot", "small", "source", "strike", "sub", "summary", "sup"}
    | {"td", "th", "time", "track", "tt", "u", "var", "wbr"}
)
_NAMES = TAGS | _NO_PROSE | _BLOCKS | _OTHERS
_WORDS_AS_ATTRIBUTES = frozenset(
    {"allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls", "defer", "disabled", "hidden", "loop"}
    | {"multiple", "muted", "nowrap", "open", "readonly", "required", "reversed", "selected"}
)

# One letter in brackets is a tag only if it is closed: the list of 1938 has "KPdSU <B>", the Bolsheviks.
_LETTERS = frozenset("abiqsu")

# Possessive throughout: on failure nothing is tried twice.
_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-z][a-z0-9:-]*+)(?P<rest>(?:[\s/](?:"[^"]*+"|'[^']*+'|[^<>])*+)?)(?:>|\Z)"""
    r"|(?P<comment><!--)|(?P<cdata><!\[CDATA\[)|(?P<declaration><[!?][a-z][^<>]*+>)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)|[<>&]",
    re.I,
)
_ATTRIBUTES_OF_TAGS = re.compile(r"[\s/](?:on\w+|style|href|src|class|id|data-[\w-]+)\s*=", re.I)
_LEFT = re.compile(r"<(/?)([a-z]+)>")
_INTO_TEXT = {
    ("", "br"): "\n",
    ("", "p"): "\n\n",
    ("/", "p"): "\n\n",
    ("", "blockquote"): "\n\n",
    ("/", "blockquote"): "\n\n",
    ("", "rt"): "(",
    ("/", "rt"): ")",
    ("", "q"): "“",
    ("/", "q"): "”",
}


def may_hold_markup(text: str) -> bool:
    """Say whether HTML could read the text in another way than we do: without these two signs it cannot."""
    return "<" in text or "&" in text


def as_html(text: str) -> str:
    """Return HTML that holds the prose and the bare tags of `TAGS` only: the walls' input."""
    if any(token["name"] and token["name"].lower() in _BLOCKS and _is_tag(token) for token in _tokens(text)):
        text = re.sub(r"[ \t]*\n\s*", " ", text)  # among paragraphs, a new line of the file is a space
    return "".join(_pieces(text))


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield what may mean something to HTML. Behind a `<` that begins no tag the search goes on at the next sign."""
    start = 0
    while token := _TOKEN.search(text, start):
        yield token
        start = token.end() if not token["name"] or _is_tag(token) else token.start() + 1


def _pieces(text: str) -> Iterator[str]:
    # Lower case must keep its length to find the ends of elements by place: "İ".lower() has two characters.
    done, lowered = 0, text.lower() if len(text.lower()) == len(text) else text
    for token in _tokens(text):
        if token.start() < done:
            continue
        yield text[done : token.start()]
        piece, done = _piece(token, text, lowered)
        yield piece
    yield text[done:]


def _piece(token: re.Match[str], text: str, lowered: str) -> tuple[str, int]:
    """Return what a token becomes, and where the text goes on behind it."""
    if token["entity"]:
        return html.escape(html.unescape(token[0]).replace("\r", "\n"), quote=False), token.end()
    if token["comment"] or token["cdata"] or token["declaration"]:
        return _enclosed(token, text)
    if not token["name"] or not _is_tag(token):
        return html.escape(token[0][0], quote=False), token.start() + 1
    name = token["name"].lower()
    if name in _NO_PROSE and not token["close"]:
        return "", _end_of_element(name, token.end(), lowered)
    others = "<br>" if name in _BLOCKS else ""
    return (f"<{token['close']}{name}>" if name in TAGS else others), token.end()


def _enclosed(token: re.Match[str], text: str) -> tuple[str, int]:
    if token["declaration"]:
        return "", token.end()
    end = "-->" if token["comment"] else "]]>"
    found = text.find(end, token.end())
    if found < 0:  # never closed: a browser would swallow the rest, we would rather show it
        return html.escape(token[0], quote=False), token.end()
    inside = "" if token["comment"] else html.escape(text[token.end() : found], quote=False)
    return inside, found + len(end)


def _end_of_element(name: str, after: int, lowered: str) -> int:
    found = lowered.find(f"</{name}", after)
    if found < 0:
        return len(lowered) if name in ("script", "style") else after
    closed = lowered.find(">", found)
    return len(lowered) if closed < 0 else closed + 1


def _is_tag(token: re.Match[str]) -> bool:
    name, rest = token["name"].lower(), token["rest"]
    if name not in _NAMES:
        return bool(_ATTRIBUTES_OF_TAGS.search(rest))
    if name in _LETTERS and not rest and not token["close"]:
        return f"</{name}" in token.string.lower()
    return "=" in rest or set(rest.replace("/", " ").lower().split()) <= _WORDS_AS_ATTRIBUTES


def as_text(walled: str) -> str:
    """Return the plain text of HTML that passed the walls: bare tags of `TAGS`, `&lt;`, `&gt;` and `&amp;`."""
    walled = re.sub(r"<rp>[^<]*</rp>", "", walled)
    return html.unescape(_LEFT.sub(lambda tag: _INTO_TEXT.get((tag[1], tag[2]), ""), walled))
