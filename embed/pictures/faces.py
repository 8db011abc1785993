"""Which fonts there are, and which characters can be drawn with them.

Rules: the fonts that packages bring come first, then Debian's Noto where it is installed; never whatever else a
machine happens to have, so that two machines draw alike. A character without a glyph would be drawn as a box, so
whoever draws asks `undrawable` first.

It draws nothing and chooses no text.
"""

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import regex
from fontTools.ttLib import TTCollection, TTFont
from pyroaring import BitMap
from typst import Fonts

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # Noto Sans for 22 scripts and symbols; Noto Sans CJK
DEBIAN = (Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto"))  # fonts-noto-core, -cjk
FONT_ENDINGS = (".ttf", ".otf", ".ttc")
# Drawn as nothing, by whatever font: joiners, marks of direction, variation selectors, white space.
UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cf}]")
CHINESE_FACES = ("Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK JP", "Noto Sans CJK KR")
FIRST_FACE = {"zh": CHINESE_FACES[0], "zh-Hant": CHINESE_FACES[1], "ja": CHINESE_FACES[2], "ko": CHINESE_FACES[3]}


class Faces:
    """The fonts of some directories; `Faces.found()` for those of this machine."""

    def __init__(self, directories: Iterable[Path]) -> None:
        """`directories` are searched with all beneath them, best first; one without fonts is no fault."""
        self.directories = tuple(path for path in directories if path.is_dir())

    @classmethod
    def found(cls) -> "Faces":
        """The fonts of the packages, and Debian's."""
        return cls([*_packaged(), *DEBIAN])

    @cached_property
    def fonts(self) -> Fonts:
        """What the typesetter draws with."""
        return Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path) for path in self.directories],
        )

    def undrawable(self, text: str) -> frozenset[str]:
        """The characters of `text` that no font has."""
        missing = BitMap(ord(character) for character in UNSEEN.sub("", text))
        for directory in self.directories:  # Debian's 1,700 files are looked into only when the packages do not do
            if not missing:
                break
            missing -= _characters_in(directory)
        return frozenset(map(chr, missing))

    def can_draw(self, text: str) -> bool:
        """Whether every character of `text` has a glyph."""
        return not self.undrawable(text)


def families_for(lang: str) -> tuple[str, ...]:
    """Font families for a text in `lang`, best first; the typesetter looks into all others after these.

    Chinese, Japanese and Korean share characters but not their shapes, and quotation marks belong to the text's font.
    """
    primary, *rest = lang.split("-")
    first = FIRST_FACE.get("zh-Hant" if primary == "zh" and {"Hant", "TW", "HK", "MO"} & set(rest) else primary)
    return (first, "Noto Sans") if first else ("Noto Sans", CHINESE_FACES[0])


def _packaged() -> Iterator[Path]:
    for name in PACKAGES:
        try:
            yield Path(str(files(name)))
        except ModuleNotFoundError:  # an installation without the large Chinese one
            continue


@cache
def _characters_in(directory: Path) -> BitMap:
    found = BitMap()
    for path in sorted(directory.rglob("*")):
        if path.suffix in FONT_ENDINGS and not path.stem.endswith(("Italic", "Bold")):
            found |= _characters_of(path)
    return found


def _characters_of(path: Path) -> BitMap:
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            return BitMap(collection.fonts[0].getBestCmap() or ())  # the others of a CJK collection cover the same
    with TTFont(path, lazy=True) as font:
        return BitMap(font.getBestCmap() or ())
