"""The hub beside the caretaker's other work: a round in a thread of its own, so that counting never waits for it."""

import logging

from fragments.store.subscribers import Subscribers
from widget_server.beside import Beside
from widget_server.fetching import Fetcher
from widget_server.hub.telling import Hub, now_in_seconds, tell_hub
from widget_server.publishing import House, on_shelf

log = logging.getLogger(__name__)


class HubRounds:
    """What the caretaker calls; a call while a round goes on does nothing."""

    def __init__(self) -> None:
        self._under_way = Beside()

    def __call__(self, house: House) -> None:
        """Begin a round, unless one goes on."""
        if house.settings.hub != "off":
            self._under_way.begin(lambda: _safely(house))


def one_round(house: House) -> None:
    """Tell subscribers, or the hub that does."""
    settings, printing = house.settings, on_shelf(house.shelf)
    # The printing's own word: it may stand from before the setting was changed.
    if printing is None or printing.edition.get("hub") != settings.hub_url:
        return
    fetcher = Fetcher(f"unsilenced-hub (+{settings.public_url})", allow_loopback=settings.is_on_loopback)
    if settings.has_own_hub:
        hub = Hub(fetcher, settings.hub_dir, Subscribers(house.archive.engine))
        hub.round(printing, now_in_seconds())
    else:
        tell_hub(fetcher, settings.hub_url, printing, settings.data / "hub-told.json")


def _safely(house: House) -> None:
    try:
        one_round(house)
    except Exception as fault:
        log.warning("Subscribers of feeds cannot be told just now (%s); it is tried again.", type(fault).__name__)
