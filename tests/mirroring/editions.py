"""Editions to be copied: a publisher's keys, and the files that it prints of a few texts."""

from datetime import UTC, datetime

from embed.feeds import is_daily
from embed.press import Press
from embed.printing import print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, Source
from fragments.signing import Keypair
from fragments.statements import ROLES

NOW = datetime.now(UTC).replace(microsecond=0)
KEYRING = Keyring.made_of("fragments.example", {role: Keypair.make() for role in ROLES}, NOW)


def a_text(name, **changes):
    """A fragment that says its name."""
    told = {"lang": "en", "text": f"Words of {name}", **changes}
    return Fragment(id=id_of(name), external_id=name, source=Source(external_id="s"), **told)


def printed(number=7, names=("one", "two"), at=NOW, keyring=KEYRING, dated=NOW):
    """path -> bytes of the files that copies carry."""
    press = Press(public_url="https://fragments.example", mirrors=(), keyring=keyring, now=at)
    made = print_edition(Edition(number=number, dated=dated, fragments=tuple(map(a_text, names))), press)
    return {file.path: file.body for file in made if file.path.startswith("/") and not is_daily(file.path)}
