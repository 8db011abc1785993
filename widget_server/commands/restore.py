"""`unsilenced restore FILE`: a backup put back into an empty place, or one that may be replaced."""

from datetime import UTC, datetime
from pathlib import Path

import click

from widget_server.keeping import bars, passphrases
from widget_server.keeping.bringing_back import BroughtBack, NotEmpty, bring_back
from widget_server.keeping.parcels import BadBackup, is_locked
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Shelf


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace an archive that is here; it is backed up first.")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The passphrase of an encrypted FILE.",
)
@click.pass_obj
def command(settings: Settings, /, file: Path, replace: bool, passphrase_file: Path | None) -> None:
    """Put the backup FILE in place: rows, keys and secrets, all or nothing. Stop the site before.

    The whole FILE is checked before anything is touched.
    """
    passphrase = passphrases.known(is_locked(file), passphrase_file)
    try:
        with bars.drawn("Restore") as progress:
            done = bring_back(
                settings, file, datetime.now(UTC), passphrase=passphrase, replace=replace, progress=progress
            )
    except NotEmpty as fault:
        raise click.ClickException(str(fault)) from fault
    except BadBackup as fault:
        raise click.ClickException(f"{file} cannot be restored: {fault}. Nothing was changed.") from fault
    _tell(settings, file, done)


def _tell(settings: Settings, file: Path, done: BroughtBack) -> None:
    contents = done.contents
    edition = f"edition {contents.edition}" if contents.edition else "no edition"
    click.echo(f"{file} of {contents.made} is in place: {contents.rows():,} rows, {edition}, {contents.publisher}.")
    if done.before:
        click.echo(f"What was here before is kept in {done.before}.")
    seen = _on_shelf(settings)
    if seen is not None and seen > (contents.edition or 0):
        click.echo(f"Readers have seen edition {seen}: the next one gets the number {seen + 1}.")
    elif seen is None and contents.edition:
        above = f"unsilenced publish --above NUMBER, the newest that mirrors show, if it is not {contents.edition}"
        click.echo(f"If editions were published after this backup, publish with: {above}.")
    click.echo("Look it over with: unsilenced doctor")


def _on_shelf(settings: Settings) -> int | None:
    try:
        return Shelf(settings.shelf_dir).current().number
    except EmptyShelf:
        return None
