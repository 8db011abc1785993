"""How long the archive takes to save, save again, freeze and read editions, and how much memory; beside raw sqlite3.

    python bench/bench_store.py [SIZE ...] [--url postgresql://…]

Each size runs in a process of its own, so that peaks do not mix. The peer writes the same texts with executemany into
one table, in the same batches and with the same durability: what SQLite itself costs. "x peer" is ours over the peer's.
"""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from fragments.ids import id_of
from fragments.nouns import Evidence, Fragment, PartialDate, Source, State, Suppression, Translation
from fragments.record import canonical_json, to_record
from fragments.review import OPERATOR
from fragments.store.archive import Archive

BATCH = 500
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def fragments(size: int, change: str = "") -> Iterator[Fragment]:
    """Fragments of 225 characters with two translations; five share a source with one suppression."""
    for number in range(size):
        since = PartialDate(raw="1792", edtf="1792")
        act = Suppression(country="GB", who="An authority", since=since, evidence=(Evidence(citation="A book"),))
        source = Source(external_id=f"source-{number // 5}", title="Alpha", suppressions=(act,))
        yield Fragment(
            id=id_of(f"alpha-{number}"),
            external_id=f"alpha-{number}",
            source=source,
            lang="en",
            text=f"Alpha text {number:06}{change} " * 12,
            topics=("letters", "numbers"),
            translations=(
                Translation(lang="fr", text="Texte alpha " * 18),
                Translation(lang="fa", text="متن آلفا " * 22),
            ),
        )


def save(archive: Archive, given: Iterator[Fragment]) -> None:
    """As the importer does it: batches, each a transaction, each row by itself."""
    for batch in batches(given):
        with archive.writing(OPERATOR, NOW) as desk:
            desk.known([each.external_id for each in batch], {each.source.external_id for each in batch})
            for fragment in batch:
                with desk.row():
                    desk.save_fragment(fragment, state=State.IN_REVIEW)


def batches(given: Iterator[Fragment]) -> Iterator[list[Fragment]]:
    """Lists of BATCH fragments."""
    batch: list[Fragment] = []
    for fragment in given:
        batch.append(fragment)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def peer(folder: str, size: int) -> None:
    """One table, one row a fragment, no rule."""
    connection = sqlite3.connect(Path(folder) / "peer.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE f (id PRIMARY KEY, record)"
    )
    for batch in batches(fragments(size)):
        connection.execute("BEGIN IMMEDIATE")
        rows = [(each.id, canonical_json(to_record(each, public=False))) for each in batch]
        connection.executemany("INSERT INTO f VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    connection.close()


def timed(figures: dict[str, float], name: str, work, *values) -> object:
    """What `work` gives; its seconds and the peak so far go into the figures."""
    begun = time.perf_counter()
    result = work(*values)
    figures[name] = time.perf_counter() - begun
    figures[f"{name}, peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def measure(size: int, url: str | None) -> dict[str, float]:
    """All figures of one size, in seconds and MB."""
    figures: dict[str, float] = {}
    with TemporaryDirectory() as folder, Archive.open(url or f"sqlite:///{folder}/archive.db") as archive:
        timed(figures, "peer", peer, folder, size)
        timed(figures, "save", save, archive, fragments(size))
        timed(figures, "save again", save, archive, fragments(size))
        timed(figures, "stream", lambda: sum(1 for _ in archive.fragments()))
        timed(figures, "freeze", archive.publish, OPERATOR, NOW)
        timed(figures, "nothing changed", archive.publish, OPERATOR, NOW)
        save(archive, fragments(1, " changed"))
        timed(figures, "one changed", archive.publish, OPERATOR, NOW)
        timed(figures, "check audit", archive.check_audit)
        if url is None:
            figures["file, MB"] = Path(folder, "archive.db").stat().st_size / 1e6
    return figures


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    parser.add_argument("--json", action="store_true", help="figures of one size, for this script itself")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(measure(options.sizes[0], options.url)))
        return
    for size in options.sizes:
        again = [sys.executable, __file__, str(size), "--json", *(["--url", options.url] if options.url else [])]
        show(size, json.loads(subprocess.run(again, check=True, capture_output=True, text=True).stdout))


def show(size: int, figures: dict[str, float]) -> None:
    """One table."""
    print(f"\n{size:,} fragments     seconds   µs each   x peer   peak MB")
    for name in ("peer", "save", "save again", "stream", "freeze", "nothing changed", "one changed", "check audit"):
        seconds, peak = figures[name], figures[f"{name}, peak MB"]
        print(f"{name:18} {seconds:10.2f} {seconds / size * 1e6:9.1f} {seconds / figures['peer']:8.1f} {peak:9.0f}")
    print(f"file {figures.get('file, MB', 0):.0f} MB, {figures.get('file, MB', 0) * 1e6 / size:.0f} bytes a fragment")


if __name__ == "__main__":
    main()
