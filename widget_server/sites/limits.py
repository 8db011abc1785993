"""How often one address may ask for what costs us something.

Nothing of it is kept: tries are counted in memory, by a hash with a salt that is thrown away with the counts when the
period ends. Each worker process counts for itself.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable

MOST_KEYS = 50_000  # about 5 MB; then a new period begins early


class Tries:
    """At most `most` tries for a key in a period of `seconds`. A key is never kept as it is."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._begin()

    def may(self, key: str) -> bool:
        """Count a try; False where there were too many. An empty key (nobody knows whose) is never refused."""
        if self._clock() >= self._ends or len(self._made) > MOST_KEYS:
            self._begin()
        if not key:
            return True
        hashed = hash((self._salt, key))
        self._made[hashed] += 1
        return self._made[hashed] <= self._most

    def _begin(self) -> None:
        self._ends = self._clock() + self._seconds
        self._salt = secrets.token_bytes(16)
        self._made: Counter[int] = Counter()
