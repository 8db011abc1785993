"""Sources: one record for many fragments, with its suppressions and their evidence; checked again, and merged.

Rules: a changed source waits, with its fragments, for a second person; whoever saves upon an older revision than the
newest sees what differs before anything is stored; a merge is shown before it is done, and what was shown is done.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import FieldError, StaleRevision
from fragments.merging import merged
from fragments.nouns import Visibility
from fragments.store.searching import Wanted
from fragments.store.sources import HeldSource, SourceOrder, Sources, Which
from widget_server.desk import at_hand, source_forms, wording
from widget_server.desk.differing import sides
from widget_server.desk.paging import page_number
from widget_server.desk.refusals import REFUSED, status_of, words_of

desk = Blueprint("sources", __name__)

PAGE, FEW = 50, 20  # rows of the list; fragments on a source's page
_NOT_FIELDS = frozenset({"form_token", "id", "based_on", "do"})
_LONGEST_FIELD, _MOST_FIELDS = 2_048, 4_000


@desk.get("/sources")
def listed() -> str:
    """All sources, by words and by what they lack."""
    words, which, order = (request.args.get(name, "")[:200] for name in ("words", "which", "order"))
    narrowed = Which(which) if which in tuple(Which) else Which.ALL
    sorted_by = SourceOrder(order) if order in tuple(SourceOrder) else SourceOrder.TITLE
    number = page_number()
    found = _sources().listed(words, narrowed, order=sorted_by, limit=PAGE + 1, offset=(number - 1) * PAGE)
    count = _sources().count(words, narrowed)
    return render_template(
        "sources.html", found=found[:PAGE], more=len(found) > PAGE, number=number, count=count,
        asked={"words": words, "which": narrowed.value, "order": sorted_by.value},
    )  # fmt: skip


@desk.get("/source")
def page() -> str:
    """One source, with its evidence, its fragments and its history."""
    return _page(_held(request.args.get("id", "")))


@desk.post("/source/check")
def check() -> Response:
    """Note that the evidence was read again today."""
    held = _held(request.form.get("id", ""))
    with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
        store.check_source(held.source.external_id)
    return redirect(url_for("sources.page", id=held.source.external_id))


@desk.get("/source/change")
def form() -> str:
    """The form of a source."""
    held = _held(request.args.get("id", ""))
    return _form(held, source_forms.fields_of(held.source))


@desk.post("/source/change")
def save() -> Response | str | tuple[str, int]:
    """Save a source; its fragments then wait for a second person."""
    held, fields = _held(request.form.get("id", "")), _fields()
    if request.form.get("do") == "room":
        return _form(held, fields)
    based_on = request.form.get("based_on", "")
    try:
        source = source_forms.read(fields, held.source)
        with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
            store.save_source(source, based_on=int(based_on) if based_on.isdecimal() else 0)
    except FieldError as fault:
        return _form(held, fields, fault), 400
    except StaleRevision:
        return _both(held, fields), 409
    return redirect(url_for("sources.page", id=source.external_id))


@desk.get("/sources/alike")
def alike() -> str:
    """Sources that seem to be one."""
    return render_template("sources-alike.html", groups=_sources().alike())


@desk.get("/sources/merge")
def merging() -> str:
    """Two sources side by side, and what becomes of them."""
    return _merging(_held(request.args.get("kept", "")), _held(request.args.get("gone", "")))


@desk.post("/sources/merge")
def merge() -> Response | tuple[str, int]:
    """Merge them, if they still are what was shown."""
    kept, gone = _held(request.form.get("kept", "")), _held(request.form.get("gone", ""))
    if request.form.get("shown") != _seal(kept, gone):
        return _merging(kept, gone, _("Something changed meanwhile, so nothing was done. This is how it is now.")), 409
    ids = gone.source.external_id, kept.source.external_id
    try:
        with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
            store.merge_sources(*ids, carry_over="carry" in request.form)
    except REFUSED as refused:
        return _merging(kept, gone, words_of(refused)), status_of(refused)
    return redirect(url_for("sources.page", id=kept.source.external_id))


def _sources() -> Sources:
    return Sources(at_hand.archive().engine)


def _held(external_id: str) -> HeldSource:
    held = _sources().held(external_id) if external_id else None
    if held is None:
        abort(404)
    return held


def _fields() -> dict[str, str]:
    found = [(name, value[:_LONGEST_FIELD]) for name, value in request.form.items() if name not in _NOT_FIELDS]
    return dict(found[:_MOST_FIELDS])


def _page(held: HeldSource) -> str:
    wanted = Wanted(source=held.source.external_id, seen_by=at_hand.seen_by())
    found = at_hand.finding().fragments(wanted, limit=FEW)
    return render_template("source.html", held=held, found=found, few=FEW, is_editor=at_hand.is_editor())


def _form(held: HeldSource, fields: dict[str, str], fault: FieldError | None = None, apart: object = ()) -> str:
    return render_template(
        "source-form.html",
        held=held,
        fields=fields,
        rows=source_forms.rows_of(fields),
        fault=fault,
        fault_words=wording.fault(fault) if fault else "",
        apart=apart,
        visibilities=tuple(Visibility),
    )


def _both(held: HeldSource, fields: dict[str, str]) -> str:
    """Somebody saved meanwhile: what differs from theirs, and nothing stored until it is saved again."""
    theirs = source_forms.fields_of(held.source)
    names = [name for name in dict.fromkeys((*theirs, *fields)) if theirs.get(name, "") != fields.get(name, "")]
    return _form(held, fields, apart=[(_label(n), *sides(theirs.get(n, ""), fields.get(n, ""))) for n in names])


def _label(name: str) -> str:
    """The label of a field of the source, of a suppression (a0_who) or of its evidence (a0e1_url)."""
    place, _, of_act = name.partition("_")
    if not place[1:2].isdecimal():
        return wording.field(f"s_{name}")
    number = int(place[1:].partition("e")[0]) + 1
    return f"{wording.field(('e_' if 'e' in place else 'a_') + of_act)} ({number})"


def _merging(kept: HeldSource, gone: HeldSource, fault: str = "") -> str:
    if kept.source.external_id == gone.source.external_id:
        abort(404)
    after = merged(kept.source, gone.source)
    return render_template(
        "source-merge.html", kept=kept, gone=gone, after=after, shown=_seal(kept, gone), fault=fault,
        takes_over=after != kept.source,
    )  # fmt: skip


def _seal(kept: HeldSource, gone: HeldSource) -> str:
    """What of both was on the page: a later save or another fragment makes it another page."""
    return f"{kept.revision}.{kept.fragments}.{gone.revision}.{gone.fragments}.{gone.on_hold}"
