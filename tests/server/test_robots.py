"""What a robots.txt says to us."""

import time

import pytest

from widget_server.robots import allowed

OURS = b"User-agent: *\nDisallow: /\n\nUser-agent: unsilenced\nDisallow: /private\nAllow: /private/open$\n"


@pytest.mark.parametrize(
    ("robots_txt", "path", "may"),
    [
        (b"", "/", True),
        (b"User-agent: *\nDisallow: /", "/a", False),
        (b"User-agent: *\nDisallow:", "/a", True),
        (OURS, "/a", True),
        (OURS, "/private/a", False),
        (OURS, "/private/open", True),
        (b"User-agent: somebot\nDisallow: /", "/a", True),
        (b"User-agent: somebot\nUser-agent: Unsilenced\nDisallow: /", "/a", False),
        (b"\xef\xbb\xbfUser-agent: unsilenced # us\r\nDisallow: /a*b", "/a-b", False),
        (b"\xff\xfe\x00<html>no robots here</html>", "/a", True),
    ],
)
def test_the_rules_for_us_decide(robots_txt: bytes, path: str, may: bool) -> None:
    assert allowed(robots_txt, "unsilenced/0.1 (+https://example.org/)", path) is may


def test_a_file_of_thousands_of_agents_and_rules_is_read_in_a_moment() -> None:
    agents = b"".join(b"user-agent:a%d\n" % number for number in range(15_000))
    rules = b"".join(b"allow:/%d\n" % number for number in range(25_000))
    began = time.process_time()
    assert allowed(agents + rules, "unsilenced", "/a")
    assert time.process_time() - began < 2
