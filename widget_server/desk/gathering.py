"""Gathering: a pasted text, a page or an entry of a feed becomes suggested passages, and the ticked ones drafts.

Rules: nothing is stored before an editor ticks it; all drafts of one text share one source and are saved together or
not at all; what the archive has that is nearly the same is shown before it is saved again. Only this server asks the
page, never the editor's browser, and only when the editor says so.

Suggesting and comparing are fragments.gathering's; reading pages and feeds is widget_server.gathering's.
"""

import secrets
from typing import cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import FieldError, StaleRevision
from fragments.nouns import Form
from fragments.store.quarantine import Quarantine
from widget_server.desk import at_hand, gathered
from widget_server.desk.gathering_words import not_read
from widget_server.fetching import Fetcher, Limits, NotFetched
from widget_server.gathering.apart import feed_of, page_of
from widget_server.gathering.entries import Feed
from widget_server.gathering.readable import NothingToRead, Page

desk = Blueprint("gathering", __name__)

PAGE_LIMITS = Limits(seconds=15, bytes=3_000_000, redirects=5)  # newspapers' pages have 1 to 2 MB of markup
LARGEST_TEXT = 2_000_000  # bytes of a form: 200,000 characters of Burmese are 1.8 MB when percent-encoded


@desk.get("/gather")
def page() -> str:
    """The ways in."""
    return _ways_in()


@desk.post("/gather/text")
def text() -> str | tuple[str, int]:
    """Suggestions of a pasted text."""
    pasted = request.form.get("pasted", "")
    if not pasted.strip():
        return _ways_in(fault=_("Paste a text first."), where="pasted"), 400
    return _suggested(Page(address="", text=pasted))


@desk.post("/gather/page")
def web_page() -> str | tuple[str, int]:
    """Suggestions of a page that this server asks for."""
    address = request.form.get("address", "").strip()
    try:
        found = page_of(fetcher().get(address, limits=PAGE_LIMITS))
    except (NotFetched, NothingToRead) as fault:
        return _ways_in(fault=not_read(fault), where="address"), 400
    return _suggested(found)


@desk.post("/gather/feed")
def feed() -> str | tuple[str, int]:
    """The entries of a feed, to choose from."""
    try:
        found = _feed(request.form.get("feed", "").strip())
    except (NotFetched, NothingToRead) as fault:
        return _ways_in(fault=not_read(fault), where="feed"), 400
    return render_template("gather-feed.html", found=found, address=request.form.get("feed", "").strip())


@desk.post("/gather/entry")
def entry() -> str | tuple[str, int]:
    """Suggestions of the text that a feed itself carries of an entry; the feed is asked again."""
    try:
        found = _feed(request.form.get("feed", "").strip())
    except (NotFetched, NothingToRead) as fault:
        return _ways_in(fault=not_read(fault), where="feed"), 400
    for each in found.items:
        if each.title == request.form.get("title") and each.link == request.form.get("link", ""):
            return _suggested(Page(each.link, each.text, each.title, each.author, each.date, found.title))
    return _ways_in(fault=_("The feed no longer has this entry."), where="feed"), 404


@desk.post("/gather/drafts")
def save() -> str | Response | tuple[str, int]:
    """Save the ticked passages as drafts of one source."""
    if not gathered.is_key(request.form.get("key", "")):
        abort(400)
    sheet = gathered.sheet_of(request.form)
    if request.form.get("do") == "find":
        return _sheet(sheet)
    ticked = [each for each in sheet.passages if each.ticked]
    if not ticked:
        return _sheet(sheet, fault=FieldError("passages", "are not ticked")), 400
    if gathered.unseen_twins(ticked):
        return _sheet(sheet, unseen=True), 409
    try:
        ids = gathered.save(sheet, ticked)
    except FieldError as fault:
        return _sheet(sheet, fault=fault), 400
    except StaleRevision:
        abort(409, _("These passages were saved already, perhaps from another window."))
    return redirect(url_for("gathering.saved", key=sheet.key, many=len(ids)))


@desk.get("/gather/drafts/<key>")
def saved(key: str) -> str:
    """The drafts that were just made, to go on with."""
    held = [at_hand.held(each) for each in gathered.ids_of(key, request.args.get("many", ""))]
    return render_template("gather-saved.html", held=held)


def fetcher() -> Fetcher:
    """The way out; tests put another one in its place."""
    return cast(Fetcher, current_app.extensions["fetcher"])


def _feed(address: str) -> Feed:
    return feed_of(fetcher().get(address, limits=PAGE_LIMITS))


def _ways_in(fault: str = "", where: str = "") -> str:
    waiting = Quarantine(at_hand.archive().engine).count() if at_hand.is_editor() else 0
    return render_template("gather.html", fault=fault, where=where, typed=request.form, waiting=waiting)


def _suggested(found: Page) -> str:
    """A sheet of suggestions, in the form that the editor named or the text shows."""
    wish = request.form.get("layout", "")
    form = Form(wish) if wish in (Form.PROSE, Form.VERSE) else None
    lang = request.form.get("lang", "").strip()
    return _sheet(gathered.suggested(found, lang, form, secrets.token_hex(8)))


def _sheet(sheet: gathered.Sheet, fault: FieldError | None = None, unseen: bool = False) -> str:
    words = sheet.fields.get("find_source", "").strip()
    return render_template(
        "gathered.html",
        sheet=sheet,
        fields=sheet.fields,
        fault=fault,
        unseen=unseen,
        twins=gathered.twins_of(sheet.passages),
        picked=at_hand.archive().source(sheet.fields.get("source", "")),
        found=gathered.sources_like(words or sheet.fields.get("s_url", "")),
        sought=bool(words),
        today=at_hand.now().date().isoformat(),
    )
