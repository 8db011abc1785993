"""Finding fragments, the page of each with its history, and any two of its revisions side by side. Changes nothing."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from fragments.store.searching import MOST_COUNTED, Wanted
from fragments.terms import absence
from widget_server.desk import at_hand, forms
from widget_server.desk.comparing import apart
from widget_server.desk.differing import differing
from widget_server.desk.paging import page_number
from widget_server.publishing import on_shelf

desk = Blueprint("finding", __name__)

PAGE = 50  # rows
ASKED = ("words", "state", "lang", "country", "topic", "campaign", "editor", "source", "sensitivity")


@desk.get("/find")
def page() -> str:
    """A list by words and filters."""
    asked: dict[str, Any] = {name: request.args.get(name, "")[:200] for name in ASKED}
    wanted = Wanted(**asked, seen_by=at_hand.seen_by())
    number = page_number()
    found, count = at_hand.finding().page(wanted, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return render_template(
        "find.html",
        asked=asked,
        found=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        count=count,
        most=MOST_COUNTED,
        values=at_hand.finding().values(),
        kept=at_hand.drafts().filters(at_hand.person().id),
        is_narrowed=not wanted.is_empty(),
        now=at_hand.now(),
    )


@desk.get("/fragments/<fragment_id>")
def fragment(fragment_id: str) -> str:
    """A fragment as it stands, with notes, revisions and everything that was done to it."""
    held, printing = at_hand.held(fragment_id), on_shelf(at_hand.shelf())
    revisions = at_hand.archive().revisions(fragment_id)
    steps = [
        (after, differing((before or after).fragment.text, after.fragment.text))
        for before, after in zip((None, *revisions), revisions, strict=False)
    ]
    return render_template(
        "fragment.html",
        held=held,
        steps=steps[::-1][:50],
        revisions=revisions[::-1],
        warnings=forms.warnings(held.fragment),
        may_change=at_hand.may_change(fragment_id),
        settings=at_hand.settings(),
        is_public=printing is not None and printing.fragment(fragment_id) is not None,
        away=absence(held.terms, held.hold, at_hand.now()) if held.live else None,
        now=at_hand.now(),
    )


@desk.get("/fragments/<fragment_id>/compare")
def compare(fragment_id: str) -> str:
    """Two revisions side by side: each field that differs."""
    at_hand.held(fragment_id)
    revisions = {each.fragment.revision: each for each in at_hand.archive().revisions(fragment_id)}
    newest = max(revisions)
    old, new = (_revision(name, default) for name, default in (("old", max(newest - 1, 1)), ("new", newest)))
    if old not in revisions or new not in revisions:
        abort(404)
    return render_template(
        "compare.html",
        old=revisions[old],
        new=revisions[new],
        numbers=sorted(revisions, reverse=True),
        apart=apart(revisions[old].fragment, revisions[new].fragment),
    )


def _revision(name: str, default: int) -> int:
    asked = request.args.get(name, "")[:9]
    return int(asked) if asked.isdecimal() else default
