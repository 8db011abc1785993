"""The first page: what needs attention, what is being served, what readers saw."""

from flask import Blueprint, render_template

from fragments.nouns import State
from fragments.store.searching import Wanted
from widget_server.desk import at_hand
from widget_server.publishing import freshness, on_shelf

desk = Blueprint("home", __name__)


@desk.get("/")
def page() -> str:
    """What stands in the archive and on the shelf, and what waits."""
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
        now=at_hand.now(),
    )
