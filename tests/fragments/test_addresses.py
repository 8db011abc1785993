"""Addresses: whole, harmless and readable; judged by their letters alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fragments import addresses
from fragments.errors import FieldError


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" https://example.org ", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A", "https://example.org/A"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org./x", "https://example.org/x"),
        ("https://user@example.org/", "https://example.org/"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://example.org/%D0%B1 б", "https://example.org/%D0%B1%20%D0%B1"),
        ("https://example.org/?q=ü&copy=1#é", "https://example.org/?q=%C3%BC&copy=1#%C3%A9"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/a%", "https://example.org/a%"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("https://[fe80::1%25eth0]/", "https://[fe80::1]/"),
    ],
)
def test_an_address_is_stored_in_one_spelling(written: str, stored: str) -> None:
    assert addresses.canonical(written) == stored
    assert addresses.canonical(stored) == stored


@pytest.mark.parametrize(
    "written",
    [
        "", "example.org", "//example.org/", "/path", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://example.org/", "blob:https://a.b/",
        "https:///path", "https://", "https://exa mple.org/", "https://a..b/", "https://-a.example/", "https://[::1", "https://[x]/",
        "https://a.example:99999/", "https://good.example\\@evil.example/", "https://ex\u202eample.org/", "https://a.example/\ud83d",
        "https://" + "a" * 64 + ".example/", "https://" + "a" * 200 + "!/", "https://a.example/" + "x" * 2048,
    ],
)  # fmt: skip
def test_what_is_no_whole_address_is_refused_with_a_hint(written: str) -> None:
    with pytest.raises(FieldError) as refused:
        addresses.canonical(written, field="evidence")

    assert refused.value.field == "evidence"
    assert refused.value.hint


@given(st.text(max_size=40).map("https://a.example/".__add__) | st.text(max_size=40).map("https://".__add__))
def test_an_address_is_taken_or_refused_and_what_is_stored_is_ascii(written: str) -> None:
    try:
        stored = addresses.canonical(written)
    except FieldError:
        stored = "https://refused.example/"

    assert stored.isascii()
    assert not set(stored) & set(' "<>\\^`{|}\n\t')
    assert addresses.canonical(stored) == stored
    assert addresses.shown(stored)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("https://www.example.org/", "example.org"),
        ("https://xn--e1afmkfd.xn--p1ai/", "пример.рф (xn--e1afmkfd.xn--p1ai)"),
        ("https://example.org/?utm_source=x&a=1&fbclid=2", "example.org?a=1"),
        ("https://example.org/%D0%B1%20%2F%E2%80%AE%FF", "example.org/б%20%2F%E2%80%AE%FF"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("https://xn--0.example/", "xn--0.example"),
        ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com"),
    ],
)
def test_an_address_is_shown_so_that_people_can_read_and_trust_it(stored: str, shown: str) -> None:
    assert addresses.shown(stored) == shown


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("alice.github.io", "alice.github.io"),
        ("xn--bcher-kva.de", "bücher.de"),
        ("xn--d1aqf.xn--p1ai", "дом.рф"),
        ("xn--ogbl9dfj.xn--wgbh1c", "مدونة.مصر"),
        ("xn--fsqu00a.xn--fiqs8s", "例子.中国"),
        ("xn--e1afmkfd.com", "пример.com"),
        ("xn--pypal-4ve.com", "xn--pypal-4ve.com"),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("xn--80ak6aa92e.xn--p1ai", "аррӏе.рф"),
        ("xn--0.example", "xn--0.example"),
    ],
    ids=[
        *("Latin", "umlaut", "Cyrillic", "Arabic", "Chinese", "Cyrillic of its own shapes"),
        *("an а of Cyrillic among Latin letters", "Cyrillic that all looks Latin", "the same under its own ending"),
        "no name at all",
    ],
)
def test_a_host_is_shown_in_its_own_letters_unless_they_may_deceive(host: str, shown: str) -> None:
    assert addresses.host_shown(host) == shown


@pytest.mark.parametrize("told", ["//alpha: beta", "https://alpha.example:99999/", "https://[alpha/"])
def test_what_is_no_address_is_shown_as_it_is(told: str) -> None:
    assert addresses.shown(told) == told


@pytest.mark.parametrize(
    ("written", "mixed"),
    [
        ("https://раураl.com/", True),
        ("https://gοοgle.com/", True),
        ("https://www.пример.рф/", False),
        ("https://пример.com/", False),
        ("https://中文abc.com/", False),
        ("https://例え.jp/", False),
        ("https://한국漢字.kr/", False),
        ("https://example.org/", False),
    ],
)
def test_a_host_that_mixes_alphabets_is_remarked_on(written: str, mixed: bool) -> None:
    codes = {note.code for note in addresses.warnings(addresses.canonical(written))}

    assert ("mixed-host" in codes) is mixed


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://sub.example.co.uk:8080/x", "https://xn--e1afmkfd.xn--p1ai/"]
)
def test_a_public_name_may_be_fetched(url: str) -> None:
    assert addresses.may_be_fetched(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0/", "http://10.0.0.1/", "http://169.254.169.254/latest/",
        "http://１２７.0.0.1/", "http://127。0。0。1/", "http://127.0.0.1./", "http://127.0.0.0x1/",
        "http://93.184.216.34/", "http://localhost/",
        "http://LOCALHOST./", "http://a.localhost/", "http://printer.local/", "http://db.internal/", "http://router/",
        "http://user@127.0.0.1/", "http://example.org\\@127.0.0.1/", "http://a.onion/", "http://x.i2p/", "file:///etc/passwd",
        "ftp://example.org/", "example.org", "",
    ],
)  # fmt: skip
def test_no_spelling_of_a_local_hidden_or_numeric_address_may_be_fetched(url: str) -> None:
    assert not addresses.may_be_fetched(url)
