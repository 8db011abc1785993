"""How counts of a week become what everybody may know: coarse, late, and nothing about one site.

Rules: a week is told when it has been over for a week. No site counts for more than the fifth largest, so that a large
one cannot be seen through the total. The total is lowered by a secret random part of up to a fifth, drawn once and
thrown away, and rounded down to 1, 2 or 5 with zeros; so is the number of sites. Weeks with fewer than 5 to 9 sites
(which of them, is drawn) say nothing.

The bound: a site with a share s of the total changes what is told with a probability of at most ln(1 + s) / ln(1.25),
because what is told changes only where a step lies between the two totals after lowering, and on a logarithmic scale
the lowering is uniform over ln(1.25): 4.5 % for a share of one hundredth, less than half a percent for a thousandth.
Undisclosed displays and other buckets are no part of it. It is pure.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from fragments.store.public_weeks import ToldWeek

FEWEST_SITES = 5
MOST_LOWERED = 1.25  # divides: a total of 100 counts as something between 80 and 100
DELAY = timedelta(days=7)
WEEKS_SHOWN = 26


def tell(week: date, counts: Sequence[int], random: Random) -> ToldWeek:
    """What is told of a week whose named sites had these displays; `random` must not be guessable."""
    if len(counts) < FEWEST_SITES + random.randrange(FEWEST_SITES):
        return ToldWeek(week, None, None)
    return ToldWeek(week, shown(levelled(counts), random.random()), shown(len(counts), random.random()))


def levelled(counts: Sequence[int]) -> int:
    """The total in which none counts for more than the fifth largest."""
    cap = sorted(counts, reverse=True)[FEWEST_SITES - 1]
    return sum(min(count, cap) for count in counts)


def shown(total: int, chance: float) -> int:
    """The total, lowered by `chance` (0 to 1) and rounded down."""
    return step_below(total / MOST_LOWERED**chance)


def step_below(number: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50, … that is not above `number`; 0 below 1."""
    if number < 1:
        return 0
    power: int = 10 ** math.floor(math.log10(number) + 1e-12)  # log10(1000) may be 2.9999999999999996
    return max(step * power for step in (1, 2, 5) if step * power <= number + 1e-9)


def over_before(today: date) -> date:
    """The Monday before which a week must have ended to be told today."""
    late = today - DELAY
    return late - timedelta(days=late.weekday())
