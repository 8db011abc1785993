"""A picture of a fragment as PNG: shaped, broken into lines and drawn by a typesetter, in about 30 ms.

Rules: Typst does the shaping (HarfBuzz's algorithms), the order of both directions (UAX #9) and the line breaks of
every script (UAX #14, with dictionaries for Thai, Khmer, Lao and Burmese). It reads one file of ours, gets the words as
data, knows no network and no other file. One picture at a time in a process: who asks meanwhile waits, at most
`PATIENCE` seconds.

It keeps no picture and does not say for how long one may be kept.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from typst import Compiler

from embed.pictures.faces import Faces, families_for
from embed.pictures.look import COLOURS, Look
from embed.pictures.said import Said, said
from embed.wording import Passage
from fragments import graphemes, languages
from fragments.nouns import Fragment

PATIENCE = 5.0  # seconds to wait for the pencil; 150 pictures are drawn in that time
CUTS = (600, 400, 330, 280, 240, 200, 170, 140, 115, 90, 70, 50)  # graphemes: the longest that fits is shown
BESIDE_SHARE = 0.8  # of the main text's length
LONG_WORD = re.compile(r"([!-~]{16})(?=[!-~]{2})")  # an address is wider than a small picture
SQUARE = frozenset({"Hans", "Hant", "Hani", "Jpan", "Kore"})  # fonts of these have no air above and below
POINTS_PER_INCH = 72  # one pixel a point
_HERE = files("embed") / "pictures"
_SOURCE = (_HERE / "picture.typ").read_bytes()
# Another hand draws other bytes: what is drawn how, and by which typesetter.
HAND = hashlib.sha256(_SOURCE + (_HERE / "png.py").read_bytes() + version("typst").encode()).hexdigest()[:8]


class TooManyPictures(Exception):
    """Others are being drawn, and the patience is over: how many seconds were waited."""


@dataclass(frozen=True)
class Painter:
    """Draws PNGs with the fonts of a machine; one a process."""

    faces: Faces
    _compiler: Compiler
    _pencil: threading.Lock

    @classmethod
    def with_faces(cls, faces: Faces) -> "Painter":
        """A painter; opening the fonts takes 20 ms, Debian's whole Noto 60."""
        return cls(faces, Compiler(_SOURCE, font_paths=faces.fonts), threading.Lock())

    def png(self, fragment: Fragment, ui: str, host: str, look: Look) -> bytes:
        """The picture's bytes; raises TooManyPictures(seconds)."""
        words = said(fragment, ui, host, self.faces.can_draw)
        inputs = {"it": json.dumps(sheet(words, look), ensure_ascii=False)}
        if not self._pencil.acquire(timeout=PATIENCE):
            raise TooManyPictures(PATIENCE)
        try:
            drawn = self._compiler.compile(_SOURCE, format="png", ppi=POINTS_PER_INCH, sys_inputs=inputs)
        finally:
            self._pencil.release()
        if not isinstance(drawn, bytes):  # several pages: picture.typ has one by its construction
            raise TypeError(type(drawn))
        return drawn


def sheet(it: Said, look: Look) -> dict[str, Any]:
    """What picture.typ reads."""
    colours = COLOURS["dark" if look.theme == "dark" else "light"]
    return {
        **colours,
        "width": look.width,
        "height": look.height,
        "margin": look.margin,
        "least": look.least,
        "small": look.small,
        "direction": it.direction,
        "label": _worded(it.in_ui(it.label), False),
        "warning": _worded(it.in_ui(it.warning), False) if it.warning else None,
        "cuts": list(_cuts(it)),
        "lines": [_worded(it.in_ui(graphemes.cut(line, 160, it.ui)), False) for line in it.lines],
        "host": _worded(it.in_ui(it.host), False),
    }


def _cuts(it: Said) -> Iterator[dict[str, Any]]:
    if it.main is None:
        return
    last = None
    for most in CUTS:
        beside = it.beside and _cut(it.beside, int(most * BESIDE_SHARE))
        cut = {
            "main": _worded(_cut(it.main, most), it.keeps_lines),
            "beside": _worded(beside, it.keeps_lines) if beside else None,
        }
        if cut != last:  # a short text is the same at most lengths
            yield cut
        last = cut


def _cut(words: Passage, most: int) -> Passage:
    return Passage(words.lang, words.direction, graphemes.cut(words.text, most, words.lang))


def _worded(words: Passage, keeps_lines: bool) -> dict[str, Any]:
    lines = words.text.splitlines() if keeps_lines else [" ".join(words.text.split())]
    return {
        "lang": words.lang.split("-")[0],
        "direction": words.direction if words.direction != "auto" else "ltr",
        "families": families_for(words.lang),
        "leading": 0.28 if languages.script_of(words.lang) in SQUARE else 0.06,  # em between lines
        "lines": [LONG_WORD.sub("\\1\u200b", line) for line in lines],
    }
