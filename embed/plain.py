"""A fragment as plain text: for terminals, mail, and whoever trusts no markup.

Rules: the text first in its own words and lines, then one translation if readers of the interface need it, then who
wrote it and what was done to it; these lines are isolated (UAX #9). Ends in a newline. A file cannot tell whether it is
fresh, so a text whose author is at risk is not in it: the gloss stands in, and the address leads to the publisher.

It does not wrap lines and it cuts nothing.
"""

from collections.abc import Iterator

from embed import wording
from embed.strings import say, spoken
from fragments.languages import direction_of
from fragments.nouns import Fragment, Sensitivity


def plain(fragment: Fragment, ui: str, address: str = "") -> str:
    """The text form in interface language `ui`; `address` is the URL of the fragment's page, on a line of its own."""
    ui = spoken(ui)
    careful = fragment.sensitivity is Sensitivity.NEEDS_FRESH
    blocks = [_warning(fragment, ui), *([fragment.gloss or ""] if careful else _texts(fragment, ui))]
    blocks.append("\n".join(_lines(fragment, ui, address)))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _texts(fragment: Fragment, ui: str) -> Iterator[str]:
    shown = wording.texts(fragment)[0]
    beside = wording.translation_for(fragment, ui)
    yield shown.text
    if beside and beside != shown:
        yield "\n".join(filter(None, [beside.text, wording.credit(beside, ui, fragment.lang)]))
    elif not shown.is_original:
        yield wording.credit(shown, ui, fragment.lang)


def _warning(fragment: Fragment, ui: str) -> str:
    return say(ui, "content_warning", warning=fragment.content_warning) if fragment.content_warning else ""


def _lines(fragment: Fragment, ui: str, address: str) -> list[str]:
    said = [f"— {wording.attribution(fragment, ui)}", wording.suppressed_line(fragment, ui)]
    direction = direction_of(ui)
    return [wording.isolated(line, direction) for line in said if line] + [line for line in [address] if line]
