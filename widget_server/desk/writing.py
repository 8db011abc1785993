"""Writing a fragment: the form, its preview, and what was typed and not saved.

Rules: what is typed is kept under the writer's own name until it is saved, also when the session ended meanwhile;
whoever saves upon an older revision than the newest chooses field by field before anything is stored.
"""

import re
import secrets
from contextlib import suppress

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from embed.frames import CONTENT_SECURITY_POLICY, frame
from embed.snippets import Theme, frame_height
from fragments import graphemes, languages
from fragments.errors import FieldError, NotAllowed, StaleRevision
from fragments.nouns import Fragment, Source, State
from fragments.store.reading import Held
from widget_server.desk import at_hand, forms, looking, merging, speaking
from widget_server.desk.differing import differing

desk = Blueprint("writing", __name__)

_KEY = re.compile(r"[0-9a-z]{10}|[0-9a-f]{16}")  # a fragment's id, or the key of one that is not saved yet
_NOT_FIELDS = frozenset({"form_token", "password", "name", "do", "of"})
_LOOKS: tuple[tuple[str, str, Theme], ...] = (
    ("light", "en", "light"),
    ("dark", "en", "dark"),
    ("narrow", "en", "light"),
    ("right to left", "ar", "light"),
)
_HEIGHTS = {"wide": frame_height(None), "narrow": frame_height(180)}  # as the snippets reserve
_SELDOM = ("content_warning", "attribution", "gloss_lang")  # fields that stand folded away until they hold something
_MOST_FIELDS, _LONGEST_FIELD = 120, 20_000


@desk.get("/write")
def new() -> AnyResponse:
    """An empty form under a key of its own."""
    return redirect(url_for("writing.form", key=secrets.token_hex(8)))


@desk.get("/write/<key>")
def form(key: str) -> str:
    """The form of a fragment: as it was typed last, or as it stands."""
    before = _before(key)
    typed_last = at_hand.drafts().get(at_hand.person().id, key)
    fields = dict(typed_last.fields) if typed_last else forms.fields_of(before.fragment) if before else {}
    fields.setdefault("based_on", str(before.fragment.revision if before else 0))
    return _page(key, fields, before, unsaved=typed_last)


@desk.post("/write/<key>")
def save(key: str) -> str | AnyResponse | tuple[str, int]:
    """Save a draft, or put it up for review."""
    before, fields = _before(key), _fields()
    if request.form.get("do") == "find":
        return _page(key, fields, before)
    return _save(key, fields, before)


@desk.post("/write/<key>/merge")
def merge(key: str) -> str | AnyResponse | tuple[str, int]:
    """Save what was chosen, field by field, of two people's texts."""
    before, based_on = _before(key), request.form.get("based_on", "")
    theirs = _revision(key, based_on) if before else None
    if before is None or theirs is None:
        abort(404)
    mine = {name.removeprefix("m_"): value for name, value in _fields().items() if name.startswith("m_")}
    base = forms.fields_of(_revision(key, request.form.get("base", "")) or theirs)
    found = merging.choices(base, forms.fields_of(theirs), mine)
    try:
        fields = merging.merged(found, mine, request.form) | {"based_on": based_on}
    except FieldError as fault:
        return _both(key, {**mine, "based_on": request.form.get("base", "")}, theirs, fault), 400
    return _save(key, fields, before)


@desk.post("/write/<key>/keep")
def keep(key: str) -> Response:
    """Keep what is being typed; the form's script asks for it."""
    _before(key)
    try:
        at_hand.drafts().keep(at_hand.person().id, key, _fields(), at_hand.now())
    except NotAllowed:
        abort(409)
    return Response(status=204)


@desk.post("/write/<key>/drop")
def drop(key: str) -> AnyResponse:
    """Throw away what was typed and not saved."""
    _before(key)
    at_hand.drafts().drop(at_hand.person().id, key)
    return redirect(url_for("home.page"))


@desk.post("/preview")
def preview() -> Response:
    """The widget of what the form holds, in four looks, and what is to be looked at; a form need not be finished."""
    fields = _fields()
    found = looking.look_at(fields, _picked_or_none(fields), request.form.get("of", ""))
    url, shown = at_hand.settings().public_url, []
    if found.fragment:
        shown = [(name, frame(found.fragment, ui, theme, public_url=url).decode()) for name, ui, theme in _LOOKS]
    response = make_response(render_template("preview.html", frames=shown, found=found, heights=_HEIGHTS))
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors *", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = policy.replace("style-src ", f"style-src 'nonce-{g.nonce}' ")
    return response


def typed() -> dict[str, str]:
    """What a form held whose writer is not signed in: hidden fields for the sign-in."""
    if "kept_key" in request.form:
        return {key: value for key, value in request.form.items() if key.startswith("kept_")}
    if request.endpoint != "writing.save":
        return {}
    return {"kept_key": (request.view_args or {})["key"], **{f"kept_f_{key}": each for key, each in _fields().items()}}


def keep_for_later() -> str:
    """After the sign-in: keep what was typed under the person's name; where to go on."""
    key = request.form["kept_key"]
    if not _KEY.fullmatch(key):
        abort(404)
    fields = {name.removeprefix("kept_f_"): each for name, each in typed().items() if name.startswith("kept_f_")}
    at_hand.drafts().keep(at_hand.person().id, key, fields, at_hand.now())
    return url_for("writing.form", key=key)


