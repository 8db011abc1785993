"""What editors decide about sites: have one visited each day, keep one off the public list.

Neither is written into the audit record: it keeps what it holds, and a site's name must be forgotten when asked.
"""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from fragments.store.own_numbers import own_numbers
from fragments.store.registrations import Registrations, Visits
from widget_server.desk import at_hand
from widget_server.sites.announcing import announce

desk = Blueprint("owners", __name__)


@desk.post("/republishers/<site>/visits")
def visit(site: str) -> Response:
    """Have a site visited each day from now on, or no longer."""
    _refuse_unknown(site)
    Visits(at_hand.archive().engine).choose(site, request.form.get("wanted") == "yes")
    return _back(site)


@desk.post("/republishers/<site>/listing")
def bar(site: str) -> Response:
    """Keep a site off the public list whatever its owner wants, at once; or let it on again."""
    _refuse_unknown(site)
    Registrations(at_hand.archive().engine).bar(site, request.form.get("wanted") == "no")
    announce(at_hand.archive(), at_hand.settings().data, at_hand.now().date())
    return _back(site)


def _refuse_unknown(site: str) -> None:
    """404 for a bucket, and for a name that stands in no list of ours."""
    engine = at_hand.archive().engine
    is_known = own_numbers(engine, site).displays or Registrations(engine).of(site)
    if site.startswith("~") or not is_known:
        abort(404)


def _back(site: str) -> Response:
    return redirect(url_for("republishing.listed", search=site), 303)
