"""What was done and who shows our fragments: the audit record, and the republishers, each with files to take away."""

from itertools import islice

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from fragments.record import canonical_json, show_moment
from fragments.store.republishers import Order
from widget_server.counting.listing import as_csv, as_json
from widget_server.counting.standings import standings
from widget_server.desk import at_hand
from widget_server.desk.wording import BUCKETS

desk = Blueprint("accounting", __name__)

PAGE = 100  # entries


@desk.get("/audit")
def audit() -> str:
    """The record from an entry on."""
    after = request.args.get("after", "0")
    subject = request.args.get("subject", "")[:200] or None
    entries = at_hand.archive().audit(subject=subject, after=int(after[:9]) if after.isdecimal() else 0)
    found = list(islice(entries, PAGE + 1))
    return render_template("audit.html", entries=found[:PAGE], more=len(found) > PAGE, subject=subject or "")


@desk.get("/audit.jsonl")
def export() -> Response:
    """The whole record, an entry a line, with the hashes that hold it together."""
    lines = (
        canonical_json({**{name: getattr(each, name) for name in each.__slots__}, "at": show_moment(each.at)}) + "\n"
        for each in at_hand.archive().audit()
    )
    return _file(stream_with_context(lines), "application/jsonl", "audit.jsonl")


@desk.get("/republishers")
def republishers() -> str:
    """Which sites show fragments, and how often."""
    order = _order()
    search = request.args.get("search", "")[:100]
    counted = at_hand.republishers()
    return render_template(
        "republishers.html",
        found=counted.listed(order=order, search=search),
        totals=counted.totals(),
        days=list(counted.days().items())[-60:],
        buckets=BUCKETS,
        order=order.value,
        search=search,
        known=standings(at_hand.archive()),
    )


@desk.get("/republishers.<kind>")
def republishers_file(kind: str) -> Response:
    """The same as CSV or JSON."""
    found, totals = at_hand.republishers().listed(order=_order()), at_hand.republishers().totals()
    known = standings(at_hand.archive())
    if kind == "csv":
        return _file(as_csv(found, known), "text/csv; charset=utf-8", "republishers.csv")
    if kind == "json":
        return _file(as_json(found, totals, known), "application/json", "republishers.json")
    abort(404)


def _order() -> Order:
    try:
        return Order(request.args.get("order", Order.DISPLAYS.value))
    except ValueError:
        abort(404)


def _file(body, content_type: str, name: str) -> Response:  # type: ignore[no-untyped-def]
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
