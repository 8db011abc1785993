"""The hub beside the caretaker: a round that fails is said and tried again, and no hub is no round."""

import logging
from pathlib import Path

import pytest

from widget_server.hub.rounds import HubRounds
from widget_server.publishing import House
from widget_server.settings import Settings


class BrokenShelf:
    """A disk that went away; it counts how often it is looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def current(self) -> None:
        self.looks += 1
        raise OSError


def house(directory: Path, shelf: BrokenShelf, hub: str) -> House:
    return House(Settings(data=directory, hub=hub), None, None, shelf)  # type: ignore[arg-type]


def test_a_round_that_fails_is_said_and_the_next_call_begins_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rounds, shelf = HubRounds(), BrokenShelf()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            rounds(house(tmp_path, shelf, ""))
            rounds._under_way.join(5)

    said = "Subscribers of feeds cannot be told just now (OSError); it is tried again."
    assert ([record.getMessage() for record in caplog.records], shelf.looks) == ([said, said], 2)


def test_where_there_is_no_hub_nothing_begins(tmp_path: Path) -> None:
    rounds, shelf = HubRounds(), BrokenShelf()
    rounds(house(tmp_path, shelf, "off"))
    rounds._under_way.join(5)

    assert shelf.looks == 0
