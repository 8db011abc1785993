"""`unsilenced export DIR`: the current edition as files for any static host."""

from pathlib import Path

import click

from widget_server.exporting import NotOurDirectory, export
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Shelf


@click.command("export")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(settings: Settings, /, directory: Path) -> None:
    """Write the current edition's files under DIRECTORY. A second time writes only what changed."""
    try:
        printing = Shelf(settings.shelf_dir).current()
        done = export(printing, directory)
    except EmptyShelf as fault:
        raise click.ClickException("Nothing is published yet; run: unsilenced publish") from fault
    except NotOurDirectory as fault:
        raise click.ClickException(str(fault)) from fault
    told = f"{done.written:,} files written, {done.kept:,} were there, {done.removed:,} removed"
    click.echo(f"Edition {printing.number} in {directory}: {told}.")
