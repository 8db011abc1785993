"""The words of these pages: their own strings, and those of the public pages around them."""

from importlib.resources import files

from embed.strings import Catalogue
from fragments.drawing import NotADeck, query_of_deck
from widget_server.public import site
from widget_server.public.listing import namer

CATALOGUE = Catalogue(files("widget_server.sites") / "strings")


def say(key: str, /, **values: object) -> str:
    """The words of `key` in the language of this request."""
    speaker = site.speaker()
    return CATALOGUE.say(speaker.ui, key, **values) if CATALOGUE.has(key) else speaker.say(key, **values)


def deck_in_words(deck: str) -> str:
    """What a deck holds, as its owner chose it: names of languages, countries, topics; "~" is no deck."""
    try:
        query = query_of_deck(deck)
    except (NotADeck, ValueError):
        return deck
    if query.fragment:
        return say("deck.one", id=query.fragment)
    names = [
        namer(kind, site.speaker(), site.campaigns() if site.printing_if_any() else {})(value)
        for kind, values in query.values()
        for value in values
    ]
    return " · ".join(names) or say("deck.all")
