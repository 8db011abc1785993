"""What was counted, in words of the desk: kinds of embeds, rows that are no site, feed readers without a name."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

BUCKETS: dict[str, LazyString] = {  # the rows of the republishers that are no site
    "~undisclosed": _l("The page asked its readers’ browsers not to say where they are, or never says."),
    "~archives": _l("They carry copies of pages of others."),
    "~more": _l("Sites over the number that may be new on one day."),
    "~forgotten": _l("Sites that asked to be forgotten, or went quiet; only their displays remain."),
}

BUCKET_NAMES: dict[str, LazyString] = {
    "~undisclosed": _l("Undisclosed"),
    "~archives": _l("Web archives"),
    "~more": _l("More sites"),
    "~forgotten": _l("Forgotten sites"),
}

KINDS: dict[str, LazyString] = {  # in the order of a column of them
    "script": _l("script"),
    "frame": _l("frame"),
    "badge": _l("badge"),
    "oembed": _l("oEmbed"),
    "feed": _l("feed on a page"),
    "2006": _l("script of 2006"),
}

PRODUCTS: dict[str, LazyString] = {  # all others are names
    "direct": _l("Programs that say no number: one reader’s own, most of the time"),
    "other": _l("Products that we do not know"),
}
