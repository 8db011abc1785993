"""What is found on a page, in the snippets as we give them and as platforms leave them."""

import re
import time
from collections.abc import Callable

import pytest

from embed.loader.released import Loader, current
from embed.oembed import Wish, oembed
from embed.snippets import Options, frame_snippet, quotation_snippet, script_snippet
from embed.snippets_more import badge_html, signature
from fragments.nouns import Fragment
from widget_server.visiting.finding import Fault, Found, Kind, Tangled, found_in

OURS, MIRROR = "https://unsilenced.example", "https://mirror.example"
PIN = "a-pin"
OLD = Loader.of(b"an older loader")
RELEASES = (OLD, current())
OPTIONS = Options(public_url=OURS, origins=(OURS, MIRROR), pinned=PIN, edition=3)


def look(html: str | bytes) -> tuple[Found, ...]:
    page = html if isinstance(html, bytes) else f"<!doctype html><title>A blog</title><body>{html}".encode()
    return found_in(page, [OURS, MIRROR], pinned=PIN, loaders=RELEASES)


@pytest.fixture
def fragment(a_fragment: Callable[..., Fragment]) -> Fragment:
    return a_fragment("alpha-1")


@pytest.fixture
def script(fragment: Fragment) -> str:
    return script_snippet(fragment, OPTIONS)


def test_the_script_snippet_is_found_sound(script: str) -> None:
    assert look(script) == (Found(Kind.SCRIPT),)
    assert look(script)[0].shows


@pytest.mark.parametrize(
    ("snippet", "kind"),
    [
        (frame_snippet, Kind.FRAME),
        (badge_html, Kind.BADGE),
        (signature, Kind.BADGE),
        (quotation_snippet, Kind.QUOTATION),
    ],
)
def test_every_other_snippet_is_found_as_what_it_is(
    snippet: Callable[[Fragment, Options], str], kind: Kind, fragment: Fragment
) -> None:
    assert look(snippet(fragment, OPTIONS)) == (Found(kind),)


def test_what_wordpress_makes_of_oembed_is_a_frame(fragment: Fragment) -> None:
    html = str(oembed(fragment, Wish(), OURS)["html"]).replace('ui=en"', 'ui=en#?secret=abc" sandbox="allow-scripts"')
    assert look(html) == (Found(Kind.FRAME),)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda html: re.sub(r"<script.*?</script>", "", html, flags=re.S), Fault.SCRIPT_GONE),
        (lambda html: html[html.index("<script") :], Fault.BOX_GONE),
        (lambda html: re.sub(r' data-key="[^"]*"', "", html), Fault.MARKS_GONE),
        (lambda html: html.replace(PIN, "another-pin"), Fault.OTHER_KEY),
        (lambda html: html.replace("sha384-", "sha384-A"), Fault.WRONG_INTEGRITY),
        (lambda html: html.replace(' crossorigin="anonymous"', ""), Fault.NO_CROSSORIGIN),
    ],
    ids=lambda value: value.value if isinstance(value, Fault) else "",
)
def test_a_script_that_cannot_work_is_told_of(change: Callable[[str], str], fault: Fault, script: str) -> None:
    assert look(change(script)) == (Found(Kind.SCRIPT, (fault,)),)
    assert not look(change(script))[0].shows


def test_a_script_without_integrity_shows_but_is_not_safe(script: str) -> None:
    found = look(re.sub(r' integrity="[^"]*"', "", script))
    assert found == (Found(Kind.SCRIPT, (Fault.NO_INTEGRITY,)),)
    assert found[0].shows


def test_an_older_loader_shows_too(fragment: Fragment) -> None:
    options = Options(public_url=OURS, pinned=PIN, edition=1, loader=OLD)
    assert look(script_snippet(fragment, options)) == (Found(Kind.SCRIPT, (Fault.OLD_LOADER,)),)


def test_a_loader_that_was_never_released_is_refused_by_browsers(fragment: Fragment) -> None:
    options = Options(public_url=OURS, pinned=PIN, edition=1, loader=Loader.of(b"somebody's"))
    changed = script_snippet(fragment, options)
    assert look(changed) == (Found(Kind.SCRIPT, (Fault.WRONG_INTEGRITY,)),)


