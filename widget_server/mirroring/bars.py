"""A progress bar of files for a terminal; nothing where standard error is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from widget_server.mirroring.checking import Progress, unseen


@contextmanager
def drawn(word: str) -> Iterator[Progress]:
    """A function that is told files done and files in all."""
    if not sys.stderr.isatty():
        yield unseen
        return
    with tqdm(unit=" files", desc=word, leave=False, file=sys.stderr) as shown:

        def move(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield move
