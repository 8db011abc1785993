"""What the public handed in: looked at by an editor, taken over as a form of the editor's own, or thrown away.

Rules: nothing becomes a fragment here; taking over fills the writing form, where every check of a typed text is made.
What stands on this page was typed by a stranger: it is shown as plain text, and no link in it can be followed.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from fragments.gathering.guessing import guess
from fragments.gathering.persons import may_name
from fragments.store.nearing import Nearby
from fragments.store.quarantine import TAKEN, THROWN, Quarantine, Submission
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
    room, nearby = _room(), Nearby(at_hand.archive().engine)
    waiting = room.all(SHOWN)
    texts = {each.id: each.fields.get("text", "") for each in waiting}
    return render_template(
        "quarantine.html",
        waiting=waiting,
        count=room.count(),
        langs={id_: guess(text) for id_, text in texts.items()},
        names={id_: may_name(text) for id_, text in texts.items()},
        twins={id_: nearby.to(text, most=1) for id_, text in texts.items()},
        is_open=at_hand.settings().submissions,
    )


@desk.post("/quarantine/<submission_id>")
def decide(submission_id: str) -> Response:
    """Take one over, or throw it away."""
    room, wish = _room(), request.form.get("do", "")
    found = room.get(submission_id)
    if found is None:
        abort(404)
    if wish == "take":
        key = submission_id[:16]
        _keep(key, found)
        room.remove(submission_id, TAKEN, at_hand.person().name, at_hand.now())
        return redirect(url_for("writing.form", key=key))
    if wish == "throw":
        room.remove(submission_id, THROWN, at_hand.person().name, at_hand.now())
        return redirect(url_for("quarantine.page"))
    abort(400)


def _keep(key: str, found: Submission) -> None:
    """The submission as a form that the editor has begun; first kept, then removed: a crash between keeps both."""
    fields = {TO_FORM[name]: value for name, value in found.fields.items() if name in TO_FORM and value}
    fields |= {"lang": found.fields.get("lang") or guess(fields.get("text", "")) or "", "based_on": "0"}
    fields["sensitivity"] = "needs fresh"  # until somebody knows who wrote it
    try:
        at_hand.drafts().keep(at_hand.person().id, key, fields, at_hand.now())
    except NotAllowed:
        abort(409)


def _room() -> Quarantine:
    return Quarantine(at_hand.archive().engine)
