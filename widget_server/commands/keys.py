"""`unsilenced keys`: the public half of the publisher's keys, for whoever verifies; `keys rotate` makes new ones."""

import base64
from datetime import UTC, datetime

import click

from fragments.keys import Keyring
from fragments.signing import read_notes
from fragments.statements import read_root
from widget_server.opening import opened
from widget_server.publishing import place
from widget_server.settings import Settings


@click.group("keys", invoke_without_command=True)
@click.pass_context
def command(context: click.Context, /) -> None:
    """Show the publisher's name, the pin that snippets carry, and the public keys of each role."""
    settings: Settings = context.obj
    if context.invoked_subcommand is None:
        _show(Keyring.open(settings.keys_dir), settings)


@command.command("rotate")
@click.option("--root", is_flag=True, help="New root keys too, for when somebody else may have them.")
@click.pass_obj
def rotate(settings: Settings, /, *, root: bool) -> None:
    """Make new edition and now keys, and print the current edition again with them.

    The keys before sign nothing from now on and are removed. Snippets pasted before go on working, at every age.
    A running site takes the new keys by itself.
    """
    now = datetime.now(UTC)
    Keyring.open(settings.keys_dir)  # a keyring that cannot be read is said before anything is made
    keyring = Keyring.rotate(settings.keys_dir, now, root=root)
    with opened(settings) as house:
        latest = house.archive.latest_edition()
        if latest is not None:
            place(house, latest, now)
    _show(keyring, settings)


def _show(keyring: Keyring, settings: Settings) -> None:
    root = read_root(read_notes(keyring.chain)[-1].text)
    click.echo(f"publisher {keyring.name}")
    click.echo(f"pin       {keyring.pin}")
    click.echo(f"root      {root.serial}, good until {root.until}")
    for line in root.lines:
        keys = " ".join(base64.b64encode(key.raw).decode() for key in line.keys)
        click.echo(f"{line.role:<9} {line.threshold} of {len(line.keys)} {line.algorithm} {keys}")
    click.echo(f"private   {settings.keys_dir.absolute()} (this machine only; keep a copy where only you can read it)")
