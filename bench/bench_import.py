"""How fast, and in how much memory, 100,000 rows go into the archive.

    python bench/bench_import.py [ROWS]

Each import runs in a process of its own into a new SQLite archive (WAL, synchronous=FULL, audit record and all). In
the same run a bare loop reads the same CSV with Python's csv module and puts it into one SQLite table by executemany:
that is the least any importer in Python can cost, and the ratio to it says what cleaning, checking, revisions and the
audit record add, whatever the machine.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 100_000
FIELDS = ["id", "text", "lang", "title", "author", "date", "country", "who", "action", "since", "topics"]
WORDS = {  # of article 19 of the Universal Declaration: everyone has the right to freedom of opinion and expression
    "en": ["everyone", "has", "the", "right", "to", "freedom", "of", "opinion", "and", "expression"],
    "vi": ["mọi", "người", "đều", "có", "quyền", "tự", "do", "ngôn", "luận", "và", "bày", "tỏ", "quan", "điểm"],
    "fa": ["هر", "کس", "حق", "آزادی", "عقیده", "و", "بیان", "دارد"],
    "ru": ["каждый", "человек", "имеет", "право", "на", "свободу", "убеждений"],
    "zh-Hans": list("人人有权享有主张和发表意见的自由"),
    "ar": ["لكل", "شخص", "الحق", "في", "حرية", "الرأي", "والتعبير"],
}
IMPORT = """
import resource, sys, time
from pathlib import Path
from fragments.importing.job import Wishes, run
from fragments.store.archive import Archive
archive = Archive.open("sqlite:///" + sys.argv[1])
begun, cpu = time.perf_counter(), time.process_time()
report = run(archive, [Path(sys.argv[2])], Wishes())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - begun, time.process_time() - cpu, peak)
print(report.fragments.new, report.fragments.unchanged, report.rejections.count)
"""
BARE = """
import csv, resource, sqlite3, sys, time
base = sqlite3.connect(sys.argv[1])
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA synchronous = FULL")
begun, cpu = time.perf_counter(), time.process_time()
with open(sys.argv[2], newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    names = next(rows)
    base.execute(f"CREATE TABLE fragments ({', '.join(names)}, PRIMARY KEY (id))")
    with base:
        base.executemany(f"INSERT INTO fragments VALUES ({', '.join('?' * len(names))})", rows)
seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
print(seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(base.execute("SELECT count(*) FROM fragments").fetchone()[0], 0, 0)
"""


def row(number: int, chance: random.Random) -> dict[str, str]:
    """A row like those of published lists: a short text, a work, an act."""
    lang = chance.choice(list(WORDS))
    words = chance.choices(WORDS[lang], k=chance.randint(15, 60))
    between = "" if lang == "zh-Hans" else " "
    year = chance.randint(1850, 2020)
    return {
        "id": f"bench-{number}",
        "text": between.join(words) + f" {number}",
        "lang": lang,
        "title": f"Article 19, part {number % 5_000}",
        "author": f"Committee {number % 500}",
        "date": str(year),
        "country": chance.choice(["VN", "IR", "RU", "CN", "SU", "DE"]),
        "who": f"Board {number % 40}",
        "action": chance.choice(["banned", "blocked", "seized"]),
        "since": str(year + 1),
        "topics": chance.choice(["press", "press|law", "letters"]),
    }


def write(directory: Path, count: int) -> tuple[Path, Path]:
    """The same rows as CSV and as JSON Lines."""
    chance = random.Random(19)
    table, lines = directory / "rows.csv", directory / "rows.jsonl"
    with table.open("w", newline="", encoding="utf-8") as csv_file, lines.open("w", encoding="utf-8") as json_file:
        writer = csv.DictWriter(csv_file, FIELDS)
        writer.writeheader()
        for number in range(count):
            made = row(number, chance)
            writer.writerow(made)
            json_file.write(json.dumps(made, ensure_ascii=False) + "\n")
    return table, lines


def measured(program: str, *arguments: object) -> tuple[float, float, float, str]:
    """Seconds by the clock, seconds of CPU, peak memory in MB, and what the program counted."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    seconds, cpu, peak = map(float, output[:3])
    return seconds, cpu, peak, "/".join(output[3:])


def main() -> None:
    """Measure and print one table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        table, lines = write(directory, count)
        runs = [
            ("bare csv + executemany", BARE, directory / "bare.sqlite3", table),
            ("import, CSV", IMPORT, directory / "csv.sqlite3", table),
            ("import, CSV, again", IMPORT, directory / "csv.sqlite3", table),
            ("import, JSON Lines", IMPORT, directory / "json.sqlite3", lines),
        ]
        print(f"{count:,} rows, {table.stat().st_size / 1e6:.0f} MB as CSV, {time.strftime('%Y-%m-%d')}")
        print(f"{'':24}{'seconds':>9}{'CPU s':>8}{'rows/CPU s':>12}{'peak MB':>9}{'x bare':>8}  new/unchanged/rejected")
        bare = 0.0
        for name, program, archive, file in runs:
            seconds, cpu, peak, counted = measured(program, archive, file)
            bare = bare or cpu
            print(f"{name:24}{seconds:9.1f}{cpu:8.1f}{count / cpu:12,.0f}{peak:9.0f}{cpu / bare:8.1f}  {counted}")


if __name__ == "__main__":
    main()
