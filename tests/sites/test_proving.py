"""Only the owner of a site can prove it: real HTTP and DNS answers on loopback."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from fragments.store.registrations import Proof
from tests.sites.conftest import Answer, NameServer, Web
from widget_server.fetching import Fetcher, NotFetched, Reason
from widget_server.sites.heads import meta_tokens
from widget_server.sites.naming import NotASite, Trouble, site_named
from widget_server.sites.proving import FILE_PATH, Prover, Resolver, Saw
from widget_server.sites.secrecy import hash_of, new_link, proof_token

SITE = "alice.github.io"
LINK = "x" * 43
TOKEN = proof_token("secret", SITE, LINK)
TAG = f'<!doctype html><title>Alice</title><meta name="unsilenced-site" content="{TOKEN}">'
OTHER = "a" * 32
OWN = frozenset({"fragments.org"})


@pytest.fixture
def look(fetcher: Fetcher, names: NameServer) -> Callable[[], dict[str, str]]:
    """What is seen of alice's site: way -> word."""
    return lambda: seen_within(4.5, fetcher, names)


def seen_within(seconds: float, fetcher: Fetcher, names: NameServer) -> dict[str, str]:
    prover = Prover(fetcher, Resolver(names.resolver()), seconds=seconds)
    return {finding.way.value: finding.saw.value for finding in prover.look(SITE, TOKEN)}


