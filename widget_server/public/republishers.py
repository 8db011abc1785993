"""The page of republishers: sites that asked to be named, and what may be told of all of them together.

It reads the small file that the caretaker puts up (sites.notice), and no database.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fragments.addresses import host_shown
from widget_server.public import site
from widget_server.sites import notice

blueprint = Blueprint("republishers", __name__)


@blueprint.get("/republishers")
def republishers() -> ResponseReturnValue:
    """Names, weeks, and what is and is not counted."""
    told = notice.read(site.settings().data)
    weeks = sorted(told.weeks, key=lambda week: week.monday, reverse=True)
    names = [(name, host_shown(name)) for name in told.sites]
    return render_template("republishers.html", names=names, weeks=weeks)
