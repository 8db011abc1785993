"""`unsilenced mirror https://origin DIR`: keeps a directory a checked copy of an edition.

Needs no data directory and no keys. Without --key the first pull takes the key the origin names, says so, and later
pulls hold the origin to it. Exit codes: 0 the copy is current, 1 it was kept as it was (why is said).
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from fragments.errors import BadSignature, UnsilencedError
from fragments.signing import read_notes
from fragments.statements import pin
from widget_server.mirroring.bars import drawn
from widget_server.mirroring.places import Read, Unreadable, read_file, reading
from widget_server.mirroring.pulling import pull
from widget_server.mirroring.verdicts import Keys, named

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(_: click.Context, __: click.Parameter, text: str | None) -> int:
    if text is None:
        return 0
    found = re.fullmatch(r"([1-9][0-9]{0,4})([smhd])", text)
    if not found:
        raise click.BadParameter("write 10m, 1h or 30s")
    return int(found[1]) * UNITS[found[2]]


@click.command("mirror")
@click.argument("origin")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--key", help="The publisher's key: data-key of any snippet. Ask for it on another way than the site.")
@click.option("--every", callback=_seconds, metavar="TIME", help="Stay, and pull again every 10m, 1h, ...")
def command(origin: str, directory: Path, key: str | None, every: int) -> None:
    """Copy the current edition of ORIGIN to DIR, checking every byte; any web server can serve DIR.

    ORIGIN is the publisher's site, another mirror, a directory or an archive file. docs/mirrors.md says how to serve.
    """
    is_current = _turn(origin, directory, key)
    while every:
        time.sleep(every)
        is_current = _turn(origin, directory, key)
    raise SystemExit(0 if is_current else 1)


def _turn(origin: str, directory: Path, key: str | None) -> bool:
    """One pull, told in one line; whether the copy is current."""
    try:
        with reading(origin) as read, drawn("Copying") as progress:
            pinned = key or _known(lambda path: read_file(directory, path)) or _taken(read)
            is_carried = not origin.startswith(("http://", "https://"))
            done = pull(read, directory, Keys(pinned, datetime.now(UTC)), progress, is_carried=is_carried)
    except BadSignature as fault:
        return _kept(f"{origin} is not genuine: {named(fault)}")
    except (Unreadable, UnsilencedError, OSError) as fault:
        return _kept(str(fault))
    click.echo(
        f"Edition {done.edition}: {done.fetched:,} files copied, {done.restapled:,} kept fresh, "
        f"{done.removed:,} removed."
    )
    return True


def _kept(why: str) -> bool:
    click.echo(f"The copy stays as it was: {why}.", err=True)
    return False


def _known(read: Read) -> str:
    root = read("/root.txt")
    return pin(read_notes(root.decode("utf-8", "replace"))[0].text) if root else ""


def _taken(read: Callable[[str], bytes | None]) -> str:
    found = _known(read)
    if not found:
        raise Unreadable("/root.txt", "is missing: there is no edition")
    click.echo(
        f"Taking the key the origin names: {found}\nCompare it with the key in a snippet, or give --key.", err=True
    )
    return found
