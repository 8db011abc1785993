"""Which site somebody means who types an address or a name.

Rules: a site is the registrable name, as displays are counted (counting.sites); addresses of this machine, of archives,
numbers and onion services cannot be registered, because nobody could prove them here. It asks no network.
"""

import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit

from fragments.addresses import host_shown
from widget_server.counting.sites import ARCHIVES, OWN, site_of

LONGEST_TYPED = 2048


class Trouble(StrEnum):
    """Why what was typed is no site that can be registered; each has a sentence in the strings."""

    EMPTY = "empty"
    NO_NAME = "no_name"
    OURS = "ours"
    ARCHIVE = "archive"
    NUMBER = "number"
    ONION = "onion"


class NotASite(Exception):
    """What was typed names no site; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def site_named(typed: str, own_hosts: frozenset[str]) -> str:
    """The registrable name; raises NotASite."""
    words = typed.strip()[:LONGEST_TYPED]
    if not words:
        raise NotASite(Trouble.EMPTY)
    address = words if "://" in words else f"https://{words.lstrip('/')}"
    found = site_of(None, address, own_hosts)
    known = {OWN: Trouble.OURS, ARCHIVES: Trouble.ARCHIVE}
    if found.startswith("~"):
        raise NotASite(known.get(found, Trouble.NO_NAME))
    if found.endswith(".onion"):
        raise NotASite(Trouble.ONION)
    if is_number(found):
        raise NotASite(Trouble.NUMBER)
    return found


def is_number(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_on(site: str, address: str) -> bool:
    """Whether an http(s) address belongs to a site."""
    return site_of(None, address) == site


def in_letters(address: str) -> str:
    """An address of a site with the host in its own letters: for people to read, and browsers take it too."""
    host = urlsplit(address).hostname or ""
    return address.replace(host, host_shown(host), 1)
