"""In which language the desk speaks, and how days, hours and numbers are written in it.

Rules: what somebody chose by the switch on every page wins, then the browser's Accept-Language, then English. The
choice stands in the desk's own session, so no second cookie is set, and it outlives signing in and out. English
sentences are the keys of the catalogues (translations/); what a catalogue lacks is shown in English, never a key.

It does not choose the language of a fragment's text, and words nothing itself (wording.py).
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fragments import countries
from fragments.addresses import host_shown
from fragments.errors import FieldError
from fragments.languages import canonical, direction_of, name_of

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية"}
DOMAIN = "desk"
_CHOSEN = "spoken"  # the session's key of a choice
_PATH = re.compile(r"/(?![/\\])[^\s\\]*")  # what a browser cannot read as another host
_DAY = "d MMM y"  # the same order in all four languages, and the month never a number that could be a day

desk = Blueprint("speaking", __name__)


def teach(app: Flask) -> None:
    """Make an app speak: gettext in views and templates, and the filters that write values."""
    Babel(app, default_domain=DOMAIN, locale_selector=_chosen)  # type: ignore[no-untyped-call]
    app.before_request(_remember)
    app.after_request(_keep)
    app.add_template_global(spoken)
    app.add_template_global(direction, "page_direction")
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.add_template_global(back)
    app.jinja_env.filters |= {"bdi": apart, "tag": as_tag, "listed": listed, "site": site, "host": host_shown}
    app.jinja_env.filters |= {"number": number, "day": day, "moment": moment, "language": language}
    app.jinja_env.filters |= {"country": country, "country_in_a_sentence": country_in_a_sentence}


@desk.post("/language")
def choose() -> AnyResponse:
    """Speak another language from now on, and go back to the page."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        abort(400)
    g.chosen = wanted
    wish = request.form.get("back", "")
    return redirect(wish if _is_own(wish) else url_for("home.page"))


def _remember() -> None:
    chosen = session.get(_CHOSEN)
    g.chosen = chosen if chosen in LANGUAGES else None


def _keep(response: Response) -> Response:
    """Signing in and out begins another session, in the same language."""
    if g.get("chosen") and session.get(_CHOSEN) != g.chosen:
        session[_CHOSEN] = g.chosen
    return response


def _chosen() -> str:
    chosen: str | None = g.get("chosen") or request.accept_languages.best_match(LANGUAGES, "en")
    return chosen or "en"


def _is_own(address: str) -> bool:
    """Whether an address is a path of this desk: a form must not send anybody elsewhere."""
    return bool(_PATH.fullmatch(address)) and address.startswith(f"{request.script_root}/")


def spoken() -> str:
    """The language of this answer, for `lang`."""
    return str(get_locale() or "en")


def direction() -> str:
    """`ltr` or `rtl`, for `dir`."""
    return direction_of(spoken())


def back() -> str:
    """Where the switch leads back to: the page that is shown; of an answer to a form, the page that it stood on."""
    adapter = current_app.create_url_adapter(request)
    if request.method in ("GET", "HEAD"):
        return request.script_root + request.full_path.rstrip("?")
    if adapter and adapter.test(request.path, "GET"):
        return request.script_root + request.path
    return url_for("home.page")


def _formats() -> Locale:
    """CLDR's rules; English is written as in most of the world, the day before the month."""
    return Locale.parse("en_GB" if spoken() == "en" else spoken())


def apart(text: str) -> Markup:
    """A name of either direction inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(text)


def listed(names: Iterable[str]) -> Markup:
    """Names as a sentence of the language joins them; what is no markup yet is escaped and set apart."""
    apiece = [str(each if isinstance(each, Markup) else apart(each)) for each in names]
    return Markup(format_list(apiece, locale=_formats()))  # noqa: S704 - each piece is markup or escaped


def site(name: str) -> Markup:
    """A site's name in its own letters, from left to right as browsers write it; its A-labels can be pointed out."""
    shown = host_shown(name)
    asked = Markup(' title="{}"').format(name) if shown != name else ""
    return Markup('<bdi dir="ltr"{}>{}</bdi>').format(asked, shown)


def as_tag(typed: str) -> str:
    """What was typed as a language, for `lang`; nothing where it is none."""
    try:
        return canonical(typed)
    except FieldError:
        return ""


def number(value: int) -> str:
    """A whole number with the separators of the language."""
    return format_decimal(value, locale=_formats())


def day(when: date | str) -> str:
    """A day in words, from a date or its ISO form; other text is given back as it is."""
    try:
        read = date.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        return str(when)
    return babel_date(read, _DAY, locale=_formats())


def moment(when: datetime) -> str:
    """A day and an hour, in UTC, because colleagues work in several time zones."""
    in_utc = when.astimezone(UTC)
    hour = babel_time(in_utc, "HH:mm", tzinfo=UTC, locale=_formats())
    return _("%(day)s, %(hour)s UTC", day=day(in_utc.date()), hour=hour)


def language(tag: str) -> str:
    """A language's name beside its tag."""
    return f"{name_of(tag, spoken())} ({tag})"


def country(code: str) -> str:
    """A country's name."""
    return countries.name_of(code, spoken())


def country_in_a_sentence(code: str) -> str:
    """A country's name after "in", with the article that English wants."""
    return countries.name_in_a_sentence(code, spoken())
