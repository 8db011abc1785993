"""A picture of a fragment as SVG with real text: the viewer's own fonts draw it, and it can be selected and read aloud.

Rules: no script, no style sheet from elsewhere, no reference to anything, no markup from a fragment: elements are
built as a tree. Colours follow the viewer's light or dark unless the theme says which. Lines are broken here
(lines.py), because SVG does not break them; the size is the largest at which they fit.

It does not shape: the order of letters in a line is the viewer's work (UAX #9, told by `direction`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from embed.pictures.lines import broken, width
from embed.pictures.look import COLOURS, Look
from embed.pictures.png import CUTS
from embed.pictures.said import Said, said
from embed.wording import Passage
from fragments import graphemes, languages
from fragments.languages import Direction
from fragments.nouns import Fragment

NAMESPACE = "http://www.w3.org/2000/svg"
FONTS = "system-ui,-apple-system,'Segoe UI','Noto Sans',sans-serif"
LEADING = 1.4  # of Latin, Cyrillic and Chinese
TALL_LEADING = 1.75  # of scripts with marks above and below
EVEN_SCRIPTS = frozenset({"Latn", "Cyrl", "Grek", "Hans", "Hant", "Hani", "Jpan", "Kore", "Hebr", "Armn", "Geor"})
SMALLER = 0.72  # a translation beside its original
EMBEDDINGS = {"\u2066": "\u202a", "\u2067": "\u202b"}  # of LRI and RLI: LRE and RLE
ISOLATE = re.compile("([\u2066-\u2068])([^\u2066-\u2069]*)")
STEPS = [1 + step / 8 for step in range(12, -1, -1)]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one text at one size, in pixels."""

    words: Passage
    lines: tuple[str, ...]
    size: float
    role: str  # a class of the style

    @property
    def leading(self) -> float:
        """From one line to the next."""
        even = languages.script_of(self.words.lang) in EVEN_SCRIPTS
        return self.size * (LEADING if even else TALL_LEADING)

    @property
    def height(self) -> float:
        """Of all lines."""
        return len(self.lines) * self.leading


def svg(fragment: Fragment, ui: str, host: str, look: Look) -> bytes:
    """The picture's bytes; `host` is the name under which the fragment's page is found."""
    it = said(fragment, ui, host)
    root = ET.Element("svg", _frame(it, look))
    ET.SubElement(root, "title").text = _legal(it.spoken_text)
    ET.SubElement(root, "style").text = _style(look)
    ET.SubElement(root, "rect", {"class": "paper", "width": str(look.width), "height": str(look.height)})
    head, body, foot = _head(it, look), _body(it, look), _foot(it, look)
    top = _write(root, head, look, look.small * 0.9)
    bar = {"class": "bar", "y": "0", "height": f"{look.small * 0.45:.1f}", **_bar(it, look)}
    ET.SubElement(root, "rect", bar)
    _write(root, body, look, top + look.small * 0.5)
    _write(root, foot, look, look.height - sum(block.height for block in foot) - look.margin * 0.5)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _frame(it: Said, look: Look) -> dict[str, str]:
    return {
        "xmlns": NAMESPACE,
        "width": str(look.width),
        "height": str(look.height),
        "viewBox": f"0 0 {look.width} {look.height}",
        "role": "img",
        "xml:lang": it.ui,
    }


def _style(look: Look) -> str:
    themes = {theme: _rules(colours) for theme, colours in COLOURS.items()}
    if look.theme != "auto":
        return _FIXED + themes[look.theme]
    return f"{_FIXED}{themes['light']}@media (prefers-color-scheme:dark){{{themes['dark']}}}"


_FIXED = f"g{{font-family:{FONTS};white-space:pre}}.label,.warning,.host{{font-weight:700}}"


def _rules(colour: Mapping[str, str]) -> str:
    return (
        f".paper{{fill:{colour['paper']};stroke:{colour['rule']}}}g{{fill:{colour['ink']}}}"
        f".beside{{fill:{colour['quiet']}}}.host,.bar{{fill:{colour['accent']}}}"
    )


