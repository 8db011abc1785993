"""`unsilenced verify`: says whether a copy of an edition is genuine, which edition, how old, and names each bad file.

Needs no data directory and no keys but the publisher's public one. Exit codes: 0 genuine, 1 not, 2 cannot be read.
"""

from datetime import UTC, datetime

import click

from fragments.errors import BadSignature
from widget_server.mirroring.bars import drawn
from widget_server.mirroring.checking import check
from widget_server.mirroring.places import Unreadable, reading
from widget_server.mirroring.verdicts import Keys, named

GENUINE, NOT_GENUINE, NOT_READ = 0, 1, 2


@click.command("verify")
@click.argument("place")
@click.option("--key", required=True, help="The publisher's key: data-key of any snippet.")
def command(place: str, key: str) -> None:
    """Check the copy at PLACE: a directory, an address, or an archive file."""
    raise SystemExit(_verified(place, Keys(key, datetime.now(UTC))))


def _verified(place: str, keys: Keys) -> int:
    try:
        with reading(place) as read, drawn("Checking") as progress:
            checked = check(read, keys, progress)
    except BadSignature as fault:
        click.echo(f"NOT GENUINE: {named(fault)}.")
        return NOT_GENUINE
    except (Unreadable, OSError) as fault:
        click.echo(f"Cannot be read: {fault}.", err=True)
        return NOT_READ
    click.echo(checked.sentence(keys.now))
    for path, wrong in sorted(checked.bad.items()):
        click.echo(f"  {path}: {wrong}")
    return GENUINE if checked.is_genuine else NOT_GENUINE
