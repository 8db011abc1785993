"""Review and publishing: what waits, the decision on one text, and what the next edition changes.

Rules: fragments.review decides who may approve; the approver says of each point of the checklist that it was looked
at, and approves the revision that was on the page, no newer one.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from fragments.errors import FieldError, NotAllowed, OwnApproval, StaleRevision
from fragments.keys import Keyring
from fragments.store.searching import Wanted
from widget_server.desk import at_hand, forms, wording
from widget_server.desk.differing import differing
from widget_server.publishing import House
from widget_server.publishing import publish as publish_edition

desk = Blueprint("review", __name__)

CHECKS = {
    "text": _l("The text is the source’s, word for word"),
    "rights": _l("We may publish it"),
    "risk": _l("It puts neither the author nor anybody named in it at risk"),
    "translation": _l("The translations say what it says (or there are none)"),
}
LONGEST_REASON = 500


@desk.get("/review")
def queue() -> str:
    """What waits for a second person, longest first."""
    wanted = Wanted(state="waiting", lang=request.args.get("lang", ""), sensitivity=request.args.get("sensitivity", ""))
    found = at_hand.finding().fragments(wanted, limit=100, oldest_first=True)
    return render_template(
        "queue.html", found=found, count=at_hand.finding().count(wanted), asked=wanted, now=at_hand.now(),
        values=at_hand.finding().values(), held_back={each.id for each in at_hand.archive().held_back()},
    )  # fmt: skip


@desk.get("/review/<fragment_id>")
def page(fragment_id: str) -> str:
    """One text, beside the one that is live, with the checklist."""
    return _page(fragment_id)


@desk.post("/review/<fragment_id>")
def decide(fragment_id: str) -> Response | tuple[str, int]:
    """Approve, send back, withdraw or restore."""
    at_hand.held(fragment_id)
    try:
        _decide(fragment_id, request.form.get("do", ""), request.form.get("words", "").strip()[:LONGEST_REASON])
    except OwnApproval:
        return _page(fragment_id, _("You wrote this, so somebody else has to approve it.")), 403
    except StaleRevision:
        return _page(fragment_id, _("It was changed while you were reading. This is the newest text.")), 409
    except NotAllowed as refused:
        return _page(fragment_id, wording.refusal(str(refused.args[-1]))), 409
    except FieldError as fault:
        return _page(fragment_id, wording.fault(fault)), 400
    return redirect(url_for("finding.fragment", fragment_id=fragment_id))


@desk.get("/publish")
def coming() -> str:
    """What the next edition changes."""
    return render_template("publish.html", changes_=at_hand.editions().coming(at_hand.now()), editions=at_hand.editions().listed(),
                           differing=differing)  # fmt: skip


@desk.post("/publish")
def publish() -> Response:
    """Make the next edition and put it on the shelf."""
    settings = at_hand.settings()
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, at_hand.now())
    house = House(settings, at_hand.archive(), keyring, at_hand.shelf())
    done = publish_edition(house, at_hand.person().name, at_hand.now())
    return redirect(url_for("review.edition", number=done.printing.number))


@desk.get("/editions/<int:number>")
def edition(number: int) -> str:
    """What an edition changed."""
    known = {each["number"]: each for each in at_hand.editions().listed(10_000)}
    if number not in known:
        abort(404)
    return render_template("edition.html", edition=known[number], changes_=at_hand.editions().of(number),
                           differing=differing)  # fmt: skip


def _decide(fragment_id: str, wish: str, words: str) -> None:
    revision = request.form.get("revision", "")
    with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
        if wish == "approve":
            if not revision.isdecimal() or not all(request.form.get(f"check_{name}") for name in CHECKS):
                raise FieldError("check", "is not ticked")
            store.approve(fragment_id, correction=words or None, revision=int(revision))
        elif wish == "restore":
            store.restore(fragment_id)
        elif wish in ("send-back", "withdraw"):
            if not words:
                raise FieldError("words", "says no reason")
            (store.send_back if wish == "send-back" else store.withdraw)(fragment_id, words)
        else:
            abort(400)


def _page(fragment_id: str, fault: str = "") -> str:
    held = at_hand.held(fragment_id)
    versions = {each.fragment.revision: each.fragment for each in at_hand.archive().revisions(fragment_id)}
    live = versions.get(held.live) if held.live else None
    return render_template(
        "review.html",
        held=held,
        live=live,
        diff=differing(live.text, held.fragment.text) if live else None,
        fault=fault,
        checks=CHECKS,
        warnings=forms.warnings(held.fragment),
    )
