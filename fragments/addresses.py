"""Addresses of sources and evidence: what may be stored, how a person sees it, what an editor should know.

Rules: http and https only; no user part; the host as A-labels in lower case without a final dot, its port kept where it
is not the scheme's own; what is not ASCII or not legal is percent-encoded once, and what is encoded already stays as
it is. It looks nothing up; whether an address may be fetched is judged here by its letters alone.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import idna

from fragments.errors import FieldError
from fragments.notes import Note

LONGEST = 2048  # characters, the length that every browser and archive takes
_LEGAL = "!#$%&'()*+,/:;=?@[]~"  # RFC 3986 reserved characters and the percent sign of what is encoded already
_OWN_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")  # with underscores, which many real hosts have
_ONION = re.compile(r"(?:.+\.)?[a-z2-7]{56}\.onion")
_LATIN_TWINS = frozenset("асԁеһіјӏорԛѕԝхуьүҽпгѵѡαικνορτυωη-0123456789")  # in a small size they pass for Latin letters
_TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid|chksm|scene|srcid|sharer_\w+)=[^&]*", re.I)
_LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".onion", ".i2p")


def canonical(url: str, *, field: str = "url") -> str:
    """The address as it is stored. Raises FieldError with what to write instead."""
    parts = _split(url.strip(), field)
    host = _host(parts, field)
    port = f":{parts.port}" if parts.port and parts.port != _OWN_PORTS[parts.scheme] else ""
    try:
        path, query, fragment = (quote(part, safe=_LEGAL) for part in (parts.path or "/", parts.query, parts.fragment))
    except UnicodeError as error:
        raise FieldError(field, "holds half a character", ascii(url), "copy it again") from error
    return urlunsplit((parts.scheme, f"[{host}]{port}" if ":" in host else host + port, path, query, fragment))


def shown(url: str) -> str:
    """The address for people: no scheme, decoded path, no tracking, the host in its letters with the A-label beside it.

    The A-label stands alone where the letters may pose as another name (host_shown).
    What is no address is shown as it is.
    """
    try:
        parts = urlsplit(url)
        host, number = parts.hostname or "", parts.port
    except ValueError:
        return url
    own_letters = host_shown(host)
    name = f"{own_letters} ({host})" if own_letters != host else f"[{host}]" if ":" in host else host
    port = f":{number}" if number else ""
    query = _TRACKING.sub("", parts.query).strip("&")
    rest = _readable(parts.path.rstrip("/")) + (f"?{_readable(query)}" if query else "")
    return f"{name.removeprefix('www.')}{port}{rest}"


def host_shown(host: str) -> str:
    """A host's name in its own letters; as it is, with its A-labels, where a part of it may pose as another name.

    That is a part of two alphabets, and one whose Cyrillic or Greek letters all look like Latin ones under a Latin
    ending, as browsers judge it too. For people only: files and addresses keep the host itself.
    """
    name = _unicode(host)
    ending = name.rpartition(".")[2]
    deceives = any(_mixes_alphabets(label) or (ending.isascii() and _looks_latin(label)) for label in name.split("."))
    return host if deceives else name


def warnings(url: str) -> tuple[Note, ...]:
    """What an editor should know of a canonical address."""
    host = urlsplit(url).hostname or ""
    found = []
    if any(_mixes_alphabets(label) for label in _unicode(host).split(".")):
        found.append(Note("mixed-host", "the host's name mixes alphabets, as imitations of known sites do"))
    if _ONION.fullmatch(host):
        found.append(Note("tor", "an onion address: it opens in Tor only and is never looked up"))
    if _is_number(host):
        found.append(Note("numeric-host", "the host is a number; it is kept but never fetched"))
    if re.search(r"%(?![0-9A-Fa-f]{2})", url):
        found.append(Note("bad-escape", "holds a percent sign that encodes nothing"))
    return tuple(found)


def may_be_fetched(url: str) -> bool:
    """Whether the address itself allows a visit: a public name. Its IP address must still be checked when known."""
    try:
        host = urlsplit(canonical(url)).hostname or ""
    except FieldError:
        return False
    return "." in host and not _is_number(host) and not host.endswith(_LOCAL)


def _split(url: str, field: str) -> SplitResult:
    hint = "write it whole, such as https://example.org/page"
    if len(url) > LONGEST:
        raise FieldError(field, f"is too long ({len(url)} characters)", url, f"at most {LONGEST} are taken")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FieldError(field, "is not a web address", url, hint) from error
    if "\\" in parts.netloc:  # browsers read it as a slash, so that the host is another one than here
        raise FieldError(field, "has a backslash in its host", url, hint)
    if parts.scheme not in _OWN_PORTS:
        reason = f"begins with {parts.scheme}:, not http or https" if parts.scheme else "does not begin with https://"
        raise FieldError(field, reason, url, hint)
    return parts


def _host(parts: SplitResult, field: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return _version_6(host, field)
    try:
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise FieldError(field, "has a host name that cannot exist", host, "check its spelling") from error
    if len(ascii_host) > 253 or not all(_LABEL.fullmatch(label) for label in ascii_host.split(".")):
        raise FieldError(field, "has no host name", parts.netloc, "write it whole, such as https://example.org/page")
    return ascii_host


def _version_6(host: str, field: str) -> str:
    try:
        return ipaddress.IPv6Address(host.partition("%")[0]).compressed  # a zone ("%eth0") means something here only
    except ValueError as error:
        raise FieldError(field, "has a host that is no IP address", host, "check its spelling") from error


def _is_number(host: str) -> bool:
    """Whether a browser reads the host as an IP address: its last part is a number (URL Standard, "ends in a number").

    So are 2130706433, 0x7f.1 and 0177.0.0.1.
    """
    return ":" in host or bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]))


def _unicode(host: str) -> str:
    try:
        return idna.decode(host) if "xn--" in host else host
    except idna.IDNAError:
        return host


def _readable(encoded: str) -> str:
    """Percent-encoded UTF-8 as letters; spaces, controls and anything that is not UTF-8 stay encoded."""
    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", _letters, encoded)


def _letters(found: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(found[0].replace("%", "")).decode("utf-8")
    except ValueError:
        return found[0]
    return "".join(char if char.isalnum() or unicodedata.category(char)[0] in "MP" else quote(char) for char in text)


def _mixes_alphabets(label: str) -> bool:
    """Whether one part of a host name has letters of two alphabets, by the first word of each letter's Unicode name.

    Chinese, Japanese and Korean names mix theirs, and Latin letters with them (UTS #39, "highly restrictive").
    """
    words = {unicodedata.name(char, "").split(" ")[0].partition("-")[0] for char in label if char.isalpha()}
    asian = words & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
    return len(words - asian - ({"LATIN"} if asian else set())) + bool(asian) > 1


def _looks_latin(label: str) -> bool:
    """Whether one part of a host name is written in letters of another alphabet that all pass for Latin ones."""
    return not label.isascii() and set(label) <= _LATIN_TWINS
