"""A progress bar of rows for a terminal; nothing where standard error is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from widget_server.keeping.saving import Progress


@contextmanager
def drawn(word: str) -> Iterator[Progress]:
    """A function that is told rows done and rows in all."""
    with tqdm(unit=" rows", desc=word, leave=False, file=sys.stderr, disable=not sys.stderr.isatty()) as shown:

        def move(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield move
