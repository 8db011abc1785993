"""Pages about the server: what is set, what is found in order, the public half of the keys, and how the mirrors are.

Rules: nothing is changed here, settings are the operator's; no secret and no private key is ever shown.
"""

import base64
from dataclasses import dataclass, fields
from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fragments.errors import UnsilencedError
from fragments.keys import Keyring
from fragments.signing import read_notes
from fragments.statements import Root, read_root
from fragments.store.watching import Mirror, Watch
from widget_server import checking
from widget_server.desk import at_hand
from widget_server.mirroring.health import Fault, is_watched
from widget_server.settings import SECRETS, Settings, variable
from widget_server.shelf import EmptyShelf

desk = Blueprint("running", __name__)

FOUND = {
    Fault.NONE: _l("As it should be."),
    Fault.ALTERED: _l("A file is not what was signed."),
    Fault.MISSING: _l("A file is missing."),
    Fault.CLOSED: _l("Pages of other sites may not read it: the header Access-Control-Allow-Origin is missing."),
    Fault.UNREACHABLE: _l("It does not answer as a mirror does."),
    Fault.BEHIND: _l("It is behind: an older edition, or an old statement."),
}
ROLES = {"root": _l("signs the keys"), "edition": _l("signs editions"), "now": _l("signs freshness")}  # of keys
_DERIVED = {"database_url": "sqlite:///"}  # a default that tells a path and no password


@desk.get("/settings")
def settings() -> str:
    """What the operator chose, in words, and, when asked for, what `unsilenced doctor` says: it reads every file."""
    chosen = at_hand.settings()
    found = list(checking.findings(chosen, at_hand.now())) if "doctor" in request.args else []
    return render_template("settings.html", rows=_rows(chosen), findings=found, Level=checking.Level)


@desk.get("/keys")
def keys() -> str:
    """Pin, chain and ages."""
    try:
        keyring = Keyring.open(at_hand.settings().keys_dir)
    except (UnsilencedError, OSError) as fault:
        return render_template("keys.html", fault=f"{type(fault).__name__}: {fault}", keyring=None, roots=(), lines=())
    roots = [read_root(note.text) for note in read_notes(keyring.chain)]
    return render_template(
        "keys.html",
        fault="",
        keyring=keyring,
        roots=_ages(roots),
        lines=_lines(roots[-1]),
        roles=ROLES,
        now=at_hand.now(),
    )


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """A listed mirror; `seen` is None where nobody has looked yet."""

    address: str
    seen: Mirror | None

    @property
    def is_named(self) -> bool:
        """Whether readers are told of it."""
        return self.seen is None or self.seen.is_sound

    @property
    def words(self) -> str:
        """What was found, as a sentence."""
        if not is_watched(self.address):
            return _("An onion service cannot be looked at from here.")
        return str(FOUND[Fault(self.seen.fault)]) if self.seen else _("Nobody has looked yet.")


@desk.get("/mirrors")
def mirrors() -> str:
    """The mirrors that the operator lists, as the caretaker last saw them."""
    seen = Watch(at_hand.archive().engine).mirrors()
    rows = [MirrorRow(address, seen.get(address)) for address in at_hand.settings().mirrors]
    try:
        edition, pin = at_hand.shelf().current().number, at_hand.shelf().current().edition.get("key", "")
    except EmptyShelf:
        edition, pin = None, ""
    public_url = at_hand.settings().public_url
    return render_template("mirrors.html", rows=rows, edition=edition, pin=pin, public_url=public_url)


def _rows(chosen: Settings) -> list[tuple[str, str]]:
    return [(variable(each.name), _in_words(each.name, getattr(chosen, each.name))) for each in fields(chosen)]


def _in_words(name: str, value: object) -> str:
    if name in SECRETS and not str(value).startswith(_DERIVED.get(name, "\0")):
        return _("set, not shown") if value else _("not set")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or _("none")
    return str(value) or _("not set")


def _ages(roots: list[Root]) -> list[tuple[int, datetime, datetime]]:
    return [(each.serial, datetime.fromisoformat(each.since), datetime.fromisoformat(each.until)) for each in roots]


def _lines(root: Root) -> list[tuple[str, int, str, list[str]]]:
    """The public keys that the newest root names: role, how many must sign, algorithm, keys in base64."""
    return [
        (line.role, line.threshold, line.algorithm, [base64.b64encode(key.raw).decode() for key in line.keys])
        for line in root.lines
    ]