def test_a_tag_in_the_head_of_the_first_page_proves(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", TAG)

    assert look() == {"meta": "token", "file": "nothing", "dns": "nothing"}


def test_a_file_proves(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, FILE_PATH, f"\ufeff{TOKEN}\r\n")

    assert look() == {"meta": "unreachable", "file": "token", "dns": "nothing"}


@pytest.mark.parametrize("name", [f"_unsilenced.{SITE}", SITE], ids=["label", "itself"])
@pytest.mark.parametrize("text", [TOKEN, f"{TOKEN[:9]}|{TOKEN[9:]}"], ids=["whole", "in-parts"])
def test_a_dns_record_proves_without_any_web_server(
    names: NameServer, look: Callable[[], dict[str, str]], name: str, text: str
) -> None:
    names.texts[name] = ["v=spf1 -all", f"unsilenced-site={text}"]

    assert look() == {"meta": "unreachable", "file": "unreachable", "dns": "token"}


def test_www_is_the_same_site_and_a_subdomain_is_not(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", "<title>Parked</title>")
    web.say(f"blog.{SITE}", "/", TAG)
    assert look()["meta"] == "nothing"

    web.say(f"www.{SITE}", "/", TAG)
    assert look()["meta"] == "token"


def test_only_the_first_page_and_one_file_are_asked_for(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", TAG)
    look()

    assert {path for _, path, _ in web.asked} == {"/", FILE_PATH}


def test_a_redirect_within_the_site_is_followed(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", X_Moved=f"https://blog.{SITE}/home")
    web.say(f"blog.{SITE}", "/home", TAG)

    assert look()["meta"] == "token"


def test_a_redirect_to_another_site_proves_nothing(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", X_Moved="https://mallory.org/")
    web.say("mallory.org", "/", TAG)

    assert look()["meta"] == "elsewhere"


def test_the_token_of_another_address_is_told_apart_from_none(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", TAG.replace(TOKEN, OTHER))
    web.say(SITE, FILE_PATH, OTHER)

    assert look() == {"meta": "another", "file": "another", "dns": "nothing"}


@pytest.mark.parametrize(
    "page",
    [
        f"<title>A</title><body><p>Hi</p><meta name='unsilenced-site' content='{TOKEN}'>",
        f"<title>A</title><!-- {TAG} -->",
        f"<title>&lt;meta name='unsilenced-site' content='{TOKEN}'&gt;</title>",
        f"<title>A</title><script>'<meta name=unsilenced-site content={TOKEN}>'</script>",
        f"<title>A</title><div><meta name=unsilenced-site content={TOKEN}></div>",
        "",
        "\0",
    ],
    ids=["body", "comment", "text", "script", "comment-of-a-reader", "empty", "nul"],
)
def test_what_a_commenter_could_write_proves_nothing(page: str) -> None:
    assert meta_tokens(page.encode()) == []


def test_a_soft_error_page_is_no_proof(web: Web, look: Callable[[], dict[str, str]]) -> None:
    web.say(SITE, "/", TAG, status=503)
    web.say(SITE, FILE_PATH, TOKEN, status=404)

    assert look() == {"meta": "unreachable", "file": "nothing", "dns": "nothing"}


def test_a_site_and_a_name_server_that_do_not_answer_cost_a_bounded_time(
    web: Web, names: NameServer, fetcher: Fetcher
) -> None:
    over = threading.Event()

    def slow() -> Answer:
        over.wait(60)
        return Answer()

    web.pages[SITE, "/"] = web.pages[SITE, FILE_PATH] = slow
    names.silent = True
    begun = time.monotonic()

    assert set(seen_within(1.5, fetcher, names).values()) == {"unreachable"}
    took = time.monotonic() - begun
    over.set()

    assert took < 30


def test_a_page_made_to_keep_a_parser_busy_costs_this_process_nothing(
    web: Web, look: Callable[[], dict[str, str]]
) -> None:
    web.say(SITE, "/", f"<p {' '.join(f'a{n}=1' for n in range(90_000))}>" + TAG)
    begun = time.process_time()

    assert look()["meta"] == "unreachable"
    assert time.process_time() - begun < 3  # 14 s where it was parsed here


def leading_to(address: str, port: int) -> Callable[..., list[Any]]:
    """A resolver that a stranger has made to say so; `port` is where a server of this machine listens."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return lambda *_args, **_more: [(family, socket.SOCK_STREAM, 6, "", (address, port))]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_into_our_own_network_is_not_asked(
    web: Web, names: NameServer, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", leading_to(address, web.port))
    prover = Prover(Fetcher("Unsilenced/test"), Resolver(names.resolver()), seconds=1.5)
    seen = [finding.saw for finding in prover.look(SITE, TOKEN)]

    assert seen == [Saw.UNREACHABLE, Saw.UNREACHABLE, Saw.NOTHING]
    assert web.asked == []


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("example.com", "example.com"),
        (" https://Blog.Example.com/2026/post?x=1 ", "example.com"),
        ("http://user@example.com:8080", "example.com"),
        ("alice.github.io/project", "alice.github.io"),
        ("bücher.example.de", "example.de"),
        ("www.дом.рф", "xn--d1aqf.xn--p1ai"),
        ("//example.co.uk", "example.co.uk"),
    ],
    ids=str,
)
def test_a_site_is_the_registrable_name_of_what_was_typed(typed: str, site: str) -> None:
    assert site_named(typed, OWN) == site


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("", Trouble.EMPTY),
        ("   ", Trouble.EMPTY),
        ("my blog", Trouble.NO_NAME),
        ("localhost", Trouble.NO_NAME),
        ("com", Trouble.NO_NAME),
        ("github.io", Trouble.NO_NAME),
        ("javascript:alert(1)", Trouble.NO_NAME),
        ("<script>", Trouble.NO_NAME),
        ("192.168.1.1", Trouble.NO_NAME),
        ("8.8.8.8", Trouble.NUMBER),
        ("fragments.org", Trouble.OURS),
        ("web.archive.org", Trouble.ARCHIVE),
        (f"{'a' * 56}.onion", Trouble.ONION),
        ("a." * 3000, Trouble.NO_NAME),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_site_is_said_to_be_none(typed: str, trouble: Trouble) -> None:
    with pytest.raises(NotASite) as raised:
        site_named(typed, OWN)

    assert raised.value.trouble is trouble


def test_a_token_belongs_to_one_site_one_address_and_one_installation() -> None:
    other = new_link()

    assert proof_token("secret", SITE, LINK) == TOKEN
    assert (
        len(
            {
                TOKEN,
                *(
                    proof_token(*each)
                    for each in (("s", SITE, LINK), ("secret", "b.org", LINK), ("secret", SITE, other))
                ),
            }
        )
        == 4
    )
    assert len(other) == 43
    assert hash_of(other) != hash_of(LINK)


def test_the_words_of_findings_are_those_of_the_strings() -> None:
    assert [way.value for way in Proof] == ["meta", "file", "dns"]


def test_a_port_that_swallows_what_it_is_sent_leaves_time_for_http(
    web: Web, names: NameServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.say(SITE, "/", TAG)
    real = fetcher.get

    def swallowing(url: str, **more: Any) -> Any:
        if url.startswith("https://"):
            time.sleep(more["limits"].seconds)
            raise NotFetched(Reason.TOO_SLOW)
        return real(url, **more)

    monkeypatch.setattr(fetcher, "get", swallowing)
    seen = Prover(fetcher, Resolver(names.resolver()), seconds=1.5).look(SITE, TOKEN)

    assert seen[0].saw is Saw.TOKEN
