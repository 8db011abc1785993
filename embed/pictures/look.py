"""How a picture looks: its size, its colours, the sizes of its letters.

Rules: every width has one height, so that a page can keep the room; 1200 wide is 630 high, what cards of OpenGraph
are. Letters of the smallest picture are as large as a page's own text. Colours have a contrast of 7 and more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NARROWEST, WIDEST = 320, 1200  # pixels
STEP = 20  # widths between are rounded down: each is drawn and kept apart
USUAL_WIDTH = 600
Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {"paper": "#fdfcf8", "ink": "#191714", "quiet": "#5f584f", "accent": "#a32015", "rule": "#d9d2c4"},
    "dark": {"paper": "#151412", "ink": "#ede8df", "quiet": "#aaa296", "accent": "#ff8d78", "rule": "#38342e"},
}


@dataclass(frozen=True, slots=True)
class Look:
    """A width in pixels, and light or dark; "auto" follows the viewer in an SVG and is light in a PNG."""

    width: int = USUAL_WIDTH
    theme: Theme = "auto"

    @property
    def height(self) -> int:
        """In pixels: 630 at 1200, and proportionally more room below, where lines are short."""
        return round(0.4 * self.width + 150)

    @property
    def margin(self) -> int:
        """Air at the sides, in pixels."""
        return round(10 + self.width * 0.03)

    @property
    def least(self) -> float:
        """The size of the smallest letters of a text in pixels; 16 in the narrowest picture, 30 in the widest."""
        return 16 + 14 * (self.width - NARROWEST) / (WIDEST - NARROWEST)

    @property
    def small(self) -> float:
        """The size of label and foot."""
        return self.least * 0.8


CARD = Look(WIDEST, "light")


def width_of(pixels: int) -> int:
    """The width that is drawn for a wish between NARROWEST and WIDEST."""
    return pixels // STEP * STEP
