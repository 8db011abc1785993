"""A chart of days as plain numbers: what a template draws as rectangles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_SHOWN = 60
LEAST_SHOWN = 14  # days: the bars of a first day or two would be as wide as doors
HEIGHT = 100  # units of the drawing
WIDTH_OF_A_DAY = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands, how high it is, what it counts."""

    day: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of days that follow each other, the days without displays among them."""

    bars: tuple[Bar, ...]
    most: int

    @property
    def width(self) -> int:
        """Units of the drawing."""
        return len(self.bars) * WIDTH_OF_A_DAY


def chart(days: Mapping[date, int], today: date, *, shown: int = DAYS_SHOWN, whole: bool = False) -> Chart | None:
    """The last days up to today, from the first one with displays on, LEAST_SHOWN at least; None where there are none.

    With `whole`, all of the `shown` days stand in it, so that charts below each other compare.
    """
    begin = today - timedelta(days=shown - 1)
    recent = [day for day in days if begin <= day <= today]
    if not recent:
        return None
    first = begin if whole else min(*recent, max(begin, today - timedelta(days=LEAST_SHOWN - 1)))
    most = max(days[day] for day in recent)
    drawn = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return Chart(tuple(_bar(day, days.get(day, 0), place, most) for place, day in enumerate(drawn)), most)


def _bar(day: date, count: int, place: int, most: int) -> Bar:
    height = max(1, round(HEIGHT * count / most)) if count else 0  # a day with one display among thousands shows too
    return Bar(day, count, place * WIDTH_OF_A_DAY + 1, HEIGHT - height, height)