def _save(key: str, fields: dict[str, str], before: Held | None) -> str | AnyResponse | tuple[str, int]:
    """Store a form, or give it back with what is in the way."""
    try:
        filled = forms.read(fields, _external_id(key, before), _picked(fields), before.fragment if before else None)
        if before is None and looking.is_new_twin(filled.fragment.text, fields.get("seen", "")):
            return _page(key, fields, before, is_twin=True), 409
        state = State.IN_REVIEW if request.form.get("do") == "submit" else State.DRAFT
        based_on = int(fields["based_on"]) if fields.get("based_on", "").isdecimal() else 0
        with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
            store.save_fragment(filled.fragment, state=state, notes=filled.notes, based_on=based_on)
            if state is State.IN_REVIEW and before and before.state is State.DRAFT:
                _submit_unchanged(store, filled.fragment, before)
    except FieldError as fault:
        return _page(key, fields, before, fault=fault), 400
    except StaleRevision:
        return _both(key, fields, at_hand.held(key).fragment if before else None), 409
    at_hand.drafts().drop(at_hand.person().id, key)
    return redirect(url_for("finding.fragment", fragment_id=filled.fragment.id))


def _submit_unchanged(store, fragment: Fragment, before: Held) -> None:  # type: ignore[no-untyped-def]
    """A draft saved as it was keeps its state, so that submitting it is a step of its own."""
    if forms.fields_of(fragment) == forms.fields_of(before.fragment) and fragment.source == before.fragment.source:
        store.submit(fragment.id)


def _before(key: str) -> Held | None:
    """The fragment that a key names, where it is one and may be changed; 404 for another person's."""
    if not _KEY.fullmatch(key):
        abort(404)
    if len(key) == 16:
        return None
    if not at_hand.may_change(key):
        abort(404)
    return at_hand.held(key)


def _external_id(key: str, before: Held | None) -> str:
    return before.fragment.external_id if before else f"desk-{key}"


def _fields() -> dict[str, str]:
    items = [(name, value[:_LONGEST_FIELD]) for name, value in request.form.items() if name not in _NOT_FIELDS]
    return dict(items[:_MOST_FIELDS])


def _picked(fields: forms.Fields) -> Source | None:
    if not fields.get("source"):
        return None
    source = at_hand.archive().source(fields["source"])
    if source is None:
        raise FieldError("source", "is not known", fields["source"], "find it again")
    return source


def _picked_or_none(fields: forms.Fields) -> Source | None:
    try:
        return _picked(fields)
    except FieldError:
        return None


def _page(
    key: str, fields: dict[str, str], before: Held | None, fault: FieldError | None = None, **more: object
) -> str:
    words = fields.get("find_source", "").strip()
    picked = at_hand.archive().source(fields.get("source", ""))
    return render_template(
        "write.html",
        **{"unsaved": None, "is_twin": False, **more},
        fault=fault,
        key=key,
        fields=fields,
        before=before,
        picked=picked,
        found=at_hand.finding().sources(words, limit=12) if words else (),
        looked=looking.look_at(fields, picked, key) if any(map(fields.get, ("text", "t0_text"))) else None,
        counted={name: graphemes.count(fields.get(name, "")) for name in ("text", "gloss")},
        translations=min(forms.MOST_TRANSLATIONS, 1 + sum(bool(fields.get(f"t{n}_text")) for n in range(8))),
        longest=forms.LONGEST_SHOWN,
        badge=forms.BADGE,
        today=at_hand.now().date().isoformat(),
        is_told_more=any(fields.get(name, "") not in ("", "en") or (fault and fault.field == name) for name in _SELDOM),
        lists=_lists(),
    )


def _lists() -> dict[str, list[tuple[str, str]]]:
    """What the archive has already, to choose from while typing: values and what they mean."""
    known = at_hand.finding().values()
    return {
        "languages": [(tag, speaking.language(tag)) for tag in known["lang"]],
        "countries": [(speaking.country(code), code) for code in known["country"]],
        "campaigns": [(slug, "") for slug in known["campaign"]],
    }


def _tag(typed: str) -> str:
    """A language as it was typed, where it is one."""
    try:
        return languages.canonical(typed)
    except FieldError:
        return "und"


def _revision(fragment_id: str, number: str) -> Fragment | None:
    """A revision of a fragment, as a form named it."""
    found = (each.fragment for each in at_hand.archive().revisions(fragment_id))
    return next((each for each in found if str(each.revision) == number), None)


def _both(key: str, fields: dict[str, str], theirs: Fragment | None, fault: FieldError | None = None) -> str:
    """Somebody saved meanwhile: field by field, and nothing stored until the writer chooses; the form is kept."""
    if theirs is None:
        abort(409, _("This text was saved already, perhaps from another window."))
    with suppress(NotAllowed):
        at_hand.drafts().keep(at_hand.person().id, key, fields, at_hand.now())
    base = _revision(key, fields.get("based_on", "")) or theirs
    found = merging.choices(forms.fields_of(base), forms.fields_of(theirs), fields)
    langs = {each.key: _tag(each.lang or fields.get("lang", "")) for each in found if each.name == "text"}
    sources = {value for each in found if each.name == "source" for value in (each.theirs, each.mine) if value}
    revisions = {each.fragment.revision: each.saved_by for each in at_hand.archive().revisions(key)}
    return render_template(
        "merge.html",
        key=key,
        base=base.revision,
        revision=theirs.revision,
        saved_by=revisions[theirs.revision],
        mine=fields,
        choices=found,
        langs={each.key: langs.get(each.key, "und") for each in found},
        tags={each.key: _tag(each.lang) for each in found},
        diffs={each.key: differing(each.theirs, each.mine) for each in found},
        titles={each: source.title for each in sources if (source := at_hand.archive().source(each))},
        picked=request.form,
        fault=fault,
    )
