"""What was done at the desk: the audit record, page by page and as a file to take away."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from markupsafe import Markup

from fragments.record import canonical_json, show_moment
from fragments.store.audit import BrokenAudit, Entry
from widget_server.desk import at_hand, audit_words, speaking, wording

desk = Blueprint("accounting", __name__)

PAGE = 100  # entries
ASKED = {"subject": audit_words.recorded_subject, "actor": audit_words.recorded_actor}


@desk.get("/audit")
def audit() -> str:
    """The record, newest entry first."""
    asked = {name: recorded(request.args.get(name, "").strip()[:200]) for name, recorded in ASKED.items()}
    before = request.args.get("before", "")[:9]
    number = int(before) if before.isdecimal() else None
    found = at_hand.archive().newest_acts(**asked, before=number, limit=PAGE + 1)
    return render_template(
        "audit.html",
        entries=found[:PAGE],
        more=len(found) > PAGE,
        asked=asked,
        is_later=number is not None,
        place_of=_place_of,
        details_of=_details_of,
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


def _place_of(entry: Entry) -> str:
    """The address of what something was done to; empty where it has no page, or an administrator's only."""
    kind, _space, number = entry.subject.partition(" ")
    if audit_words.is_of_a_fragment(entry.action):
        return url_for("finding.fragment", fragment_id=entry.subject)
    if entry.action in audit_words.OF_SOURCES:
        return url_for("sources.page", id=entry.subject)
    if kind == "edition" and number.isdecimal():
        return url_for("review.edition", number=int(number))
    return ""


def _details_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """What the record keeps beside an act, name and value in words; hashes are for the file alone."""
    for name, told in entry.details.items():
        if isinstance(told, Mapping):
            yield from ((wording.value(each), wording.value(answer)) for each, answer in told.items())
        elif name != "content" and told not in (None, "", []):
            yield audit_words.detail(name), _in_words(name, told)


def _in_words(name: str, told: object) -> str:
    if isinstance(told, list):
        return Markup(" / ").join(map(speaking.apart, map(str, told)))
    if isinstance(told, int):
        return speaking.number(told)
    if name in ("embargo", "expiry"):
        return wording.value("none") if told == "none" else speaking.moment(datetime.fromisoformat(str(told)))
    return audit_words.role(str(told)) if name in ("before", "after") else str(told)


def _file(body, content_type: str, name: str) -> Response:  # type: ignore[no-untyped-def]
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
