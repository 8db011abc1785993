"""Whose page a display was for, from what browsers really send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.counting.sites import ARCHIVES, NOWHERE, OWN, UNDISCLOSED, site_of

OURS = frozenset({"unsilenced.example.org", "127.0.0.1"})


@pytest.mark.parametrize(
    ("referer", "site"),
    [
        ("https://www.example.com/a/b?c=d", "example.com"),
        ("https://blog.example.co.uk:8443/", "example.co.uk"),
        ("https://alice.github.io/posts/", "alice.github.io"),
        ("https://alice.blogspot.com/", "alice.blogspot.com"),
        ("https://EXAMPLE.com./", "example.com"),
        ("https://пример.рф/страница", "xn--e1afmkfd.xn--p1ai"),
        ("https://xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai"),
        ("https://my--blog-example-com.translate.goog/x?_x_tr_sl=vi", "example.com"),
        ("https://alice-github-io.translate.goog/", "alice.github.io"),
        ("https://translate.google.com/translate?u=https%3A%2F%2Fnews.example.org%2Fa", "example.org"),
        ("https://www-example-com.cdn.ampproject.org/v/s/www.example.com/a", "example.com"),
        ("https://web.archive.org/web/2020/https://example.com/", ARCHIVES),
        ("https://archive.ph/abc", ARCHIVES),
        ("https://8.8.8.8/", "8.8.8.8"),
        ("http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion/x",
         "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"),
        ("http://localhost:3000/", NOWHERE),
        ("http://192.168.1.4/", NOWHERE),
        ("http://[::1]/", NOWHERE),
        ("http://printer.local/", NOWHERE),
        ("file:///home/ana/page.html", NOWHERE),
        ("https://intranet/", UNDISCLOSED),
        ("https://com/", UNDISCLOSED),
        ("https://exa mple.com/", UNDISCLOSED),
        ("https://<script>.com/", UNDISCLOSED),
        ("http://[oops/", UNDISCLOSED),
        ("https://unsilenced.example.org/embed", OWN),
        ("https://unsilenced-example-org.translate.goog/embed?_x_tr_sl=en", OWN),
        ("https://translate.google.com/translate?u=https%3A%2F%2Funsilenced.example.org%2Fembed", OWN),
        ("https://unsilenced-example-org.cdn.ampproject.org/c/s/x", OWN),
        ("https://translate.google.com/translate?u=http://[", UNDISCLOSED),
        ("https://translate.google.com/translate?u=https://no!host/", UNDISCLOSED),
        ("https://translate.google.com/translate?u=", UNDISCLOSED),
    ],
)  # fmt: skip
def test_the_site_of_a_page_is_its_registrable_name(referer: str, site: str) -> None:
    assert site_of(None, referer, OURS) == site
    assert site_of("https://ignored.example.net", referer, OURS) == site


def test_a_page_that_sends_its_origin_but_no_referrer_asked_not_to_be_known() -> None:
    assert site_of("https://careful.org", None) == UNDISCLOSED


def test_no_header_at_all_is_undisclosed() -> None:
    assert site_of(None, None) == UNDISCLOSED
    assert site_of("null", None) == UNDISCLOSED


def test_our_own_pages_are_known_by_their_origin_alone() -> None:
    assert site_of("https://unsilenced.example.org", None, OURS) == OWN


@given(st.text(max_size=200))
def test_nothing_a_stranger_sends_becomes_anything_but_a_short_plain_name(sent: str) -> None:
    for referer in (sent, "https://" + sent, "https://translate.google.com/?u=https://" + sent):
        site = site_of(None, referer)
        assert len(site) <= 253
        assert site.isascii()
        assert not set(site) & set("<>\"'& \n\t\0/?#\\")
