"""What a picture says of a fragment: the same words as an embed's, but only those that can be drawn.

Rules: the original stands first and beside it a translation or the gloss for readers of `ui`; where the original
cannot be drawn a translation takes its place, then the gloss, never boxes. A picture cannot be recalled and cannot be
opened by a click: a text whose author is at risk, or that has a content warning, stays out, and the gloss stands in.
A line with a character that cannot be drawn is left out.

It measures and draws nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from embed import wording
from embed.strings import say, spoken
from embed.wording import Passage
from fragments import languages
from fragments.languages import Direction
from fragments.nouns import Form, Fragment, Sensitivity

CanDraw = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All the words of a picture; `main` is None where there is nothing but a warning and the lines below."""

    ui: str
    direction: Direction
    label: str
    main: Passage | None
    beside: Passage | None
    warning: str
    lines: tuple[str, ...]  # attribution, who suppressed it, who translated it
    host: str
    keeps_lines: bool  # line breaks are content (verse)

    def in_ui(self, text: str) -> Passage:
        """A line of ours."""
        return Passage(self.ui, self.direction, text)

    @property
    def spoken_text(self) -> str:
        """All of it as one text: for people who do not see the picture."""
        parts = [self.label, self.warning, *(each.text for each in (self.main, self.beside) if each)]
        return " — ".join(" ".join(part.split()) for part in (*parts, *self.lines, self.host) if part)


def everything(text: str) -> bool:  # noqa: ARG001
    """For an SVG: the viewer's own fonts draw it."""
    return True


def said(fragment: Fragment, ui: str, host: str, can_draw: CanDraw = everything) -> Said:
    """The words of the picture for readers of `ui`; `host` is the name under which the page is found."""
    ui = spoken(ui)
    main, shown = _main(fragment, ui, can_draw)
    warning = say(ui, "content_warning", warning=fragment.content_warning) if fragment.content_warning else ""
    lines = [f"— {wording.attribution(fragment, ui)}", wording.suppressed_line(fragment, ui)]
    if shown:
        lines.append(wording.credit(shown, ui, fragment.lang))
    return Said(
        ui=ui,
        direction=languages.direction_of(ui),
        label=say(ui, "label"),
        main=main,
        beside=_beside(fragment, ui, main, can_draw) if shown else None,
        warning=warning if can_draw(warning) else "",
        lines=tuple(line for line in lines if line and can_draw(line)),
        host=host,
        keeps_lines=fragment.form is Form.VERSE,
    )


def undrawn(fragment: Fragment, can_draw: CanDraw) -> str:
    """The script in which a picture cannot show this fragment's original for want of a font; "" where it can."""
    return "" if can_draw(fragment.text) else languages.script_of(fragment.lang)


def _main(fragment: Fragment, ui: str, can_draw: CanDraw) -> tuple[Passage | None, wording.Shown | None]:
    """The text that stands first, and whose text it is (None for a gloss)."""
    gloss = _gloss(fragment, can_draw)
    if fragment.content_warning or fragment.sensitivity is Sensitivity.NEEDS_FRESH:
        return gloss, None
    for shown in _in_order(fragment, ui):
        if can_draw(shown.text):
            return shown.passage, shown
    return gloss, None


def _in_order(fragment: Fragment, ui: str) -> Iterator[wording.Shown]:
    every = wording.texts(fragment)
    yield from (shown for shown in every if shown.is_original)
    translated = wording.translation_for(fragment, ui)
    if translated:
        yield translated
    yield from every


def _beside(fragment: Fragment, ui: str, main: Passage | None, can_draw: CanDraw) -> Passage | None:
    if main is None or ui in languages.prefixes_of(main.lang):
        return None
    translated = wording.translation_for(fragment, ui)
    if translated and translated.text != main.text and can_draw(translated.text):
        return translated.passage
    return _gloss(fragment, can_draw)


def _gloss(fragment: Fragment, can_draw: CanDraw) -> Passage | None:
    gloss = wording.gloss(fragment)
    return gloss if gloss and can_draw(gloss.text) else None
