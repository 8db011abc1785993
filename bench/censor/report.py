"""The tables of a drill: one for one origin left, one for none left, printed and put into docs/censor.md.

Rules: what stands between the markers is the drill's; the words round it are not touched.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.censor.attacks import Outcome
from bench.censor.drill import Result

PAGE = Path(__file__).parents[2] / "docs" / "censor.md"
START, END = "<!-- made by python -m bench.censor -->", "<!-- end -->"
MOST_SECONDS = 5
HEAD = f"| attack | loads | live | older | pasted | forged | broken | worst s |\n|---|{'---:|' * 7}\n"


def faults(result: Result) -> list[str]:
    """What went against the table of attacks, in sentences."""
    where = f"{result.attack.name}, {'every origin' if result.every else 'one origin left'}"
    found = [f"{where}: {one.outcome} ({one.visit.address}) {one.why}" for one in result.seen if not one.is_allowed]
    if not result.met:
        found.append(f"{where}: the attack met nobody")
    if not result.every and (result.worst or 0) >= MOST_SECONDS:
        found.append(f"{where}: a reader waited {result.worst:.1f} s")
    return found


def row(result: Result) -> str:
    """A line of a table."""
    seen = Counter(one.outcome for one in result.seen)
    counts = [str(seen[each]) for each in Outcome]
    worst = "" if result.worst is None else f"{result.worst:.1f}"
    return f"| {result.attack.name} | {len(result.seen)} | {' | '.join(counts)} | {worst} |\n"


def tables(results: Sequence[Result], chromium: str) -> str:
    """Both tables, with a total, the day and the browser."""
    some = [result for result in results if not result.every]
    every = [result for result in results if result.every]
    loads = sum(len(result.seen) for result in results)
    forged = sum(one.outcome is Outcome.FORGED for result in results for one in result.seen)
    broken = sum(one.outcome is Outcome.BROKEN for result in results for one in result.seen)
    worst = max((result.worst or 0 for result in some), default=0)
    day = datetime.now(UTC).date().isoformat()
    said = (
        f"{day}, Chromium {chromium}: {len(some)} attacks, {loads} page loads, {forged} forged, {broken} broken;"
        f" with one origin left the slowest fragment came after {worst:.1f} s."
    )
    parts = ("### Two of three origins hostile", some), ("### All three hostile", every)
    return f"{said}\n\n" + "\n".join(f"{title}\n\n{HEAD}{''.join(map(row, rows))}" for title, rows in parts)


def write(text: str) -> None:
    """Puts the tables into docs/censor.md."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(START)
    PAGE.write_text(f"{before}{START}\n\n{text}\n{END}{rest.split(END)[1]}", "utf-8")
