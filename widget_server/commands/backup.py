"""`unsilenced backup FILE`: everything that cannot be made again, while the site runs."""

from datetime import UTC, datetime
from pathlib import Path

import click

from widget_server.keeping import bars, passphrases
from widget_server.keeping.saving import Exists, save
from widget_server.settings import Settings


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--encrypt", is_flag=True, help="Ask for a passphrase and encrypt with it (an age file).")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Encrypt with the passphrase in this file.",
)
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
@click.pass_obj
def command(settings: Settings, /, file: Path, encrypt: bool, passphrase_file: Path | None, force: bool) -> None:
    """Write the archive, the keys and the desk's secrets to FILE, as they are at one moment.

    The site may run on. FILE is checked before it counts; whoever holds it unencrypted can publish in your name.
    """
    passphrase = passphrases.chosen(encrypt, passphrase_file)
    try:
        with bars.drawn("Backup") as progress:
            contents = save(settings, file, datetime.now(UTC), passphrase=passphrase, force=force, progress=progress)
    except Exists as fault:
        raise click.ClickException(str(fault)) from fault
    except OSError as fault:
        raise click.ClickException(f"{file} could not be written ({fault.strerror}). Nothing was changed.") from fault
    size = file.stat().st_size
    edition = f"edition {contents.edition}" if contents.edition else "no edition yet"
    click.echo(f"{file}: {contents.rows():,} rows, {edition}, {size:,} bytes, checked.")
    if passphrase is None:
        click.echo("It is not encrypted and holds your keys: keep it where only you can read it, or add --encrypt.")
