"""A list of republishers as a table for the screen, CSV for a spreadsheet and JSON for a program.

What a stranger can choose, a site's name, is escaped for each: a cell that a spreadsheet would take for a formula
begins with an apostrophe (OWASP, CSV injection).
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from fragments.store.republishers import Republisher, Totals
from widget_server.counting.standings import UNKNOWN, Standing

KINDS = ("script", "frame", "badge", "oembed", "feed", "2006")
BUCKETS = {
    "~undisclosed": "Undisclosed: the page asked its readers' browsers not to say where they are, or they never do.",
    "~archives": "Web archives, which carry copies of pages of others.",
    "~more": "Sites over the number that may be new on one day.",
    "~forgotten": "Sites that asked to be forgotten, or went quiet; only their displays remain.",
}
_HEADS = ("site", "first seen", "last seen", "displays", *KINDS, "owner", "snippet")
_NONE_KNOWN: Mapping[str, Standing] = {}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_table(found: Sequence[Republisher], totals: Totals, known: Mapping[str, Standing] = _NONE_KNOWN) -> str:
    """Columns for a terminal, buckets explained below."""
    rows = [_HEADS, *(_cells(each, known) for each in found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines += ["", f"{totals.displays:,} displays on {totals.sites:,} named site{'' if totals.sites == 1 else 's'}."]
    if totals.lost:
        lines.append(f"{totals.lost:,} more were answered but not counted: the spool was full.")
    return "\n".join(lines + [f"{name}  {BUCKETS[name]}" for name in (each.name for each in found) if name in BUCKETS])


def as_csv(found: Sequence[Republisher], known: Mapping[str, Standing] = _NONE_KNOWN) -> str:
    """Comma-separated values with a head line, CRLF between lines (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    writer.writerows([_harmless(cell) for cell in _cells(each, known)] for each in found)
    return out.getvalue()


def as_json(found: Sequence[Republisher], totals: Totals, known: Mapping[str, Standing] = _NONE_KNOWN) -> str:
    """One object: totals, and a list of republishers."""
    listed = [
        {
            "site": each.name,
            "bucket": each.is_bucket,
            "first_seen": each.first_day.isoformat(),
            "last_seen": each.last_day.isoformat(),
            "displays": each.displays,
            "kinds": dict(sorted(each.kinds.items())),
            "owner": known.get(each.name, UNKNOWN).owner,
            "snippet": known.get(each.name, UNKNOWN).snippet,
        }
        for each in found
    ]
    whole = {"displays": totals.displays, "sites": totals.sites, "lost": totals.lost, "republishers": listed}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _cells(each: Republisher, known: Mapping[str, Standing]) -> tuple[str, ...]:
    days = each.first_day.isoformat(), each.last_day.isoformat()
    kinds = (str(each.kinds.get(kind, 0)) for kind in KINDS)
    standing = known.get(each.name, UNKNOWN)
    return (each.name, *days, str(each.displays), *kinds, standing.owner, standing.snippet)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    return [
        cell.rjust(width) if 2 < i < len(_HEADS) - 2 else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
