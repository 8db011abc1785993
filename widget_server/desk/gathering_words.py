"""What gathering says to an editor: why a passage is suggested, why a page was not read. Words only."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from widget_server.fetching import NotFetched
from widget_server.gathering.readable import NothingToRead

WHY: dict[str, LazyString] = {  # by fragments.gathering.suggesting.REASONS
    "size": _l("a good size for a widget"),
    "short": _l("short"),
    "long": _l("long for a widget"),
    "paragraph": _l("a whole paragraph"),
    "stanza": _l("whole stanzas"),
    "says-much": _l("holds words that the text repeats"),
    "leans": _l("begins with a word that leans on what stands before"),
    "unfinished": _l("does not end as a sentence does"),
    "litter": _l("looks like a link or a notice, not like the text"),
}

NOT_FETCHED: dict[str, LazyString] = {  # by widget_server.fetching.Reason
    "not-http": _l("This is not a web address. Write it whole, such as https://example.org/page."),
    "credentials-in-address": _l("This address carries a name or a password. Take them out."),
    "forbidden-port": _l("This address names a port. Only the usual ports of the web are asked."),
    "forbidden-address": _l("This address leads to a private network, which this server never asks."),
    "unknown-host": _l("No server has this name. It may be misspelt, or gone."),
    "refused": _l("The server did not answer. The page may be blocked from here; paste its text instead."),
    "bad-tls": _l("The server cannot prove that it is the one it says."),
    "too-slow": _l("The server took too long. Try again later, or paste the text."),
    "too-large": _l("The page is larger than is taken from a stranger. Paste the part that you need."),
    "too-many-redirects": _l("The address leads from one page to the next without an end."),
    "unreadable": _l("The server answered with something that cannot be read."),
}


def reason(code: str) -> str:
    """Why a passage is suggested, or with what doubt."""
    return str(WHY.get(code, code))


def not_read(fault: NotFetched | NothingToRead) -> str:
    """Why nothing came of an address, and what to do."""
    if isinstance(fault, NotFetched):
        return str(NOT_FETCHED.get(str(fault.reason), fault.reason))
    if fault.reason == "status":
        return _("The server says that it cannot give this page (answer %(number)s).", number=fault.detail)
    if fault.reason == "kind":
        return _("This is no page of text (%(kind)s). Download it and paste what you need.", kind=fault.detail)
    if fault.reason == "slow":
        return _("Reading this page took too long. Paste the part that you need.")
    return _("Nothing to read was found there. The page may need JavaScript; paste its text instead.")
