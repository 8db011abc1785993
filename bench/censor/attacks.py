"""The one table of attacks: what a censor does to origins, and what readers may see of it.

Rules: the drill (real networks, as root) and the short form (tests/browser/test_censored.py) both take every attack
from here, by its name. What readers may see is written down before anything is measured.

It does not say how an attack is done: forgeries.py (files), answers.py (servers), wall.py (networks, in the drill).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a reader saw."""

    LIVE = "live"  # a genuine fragment of the live edition
    OLDER = "older"  # a genuine fragment of an edition before it
    PASTED = "pasted"  # the text that the blogger pasted
    FORGED = "forged"  # anything else
    BROKEN = "broken"  # an error that reached the page, or a page out of shape


class Layer(StrEnum):
    """Where an attack happens."""

    NETWORK = "network"  # between the reader and an origin
    SERVER = "server"  # an origin that answers badly
    FILES = "files"  # an origin that answers well, with files that are not the live edition's
    CLOCK = "clock"  # on the reader's own machine


LIVE, PASTED, OLDER = (frozenset({one}) for one in (Outcome.LIVE, Outcome.PASTED, Outcome.OLDER))


@dataclass(frozen=True, slots=True)
class Attack:
    """`some`: what readers may see with one origin left; `every`: with none left."""

    name: str
    layer: Layer
    does: str
    every: frozenset[Outcome] = PASTED
    some: frozenset[Outcome] = LIVE
    is_fresh: bool = True  # False: what hostile origins serve is genuine, but not with a fresh statement

    @property
    def slug(self) -> str:
        """The name as part of an address."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name.lower())


_N, _S, _F, _C = Layer.NETWORK, Layer.SERVER, Layer.FILES, Layer.CLOCK
_ALL = (
    Attack("name not found", _N, "the resolver says that the name does not exist"),
    Attack("DNS timeout", _N, "the resolver does not answer for the name"),
    Attack("DNS poison", _N, "the resolver gives the censor's own address, where a forger serves"),
    Attack("address dropped", _N, "packets to the address vanish"),
    Attack("TCP reset", _N, "connections to the address are reset as they open"),
    Attack("SNI reset", _N, "connections are reset when the name is seen in the TLS greeting"),
    Attack("wrong certificate", _N, "connections are led to a forger with a certificate of its own"),
    Attack("30 % loss", _N, "three packets of ten vanish, both ways", LIVE | PASTED),
    Attack("throttled to 1 kB/s", _N, "what the origin sends comes at 1 kB a second", LIVE | PASTED),
    Attack("HTTP 404", _S, "every path is answered with 404"),
    Attack("HTTP 500", _S, "every path is answered with 500"),
    Attack("empty answer", _S, "200, and nothing"),
    Attack("block page", _S, "200, and a page that says that this is blocked"),
    Attack("missing CORS", _S, "the right files, without the permission for pages to read them"),
    Attack("redirect elsewhere", _S, "a redirect to the censor's server, where a forger serves"),
    Attack("endless answer", _S, "an answer that never ends, as fast as it goes"),
    Attack("one byte a second", _S, "the right file, one byte a second"),
    Attack("compressed bomb", _S, "100 kB of gzip that unfold to 100 MB"),
    Attack("altered deck", _F, "a word of each passage is changed"),
    Attack("altered statement", _F, "the freshness statement says that nothing was withdrawn", LIVE, is_fresh=False),
    Attack("one flipped bit", _F, "one bit of the deck is flipped"),
    Attack("truncation", _F, "the deck ends half way"),
    Attack("old edition replayed", _F, "an edition of last month, whose freshness ran out", OLDER, is_fresh=False),
    Attack("mixed editions", _F, "an old deck with the current freshness statement"),
    Attack("forged with another key", _F, "a forged deck, signed with a key of the forger's"),
    Attack("forged root chain", _F, "a new root that hands the keys to the forger, and a deck signed with them"),
    Attack("stolen server key", _F, "a forged deck and statement, signed with the freshness key of the server"),
    Attack("one editor of two", _F, "a forged deck signed by one editor, where the root asks for two"),
    Attack("retired key", _F, "a forged deck signed with a key that a later root retired"),
    Attack("edition below the minimum", _F, "an edition older than the snippet, with freshness that has not run out"),
    Attack("expired statement", _F, "a deck of fourteen months ago, whose own life ran out"),
    Attack("clock a day slow", _C, "the reader's clock is a day behind: statements begin in its future", LIVE),
    Attack(
        "clock a day fast",
        _C,
        "the reader's clock is a day ahead: freshness that has 12 hours left looks spent",
        LIVE,
        is_fresh=False,
    ),
    # Beyond the list: what a reader who keeps no state cannot notice, so that the limits are measured too.
    Attack("yesterday's edition replayed", _F, "yesterday's edition within its 72 hours", OLDER, LIVE | OLDER),
    Attack(
        "slow clock, spent statement",
        _C,
        "the clock is a day behind, and freshness that ran out 12 hours ago looks good",
        OLDER,
        LIVE | OLDER,
    ),
    Attack("altered script", _S, "the loader itself is replaced by the forger's; decks are not served"),
)
ATTACKS: Mapping[str, Attack] = {attack.name: attack for attack in _ALL}
