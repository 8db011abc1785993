"""The page inside a frame: /f/<id>/frame, and what /frame answers with when it has drawn one.

Rules: complete, and no request to anywhere: style and script stand in it, each allowed by its hash. The same bytes for
every reader, because a frame is printed once: it carries the words around the text in all interface languages, shows
those of `ui`, and a script of 1 kB shows others when the address asks (`?ui=fr&theme=dark`). Without scripts it is in
`ui`, in the reader's own light or dark. In WordPress it tells its height and its clicked links (`#?secret=`), which is
all that WordPress lets it do.

It draws nothing and counts nothing (widget_server).
"""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files

from markupsafe import Markup

from embed.snippets import ENVIRONMENT, SCHEMES, Theme, quoted
from embed.strings import UI_LANGUAGES, say, spoken
from fragments.languages import direction_of
from fragments.nouns import Fragment


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_DIRECTORY = files("embed") / "templates" / "frame"
STYLE, SCRIPT = ((_DIRECTORY / name).read_text("utf-8") for name in ("frame.css", "frame.js"))
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src {_hash_of(STYLE)}; script-src {_hash_of(SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *"
)


def frame(fragment: Fragment, ui: str = "en", theme: Theme = "auto", *, public_url: str) -> bytes:
    """The bytes of a fragment's frame; `public_url` without a slash at its end."""
    ui = spoken(ui)
    said = {language: quoted(fragment, language, public_url) for language in UI_LANGUAGES}
    page = ENVIRONMENT.get_template("frame/frame.html").render(
        ui=ui,
        theme=theme,
        title=say(ui, "frame_title"),
        style=Markup(STYLE),  # noqa: S704  ours, and allowed by its hash only
        script=Markup(SCRIPT),  # noqa: S704
        public_url=public_url,
        it=said[ui],
        languages=UI_LANGUAGES,
        direction=direction_of,
        said=said,
        say=say,
        besides=_together({language: each.beside for language, each in said.items()}),
        attributions=_together({language: each.attribution for language, each in said.items()}),
    )
    return page.encode()


def refusal(reason: str, ui: str = "en", theme: str = "auto", *, is_withdrawn: bool = False) -> bytes:
    """The page of a frame that cannot be had: one sentence for readers, and `reason` in its head for who mends it."""
    ui = spoken(ui)
    page = ENVIRONMENT.get_template("frame/refusal.html").render(
        ui=ui,
        theme=theme if theme in SCHEMES else "auto",
        title=say(ui, "frame_title"),
        reason=reason,
        style=Markup(STYLE),  # noqa: S704  ours, and allowed by its hash only
        direction=direction_of,
        said=say(ui, "withdrawn" if is_withdrawn else "nothing_to_show"),
        what=say(ui, "what_is_this"),
    )
    return page.encode()


def _together(said: Mapping[str, object]) -> list[tuple[list[str], object]]:
    """What is said in each language, once: a gloss, or a name, serves several. Nothing is said where there is none."""
    found: dict[object, list[str]] = {}
    for language, each in said.items():
        if each:
            found.setdefault(each, []).append(language)
    return [(languages, each) for each, languages in found.items()]
