"""What was done at the desk: the audit record, page by page and as a file to take away."""

from flask import Blueprint, Response, render_template, request, stream_with_context

from fragments.record import canonical_json, show_moment
from fragments.store.audit import BrokenAudit
from widget_server.desk import at_hand

desk = Blueprint("accounting", __name__)

PAGE = 100  # entries


@desk.get("/audit")
def audit() -> str:
    """The record, newest entry first."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("subject", "actor")}
    before = request.args.get("before", "")[:9]
    number = int(before) if before.isdecimal() else None
    found = at_hand.archive().newest_acts(**asked, before=number, limit=PAGE + 1)
    return render_template(
        "audit.html", entries=found[:PAGE], more=len(found) > PAGE, asked=asked, is_later=number is not None
    )


@desk.get("/audit.jsonl")
def export() -> Response:
    """The whole record, an entry a line, with the hashes that hold it together."""
    lines = (
        canonical_json({**{name: getattr(each, name) for name in each.__slots__}, "at": show_moment(each.at)}) + "\n"
        for each in at_hand.archive().audit()
    )
    return _file(stream_with_context(lines), "application/jsonl", "audit.jsonl")


@desk.post("/audit/check")
def check() -> str:
    """Go through the whole record and say whether it holds; a form, because it reads every entry."""
    try:
        return render_template("audit-check.html", chain=at_hand.archive().check_audit(), broken=None)
    except BrokenAudit as broken:
        return render_template("audit-check.html", chain=None, broken=broken)


def _file(body, content_type: str, name: str) -> Response:  # type: ignore[no-untyped-def]
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
