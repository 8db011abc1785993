"""A file of many texts: the importer of the command line, with a look at the first rows and a rehearsal before it.

Rules: the file stays on the server's disk while its sender decides, nobody else can open it, and it is removed
afterwards; an import is for editors, because it may change what is here; texts go up for review under the name of who
sent them, so that somebody else approves them. The report is the command line's own.
"""

from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from fragments.errors import FieldError
from fragments.importing.columns import Columns, UnknownField
from fragments.importing.job import Wishes, run
from fragments.importing.opening import Unreadable, opened
from fragments.importing.readers import Row, rows_of
from fragments.importing.report import Report
from fragments.importing.schema import FIELDS, Part
from fragments.store.nearing import Nearby
from widget_server.desk import at_hand
from widget_server.gathering.uploads import MOST_BYTES, TooManyUploads, Uploads

desk = Blueprint("taking_in", __name__)

FIRST_ROWS = 8
SHOWN_CELL, MOST_COLUMNS = 160, 80
CONSTANTS = ("lang", "country")  # what tables of one country or language leave out
ENCODINGS = ("", "gb18030", "big5", "windows-1251", "windows-1256", "latin-1", "shift_jis", "euc-kr")


@desk.get("/gather/file")
def page() -> str:
    """The form that sends a file."""
    return _start()


@desk.post("/gather/file")
def put() -> AnyResponse | tuple[str, int]:
    """Keep a file and look at it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _start(_("Choose a file first.")), 400
    try:
        key = uploads().put(sent.stream, at_hand.person().id)
    except TooManyUploads:
        return _start(_("Too many files wait just now. Finish with one of them, or try again tomorrow.")), 409
    return redirect(url_for("taking_in.look", key=key))


@desk.get("/gather/file/<key>")
def look(key: str) -> str:
    """The first rows and what the columns mean."""
    return _looked_at(_file(key), key)


@desk.post("/gather/file/<key>")
def take(key: str) -> str | AnyResponse | tuple[str, int]:
    """Rehearse, import, or throw away."""
    path, wish = _file(key), request.form.get("do", "")
    if wish == "drop":
        uploads().drop(at_hand.person().id, key)
        return redirect(url_for("gathering.page"))
    try:
        report = run(at_hand.archive(), [path], _wishes(is_rehearsal=wish != "import"))
    except (UnknownField, FieldError, LookupError) as fault:
        return _looked_at(path, key, fault=_words(fault)), 400
    if wish != "import":
        return _looked_at(path, key, report=_lines(report, path))
    report.write(uploads().report(at_hand.person().id, key))
    uploads().drop(at_hand.person().id, key)
    return render_template("taken-in.html", key=key, report=_lines(report, path), counts=report)


@desk.get("/gather/file/<key>/report")
def report(key: str) -> Response:
    """The whole report of an import as JSON, for a day."""
    path = uploads().report(at_hand.person().id, key)
    if not key.isalnum() or not path.is_file():
        abort(404)
    return send_file(path.absolute(), "application/json", as_attachment=True, download_name=f"import-{key}.json")


def uploads() -> Uploads:
    """The files of this installation."""
    return Uploads(at_hand.settings().data / "uploads")


def _start(fault: str = "") -> str:
    return render_template("take-in.html", fault=fault, megabytes=MOST_BYTES >> 20)


def _file(key: str) -> Path:
    path = uploads().get(at_hand.person().id, key)
    if path is None:
        abort(404)
    return path


def _wishes(*, is_rehearsal: bool) -> Wishes:
    form = request.form
    names = [name for name in form if name.startswith("c") and name[1:].isdecimal()]
    pairs = [(form[name], form.get(f"m{name[1:]}", "").strip()) for name in names]
    return Wishes(
        mapping={column: field for column, field in pairs if field},
        constants={name: form[name].strip() for name in CONSTANTS if form.get(name, "").strip()},
        id_prefix=form.get("id_prefix", "").strip()[:40],
        sources_only=bool(form.get("sources_only")),
        plain=bool(form.get("plain")),
        encoding=form.get("encoding") or None,
        dry_run=is_rehearsal,
        actor=at_hand.person().name,
    )


def _looked_at(path: Path, key: str, fault: str = "", report: str = "") -> str:
    try:
        with opened(path, request.form.get("encoding") or None) as file:
            rows = [row for row in islice(rows_of(file), FIRST_ROWS) if isinstance(row, Row)]
    except (Unreadable, LookupError) as failure:
        rows, fault = [], fault or _words(failure)
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))[:MOST_COLUMNS]
    mapped = {
        request.form[f"c{n}"]: request.form.get(f"m{n}", "") for n in range(MOST_COLUMNS) if f"c{n}" in request.form
    }
    return render_template(
        "taking-in.html",
        key=key,
        rows=rows,
        columns=[(name, mapped.get(name, ""), _meaning(name)) for name in columns],
        fields=[each for each in FIELDS if each.part is not Part.TRANSLATION],
        twins=_twins(rows),
        typed=request.form,
        encodings=ENCODINGS,
        shown=SHOWN_CELL,
        fault=fault,
        report=report,
    )


def _meaning(column: str) -> str:
    """The field that a column means without being told, or nothing."""
    target = Columns().target(column)
    return target.label if target else ""


def _twins(rows: list[Row]) -> dict[int, str]:
    """Of the rows shown: the line, and the fragment that has nearly the same text."""
    nearby, found = Nearby(at_hand.archive().engine), {}
    for row in rows:
        texts = [str(value) for name, value in row.cells.items() if _meaning(name) == "text" and value]
        twins = nearby.to(texts[0], most=1) if texts else ()
        if twins:
            found[row.line] = twins[0].fragment_id
    return found


def _lines(report: Report, path: Path) -> str:
    """The report in the words of the command line; the file's name here means nothing to its sender."""
    return "\n".join(report.lines()).replace(str(path), _("the file")).replace(path.name, _("the file"))


def _words(fault: Exception) -> str:
    if isinstance(fault, UnknownField):
        return _("%(name)s is no field of an import.", name=fault.name)
    if isinstance(fault, Unreadable):
        return f"{fault.reason}. {fault.hint}".strip()
    if isinstance(fault, LookupError):
        return _("This encoding is not known here.")
    return str(fault)
