"""What the public handed in: looked at by an editor, taken over as a form of the editor's own, or thrown away.

Rules: nothing becomes a fragment here; taking over fills the writing form, where every check of a typed text is made.
What stands on this page was typed by a stranger: it is shown as plain text, and no link in it can be followed.
Whoever comes after somebody else is told who that was.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from fragments.gathering.guessing import guess
from fragments.gathering.persons import may_name
from fragments.store.nearing import Nearby
from fragments.store.quarantine import TAKEN, THROWN, Dealt, Quarantine, Submission
from widget_server.desk import at_hand

desk = Blueprint("quarantine", __name__)

SHOWN = 50
# What a submission calls it -> the writing form's field.
TO_FORM = {
    "text": "text",
    "title": "s_title",
    "author": "s_author",
    "address": "s_url",
    "country": "a_country",
    "who": "a_who",
    "proof": "e_url",
}


@desk.get("/quarantine")
def page() -> str:
    """What waits, oldest first."""
    return _page()


@desk.post("/quarantine/<submission_id>")
def decide(submission_id: str) -> Response | tuple[str, int]:
    """Take one over, or throw it away."""
    room, wish = _room(), request.form.get("do", "")
    if wish not in ("take", "throw"):
        abort(400)
    found = room.get(submission_id)
    if wish == "take":
        return _take_over(submission_id, found)
    if found and room.remove(submission_id, THROWN, at_hand.person().name, at_hand.now()):
        return redirect(url_for("quarantine.page"))
    return _too_late(submission_id)


def _take_over(submission_id: str, found: Submission | None) -> Response | tuple[str, int]:
    """The submission as a form that the editor has begun."""
    person, key = at_hand.person(), submission_id[:16]
    try:
        if found and _room().take_over(submission_id, person, key, _as_form(found), at_hand.now()):
            return redirect(url_for("writing.form", key=key))
    except NotAllowed:
        abort(409, _("You have as many unsaved texts as the desk keeps. Save some or throw them away; this one waits."))
    dealt = _room().dealt_with(submission_id)
    if dealt and dealt.by == person.name and at_hand.drafts().get(person.id, key):  # the button was pressed twice
        return redirect(url_for("writing.form", key=key))
    return _too_late(submission_id)


def _too_late(submission_id: str) -> tuple[str, int]:
    dealt = _room().dealt_with(submission_id)
    if dealt is None:
        abort(404)
    return _page(dealt), 409


def _page(dealt: Dealt | None = None) -> str:
    room, nearby = _room(), Nearby(at_hand.archive().engine)
    waiting = room.all(SHOWN)
    texts = {each.id: each.fields.get("text", "") for each in waiting}
    return render_template(
        "quarantine.html",
        waiting=waiting,
        count=room.count(),
        is_full=room.is_full(),
        langs={id_: guess(text) for id_, text in texts.items()},
        names={id_: may_name(text) for id_, text in texts.items()},
        twins={id_: nearby.to(text, most=1) for id_, text in texts.items()},
        is_open=at_hand.settings().submissions,
        dealt=dealt,
        is_taken=dealt is not None and dealt.action == TAKEN,
    )


def _as_form(found: Submission) -> dict[str, str]:
    fields = {TO_FORM[name]: value for name, value in found.fields.items() if name in TO_FORM and value}
    fields |= {"lang": found.fields.get("lang") or guess(fields.get("text", "")) or "", "based_on": "0"}
    fields["sensitivity"] = "needs fresh"  # until somebody knows who wrote it
    return fields


def _room() -> Quarantine:
    return Quarantine(at_hand.archive().engine)