def test_one_sound_snippet_beside_a_broken_one_is_enough(script: str) -> None:
    assert look(script.replace(PIN, "another-pin").replace("sha384-", "sha384-A") + script) == (Found(Kind.SCRIPT),)


def test_a_script_from_the_mirror_alone_will_do(script: str) -> None:
    first = script.index("<script")
    assert look(script[:first] + script[script.index("<script", first + 1) :]) == (Found(Kind.SCRIPT),)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (f'<iframe data-src="{OURS}/frame?lang=vi"></iframe>', Kind.FRAME),
        ('<iframe src="//unsilenced.example/frame"></iframe>', Kind.FRAME),
        ('<iframe src="http://UNSILENCED.example/f/0123456789/frame?ui=en"></iframe>', Kind.FRAME),
        (f'<img src="https://camo.example/1a2b" data-canonical-src="{OURS}/badge.svg">', Kind.BADGE),
        ('<img src="https://i0.wp.com/unsilenced.example/f/0123456789.png?ssl=1">', Kind.BADGE),
        (f'<script src="{OURS}/js/fragment-180.js"></script>', Kind.SCRIPT_2006),
        (f'<blockquote>Words <a href="{OURS}/f/0123456789">source</a></blockquote>', Kind.QUOTATION),
        (f'<p>See <a href="{OURS}/f/0123456789">this</a>', Kind.LINK),
    ],
)
def test_what_platforms_leave_of_it_is_found(html: str, kind: Kind) -> None:
    assert look(html) == (Found(kind),)


def test_two_kinds_are_both_told_of_the_livelier_first(script: str) -> None:
    badge = f'<img src="{OURS}/badge.png">'
    assert [each.kind for each in look(badge + script)] == [Kind.SCRIPT, Kind.BADGE]


@pytest.mark.parametrize(
    "around",
    ["<!--{}-->", "<textarea>{}</textarea>", "<noscript>{}</noscript>", "<template>{}</template>", "<xmp>{}</xmp>"],
)
def test_what_no_browser_acts_on_is_not_found(around: str, script: str) -> None:
    assert look(around.format(script)) == ()


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"   ",
        b"\x00\xff\xfe",
        b"<",
        b"<html><head></head></html>",
        b'<iframe src="https://unsilenced.example.evil/frame"></iframe>',
        b'<iframe src="https://evil/?https://unsilenced.example/frame"></iframe>',
        b'<iframe src="https://[broken/frame"></iframe>',
        b'<p>https://unsilenced.example/frame</p><img src="https://unsilenced.example/logo.png">',
    ],
)
def test_nothing_is_found_where_nothing_is(html: bytes) -> None:
    assert look(html) == ()


def test_a_page_in_utf_16_is_read(script: str) -> None:
    assert look(script.encode("utf-16")) == (Found(Kind.SCRIPT),)


@pytest.mark.parametrize(
    "html",
    [
        b"<" * 1_000_000,
        b"<a href='" * 100_000,
        b"<!--" * 250_000,
        b"<blockquote>" * 250 + b"<a href=x></a>" * 60_000,
    ],
    ids=["angles", "quotes", "comments", "links deep in quotations"],
)
def test_a_hostile_page_takes_no_longer_than_a_second_or_two(html: bytes) -> None:
    began = time.process_time()
    assert look(html) == ()
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "html",
    [b"<div>" * 200_000, b"<font>" * 80_000 + b"</a>" * 120_000, b"<blockquote><a>" * 60_000],
    ids=["nested", "never closed", "quotations"],
)
def test_a_page_too_deep_to_be_read_is_not_said_to_carry_nothing(html: bytes, script: str) -> None:
    began = time.process_time()
    with pytest.raises(Tangled):
        look(html + script.encode())
    assert time.process_time() - began < 3
    assert look(script.encode() + html) == (Found(Kind.SCRIPT),)


def test_a_snippet_below_two_thousand_tags_that_nobody_closed_is_found(script: str) -> None:
    assert look("<font>" * 2_000 + script) == (Found(Kind.SCRIPT),)
