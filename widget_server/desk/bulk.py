"""One act on many texts: chosen in a list, shown on a page with what happens to each, then done at once.

Rules: nothing is done from a list; the page in between says for each text what happens or why it is refused, and only
those that are not refused go on. What is done is what was shown, or nothing (fragments.store.bulk).
"""

import re

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from fragments.errors import FieldError, UnknownFragment
from fragments.store.bulk import MOST, Chosen, Deed, Errand, Outcome, RefusedMeanwhile, carry_out, rehearse
from fragments.store.reading import Held
from widget_server.desk import at_hand, checklist, labels, timing, wording
from widget_server.desk.refusals import words_of

desk = Blueprint("bulk", __name__)

HAPPENS: dict[Deed, LazyString] = {
    Deed.APPROVE: _l("is approved for the next edition"),
    Deed.SEND_BACK: _l("goes back to its writer as a draft"),
    Deed.WITHDRAW: _l("leaves the next edition"),
    Deed.LABEL: _l("gets the label, and waits for another person to approve it"),
}
TITLES: dict[Deed, LazyString] = {
    Deed.APPROVE: _l("Approve several texts"),
    Deed.SEND_BACK: _l("Send several texts back"),
    Deed.WITHDRAW: _l("Withdraw several texts"),
    Deed.LABEL: _l("Label several texts"),
}
LAST_STEP: dict[Deed, LazyString] = {  # above what is asked for at the end
    Deed.APPROVE: _l("Approve"),
    Deed.SEND_BACK: _l("Send back"),
    Deed.WITHDRAW: _l("Withdraw"),
    Deed.LABEL: _l("Label"),
}
# A fragment's id and the revision that was on the page; from the page in between, the source's and the dates too.
_CHOSEN = re.compile(r"([0-9a-z]{10})\.([0-9]{1,9})(?:\.([0-9]{1,9})\.([0-9T:.+/-]{1,80}))?")


@desk.post("/bulk")
def preview() -> str:
    """What would happen to each."""
    return _page()


@desk.post("/bulk/do")
def do() -> Response | tuple[str, int]:
    """Do it to all that were not refused."""
    if request.form.get("do") == "preview":
        return _page(), 200
    try:
        errand, chosen = _errand(is_final=True), _chosen()
        carry_out(at_hand.archive(), at_hand.person().name, at_hand.now(), errand, chosen)
    except FieldError as fault:
        return _page(wording.fault(fault)), 400
    except RefusedMeanwhile:
        return _page(_("Something changed meanwhile, so nothing was done. This is how it is now.")), 409
    return redirect(url_for("bulk.done", deed=errand.deed.value, number=len(chosen)))


@desk.get("/bulk/done/<deed>/<int:number>")
def done(deed: str, number: int) -> str:
    """That it is done."""
    if deed not in tuple(Deed) or number > MOST:
        abort(404)
    return render_template("bulk-done.html", title=TITLES[Deed(deed)], deed=deed, number=number)


def _page(fault: str = "") -> str:
    errand, chosen = _errand(is_final=False), _chosen()
    is_empty = errand.deed is Deed.LABEL and not (errand.topics or errand.campaign)
    outcomes = () if is_empty else rehearse(at_hand.archive(), at_hand.person().name, at_hand.now(), errand, chosen)
    shown = [_shown(each) for each in outcomes or map(Outcome, chosen)]
    return render_template(
        "bulk.html",
        title=TITLES[errand.deed],
        happens=HAPPENS[errand.deed],
        last_step=LAST_STEP[errand.deed],
        button=lambda number: _button(errand.deed, number),
        sealed=timing.sealed,
        errand=errand,
        going=[each for each in shown if each[1] and not each[2]],
        refused=[each for each in shown if each[2]],
        is_empty=is_empty,
        fault=fault,
        checks=checklist.POINTS,
        typed=request.form,
        most=MOST,
    )


def _button(deed: Deed, number: int) -> str:
    """What the button says that it does."""
    if deed is Deed.APPROVE:
        return ngettext("Approve %(num)s text", "Approve %(num)s texts", number)
    if deed is Deed.SEND_BACK:
        return ngettext("Send %(num)s text back to its writer", "Send %(num)s texts back to their writers", number)
    if deed is Deed.WITHDRAW:
        return ngettext("Withdraw %(num)s text", "Withdraw %(num)s texts", number)
    return ngettext("Label %(num)s text", "Label %(num)s texts", number)


def _shown(outcome: Outcome) -> tuple[Chosen, Held | None, str]:
    """A fragment as it stands, and why it is refused, if it is."""
    try:
        held = at_hand.archive().fragment(outcome.chosen.id)
    except UnknownFragment as fault:
        return outcome.chosen, None, words_of(fault)
    return outcome.chosen, held, words_of(outcome.refused) if outcome.refused else ""


def _errand(*, is_final: bool) -> Errand:
    """What the form asks for; what a deed cannot do without is asked for at the end only."""
    try:
        deed = Deed(request.form.get("deed", ""))
    except ValueError:
        abort(400)
    words = request.form.get("words", "").strip()[: checklist.LONGEST_REASON]
    topics, campaign = labels.topics_of(request.form), labels.campaign_of(request.form)
    if is_final and deed in (Deed.SEND_BACK, Deed.WITHDRAW) and not words:
        raise FieldError("words", "says no reason")
    if is_final and deed is Deed.LABEL and not (topics or campaign):
        raise FieldError("topics", "says nothing new")
    checks = checklist.answers(request.form, has_translations=True) if is_final and deed is Deed.APPROVE else {}
    return Errand(deed=deed, words=words, topics=topics, campaign=campaign, checks=checks)


def _chosen() -> list[Chosen]:
    """Each once, in the order of the list."""
    found = [_CHOSEN.fullmatch(each) for each in request.form.getlist("chosen")[: MOST + 1]]
    once = {each[1]: _seen(each) for each in found if each}
    if not once:
        abort(400, _("No text was chosen. Go back and tick some."))
    if len(found) > MOST:
        abort(400, _("These are more texts than can be looked through at once. Choose fewer."))
    return list(once.values())


def _seen(found: re.Match[str]) -> Chosen:
    id_, revision, source_revision, terms = found.groups()
    if terms is None:
        return Chosen(id_, int(revision))
    try:
        return Chosen(id_, int(revision), int(source_revision), timing.unsealed(terms))
    except FieldError:
        abort(400)
