"""Finding fragments, and the page of each with its history. Changes nothing."""

from dataclasses import fields

from flask import Blueprint, render_template, request

from fragments.store.searching import MOST_COUNTED, Wanted
from widget_server.desk import at_hand, forms
from widget_server.desk.differing import differing

desk = Blueprint("finding", __name__)

PAGE = 50  # rows
_ASKED = tuple(each.name for each in fields(Wanted) if each.name != "seen_by")


@desk.get("/find")
def page() -> str:
    """A list by words and filters."""
    asked = {name: request.args.get(name, "")[:200] for name in _ASKED}
    wanted = Wanted(**asked, seen_by=at_hand.seen_by())
    number = min(int(request.args.get("page", "1")[:6]) if request.args.get("page", "1").isdecimal() else 1, 10_000)
    number = max(number, 1)
    found = at_hand.finding().fragments(wanted, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return render_template(
        "find.html",
        asked=asked,
        found=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        count=at_hand.finding().count(wanted),
        most=MOST_COUNTED,
        values=at_hand.finding().values(),
    )


@desk.get("/fragments/<fragment_id>")
def fragment(fragment_id: str) -> str:
    """A fragment as it stands, with notes, revisions and everything that was done to it."""
    held = at_hand.held(fragment_id)
    revisions = at_hand.archive().revisions(fragment_id)
    steps = [
        (after, differing(before.fragment.text if before else "", after.fragment.text))
        for before, after in zip((None, *revisions), revisions, strict=False)
    ]
    return render_template(
        "fragment.html",
        held=held,
        steps=steps[::-1][:50],
        warnings=forms.warnings(held.fragment),
        may_change=at_hand.may_change(fragment_id),
        settings=at_hand.settings(),
    )
