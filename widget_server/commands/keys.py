"""`unsilenced keys`: the public half of the publisher's keys, for mirrors, readers and anybody who verifies."""

import base64

import click

from fragments.keys import Keyring
from fragments.signing import read_notes
from fragments.statements import read_root
from widget_server.settings import Settings


@click.command("keys")
@click.pass_obj
def command(settings: Settings, /) -> None:
    """Show the publisher's name, the pin that snippets carry, and the public keys of each role."""
    keyring = Keyring.open(settings.keys_dir)
    root = read_root(read_notes(keyring.chain)[-1].text)
    click.echo(f"publisher {keyring.name}")
    click.echo(f"pin       {keyring.pin}")
    click.echo(f"root      {root.serial}, good until {root.until}")
    for line in root.lines:
        keys = " ".join(base64.b64encode(key.raw).decode() for key in line.keys)
        click.echo(f"{line.role:<9} {line.threshold} of {len(line.keys)} {line.algorithm} {keys}")
    click.echo(f"private   {settings.keys_dir.absolute()} (this machine only; keep a copy where only you can read it)")
