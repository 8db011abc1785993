"""Who shows our fragments: the list of republishers, each site's own page, feed readers apart, and files to take away.

Rules: names of sites are for the desk only. What a product says of its subscribers is shown as said, and never added
to displays. It counts nothing (widget_server/counting).
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fragments.addresses import host_shown
from fragments.store.own_numbers import own_numbers
from fragments.store.polling import Polls
from fragments.store.republishers import Order, Republisher
from widget_server.charts import chart
from widget_server.counting.listing import as_csv, as_json
from widget_server.counting.standings import standings
from widget_server.desk import at_hand
from widget_server.desk.counted_words import BUCKET_NAMES, BUCKETS, KINDS, PRODUCTS
from widget_server.desk.paging import page_number

desk = Blueprint("republishing", __name__)

PAGE = 50  # sites
NEW_DAYS, QUIET_DAYS = 7, 30
SPARK_DAYS = 28  # four weeks: a weekly rhythm shows
MOST_DECKS = 20

_NARROWED: dict[str, Callable[[Republisher, date], bool]] = {
    "all": lambda _each, _today: True,
    "new": lambda each, today: not each.is_bucket and each.first_day > today - timedelta(days=NEW_DAYS),
    "quiet": lambda each, today: not each.is_bucket and each.last_day <= today - timedelta(days=QUIET_DAYS),
}


@desk.get("/republishers")
def listed() -> str:
    """Which sites show fragments, and how often."""
    asked = {"order": _order().value, "search": request.args.get("search", "")[:100], "which": _which()}
    today, number = at_hand.now().date(), page_number()
    found = _found(asked["search"])
    counts = {which: sum(is_in(each, today) for each in found) for which, is_in in _NARROWED.items()}
    chosen = [each for each in found if _NARROWED[asked["which"]](each, today)]
    shown = chosen[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "republishers.html",
        found=shown,
        sparks=_sparks(shown, today),
        counts=counts,
        more=len(chosen) > number * PAGE,
        number=number,
        asked=asked,
        buckets=BUCKETS,
        bucket_names=BUCKET_NAMES,
        kinds=KINDS,
        known=standings(at_hand.archive()),
        **_totals(today),
    )


@desk.get("/republishers.<kind>")
def file(kind: str) -> Response:
    """The whole list as CSV or JSON."""
    counted, known = at_hand.republishers(), standings(at_hand.archive())
    found, totals = counted.listed(order=_order()), counted.totals()
    if kind == "csv":
        return _file(as_csv(found, known), "text/csv; charset=utf-8", "republishers.csv")
    if kind == "json":
        return _file(as_json(found, totals, known), "application/json", "republishers.json")
    abort(404)


@desk.get("/republishers/<site>")
def site(site: str) -> str | AnyResponse:
    """One site, or one row that is no site: by day, kind and deck."""
    numbers = own_numbers(at_hand.archive().engine, site)
    if numbers.first_day is None:
        abort(404)
    return render_template(
        "republisher.html",
        name=site,
        numbers=numbers,
        chart=chart(numbers.days, at_hand.now().date()),
        kinds=[(KINDS.get(kind, kind), count) for kind, count in _most(numbers.kinds)],
        decks=_most(numbers.decks)[:MOST_DECKS],
        buckets=BUCKETS,
        bucket_names=BUCKET_NAMES,
        known=standings(at_hand.archive()).get(site),
        list_address=url_for(".listed"),
    )


def _found(search: str) -> list[Republisher]:
    """The sites whose name holds what is sought, as it is stored or in its own letters."""
    if search.isascii():
        return at_hand.republishers().listed(order=_order(), search=search)
    found = at_hand.republishers().listed(order=_order())
    return [each for each in found if search.casefold() in host_shown(each.name)]


def _totals(today: date) -> dict[str, object]:
    """What stands above and below the list: everything counted, and feed readers apart."""
    counted, polls = at_hand.republishers(), Polls(at_hand.archive().engine)
    return {
        "totals": counted.totals(),
        "chart": chart(counted.days(), today),
        "by_kind": [(KINDS.get(kind, kind), count) for kind, count in counted.by("kind").items()],
        "by_deck": list(counted.by("deck").items())[:MOST_DECKS],
        "products": polls.products(today),
        "product_words": PRODUCTS,
        "feeds": polls.feeds(today, limit=10),
    }


def _sparks(shown: Sequence[Republisher], today: date) -> dict[str, object]:
    first = today - timedelta(days=SPARK_DAYS - 1)
    daily = at_hand.republishers().daily([each.name for each in shown], first)
    return {name: chart(days, today, shown=SPARK_DAYS, whole=True) for name, days in daily.items()}


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _which() -> str:
    which = request.args.get("which", "all")
    return which if which in _NARROWED else abort(404)


def _order() -> Order:
    try:
        return Order(request.args.get("order", Order.DISPLAYS.value))
    except ValueError:
        abort(404)


def _file(body: str, content_type: str, name: str) -> Response:
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
