"""Is the embed really on this page? A pure judgement on a page's HTML, for a blogger's check and for visits.

Rules: only what a browser would load counts: not what stands in a comment, a text area or a <noscript>; what is wrong
with a script is told by a word of `Fault`. Host names decide, schemes do not. An address that a lazy loader, GitHub's
picture proxy or WordPress's has moved is found where it was moved to. Nothing is said of a page of which a part only
could be read and in that part nothing was found.

It fetches nothing, runs no script, and gives nothing of the page back.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from embed.loader.released import Loader, all_released

ID = "[0-9a-hjkmnp-tv-z]{10}"
PATHS = {
    "script": re.compile(r"/e/[0-9a-f]{16}\.js"),
    "frame": re.compile(rf"/frame|/f/{ID}/frame"),
    "badge": re.compile(rf"/badge\.(svg|png)|/f/{ID}\.(svg|png)"),
    "2006": re.compile(r"/js/fragment-\d+\.js"),
}
ADDRESSES = ("src", "data", "data-src", "data-lazy-src", "data-canonical-src")  # an object's; GitHub's for pictures
UNSEEN = {"textarea", "template", "noscript", "noembed", "noframes", "xmp", "title", "style", "select"}
PROXIED = re.compile(r"i[0-3]\.wp\.com")  # WordPress.com's picture proxy: /our-host/our/path


class Tangled(Exception):
    """Elements stand in each other deeper than is read (libxml2: 2048), and up to there nothing was found."""


class Kind(StrEnum):
    """What was found, the liveliest first."""

    SCRIPT = "script"
    FRAME = "frame"
    BADGE = "badge"
    SCRIPT_2006 = "2006"
    QUOTATION = "quotation"
    LINK = "link"


class Fault(StrEnum):
    """What is wrong with it."""

    SCRIPT_GONE = "script-gone"  # the box stands there and nothing will refresh it: the place takes no scripts
    BOX_GONE = "box-gone"  # the script stands there and finds nothing to refresh
    MARKS_GONE = "marks-gone"  # the box has lost its data-… attributes: the script does not know what to show
    OTHER_KEY = "other-key"  # the box trusts another publisher's root than ours
    WRONG_INTEGRITY = "wrong-integrity"  # browsers refuse the script
    NO_CROSSORIGIN = "no-crossorigin"  # with an integrity and without this, browsers refuse it from another host
    NO_INTEGRITY = "no-integrity"  # it runs, but anybody who takes our server could change it
    OLD_LOADER = "old-loader"  # it works, a newer one is better


HARMLESS = frozenset({Fault.NO_INTEGRITY, Fault.OLD_LOADER})


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of embed on a page and what is wrong with the best of them there."""

    kind: Kind
    faults: tuple[Fault, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether a reader sees what this kind is to show. With a script that does not run it is the pasted text."""
        return HARMLESS.issuperset(self.faults)


def found_in(
    html: bytes, public_urls: Iterable[str], *, pinned: str = "", loaders: Sequence[Loader] | None = None
) -> tuple[Found, ...]:
    """Each kind of embed on the page once, the liveliest first; nothing where there is none.

    `public_urls`: our origins and our mirrors'. `pinned`: the hash of our first root, which a box must name ("" to let
    any pass). `loaders`: those ever released, oldest first. A quotation is told of where nothing livelier stands,
    a link where nothing else does. Raises Tangled.
    """
    page = _Page(html, {urlsplit(url).netloc.lower() for url in public_urls})
    found = [*_scripts(page, pinned, all_released() if loaders is None else loaders), *_others(page)]
    if not found and page.quotes():
        found = [Found(Kind.QUOTATION)]
    if not found and page.links():
        found = [Found(Kind.LINK)]
    if not found and page.is_cut:
        raise Tangled
    return tuple(found)


class _Page:
    """The elements of a page that a browser would act on."""

    def __init__(self, html: bytes, hosts: set[str]) -> None:
        self._hosts = hosts
        # The parser's usual end is a depth of 256, which pages that never close a <font> do reach.
        parser = etree.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
        )
        self.elements = list(_elements(html, parser))
        self.is_cut = any(each.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for each in parser.error_log)

    def ours(self, address: str | None) -> SplitResult | None:
        """The parts of an address of ours, whoever passes it on; None for any other."""
        try:
            parts = urlsplit((address or "").strip())
        except ValueError:
            return None
        if PROXIED.fullmatch(parts.netloc.lower()):
            host, _, path = parts.path.lstrip("/").partition("/")
            parts = parts._replace(netloc=host, path=f"/{path}")
        return parts if parts.netloc.lower() in self._hosts else None

    def of_kind(self, kind: str, *tags: str) -> Iterator[tuple[etree._Element, SplitResult]]:
        """Elements that load something of ours."""
        for element in self.elements:
            if element.tag in tags:
                for name in ADDRESSES:
                    parts = self.ours(element.get(name))
                    if parts and PATHS[kind].fullmatch(parts.path):
                        yield element, parts

    def quotes(self) -> bool:
        """Whether a quotation names us: by its `cite`, or by a link in it."""
        cited = (each.get("cite") for each in self.elements if each.tag == "blockquote")
        inside = (each for each in self.elements if each.tag == "a" and self._leads(each))
        return any(map(self.ours, cited)) or any(
            next(each.iterancestors("blockquote"), None) is not None for each in inside
        )

    def links(self) -> bool:
        """Whether a link leads to us."""
        return any(self._leads(each) for each in self.elements if each.tag == "a")

    def _leads(self, link: etree._Element) -> bool:
        return self.ours(link.get("href")) is not None


def _elements(html: bytes, parser: etree.HTMLParser) -> Iterator[etree._Element]:
    # Only ASCII is looked for, and every encoding but UTF-16 has it where UTF-8 has it.
    text = html.decode("utf-16" if html[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:  # an empty page
        return
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        if element.tag in UNSEEN:
            unseen += 1 if event == "start" else -1
        elif event == "start" and not unseen:
            yield element


def _scripts(page: _Page, pinned: str, loaders: Sequence[Loader]) -> Iterator[Found]:
    """The script and its box: the best of each, since a page may carry an old snippet beside a new one."""
    boxes = [_faults_of_box(each, pinned) for each in page.elements if _is_box(each)]
    scripts = [_faults_of_script(each, parts.path, loaders) for each, parts in page.of_kind("script", "script")]
    if not boxes and not scripts:
        return
    of_box = min(boxes, key=len, default=[Fault.BOX_GONE])
    of_script = min(scripts, key=lambda faults: (not HARMLESS.issuperset(faults), len(faults)), default=None)
    yield Found(Kind.SCRIPT, (*of_box, *([Fault.SCRIPT_GONE] if of_script is None else of_script)))


def _is_box(element: etree._Element) -> bool:
    return element.tag == "div" and "unsilenced" in (element.get("class") or "").split()


def _faults_of_box(box: etree._Element, pinned: str) -> list[Fault]:
    key = box.get("data-key")
    if not key or not box.get("data-deck") or not box.get("data-edition"):
        return [Fault.MARKS_GONE]
    return [Fault.OTHER_KEY] if pinned and key != pinned else []


def _faults_of_script(script: etree._Element, path: str, loaders: Sequence[Loader]) -> list[Fault]:
    released = {each.path: each for each in loaders}
    faults, integrity = [], script.get("integrity")
    if not integrity:
        faults.append(Fault.NO_INTEGRITY)
    elif path not in released or released[path].integrity not in integrity.split():
        faults.append(Fault.WRONG_INTEGRITY)
    if integrity and script.get("crossorigin") is None:
        faults.append(Fault.NO_CROSSORIGIN)
    if path in released and released[path] != loaders[-1]:
        faults.append(Fault.OLD_LOADER)
    return faults


def _others(page: _Page) -> Iterator[Found]:
    for kind, tags in ((Kind.FRAME, ("iframe", "object")), (Kind.BADGE, ("img",)), (Kind.SCRIPT_2006, ("script",))):
        if next(page.of_kind(kind.value, *tags), None):
            yield Found(kind)
