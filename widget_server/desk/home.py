"""The first page: what needs attention, what is being served, what readers saw."""

from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask_babel import ngettext
from markupsafe import Markup

from fragments.nouns import State
from fragments.store.quarantine import Quarantine
from fragments.store.republishers import Order, Republisher
from fragments.store.searching import Wanted
from fragments.store.sources import Sources, Which
from fragments.store.watching import Watch
from widget_server.charts import chart
from widget_server.desk import at_hand, speaking
from widget_server.desk.republishing import NEW_DAYS
from widget_server.publishing import freshness, on_shelf

desk = Blueprint("home", __name__)

LATELY = 5  # editions; new republishers named


@desk.get("/")
def page() -> str:
    """What stands in the archive and on the shelf, and what waits; to editors, what readers saw."""
    printing = on_shelf(at_hand.shelf())
    wanted = Wanted(state="waiting", seen_by=at_hand.seen_by())
    return render_template(
        "home.html",
        counts=[(state.value, at_hand.archive().count(state=state)) for state in State],
        printing=printing,
        fresh_until=freshness(printing)[1] if printing else None,
        settings=at_hand.settings(),
        typed=at_hand.drafts().all(at_hand.person().id),
        waiting=at_hand.finding().fragments(wanted, limit=5, oldest_first=True),
        drafts=at_hand.finding().fragments(Wanted(state=State.DRAFT.value, editor=at_hand.person().name), limit=5),
        now=at_hand.now(),
        **(_for_editors() if at_hand.is_editor() else {}),
    )


def _for_editors() -> dict[str, object]:
    counted, today = at_hand.republishers(), at_hand.now().date()
    seen = Watch(at_hand.archive().engine).mirrors()
    mirrors = [seen[address] for address in at_hand.settings().mirrors if address in seen]
    return {
        "attention": _attention(),
        "is_quarantine_full": Quarantine(at_hand.archive().engine).is_full(),
        "editions": at_hand.editions().listed(LATELY),
        "chart": chart(counted.days(), today),
        "totals": counted.totals(),
        "newcomers": _newcomers([each.name for each in counted.listed(order=Order.LAST) if _is_new(each, today)]),
        "mirrors": len(mirrors),
        "sound_mirrors": sum(mirror.is_sound for mirror in mirrors),
    }


def _newcomers(names: list[str]) -> list[Markup]:
    """A link to each of the first sites, and one to the list for the others."""
    links = [_link(url_for("republishing.site", site=name), speaking.site(name)) for name in names[:LATELY]]
    others = len(names) - len(links)
    if others:
        words = ngettext("%(number)s more site", "%(number)s more sites", others, number=speaking.number(others))
        links.append(_link(url_for("republishing.listed", which="new"), words))
    return links


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, words)


def _attention() -> dict[str, int]:
    """How many there are of what somebody should look at."""
    engine, finding = at_hand.archive().engine, at_hand.finding()
    return {
        "handed_in": Quarantine(engine).count(),
        "unverified": Sources(engine).count(which=Which.UNVERIFIED),
        **{state: finding.count(Wanted(state=state)) for state in ("embargo", "expiry", "hold")},
    }


def _is_new(each: Republisher, today: date) -> bool:
    return not each.is_bucket and each.first_day > today - timedelta(days=NEW_DAYS)
