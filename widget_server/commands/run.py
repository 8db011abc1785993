"""`unsilenced run`: prepare what is missing, say where everything is, serve until stopped."""

from datetime import UTC, datetime

import click

from fragments.store.database import ArchiveUnreachable
from widget_server.advice import advice
from widget_server.opening import first_administrator_link, opened, prepare, remember_address
from widget_server.publishing import on_shelf
from widget_server.serving import NotOurAddress, PortForbidden, PortTaken, check_ports, serve
from widget_server.settings import Settings
from widget_server.shelf import Shelf


@click.command("run")
@click.option("--host", help="Interface to listen on; 0.0.0.0 is all of them.  [UNSILENCED_HOST]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [UNSILENCED_PORT]")
@click.pass_obj
def command(settings: Settings, /, host: str | None, port: int | None) -> None:
    """Serve the site. The first run makes the data directory, keys and a first edition; later ones change nothing."""
    settings = settings.listening_at(host, port)
    try:
        check_ports(settings)  # first: what follows makes a new link, and the one a running site printed void
    except (PortTaken, PortForbidden, NotOurAddress) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo("Preparing …", err=True)
    remember_address(settings)
    link = _prepare(settings)
    printing = on_shelf(Shelf(settings.shelf_dir))
    fragments = len(printing.facets) if printing else 0
    edition = f"edition {printing.number}, {fragments} fragments" if printing else "nothing published yet"
    serve(settings, lambda: click.echo("\n".join(_said(settings, edition, link))))


def _prepare(settings: Settings) -> str | None:
    """See that there is something to serve; the first administrator's link, if one is needed.

    A database that is down stops a first run only: what is printed can be served without it.
    """
    try:
        with opened(settings) as house:
            prepare(house, datetime.now(UTC))
            return first_administrator_link(house, datetime.now(UTC))
    except ArchiveUnreachable as fault:
        if on_shelf(Shelf(settings.shelf_dir)) is None:
            raise
        told = advice(fault, settings)
        until = "Until the database can be reached, what is published is served, and the desk is closed."
        click.echo(f"{told} {until}", err=True)
        return None


def _said(settings: Settings, edition: str, link: str | None) -> list[str]:
    """What an operator sees when the site begins to answer."""
    lines = [
        "",
        f"  Site      {settings.public_url}/   ({edition})",
        f"  Builder   {settings.public_url}/embed",
        f"  Desk      {settings.desk_url + '/' if settings.desk_url else 'off'}",
        f"  Data      {settings.data.absolute()}",
    ]
    if link:
        lines += [
            "",
            "  There is no administrator yet. This link makes the first one, once, within 24 hours:",
            f"  {link}",
        ]
    return [*lines, "", "  Ctrl-C stops it; starting again loses nothing.", ""]
