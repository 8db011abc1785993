"""The administrator's pages about people: invitations, roles, ways back in, ends.

Rules: links are shown once, to whoever made them; the last administrator cannot be demoted or removed; nothing here
shows a password, a secret or when somebody worked.
"""

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from fragments.store.people import ROLES
from fragments.store.staff import KEY_LENGTH, Account, LastAdministrator
from widget_server.desk import at_hand, signing_in
from widget_server.desk.secrecy import hash_of, new_token

desk = Blueprint("staff", __name__)

INVITATION_LIVES = timedelta(days=3)
LINK_LIVES = timedelta(hours=24)


@desk.get("/people")
def page() -> str:
    """Everybody."""
    return _people()


@desk.post("/people/invite")
def invite() -> str:
    """A link that makes an account."""
    role, token, now = _role(), new_token(), at_hand.now()
    until = now + INVITATION_LIVES
    signing_in.people().invite(hash_of(token), role, until, by=at_hand.person().name, now=now)
    return _people(link=f"{at_hand.settings().desk_url}/first/{token}", until=until, role=role)


@desk.post("/people/invitations/<key>/void")
def void(key: str) -> Response:
    """A link went to the wrong place."""
    at_hand.staff().void_invitation(key[:KEY_LENGTH], by=at_hand.person().name, now=at_hand.now())
    return redirect(url_for("staff.page"))


@desk.get("/people/<int:number>")
def person(number: int) -> str:
    """One account, and what can be done with it."""
    return _person(_account(number))


@desk.post("/people/<int:number>/role")
def role(number: int) -> str | Response | tuple[str, int]:
    """Another role."""
    account, wanted = _account(number), _role()
    try:
        at_hand.staff().change_role(number, wanted, by=at_hand.person().name, now=at_hand.now())
    except NotAllowed as fault:
        return _refuse(account, fault)
    return redirect(url_for("staff.person", number=number))


@desk.post("/people/<int:number>/link")
def link(number: int) -> str | tuple[str, int]:
    """A link that sets a new password, for somebody who forgot theirs."""
    account, token, now = _account(number), new_token(), at_hand.now()
    until = now + LINK_LIVES
    try:
        at_hand.staff().make_reset_link(number, hash_of(token), until, by=at_hand.person().name, now=now)
    except NotAllowed as fault:
        return _refuse(account, fault)
    return _person(account, link=f"{at_hand.settings().desk_url}/reset/{token}", until=until)


@desk.post("/people/<int:number>/factor")
def factor(number: int) -> str | Response | tuple[str, int]:
    """Somebody lost their second factor."""
    account = _account(number)
    try:
        at_hand.staff().remove_second_factor(number, by=at_hand.person().name, now=at_hand.now())
    except NotAllowed as fault:
        return _refuse(account, fault)
    return redirect(url_for("staff.person", number=number))


@desk.post("/people/<int:number>/end")
def end(number: int) -> str | Response | tuple[str, int]:
    """Close an account for good, once that is confirmed."""
    account = _account(number)
    if request.form.get("confirmed") != "yes":
        return _person(account, fault=_("Tick the box first: an account that ended cannot be opened again.")), 400
    try:
        at_hand.staff().end(number, by=at_hand.person().name, now=at_hand.now())
    except NotAllowed as fault:
        return _refuse(account, fault)
    return redirect(url_for("staff.page"))


def _role() -> str:
    wanted = request.form.get("role", "")
    if wanted not in ROLES:
        abort(400, _("Choose a role."))
    return wanted


def _account(number: int) -> Account:
    account = at_hand.staff().account(number, at_hand.now())
    if account is None:
        abort(404)
    return account


def _refuse(account: Account, fault: NotAllowed) -> tuple[str, int]:
    if isinstance(fault, LastAdministrator):
        told = _("This is the last administrator. Make somebody else one first.")
    else:
        told = _("This account has ended.")
    return _person(account, fault=told), 409


def _person(account: Account, **shown: object) -> str:
    given = {"fault": "", "link": "", "until": None}
    return render_template("person.html", account=account, **{**given, **shown})


def _people(**shown: object) -> str:
    staff, now = at_hand.staff(), at_hand.now()
    given = {"link": "", "until": None, "role": ""}
    return render_template(
        "people.html",
        **{**given, **shown},
        people=staff.all(now),
        invitations=staff.invitations(now),
        is_required=at_hand.settings().second_factor_required,
    )
