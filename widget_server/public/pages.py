"""The pages that people read. Each view: what is asked, one look at the printing, a template.

No view writes, counts or remembers anything.
"""

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fragments.drawing import EVERYTHING, KINDS, Query
from fragments.errors import UnknownFacet
from fragments.nouns import Fragment
from widget_server.public import following, listing, site
from widget_server.public.quotation import quotation
from widget_server.public.showing import card, whole

blueprint = Blueprint("pages", __name__)
CARDS = 6  # beside the large one on the home page
FIRST_VALUES = 8  # of each facet on the home page
RANDOM_CACHE = "public, max-age=30"  # a home page that never changes would be taken for a dead one
INDEXES = {path: kind for kind, path in listing.PATHS.items()}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What this is, one fragment with its story, some more, how to carry one."""
    if site.printing_if_any() is None or not len(site.printing().facets):
        return render_template("home.html", hero=None)
    first, *rest = _some_readable(CARDS + 1)
    speaker = site.speaker()
    response = make_response(
        render_template(
            "home.html",
            hero=card(first, speaker),
            cards=[card(each, speaker) for each in rest],
            preview=f"/f/{first.id}/frame?ui={speaker.ui}",
            numbers=_numbers(),
            browse=list(_browse()),
        )
    )
    response.headers["Cache-Control"] = RANDOM_CACHE
    return response


@blueprint.get("/f/<id_>")
def fragment(id_: str) -> ResponseReturnValue:
    """One fragment with everything that is known of it."""
    found = site.fragment(id_)
    return _fragment_page(found)


@blueprint.get("/f/random")
def random_fragment() -> ResponseReturnValue:
    """A fragment of the facets asked for, drawn anew at each visit; its true address is its own page."""
    query = listing.query_from(request.args)
    response = _fragment_page(site.fragment(site.printing().facets.draw(query, site.house().random)), query)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/fragments")
def fragments() -> ResponseReturnValue:
    """A list, narrowed by facets."""
    query = listing.query_from(request.args)
    number = request.args.get("page", "1")
    batch = listing.batch(site.printing(), query, int(number) if number.isdecimal() and len(number) < 7 else 1)
    speaker = site.speaker()
    return render_template(
        "list.html",
        batch=batch,
        cards=[card(each, speaker) for each in batch.fragments],
        words=listing.words_of(query),
        names=list(_names(query)),
        choices=[(kind, _values(kind), getattr(query, kind)) for kind in KINDS],
        feed=following.feed_of(query),
    )


@blueprint.get("/languages", endpoint="languages")
@blueprint.get("/countries", endpoint="countries")
@blueprint.get("/topics", endpoint="topics")
@blueprint.get("/campaigns", endpoint="campaigns")
def index() -> ResponseReturnValue:
    """Every value of one kind of facet."""
    name = request.path.strip("/")
    return render_template("index.html", name=name, values=_values(INDEXES[name]))


@blueprint.get("/feeds")
def feeds() -> ResponseReturnValue:
    """The addresses of feeds that this edition has."""
    if site.printing_if_any() is None:
        return render_template("feeds.html", groups=[], pairs=[])
    return render_template("feeds.html", groups=list(following.single()), pairs=following.pairs())


@blueprint.get("/feed")
@blueprint.get("/daily")
def feeds_without_an_ending() -> ResponseReturnValue:
    """Where somebody who leaves the ending away is told of all three forms."""
    words = request.query_string.decode("latin-1")
    return redirect(f"/feeds?{words}" if words else "/feeds")


@blueprint.get("/what", endpoint="what")
@blueprint.get("/privacy", endpoint="privacy")
@blueprint.get("/about", endpoint="about")
@blueprint.get("/api", endpoint="api")
def words() -> ResponseReturnValue:
    """A page that is only words."""
    found = site.printing_if_any()
    example = next(found.facets.ids(), "") if found else ""
    key = found.edition.get("key", "") if found else ""
    return render_template(f"{request.path.strip('/')}.html", key=key, example=example, read_in=_language_in_use())


def _language_in_use() -> str:
    """For an example: the reader's language where something can be read in it, else the one that most can; or ""."""
    found = site.printing_if_any()
    known = found.facets.values("lang") if found else {}
    ui = site.speaker().ui
    return ui if ui in known else next(iter(known), "")


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    """One line for a watcher: which edition is served."""
    return Response(
        f"ok, edition {site.printing().number}\n", content_type="text/plain; charset=utf-8", headers=_NO_STORE
    )


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Everything may be read; random pages need not be."""
    text = "User-agent: *\nDisallow: /f/random\nDisallow: /frame\nAllow: /\n"
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"})


_NO_STORE = {"Cache-Control": "no-store"}


def _fragment_page(found: Fragment, drawn_from: Query = EVERYTHING) -> Response:
    speaker, words = site.speaker(), listing.words_of(drawn_from)
    shown = whole(found, speaker, site.settings().public_url, site.campaigns())
    return make_response(
        render_template(
            "fragment.html",
            shown=shown,
            quotation=quotation(found, shown.url, shown.attribution),
            page=site.page(f"/f/{found.id}"),
            another=f"/f/random?{words}" if words else "/f/random",
        )
    )


def _some_readable(wanted: int) -> list[Fragment]:
    """Different fragments drawn for this reader: in their language where there are enough, then of any."""
    ids: dict[str, None] = {}
    for query in (Query(lang=(site.speaker().ui,)), EVERYTHING):
        ids |= dict.fromkeys(islice(_draws(query), 4 * wanted))
    found = listing.load(site.printing(), iter(ids))
    calm = (each for each in found if not each.content_warning)
    return list(islice(calm, wanted)) or list(islice(listing.load(site.printing(), iter(ids)), wanted))


def _draws(query: Query) -> Iterator[str]:
    try:
        while True:
            yield site.printing().facets.draw(query, site.house().random)
    except UnknownFacet:  # nobody has written or translated into this language yet
        return


def _numbers() -> list[tuple[str, int]]:
    facets = site.printing().facets
    return [
        ("home.numbers.fragments", len(facets)),
        ("home.numbers.languages", len([tag for tag in facets.values("lang") if "-" not in tag])),
        ("home.numbers.countries", len(facets.values("country"))),
        ("home.numbers.edition", site.printing().number),
    ]


def _browse() -> Iterator[dict[str, object]]:
    for kind, path in listing.PATHS.items():
        found = [each for each in _values(kind) if kind != "lang" or "-" not in each.value]  # zh stands for zh-Hans
        if found:
            yield {"path": path, "first": found[:FIRST_VALUES], "has_more": len(found) > FIRST_VALUES}


def _values(kind: str) -> list[listing.Value]:
    return listing.values(site.printing().facets, kind, site.speaker(), site.campaigns())


def _names(query: Query) -> Iterator[str]:
    """What a query asks for, in the reader's words."""
    for kind, chosen in query.values():
        yield from map(listing.namer(kind, site.speaker(), site.campaigns()), chosen)
