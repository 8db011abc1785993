"""Which product polls a feed, and how many subscribers it says it polls for.

Rules: a product is one of a fixed list, or "other"; nothing else of a user agent is kept, so that strangers cannot make
rows or write on the desk's pages. The number is what the product says of itself (`12 subscribers`, a custom of hosted
readers since Bloglines); anybody can say any number, which is why it is shown apart from displays.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

DIRECT = "direct"  # a program that says no number: one reader's own, most of the time
OTHER = "other"  # says a number, and is none that we know
MOST_SUBSCRIBERS = 10_000_000  # more than any feed of texts has; larger claims are cut to it

_SUBSCRIBERS = re.compile(r"\b(\d{1,12}) +(?:subscribers?|readers?|users?)\b", re.IGNORECASE)
# Products that poll for many people and say for how many, by the word that stands in their user agents.
_PRODUCTS = {
    "feedly": "Feedly",
    "inoreader": "Inoreader",
    "newsblur": "NewsBlur",
    "feedbin": "Feedbin",
    "theoldreader": "The Old Reader",
    "the old reader": "The Old Reader",
    "bazqux": "BazQux",
    "feedhq": "FeedHQ",
    "netvibes": "Netvibes",
    "commafeed": "CommaFeed",
    "feedspot": "Feedspot",
    "newsgator": "NewsGator",
    "g2reader": "G2Reader",
    "blogtrottr": "Blogtrottr",
    "bloglovin": "Bloglovin’",
    "minifluxapp": "Miniflux",
    "miniflux": "Miniflux",
    "freshrss": "FreshRSS",
    "tiny tiny rss": "Tiny Tiny RSS",
    "nextcloud": "Nextcloud News",
    "yahoo": "Yahoo",
    "flipboard": "Flipboard",
    "daum": "Daum",
    "hatena": "Hatena",
    "livedoor": "Livedoor Reader",
    "feedwrangler": "Feed Wrangler",
    "feeder.co": "Feeder",
    "superfeedr": "Superfeedr",
    "feedpress": "FeedPress",
    "fever": "Fever",
}
PRODUCTS = frozenset({DIRECT, OTHER, *_PRODUCTS.values()})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who polls: a product of PRODUCTS, and the subscribers it claims, 0 where it claims none."""

    product: str
    subscribers: int

    def word(self) -> str:
        """One word for a line of the spool."""
        return f"{self.product}|{self.subscribers}"

    @classmethod
    def read(cls, word: str) -> "Reader | None":
        """The reader of such a word, or None."""
        product, _, number = word.rpartition("|")
        return cls(product, int(number)) if product in PRODUCTS and number.isdecimal() else None


@lru_cache(512)  # a feed reader sends the same words until its number changes
def reader_of(user_agent: str) -> Reader:
    """Who says this of itself."""
    found = _SUBSCRIBERS.search(user_agent[:1024])
    if found is None:
        return Reader(DIRECT, 0)
    said = user_agent[:1024].lower()
    product = next((name for word, name in _PRODUCTS.items() if word in said), OTHER)
    return Reader(product, min(int(found[1]), MOST_SUBSCRIBERS))
