"""`unsilenced keys`: the public half of the keys, for whoever verifies; and how they are made, kept apart and used."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import click

from embed.sealing import Sheet, sign_sheet
from fragments.keys import Keyring, KeysElsewhere
from fragments.signing import read_notes
from fragments.statements import read_root
from widget_server.carrying import (
    Last,
    differences,
    fingerprint,
    fragments_of,
    last_signed,
    read_sheet,
    refuse_older,
    remember,
    write_book,
)
from widget_server.opening import opened
from widget_server.publishing import place
from widget_server.settings import Settings

SHOWN = 20  # ids of a kind on the screen


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
    if settings.shelf_dir.exists():  # the machine that only signs has none
        with opened(settings) as house:
            latest = house.archive.latest_edition()
            if latest is not None:
                place(house, latest, now)
    _show(keyring, settings)


@command.command("make")
@click.argument("name")
@click.pass_obj
def make(settings: Settings, /, name: str) -> None:
    """Make the keys of the publisher NAME on this machine: the host name that readers know, fragments.example.

    For a machine that only signs; a server makes its own at its first start. Refused where keys are.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _show(Keyring.make(settings.keys_dir, name, datetime.now(UTC)), settings)


@command.command("hand-over")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def hand_over(settings: Settings, /, directory: Path) -> None:
    """Write to DIRECTORY the keys that a server needs: those for freshness alone.

    It becomes the directory `keys` in the server's data directory. With it a server keeps an edition fresh, and can
    neither sign an edition nor name new keys.
    """
    keyring = Keyring.hand_over(settings.keys_dir, directory)
    click.echo(f"{directory}: what a server of {keyring.name} needs. Move it there as keys/ in the data directory.")


@command.command("sign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Sign without asking; the numbers are shown all the same.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; FILE.signed unless given.")
@click.pass_obj
def sign(settings: Settings, /, file: Path, *, yes: bool, to: Path | None) -> None:
    """Sign the edition in FILE, which `unsilenced export --unsigned` wrote on the server.

    Shows what it is first. An edition older than the last one signed here is refused.
    """
    keyring = Keyring.open(settings.keys_dir)
    if not keyring.edition:
        raise KeysElsewhere
    sheet, last = read_sheet(file), last_signed(settings.data)
    refuse_older(sheet, last)
    book = sign_sheet(sheet, keyring.name, keyring.chain, keyring.edition[0])
    _tell(sheet, last, fingerprint(file))
    if not yes:
        click.confirm("Sign it?", abort=True)
    remember(settings.data, sheet)
    to = to or file.with_name(f"{file.name}.signed")
    write_book(book, sheet.edition.edition, to)
    click.echo(f"Signatures in {to}. On the server: unsilenced publish --signatures {to.name}")


def _tell(sheet: Sheet, last: Last | None, print_: str) -> None:
    said, count = sheet.edition, len(fragments_of(sheet))
    click.echo(f"Edition {said.edition} of {said.name}, frozen {said.dated}: {count:,} fragments.")
    click.echo(f"Since edition {last.edition}, signed here last:" if last else "Nothing was signed here before:")
    for word, ids in differences(last, sheet):
        more = ", …" if len(ids) > SHOWN else ""
        click.echo(f"  {word:<10}{len(ids):,}   {', '.join(ids[:SHOWN])}{more}".rstrip())
    click.echo(f"Fingerprint {print_}. If the server showed another one, the file was changed on the way.")


def _show(keyring: Keyring, settings: Settings) -> None:
    root = read_root(read_notes(keyring.chain)[-1].text)
    click.echo(f"publisher {keyring.name}")
    click.echo(f"pin       {keyring.pin}")
    click.echo(f"root      {root.serial}, good until {root.until}")
    for line in root.lines:
        keys = " ".join(base64.b64encode(key.raw).decode() for key in line.keys)
        click.echo(f"{line.role:<9} {line.threshold} of {len(line.keys)} {line.algorithm} {keys}")
    if keyring.edition:
        kept = f"{settings.keys_dir.absolute()} (this machine only; keep a copy where only you can read it)"
    else:
        kept = "root and edition keys are on another machine; this one keeps editions fresh"
    click.echo(f"private   {kept}")
