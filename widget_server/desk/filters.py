"""The filters that somebody keeps: a name for a way to look at the list. Everybody's own; nobody else sees them."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from widget_server.desk import at_hand
from widget_server.desk.finding import ASKED

desk = Blueprint("filters", __name__)

LONGEST_NAME = 80  # characters


@desk.get("/filters")
def page() -> str:
    """All that somebody keeps, with a way to rename and to forget each."""
    return _page()


@desk.post("/filters")
def keep() -> Response | tuple[str, int]:
    """Keep the filter that the list stands under."""
    query = urlencode([(name, request.form[name][:200]) for name in ASKED if request.form.get(name)])
    name = _name("name")
    if not name or not query:
        return _page(_("Give the filter a name, and narrow the list by something first.")), 400
    try:
        at_hand.drafts().keep_filter(at_hand.person().id, name, query)
    except NotAllowed:
        return _page(_("You keep as many filters as there is room for. Forget one first.")), 409
    return redirect(f"{url_for('finding.page')}?{query}")


@desk.post("/filters/change")
def change() -> Response | tuple[str, int]:
    """Rename a filter, or forget it."""
    old, wish = request.form.get("old", ""), request.form.get("do", "")
    if wish == "forget":
        at_hand.drafts().drop_filter(at_hand.person().id, old)
    elif wish == "rename":
        if not _name("name"):
            return _page(_("Give the filter a name.")), 400
        try:
            at_hand.drafts().rename_filter(at_hand.person().id, old, _name("name"))
        except NotAllowed:
            return _page(_("Another of your filters has this name.")), 409
    else:
        abort(400)
    return redirect(url_for("filters.page"))


def _name(field: str) -> str:
    name = " ".join(request.form.get(field, "").split())[:LONGEST_NAME]
    return name if name.isprintable() else ""


def _page(fault: str = "") -> str:
    kept = at_hand.drafts().filters(at_hand.person().id)
    return render_template("filters.html", kept=[(name, query, parse_qsl(query)) for name, query in kept], fault=fault)
