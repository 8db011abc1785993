"""Which encoding a reader takes, and whether it has the bytes already.

Conditional requests follow RFC 9110 section 13: If-None-Match beats If-Modified-Since and compares weakly. Pure; it
knows no path and no printing.
"""

from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from widget_server.packs import Printed


@lru_cache(512)  # browsers and feed readers send a few dozen different values
def accepted(accept: str) -> tuple[str, ...]:
    """The encodings of ours that a reader takes, best first (RFC 9110 section 12.5.3); q=0 is a refusal."""
    weights: dict[str, float] = {}
    for part in accept.lower()[:500].split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip()] = _weight(parameter)
    anything = weights.get("*", 0.0)
    ours = {coding: weights.get(coding, anything) for coding in ("br", "gzip")}
    return tuple(sorted((c for c in ours if ours[c] > 0), key=lambda c: -ours[c]))


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def is_fresh(printed: Printed, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether the reader has these bytes already. A tag that is there but blank is none (it must have one)."""
    if if_none_match and not if_none_match.isspace():
        return if_none_match.strip() == "*" or any(_base(tag) == printed.etag for tag in if_none_match.split(","))
    if if_modified_since is None:
        return False
    since = _seconds(if_modified_since)
    return since is not None and printed.last_modified <= since


def _base(tag: str) -> str:
    """The tag without W/, quotes and the suffix of an encoding, ours or the one Apache's mod_deflate appends."""
    bare = tag.strip().removeprefix("W/").strip('"')
    return bare.split("-", 1)[0]


@lru_cache(512)
def http_date(seconds: int) -> str:
    """Seconds since 1970 as a header says them."""
    return formatdate(seconds, usegmt=True)


@lru_cache(512)
def _seconds(http_date: str) -> float | None:
    """All three forms of RFC 9110 section 5.6.7 are in UTC; asctime's does not say so. Some add `; length=…`."""
    try:
        found = parsedate_to_datetime(http_date.partition(";")[0])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
