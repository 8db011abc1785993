"""Review and publishing: what waits, the decision on one text, and what the next edition changes.

Rules: fragments.review and fragments.terms decide who may do what; the approver says of each point of the checklist
that it was looked at, and approves the revision and the dates that were on the page, no newer ones.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from fragments.errors import FieldError
from fragments.keys import Keyring
from fragments.nouns import State
from fragments.store.reading import Held
from fragments.store.searching import Order, Wanted
from fragments.store.sources import Sources
from fragments.store.writing import Desk
from fragments.terms import Terms, absence
from widget_server.desk import at_hand, checklist, forms, timing
from widget_server.desk.comparing import apart
from widget_server.desk.differing import differing
from widget_server.desk.paging import page_number
from widget_server.desk.refusals import REFUSED, status_of, words_of
from widget_server.publishing import House, waiting
from widget_server.publishing import publish as publish_edition

desk = Blueprint("review", __name__)

PAGE = 50  # rows
AGES: dict[str, LazyString] = {  # days that a text has waited at least
    "1": _l("more than a day"),
    "3": _l("more than three days"),
    "7": _l("more than a week"),
    "30": _l("more than a month"),
}
ORDERS: dict[Order, LazyString] = {
    Order.OLDEST: _l("the longest wait first"),
    Order.NEWEST: _l("the newest first"),
    Order.LANGUAGE: _l("by language"),
    Order.RISK: _l("authors at risk first"),
}


@desk.get("/review")
def queue() -> str:
    """What waits for a second person, longest first."""
    asked = {name: request.args.get(name, "")[:200] for name in ("lang", "country", "sensitivity", "age", "order")}
    order = Order(asked["order"]) if asked["order"] in tuple(Order) else Order.OLDEST
    before = at_hand.now() - timedelta(days=int(asked["age"])) if asked["age"] in AGES else None
    narrowed = {name: asked[name] for name in ("lang", "country", "sensitivity")}
    wanted = Wanted(state="waiting", saved_before=before, **narrowed)
    number = page_number()
    found = at_hand.finding().fragments(wanted, limit=PAGE + 1, offset=(number - 1) * PAGE, order=order)
    return render_template(
        "queue.html", found=found[:PAGE], more=len(found) > PAGE, number=number, asked={**asked, "order": order.value},
        count=at_hand.finding().count(wanted), values=at_hand.finding().values(), ages=AGES, orders=ORDERS,
        held_back={each.id for each in at_hand.archive().held_back()}, now=at_hand.now(),
    )  # fmt: skip


@desk.get("/review/<fragment_id>")
def page(fragment_id: str) -> str:
    """One text, beside the one that is live, with the checklist."""
    return _page(fragment_id)


@desk.post("/review/<fragment_id>")
def decide(fragment_id: str) -> Response | tuple[str, int]:
    """Approve, send back, withdraw or restore; set dates, set and lift a legal hold."""
    at_hand.held(fragment_id)
    try:
        _decide(fragment_id, request.form.get("do", ""), request.form.get("words", "").strip())
    except REFUSED as refused:
        return _page(fragment_id, words_of(refused)), status_of(refused)
    return redirect(url_for("finding.fragment", fragment_id=fragment_id))


@desk.get("/publish")
def coming() -> str:
    """What the next edition changes."""
    editions, now = at_hand.editions(), at_hand.now()
    return render_template(
        "publish.html", changes_=editions.coming(now), later=editions.later(now), editions=editions.listed(),
        differing=differing, waits=waiting(at_hand.settings(), at_hand.shelf()),
    )  # fmt: skip


@desk.post("/publish")
def publish() -> Response:
    """Make the next edition and put it on the shelf."""
    settings = at_hand.settings()
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, at_hand.now())
    house = House(settings, at_hand.archive(), keyring, at_hand.shelf())
    done = publish_edition(house, at_hand.person().name, at_hand.now())
    if done.waits:
        return redirect(url_for("review.coming"))
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
    with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
        if wish == "approve":
            _approve(store, fragment_id, words)
        elif wish == "restore":
            store.restore(fragment_id)
        elif wish == "dates":
            dates = {name: timing.read(request.form.get(name, ""), name) for name in ("embargo_until", "expires_at")}
            store.set_terms(fragment_id, Terms(**dates))
        else:
            _with_a_reason(store, fragment_id, wish, words[: checklist.LONGEST_REASON])


def _approve(store: Desk, fragment_id: str, words: str) -> None:
    revision, source = request.form.get("revision", ""), request.form.get("source_revision", "")
    if not revision.isdecimal():
        raise FieldError("check", "is not ticked")
    seen = {"revision": int(revision), "source_revision": int(source) if source.isdecimal() else None}
    has_translations = bool(at_hand.held(fragment_id).fragment.translations)
    checks = checklist.answers(request.form, has_translations=has_translations)
    terms = timing.unsealed(request.form["terms"]) if "terms" in request.form else None
    correction = words[: checklist.LONGEST_REASON] or None
    store.approve(fragment_id, correction=correction, **seen, terms=terms, checks=checks)


def _with_a_reason(store: Desk, fragment_id: str, wish: str, words: str) -> None:
    deeds: dict[str, Callable[[str, str], None]] = {
        "send-back": store.send_back,
        "withdraw": store.withdraw,
        "hold": store.hold,
        "lift": store.lift_hold,
    }
    if wish not in deeds:
        abort(400)
    if not words:
        raise FieldError("words", "says no reason")
    deeds[wish](fragment_id, words)


def _source_waits(held: Held) -> bool:
    source = Sources(at_hand.archive().engine).held(held.fragment.source.external_id)
    return source is not None and source.revision != source.approved_revision


def _page(fragment_id: str, fault: str = "") -> str:
    held = at_hand.held(fragment_id)
    versions = {each.fragment.revision: each.fragment for each in at_hand.archive().revisions(fragment_id)}
    live = versions.get(held.live) if held.live else None
    return render_template(
        "review.html",
        held=held,
        live=live,
        diff=differing(live.text, held.fragment.text) if live else None,
        apart=[each for each in apart(live, held.fragment) if each.name != "text"] if live else [],
        waits=held.state is State.PUBLISHED and (held.live != held.fragment.revision or _source_waits(held)),
        is_own=at_hand.settings().two_person and at_hand.person().name in at_hand.archive().writers(fragment_id),
        fault=fault,
        checks=checklist.points_for(has_translations=bool(held.fragment.translations)),
        warnings=forms.warnings(held.fragment),
        away=absence(held.terms, held.hold, at_hand.now()),
        sealed=timing.sealed(held.terms),
        typed=timing.typed,
    )
