"""A fetched page as the text that a person reads on it, with title, author and date.

Rules: trafilatura finds the article; its paragraphs are parted by an empty line, and a line break that the page's
author made stays one, so that verse keeps its lines. Everything is plain text and nothing of it is trusted: it is
cleaned when it is saved like anything that is typed. What a page says of its author and date is a suggestion.

It fetches nothing (widget_server.fetching).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from lxml import etree
from trafilatura import bare_extraction

from widget_server.fetching import Fetched

HTML = frozenset({"text/html", "application/xhtml+xml"})
LONGEST_TEXT = 200_000  # characters kept of a page: fragments.gathering.suggesting reads no more
DEEPEST = 200  # elements inside each other; a page of people has 40
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_HEADER_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_.:-]{2,40})", re.I)
# Pages say gb2312 and gbk and use gb18030 (fragments of real pages: facts of the importer).
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252"}
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "head",
        "quote",
        "blockquote",
        "item",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "section",
        "article",
    }
    | {"list", "ul", "ol", "table", "row", "tr", "code", "dd", "dt"}
)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg"})


class NothingToRead(Exception):
    """The answer holds no text for people: `reason` is `status`, `kind`, `empty` or `slow`; `detail` says which."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Page:
    """What was read; empty where the page does not say. `sha256` is that of the bytes that came."""

    address: str
    text: str
    title: str = ""
    author: str = ""
    date: str = ""  # ISO
    publisher: str = ""
    sha256: str = ""


def read_page(fetched: Fetched) -> Page:
    """The article of an answer. Raises NothingToRead."""
    if not 200 <= fetched.status < 300:
        raise NothingToRead("status", str(fetched.status))
    kind = kind_of(fetched)
    digest = hashlib.sha256(fetched.body).hexdigest()
    text = decoded(fetched)
    if kind in HTML or (not kind and "<" in text[:200]):
        page = _article(text, fetched.address, digest)
    elif kind.startswith("text/plain"):
        page = Page(fetched.address, text[:LONGEST_TEXT], sha256=digest)
    else:
        raise NothingToRead("kind", kind)
    if not page.text.strip():
        raise NothingToRead("empty")
    return page


def kind_of(fetched: Fetched) -> str:
    """The media type, lower case, without parameters."""
    return fetched.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def decoded(fetched: Fetched) -> str:
    """The body as text: by byte order mark, header, the page's own word, then UTF-8; what cannot be read is U+FFFD."""
    body = fetched.body
    for name in _names(fetched):
        try:
            return body.decode(_MEANT.get(name.lower(), name))
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace")


def plain_of(markup: str) -> str:
    """The words of a piece of HTML, paragraphs parted by an empty line; of a feed's entry, for example."""
    if "<" not in markup:
        return markup.strip()
    try:
        tree = lxml.html.fromstring(f"<div>{markup}</div>")
    except (etree.ParserError, ValueError):
        return ""
    return _laid_out(tree)


def _names(fetched: Fetched) -> Iterator[str]:
    if fetched.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    yield "utf-8-sig"  # text that is valid UTF-8 by chance is rarer than a wrong header
    header = _HEADER_CHARSET.search(fetched.headers.get("Content-Type", ""))
    if header:
        yield header[1]
    for pattern in (_META_CHARSET, _XML_CHARSET):
        found = pattern.search(fetched.body[:4096])
        if found:
            yield found[1].decode()


def _article(text: str, address: str, digest: str) -> Page:
    try:
        found: Any = bare_extraction(
            text, url=address, with_metadata=True, include_comments=False, include_tables=False, favor_recall=True
        )
    except Exception as fault:  # hostile markup meets four parsers in there; whatever they raise, nothing was read
        raise NothingToRead("empty") from fault
    if found is None or found.body is None:
        raise NothingToRead("empty")
    return Page(
        address=address,
        text=_laid_out(found.body)[:LONGEST_TEXT],
        title=_line(found.title),
        author=_line(found.author),
        date=found.date or "",
        publisher=""
        if found.sitename == found.hostname
        else _line(found.sitename),  # its host name, where none is told
        sha256=digest,
    )


def _line(value: str | None) -> str:
    return " ".join((value or "").split())[:400]


def _laid_out(tree: Any) -> str:
    """Text of a tree: an empty line round each block, a line break where the author made one."""
    text = "".join(_pieces(tree, 0))
    lines = [" ".join(part.split()) for part in text.replace("\x00", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).replace("\x01\n", "\n").replace("\x01", "\n")).strip("\n")


def _pieces(element: Any, depth: int) -> Iterator[str]:
    name = element.tag if isinstance(element.tag, str) else ""
    if name in _SILENT or not name or depth > DEEPEST:
        return
    edge = "\n\n" if name in _BLOCKS else ""
    yield edge
    if name in ("lb", "br"):
        yield "\x01"
    yield _words(element.text, name)
    for child in element:
        yield from _pieces(child, depth + 1)
        yield _words(child.tail, name)
    yield edge


def _words(text: str | None, name: str) -> str:
    """Line breaks of the markup are spaces, except in preformatted text."""
    if not text:
        return ""
    return text if name in ("pre", "code") else re.sub(r"[\s\x01]+", " ", text)
