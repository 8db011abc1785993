"""No address that a blogger's page fetches from us is on the lists that content blockers ship: EasyList, EasyPrivacy.

The lists are those of Debian's uBlock Origin, the engine is Brave's. Both must block what is known to be on them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from adblock import Engine, FilterSet
from babel import Locale

from embed.legacy import NARROWEST, WIDEST
from embed.loader.released import all_released
from embed.pictures.look import NARROWEST as NARROWEST_BADGE
from embed.pictures.look import STEP
from embed.pictures.look import WIDEST as WIDEST_BADGE
from embed.strings import UI_LANGUAGES
from fragments.ids import id_of
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Shelf

pytestmark = pytest.mark.drill

LISTS = ("easylist", "easyprivacy")
PACKAGES = ("webext-ublock-origin-chromium", "webext-ublock-origin-firefox")
PAGE = "https://blog.example.org/2026/a-post.html"
HOSTS = ("https://publisher.example.net", "https://mirror.example.com")
PARTS = range(16)

# EasyPrivacy has /sdc.json as somebody's tracker; the feeds of Sassarese (sdc) as Atom and RSS pass.
KNOWN = {f"{host}/feeds/lang/sdc.json" for host in HOSTS}

Blocked = Callable[[str, str], str | None]  # address, what the page fetches it as -> the list that blocks it

IDS = [id_of(f"fragment-{number}") for number in range(500)]
COUNTRIES = sorted(code for code in Locale("en").territories if len(code) == 2)
TAGS = sorted(tag.replace("_", "-") for tag in Locale("en").languages)
SLUGS = ("press", "poetry", "one-child-policy", "1989", "minorities", "free-their-words")
FACETS = [
    *(("lang", tag) for tag in TAGS),
    *(("country", code) for code in COUNTRIES),
    *(("topic", slug) for slug in SLUGS),
    *(("campaign", slug) for slug in SLUGS),
]
PAIRS = [(f"lang-{tag}.country-{code}", f"lang={tag}&country={code}") for tag, code in product(("vi", "zh"), COUNTRIES)]
QUERIES = [
    "",
    *(f"{kind}={value}" for kind, value in FACETS),
    *(query for _, query in PAIRS),
    "country=VN,CN&topic=press",
]
DECKS = ["all", *(f"{kind}-{value}" for kind, value in FACETS), *(name for name, _ in PAIRS)]
LOOKS = [f"ui={ui}&theme={theme}" for ui in UI_LANGUAGES for theme in ("auto", "light", "dark")]
BADGE_WIDTHS = range(NARROWEST_BADGE, WIDEST_BADGE + 1, STEP)
FEED_KINDS = ("atom", "rss", "json")


def decks() -> Iterator[str]:
    yield from (f"/d/{deck}/{part}.cf" for deck in DECKS for part in PARTS)
    yield from (f"/d/f-{id_}/0.cf" for id_ in IDS)


def frames() -> Iterator[str]:
    yield from (f"/frame?{query}" for query in QUERIES)
    yield from (f"/frame?{look}&width=300" for look in LOOKS)
    yield from (f"/f/{id_}/frame" for id_ in IDS)
    yield from (f"/f/{IDS[0]}/frame?{look}" for look in LOOKS)


def pictures() -> Iterator[str]:
    for kind in ("svg", "png"):
        yield from (f"/badge.{kind}?{query}" for query in QUERIES)
        yield from (f"/f/{id_}.{kind}" for id_ in IDS)
        yield from (f"/badge.{kind}?ui=en&width={width}" for width in BADGE_WIDTHS)
        yield from (f"/f/{IDS[0]}.{kind}?{look}&width=300" for look in LOOKS)
    yield from (f"/f/{id_}/card.png" for id_ in IDS)


def feeds() -> Iterator[str]:
    yield from (f"/{name}.{kind}" for name in ("feed", "daily") for kind in FEED_KINDS)
    yield from (f"/feeds/{facet}/{value}.{kind}" for (facet, value), kind in product(FACETS, FEED_KINDS))
    yield from (f"/feeds/lang/vi/country/{code}.json" for code in COUNTRIES)
    yield "/changes.atom"


def read_by_scripts() -> Iterator[str]:
    yield from (f"/oembed?url=https%3A%2F%2Fpublisher.example.net%2Ff%2F{id_}&format=json" for id_ in IDS)
    yield "/oembed?url=https%3A%2F%2Fpublisher.example.net%2Ff%2Frandom%3Flang%3Dvi&maxwidth=468&maxheight=300"
    yield from (f"/api/v1/fragments/{id_}" for id_ in IDS)
    yield from (f"/api/v1/fragments/random?{query}" for query in QUERIES)
    yield "/query?lang=en&limit=1&random=true&format=rss"


FETCHED = {
    "loader": ("script", lambda: (loader.path for loader in all_released())),
    "decks": ("xhr", decks),
    "frames": ("sub_frame", frames),
    "frames of the snippet": ("object", frames),
    "pictures": ("image", pictures),
    "feeds": ("xhr", feeds),
    "oEmbed and API": ("xhr", read_by_scripts),
    "script of 2006": ("script", lambda: (f"/js/fragment-{width}.js" for width in range(NARROWEST, WIDEST + 1))),
}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with easylist.txt and easyprivacy.txt, out of the installed package or a fetched one."""
    folder = tmp_path_factory.mktemp("ublock")
    found = installed_or_fetched(folder)
    if found is None:
        pytest.fail(
            "The lists of content blockers are not here and cannot be fetched. On Debian or Ubuntu, with a network: "
            f"apt install {PACKAGES[0]}"
        )
    return found


