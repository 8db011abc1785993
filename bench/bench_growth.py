"""How serving grows: hits per CPU second and memory of a worker against fragments, sites and decks; draining, too.

    python -W ignore -m bench.bench_growth                      # 1,000 and 10,000 fragments: some minutes
    python -W ignore -m bench.bench_growth --fragments 1000 10000 100000 --write

Editions are really printed and placed (100,000 fragments: a quarter of an hour, 3 GB of disk). One granian worker, wrk
over 64 connections on 127.0.0.1; CPU is what /proc says of the server. `--write` puts table and plot into the docs.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import bench_counting
from bench.bench_counting import free_port, granian, memory_of, press_on, running, stock
from fragments.store.archive import Archive
from fragments.store.counting import Counts
from widget_server.counting.drainer import drain
from widget_server.counting.post import today
from widget_server.settings import Settings, variable
from widget_server.shelf import Shelf

HOUSE = Path(__file__).parents[1]
PLOT, PAGE = HOUSE / "docs" / "images" / "growth.svg", HOUSE / "docs" / "performance.md"
SITES = (10, 100, 1_000, 2_000)
BEGIN, END = "<!-- growth begins -->", "<!-- growth ends -->"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 240" font-family="sans-serif" font-size="13">
<rect width="700" height="240" fill="#fffdf8"/>"""


@dataclass(frozen=True)
class Row:
    """One size of an edition, and what serving it costs."""

    fragments: int
    decks: int
    megabytes: float  # of the printing, shared by all workers
    one_deck: float  # hits a CPU second
    many_decks: float  # hits a CPU second over up to 2,000 decks
    worker: float  # MB of its own after every frame was asked for


def measured(fragments: int, seconds: int) -> Row:
    """Print an edition, serve it, and look."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(data=folder, public_url="http://publisher.example.net", desk_host="off")
        if os.fork() == 0:  # printing costs memory that no worker has
            stock(settings, fragments)
            os._exit(0)
        os.wait()
        printing = Shelf(settings.shelf_dir).current()
        decks = [path for path in printing.paths() if path.endswith(".cf")]
        told = {"data": str(folder), "public_url": settings.public_url, "desk_host": "off"}
        environ = {variable(key): value for key, value in told.items()}
        port = free_port()
        with running(granian("widget_server.serving:site", port, settings.threads), port, folder, **environ) as pid:
            one = press_on(pid, port, "/d/all/0.cf", folder, seconds)["per_cpu"]
            asked = list(islice(cycle(decks), 2_000))
            press_on(pid, port, asked, folder, seconds)  # the disk is not what is measured
            many = press_on(pid, port, asked, folder, seconds)["per_cpu"]
        size = printing.pack.path.stat().st_size / 1e6
        return Row(fragments, len(decks), size, one, many, memory_of(settings))


def by_sites(seconds: int) -> list[tuple[int, float]]:
    """Hits a CPU second of one deck on behalf of so many sites."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        settings = Settings(data=folder, public_url="http://publisher.example.net")
        stock(settings, 100)
        told = {variable("data"): name, variable("public_url"): settings.public_url, variable("desk_host"): "off"}
        found = []
        for sites in SITES:
            bench_counting.SITES = sites
            with running(granian("widget_server.serving:site", port, settings.threads), port, folder, **told) as pid:
                found.append((sites, press_on(pid, port, "/d/all/0.cf", folder, seconds)["per_cpu"]))
        return found


def draining(sites: int, decks: int, displays: int = 500_000) -> float:
    """Displays a CPU second from a spool into SQLite."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spool").mkdir()
        lines = (f"{today()}\tscript\tlang-{n * 31 % decks}\tsite{n * 7919 % sites}.com\n" for n in range(displays))
        (folder / "spool" / "1.spool").write_text("".join(lines))
        with Archive.open(f"sqlite:///{folder}/archive.db") as archive:
            begun = time.process_time()
            counts = Counts(archive.engine, new_sites_a_day=sites)
            drain(folder / "spool", counts, machine="m", today=today())
            return displays / (time.process_time() - begun)


def table(rows: Sequence[Row], sites: Sequence[tuple[int, float]], drained: Sequence[tuple[int, int, float]]) -> str:
    """Markdown."""
    return "\n".join(
        [
            "| fragments | deck files | printing, MB | one deck, hits/CPU s | many decks, hits/CPU s | a worker, MB |",
            "|---|---|---|---|---|---|",
            *(
                f"| {row.fragments:,} | {row.decks:,} | {row.megabytes:,.0f} | {row.one_deck:,.0f} | "
                f"{row.many_decks:,.0f} | {row.worker:,.0f} |"
                for row in rows
            ),
            "",
            "| sites asking for one deck | hits/CPU s |",
            "|---|---|",
            *(f"| {number:,} | {hits:,.0f} |" for number, hits in sites),
            "",
            "| sites, all new, × decks in the spool | displays drained into SQLite a CPU second |",
            "|---|---|",
            *(f"| {number:,} × {decks:,} | {rate:,.0f} |" for number, decks, rate in drained),
        ]
    )


def plot(rows: Sequence[Row]) -> str:
    """Hits and memory of a worker over the number of fragments, one panel each, both from zero."""
    steps = [f"{row.fragments:,}" for row in rows]
    hits = panel([row.many_decks for row in rows], steps, 0, "#9c1c14", "Hits a CPU second, many decks")
    memory = panel([row.worker for row in rows], steps, 360, "#1d4f73", "MB of a worker's own")
    return "\n".join([SVG, *hits, *memory, "</svg>"]) + "\n"


def panel(values: Sequence[float], steps: Sequence[str], left: int, colour: str, title: str) -> Iterator[str]:
    """One line over the steps, with its values; 340 wide, 240 high."""
    first, wide, low, high = left + 50, 230, 190, 110
    yield f'<text x="{left + 16}" y="28" font-weight="bold">{title}</text>'
    yield f'<line x1="{left + 16}" x2="{left + 320}" y1="{low}" y2="{low}" stroke="#b8b0a0"/>'
    step_wide, most = wide / max(len(values) - 1, 1), max(values)
    places = [(first + step_wide * at, low - high * value / most) for at, value in enumerate(values)]
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="3"/>'
    for (x, y), value, step in zip(places, values, steps, strict=True):
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>'
        yield f'<text x="{x:.0f}" y="{y - 12:.0f}" text-anchor="middle">{value:,.0f}</text>'
        yield f'<text x="{x:.0f}" y="{low + 20}" text-anchor="middle">{step}</text>'
    yield f'<text x="{first + wide / 2:.0f}" y="{low + 40}" text-anchor="middle" fill="#5b5548">fragments</text>'


def main() -> None:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fragments", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md and docs/images/growth.svg")
    options = parser.parse_args()
    rows = [measured(number, options.seconds) for number in options.fragments]
    spools = [(100, 20), (10_000, 20), (100_000, 20), (1_000, 1_000)]
    drained = [(sites, decks, draining(sites, decks)) for sites, decks in spools]
    told = table(rows, by_sites(options.seconds), drained)
    print(told)
    if options.write:
        page = PAGE.read_text()
        PAGE.write_text(f"{page.split(BEGIN)[0]}{BEGIN}\n\n{told}\n\n{END}{page.split(END)[1]}")
        PLOT.write_text(plot(rows))


if __name__ == "__main__":
    main()
