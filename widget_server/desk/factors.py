"""Everybody's own second factor: an authenticator app, passkeys, recovery codes.

Rules: what takes a factor away, or makes new codes, asks for the password, and so does adding one unless it was given
a moment ago: an open session must not be enough to lock its owner out. Secrets and codes are shown once; with the
first factor come recovery codes. Where the operator demands a second factor, whoever has none can do nothing else.
"""

import qrcode
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from fragments.errors import NotAllowed
from widget_server.desk import at_hand, credentials, passkeys, proving, securing, signing_in
from widget_server.desk.account import has_just_signed_in, prove_again, prove_unless_just_signed_in
from widget_server.desk.credentials import Refused
from widget_server.desk.passkeys import BadPasskey
from widget_server.desk.secrecy import hash_of
from widget_server.desk.securing import second_factors

desk = Blueprint("factors", __name__)

LONGEST_NAME = 80  # of a passkey


@desk.get("/account/factor")
def page() -> str:
    """What is set up, and what can be."""
    return _page()


@desk.route("/account/factor/app", methods=["GET", "POST"])
def app() -> str | Response | tuple[str, int]:
    """Set an authenticator app up: its secret as a picture and as text, and a first code of it."""
    person = at_hand.person()
    held = second_factors().of(person)
    if held.has_totp:
        return redirect(url_for("factors.page"))
    if request.method == "GET":
        return _app(_secret_to_offer())
    if held.totp is None:
        return redirect(url_for("factors.app"))
    try:
        prove_unless_just_signed_in("password")
        if proving.takes_code(person) and second_factors().confirm_totp(person, at_hand.now()):
            return _done(has_codes=bool(held.codes_left))
        fault = _("That code is not right. Is the phone’s clock right? Wait for the next one and type it.")
    except signing_in.NotSignedIn as refused:
        fault = credentials.told_of_code(refused)
    except Refused as refused:
        fault = str(refused)
    return _app(held.totp.secret, fault), 400


@desk.post("/account/factor/app/remove")
def remove_app() -> str | Response | tuple[str, int]:
    """Ask for no more codes of the app."""
    try:
        prove_again("password")
    except Refused as refused:
        return _page(fault=str(refused)), 400
    second_factors().remove_totp(at_hand.person(), at_hand.now())
    return redirect(url_for("factors.page"))


@desk.route("/account/factor/passkey", methods=["GET", "POST"])
def passkey() -> str | Response | tuple[str, int]:
    """Make a passkey; a script asks the browser for it."""
    if not passkeys.are_possible():
        abort(404)
    if request.method == "GET":
        return _passkey()
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    if not name or not name.isprintable():
        return _passkey(_("Give the passkey a name, such as the place where you keep it.")), 400
    has_codes = bool(second_factors().of(at_hand.person()).codes_left)
    try:
        prove_unless_just_signed_in("password")
        passkeys.make(at_hand.person(), _ceremony(), request.form.get("credential", ""), name)
    except BadPasskey:
        return _passkey(_("Your browser made no passkey, or one that is known here. Try again.")), 400
    except Refused as refused:
        return _passkey(str(refused)), 400
    return _done(has_codes=has_codes)


@desk.post("/account/factor/passkey/remove")
def remove_passkey() -> str | Response | tuple[str, int]:
    """Take no more signatures of a passkey."""
    try:
        prove_again("password")
    except Refused as refused:
        return _page(fault=str(refused)), 400
    second_factors().remove_passkey(at_hand.person(), request.form.get("passkey", ""), at_hand.now())
    return redirect(url_for("factors.page"))


@desk.post("/account/factor/codes")
def codes() -> str | Response | tuple[str, int]:
    """New recovery codes in place of those before."""
    person = at_hand.person()
    if not second_factors().of(person).any:
        return redirect(url_for("factors.page"))
    try:
        prove_again("password")
    except Refused as refused:
        return _page(fault=str(refused)), 400
    return render_template("recovery-codes.html", codes=proving.new_codes(person))


def _done(*, has_codes: bool) -> str | Response:
    """After the first factor: the recovery codes; after another: back."""
    if has_codes:
        return redirect(url_for("factors.page"))
    return render_template("recovery-codes.html", codes=proving.new_codes(at_hand.person()))


def _secret_to_offer() -> str:
    """A new secret each time the page is loaded; one that was shown and not confirmed is void."""
    secret = securing.new_secret()
    try:
        second_factors().offer_totp(at_hand.person(), secret, at_hand.now())
    except NotAllowed:
        abort(409, _("An app is set up already."))
    return secret


def _app(secret: str, fault: str = "") -> str:
    address = securing.address_for_app(at_hand.person(), secret)
    return render_template(
        "set-up-app.html",
        picture=_picture(address),
        secret=securing.shown(secret),
        asks_password=not has_just_signed_in(),
        fault=fault,
    )


def _passkey(fault: str = "") -> str:
    challenge = passkeys.asked_to_make(at_hand.person(), _ceremony())
    return render_template(
        "set-up-passkey.html",
        challenge=challenge,
        name=request.form.get("name", ""),
        asks_password=not has_just_signed_in(),
        fault=fault,
    )


def _page(fault: str = "") -> str:
    return render_template(
        "second-factor.html",
        factors=second_factors().of(at_hand.person()),
        can_make_passkeys=passkeys.are_possible(),
        desk_url=at_hand.settings().desk_url,
        fault=fault,
    )


def _ceremony() -> str:
    return hash_of(f"a passkey for {signing_in.session_hash()}")


def _picture(address: str) -> Markup:
    """A QR code as an inline drawing, black on white in any theme, with the four modules of rim that readers need."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    drawing = (
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
    )
    size = len(rows)
    return Markup(drawing).format(_("QR code for an authenticator app"), size, size, size, size, dots)  # noqa: S704 - all of it is ours
