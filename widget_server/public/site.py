"""What a view of the public app reaches for: the printing on the shelf, one fragment, the voice, the page's addresses.

Rules: one printing a request, so that a page never mixes two editions; a fragment that is not there is refused here,
once, as withdrawn or unknown.

No database, no session, nothing kept between requests but the shelf.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from flask import current_app, g, request
from werkzeug.datastructures import MultiDict

from fragments.nouns import Fragment
from widget_server.public.errors import NoSuchFragment, Withdrawn
from widget_server.public.speaking import Speaker, Tongue, addresses, speaker_for
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Printing, Shelf

KEY = "unsilenced"


@dataclass(frozen=True)
class House:
    """What the app was made with."""

    settings: Settings
    shelf: Shelf
    random: Random


@dataclass(frozen=True)
class Page:
    """The addresses of the page being shown; without `canonical` it is not to be indexed."""

    path: str
    plain_url: str
    canonical: str
    alternates: tuple[Tongue, ...]

    @property
    def switch(self) -> tuple[Tongue, ...]:
        """The same page in each language, for the reader."""
        return self.alternates


def house() -> House:
    """Settings, shelf and random source of this app."""
    return cast(House, current_app.extensions[KEY])


def settings() -> Settings:
    """What the operator chose."""
    return house().settings


def printing() -> Printing:
    """The edition of this request; raises EmptyShelf."""
    if "printing" not in g:
        g.printing = house().shelf.current()
    return cast(Printing, g.printing)


def printing_if_any() -> Printing | None:
    """The edition of this request, or None where nothing is published yet."""
    try:
        return printing()
    except EmptyShelf:
        return None


def speaker() -> Speaker:
    """The voice of this request."""
    if "speaker" not in g:
        g.speaker = speaker_for(request)
    return cast(Speaker, g.speaker)


def page(path: str = "") -> Page:
    """The addresses of the page being shown; `path` where its true address is another one."""
    args = MultiDict() if path else request.args
    plain, tongues = addresses(path or request.path, args, settings().public_url)
    chosen = next((each.url for each in tongues if speaker().chosen and each.ui == speaker().ui), plain)
    return Page(path or request.path, plain, chosen, tuple(tongues))


def fragment(id_: str) -> Fragment:
    """A published fragment; raises Withdrawn or NoSuchFragment."""
    found = printing().fragment(id_)
    if found is None:
        refuse_withdrawn(f"/f/{id_}")
        raise NoSuchFragment(id_)
    return found


def refuse_withdrawn(path: str) -> None:
    """Raise Withdrawn where the path is one of a fragment that was withdrawn."""
    names = {part.split(".")[0] for part in path.split("/")}
    for id_ in printing().edition.get("withdrawn", []):
        if id_ in names:
            raise Withdrawn(id_)


def campaigns() -> Mapping[str, str]:
    """Campaigns of this edition: slug → name."""
    found: Mapping[str, Any] = printing().edition.get("campaigns", {})
    return {slug: str(name) for slug, name in found.items()}
