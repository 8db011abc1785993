"""A progress bar for a terminal: bytes of all files, rows beside it.

Nothing is drawn where the stream is no terminal. It knows nothing of rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from fragments.importing.job import Progress


@contextmanager
def bar(files: Sequence[Path], stream: TextIO, *, quiet: bool = False) -> Iterator[Progress | None]:
    """A function for job.run that moves a bar on `stream`; None where nobody watches."""
    if quiet or not stream.isatty():
        yield None
        return
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    before: dict[str, int] = {}
    with tqdm(total=sum(sizes) or None, unit="B", unit_scale=True, file=stream, leave=False) as drawn:

        def move(file: str, position: int, rows: int) -> None:
            drawn.set_description(Path(file).name)
            drawn.set_postfix_str(f"{rows:,} rows")
            drawn.update(position - before.get(file, 0))
            before[file] = position

        yield move
