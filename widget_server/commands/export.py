"""`unsilenced export`: the current edition as files for any static host, or as one archive to be carried by hand."""

from pathlib import Path

import click

from widget_server.exporting import NotOurDirectory, export, export_archive
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Shelf


@click.command("export")
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--archive", type=click.Path(dir_okay=False, path_type=Path), help="One .tar file in its place.")
@click.pass_obj
def command(settings: Settings, /, directory: Path | None, archive: Path | None) -> None:
    """Write the current edition's files under DIRECTORY. A second time writes only what changed.

    Records of fragments that may only be shown fresh are not among them: a copy cannot be recalled.
    """
    if (directory is None) == (archive is None):
        raise click.UsageError("Name a directory, or --archive FILE.tar.")
    try:
        printing = Shelf(settings.shelf_dir).current()
        if directory is None:
            count = export_archive(printing, archive or Path())
            click.echo(f"Edition {printing.number} in {archive}: {count:,} files.")
            return
        done = export(printing, directory)
    except EmptyShelf as fault:
        raise click.ClickException("Nothing is published yet; run: unsilenced publish") from fault
    except NotOurDirectory as fault:
        raise click.ClickException(str(fault)) from fault
    told = f"{done.written:,} files written, {done.kept:,} were there, {done.removed:,} removed"
    click.echo(f"Edition {printing.number} in {directory}: {told}.")