def installed_or_fetched(folder: Path) -> Path | None:
    for package in PACKAGES:
        share = Path("/usr/share") / package.rpartition("-")[2]
        found = with_lists(share) if share.exists() else None
        if found or (fetch(package, folder) and (found := with_lists(folder))):
            return found
    return None


def fetch(package: str, folder: Path) -> bool:
    """Whether Debian's package lies unpacked in `folder`; nothing is installed."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    got = run("apt-get", "download", package, cwd=folder)
    if not got and os.geteuid() == 0:  # a machine whose lists of packages are empty or old
        got = run("apt-get", "update", "-qq", cwd=folder) and run("apt-get", "download", package, cwd=folder)
    return got and all(run("dpkg-deb", "-x", str(deb), str(folder), cwd=folder) for deb in folder.glob("*.deb"))


def run(*command: str, cwd: Path) -> bool:
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, timeout=120).returncode == 0


def with_lists(folder: Path) -> Path | None:
    for file in folder.rglob(f"assets/thirdparties/**/{LISTS[0]}.txt"):
        if all((file.parent / f"{name}.txt").exists() for name in LISTS):
            return file.parent
    return None


@pytest.fixture(scope="module")
def blocked(lists: Path) -> Blocked:
    """Asks each list by itself, so that no exception of one hides a block of the other."""
    engines = {}
    for name in LISTS:
        rules = FilterSet()
        rules.add_filter_list((lists / f"{name}.txt").read_text("utf-8"))
        engines[name] = Engine(rules)

    def ask(address: str, fetched_as: str) -> str | None:
        for name, engine in engines.items():
            if engine.check_network_urls(address, PAGE, fetched_as).matched:
                return name
        return None

    return ask


@pytest.mark.parametrize("what", FETCHED)
def test_no_list_blocks_what_a_blogs_page_fetches_from_us(blocked: Blocked, what: str) -> None:
    fetched_as, paths = FETCHED[what]
    addresses = [host + path for path in paths() for host in HOSTS]

    assert addresses
    assert {address for address in addresses if blocked(address, fetched_as)} - KNOWN == set()


@pytest.mark.parametrize("what", FETCHED)
def test_what_is_tried_here_are_addresses_of_the_site(what: str, tmp_path: Path) -> None:
    routes = create_public(Settings(data=tmp_path), Shelf(tmp_path)).url_map.bind("publisher.example.net")

    for path in FETCHED[what][1]():
        routes.match(path.partition("?")[0])  # raises for an address that no route has


# One rule of each kind of request that we make, so that a kind whose name the engine does not know would show; and the
# names that a counter might have been given.
@pytest.mark.parametrize(
    ("path", "fetched_as", "by"),
    [
        ("/beacon.js", "ping", "easyprivacy"),
        ("/d/all/0.cf", "ping", "easyprivacy"),
        ("/beacon.js", "script", "easyprivacy"),
        ("/log?event=shown", "xhr", "easyprivacy"),
        ("/log?event=shown", "image", "easyprivacy"),
        ("/banners/468x60.png", "image", "easylist"),
        ("/aclib.js", "script", "easylist"),
        ("/_fd?subid1=1", "xhr", "easylist"),
        ("/ads_iframe.html", "sub_frame", "easylist"),
    ],
)
def test_the_lists_block_what_is_known_to_be_on_them(blocked: Blocked, path: str, fetched_as: str, by: str) -> None:
    assert blocked(HOSTS[0] + path, fetched_as) == by


# These rules are for one kind of request: an engine that took every kind for any other would block these too.
@pytest.mark.parametrize("path", ["/aclib.js", "/_fd?subid1=1", "/ads_iframe.html"])
def test_the_engine_tells_kinds_of_requests_apart(blocked: Blocked, path: str) -> None:
    assert blocked(HOSTS[0] + path, "font") is None
