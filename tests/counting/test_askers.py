"""Who asks, for rate limits alone: the reader behind a proxy, and one household of IPv6."""

import pytest

from widget_server.counting.post import asker


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", ""),
        ("::1", "198.51.100.1", "198.51.100.1"),
        ("10.0.3.7", "198.51.100.1", "198.51.100.1"),
        ("172.31.0.2", "198.51.100.1", "198.51.100.1"),
        ("172.32.0.2", "198.51.100.1", "172.32.0.2"),
        ("192.168.1.2", "198.51.100.1", "198.51.100.1"),
        ("192.168.1.2", "", "192.168.1.2"),
        ("100.64.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.3.7", "198.51.100.1", "198.51.100.1"),
        ("::ffff:8.8.8.8", "198.51.100.1", "::ffff:8.8.8.8"),
        ("fd12:3456::1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("10.0.3.7", "2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("10.0.3.7", "198.51.100.1:4711", "198.51.100.1:4711"),
        ("2001:db8::1%eth0", "", "2001:db8::/64"),
    ],
)
def test_whoever_asks_is_the_reader_and_never_a_proxy_of_ours(remote: str, forwarded: str, who: str) -> None:
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    assert asker(environ) == who


def test_readers_of_one_household_are_one_and_of_two_are_two() -> None:
    first, second, other = (
        asker({"REMOTE_ADDR": address}) for address in ("2001:db8:0:1::5", "2001:db8:0:1:ffff::6", "2001:db8:0:2::5")
    )
    assert first == second != other