def _head(it: Said, look: Look) -> list[Block]:
    return [_small(it, text, look, role) for text, role in ((it.label, "label"), (it.warning, "warning")) if text]


def _foot(it: Said, look: Look) -> list[Block]:
    lines = [_small(it, graphemes.cut(line, 160, it.ui), look, "line") for line in it.lines]
    return [*lines, _small(it, it.host, look, "host")]


def _small(it: Said, text: str, look: Look, role: str) -> Block:
    return Block(it.in_ui(text), tuple(broken(text, _inside(look, look.small), it.ui)), look.small, role)


def _body(it: Said, look: Look) -> list[Block]:
    """The longest cut that fits at the smallest size, at the largest size at which it fits."""
    if it.main is None:
        return []
    room = look.height - look.margin * 0.5 - look.small * 2.5
    room -= sum(block.height for block in (*_head(it, look), *_foot(it, look)))
    for most in CUTS:
        for step in STEPS:
            blocks = list(_texts(it, look, most, look.least * step))
            if sum(block.height for block in blocks) <= room:
                return blocks
    return list(_texts(it, look, CUTS[-1] // 2, look.least))


def _texts(it: Said, look: Look, most: int, size: float) -> Iterator[Block]:
    for words, share, role in ((it.main, 1.0, "main"), (it.beside, SMALLER, "beside")):
        if words is None:
            continue
        letters = max(size * share, look.least * 0.85)
        text = graphemes.cut(words.text if it.keeps_lines else " ".join(words.text.split()), most, words.lang)
        yield Block(words, tuple(broken(text, _inside(look, letters), words.lang)), letters, role)


def _inside(look: Look, size: float) -> float:
    return (look.width - 2 * look.margin) / size


def _bar(it: Said, look: Look) -> dict[str, str]:
    long = min(look.width - 2 * look.margin, width(it.label) * look.small)
    start = look.width - look.margin - long if it.direction == "rtl" else look.margin
    return {"x": f"{start:.1f}", "width": f"{long:.1f}"}


def _write(root: ET.Element, blocks: list[Block], look: Look, top: float) -> float:
    """Write blocks from `top` downwards; where the last one ends."""
    for block in blocks:
        direction = block.words.direction if block.words.direction != "auto" else "ltr"
        side = look.width - look.margin if direction == "rtl" else look.margin
        group = ET.SubElement(
            root,
            "g",
            {
                "class": block.role,
                "xml:lang": block.words.lang,
                "direction": direction,
                "font-size": f"{block.size:.1f}",
            },
        )
        for number, line in enumerate(block.lines):
            y = top + number * block.leading + block.size * 1.05
            # A text of its own: WebKit orders the letters of all lines of a <text> as those of one.
            ET.SubElement(group, "text", {"x": str(side), "y": f"{y:.1f}"}).text = _embedded(_legal(line), direction)
        top += block.height
    return top


def _embedded(line: str, direction: Direction) -> str:
    """A line with embeddings between marks in place of isolates: the same order, and WebKit's SVG knows no isolates."""
    mark = "\u200f" if direction == "rtl" else "\u200e"
    opened = ISOLATE.sub(lambda it: f"{mark}{EMBEDDINGS.get(it[1]) or _embedding_of(it[2])}{it[2]}", line)
    return opened.replace("\u2069", f"\u202c{mark}")


def _embedding_of(text: str) -> str:
    """What a first strong isolate is for this text (UAX #9, P2)."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    return EMBEDDINGS["\u2066" if next(strong, "L") == "L" else "\u2067"]


def _legal(text: str) -> str:
    """Without what XML 1.0 forbids; cleaning has refused it long before."""
    return "".join(
        c for c in text if c in "\t\n" or ("\x20" <= c <= "\ud7ff") or ("\ue000" <= c <= "\ufffd") or c > "\uffff"
    )
