"""The pages of site owners: start, prove, look, choose, be forgotten.

Rules: whoever holds the private address is the owner, and nobody else learns whether a site has one: a wrong address
shows what a new one shows. Nothing is stored before it is proven. A form that a browser says came from another site
is refused. No cookie, no session.
"""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fragments.store.own_numbers import own_numbers
from fragments.store.registrations import Registration, TooManyToday
from fragments.store.republishers import Republishers
from widget_server.charts import chart
from widget_server.counting.post import asker
from widget_server.public import site as public
from widget_server.sites import secrecy
from widget_server.sites.announcing import announce
from widget_server.sites.at_hand import Office, office, own_hosts, registrations, visits
from widget_server.sites.heads import META_NAME
from widget_server.sites.naming import LONGEST_TYPED, NotASite, is_on, site_named
from widget_server.sites.proving import DNS_LABEL, FILE_PATH, Finding, Saw

blueprint = Blueprint("sites", __name__)


@blueprint.before_request
def refuse_foreign_forms() -> None:
    """400 for a form of another site. Sec-Fetch-Site cannot be set by pages; the private address guards the rest."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(400)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """What this is, and a field for the site's name."""
    return render_template("start.html", typed="", trouble="")


@blueprint.post("/")
def claim() -> ResponseReturnValue:
    """A new private address for the site that was typed. Nothing is stored."""
    typed = request.form.get("site", "")[:LONGEST_TYPED]
    if not office().claims.may(asker(request.environ)):
        return render_template("start.html", typed=typed, trouble="limit.often"), 429
    try:
        name = site_named(typed, own_hosts())
    except NotASite as fault:
        return render_template("start.html", typed=typed, trouble=f"start.trouble.{fault.trouble}"), 400
    return _to(name, secrecy.new_link())


@blueprint.get("/forgotten")
def forgotten() -> ResponseReturnValue:
    """Nothing is left, and this is how it stays so."""
    return render_template("forgotten.html")


@blueprint.get("/<name>/<link>")
def page(name: str, link: str) -> ResponseReturnValue:
    """The numbers for the owner; for anybody else what proves that the site is theirs."""
    owned = _owned(name, link)
    return _numbers(owned, link) if owned else _claim(name, link)


@blueprint.post("/<name>/<link>/proof")
def prove(name: str, link: str) -> ResponseReturnValue:
    """Look at the site now, and give it to whoever holds this address where the proof is there."""
    _refuse_what_cannot_be(name, link)
    desk, trouble = office(), ""
    findings: list[Finding] = []
    if not (desk.proofs.may(asker(request.environ)) and desk.proofs_of_a_site.may(name)):
        trouble = "limit.often"
    elif not desk.at_work.acquire(blocking=False):
        trouble = "limit.busy"
    else:
        try:
            findings = desk.prover.look(name, secrecy.proof_token(desk.key, name, link))
        finally:
            desk.at_work.release()
        trouble = _register(name, link, findings)
    if not trouble:
        return _to(name, link)
    return _claim(name, link, findings, trouble), 429 if trouble.startswith("limit") else 200


@blueprint.post("/<name>/<link>/listing")
def listing(name: str, link: str) -> ResponseReturnValue:
    """On the public list, or off it at once."""
    owned = _owner(name, link)
    registrations().list_in_public(owned.site, request.form.get("listed") == "yes")
    _tell_the_public(office())
    return _to(name, link)


@blueprint.post("/<name>/<link>/place")
def place(name: str, link: str) -> ResponseReturnValue:
    """Which page carries the snippet."""
    owned = _owner(name, link)
    typed = request.form.get("page", "").strip()[:LONGEST_TYPED]
    if typed and not (typed.isprintable() and typed.startswith(("https://", "http://")) and is_on(name, typed)):
        return _numbers(owned, link, trouble="place.trouble", typed=typed), 400
    registrations().name_page(owned.site, typed or None)
    return _to(name, link)


@blueprint.post("/<name>/<link>/end")
def forget(name: str, link: str) -> ResponseReturnValue:
    """Forget the site at once: name, registration, visits; in public too."""
    owned = _owner(name, link)
    if request.form.get("sure") != "yes":
        return _numbers(owned, link, trouble="forget.missing"), 400
    Republishers(office().archive().engine).forget(owned.site)
    _tell_the_public(office())
    return redirect(public.speaker().link("/site/forgotten"), 303)


def _register(name: str, link: str, findings: list[Finding]) -> str:
    """Give the site away where a proof was found; else the key of what to say."""
    proof = next((finding.way for finding in findings if finding.saw is Saw.TOKEN), None)
    if proof is None:
        return "claim.none"
    try:
        registrations().register(name, secrecy.hash_of(link), proof, office().today())
    except TooManyToday:
        return "claim.full"
    return ""


def _refuse_what_cannot_be(name: str, link: str) -> None:
    """404 for a name that no form of ours leads to, and for what is no private address."""
    try:
        known = site_named(name, own_hosts())
    except NotASite:
        abort(404)
    if known != name or not secrecy.LINK.fullmatch(link):
        abort(404)


def _owned(name: str, link: str) -> Registration | None:
    _refuse_what_cannot_be(name, link)
    found = registrations().of(name)
    return found if found and found.link_hash == secrecy.hash_of(link) else None


def _owner(name: str, link: str) -> Registration:
    """The registration; 404 for whoever does not own the site."""
    return _owned(name, link) or abort(404)


def _claim(name: str, link: str, findings: list[Finding] | None = None, trouble: str = "") -> str:
    token = secrecy.proof_token(office().key, name, link)
    return render_template(
        "claim.html",
        name=name,
        link_=link,
        address=f"{office().settings.public_url}/site/{name}/{link}",
        tag=f'<meta name="{META_NAME}" content="{token}">',
        token=token,
        file_address=f"https://{name}{FILE_PATH}",
        record=f"{DNS_LABEL}.{name}",
        value=f"{META_NAME}={token}",
        findings=findings or [],
        trouble=trouble,
    )


def _numbers(owned: Registration, link: str, trouble: str = "", typed: str | None = None) -> str:
    today: date = office().today()
    numbers = own_numbers(office().archive().engine, owned.site)
    return render_template(
        "numbers.html",
        owned=owned,
        link_=link,
        numbers=numbers,
        chart=chart(numbers.days, today),
        visit=visits().of(owned.site),
        is_shown=owned.site in registrations().shown_in_public(today),
        typed=owned.page or "" if typed is None else typed,
        trouble=trouble,
    )


def _tell_the_public(desk: Office) -> None:
    announce(desk.archive(), desk.settings.data, desk.today())


def _to(name: str, link: str) -> ResponseReturnValue:
    return redirect(public.speaker().link(f"/site/{name}/{link}"), 303)
