"""`unsilenced keys`: the public half of the keys, for whoever verifies; and how they are made, kept apart and used."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from embed.sealing import Sheet, sign_sheet
from fragments.keys import Keyring, KeysElsewhere, NeedsOthers
from fragments.roots import (
    Change,
    fingerprint_of,
    join_chains,
    last_root,
    missing,
    pair_named,
    pairs_of,
    read_half,
    write_half,
)
from fragments.signing import read_notes
from fragments.statements import pin
from widget_server.carrying import (
    Last,
    NotCarried,
    differences,
    fingerprint,
    fragments_of,
    last_signed,
    read_roots,
    read_sheet,
    refuse_older,
    remember,
    write_book,
    write_roots,
)
from widget_server.ceremony import lacking, told
from widget_server.opening import opened
from widget_server.publishing import place
from widget_server.settings import Settings

SHOWN = 20  # ids of a kind on the screen
PROPOSAL = "next.roots"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TO = click.Path(dir_okay=False, path_type=Path)


@click.group("keys", invoke_without_command=True)
@click.pass_context
def command(context: click.Context, /) -> None:
    """Show the publisher's name, the pin that snippets carry, and the public keys of each role."""
    settings: Settings = context.obj
    if context.invoked_subcommand is None:
        _show(Keyring.open(settings.keys_dir), settings)


@command.command("rotate")
@click.option("--root", is_flag=True, help="New root keys too, for when somebody else may have them.")
@click.option("--now", "takes_now", is_flag=True, help="New now keys on this machine, where another one has them.")
@click.option("--with", "joining", type=FILE, multiple=True, help="Who joins: what `keys public` wrote there.")
@click.option("--threshold", type=click.IntRange(min=1), help="How many must sign editions and roots from now on.")
@click.option("--to", type=TO, default=Path(PROPOSAL), help=f"Where a root waits for others; {PROPOSAL} unless given.")
@click.pass_obj
def rotate(
    settings: Settings, /, *, root: bool, takes_now: bool, joining: tuple[Path, ...], threshold: int | None, to: Path
) -> None:
    """Make new edition and now keys, and print the current edition again with them.

    The keys before sign nothing from now on and are removed. Snippets pasted before go on working, at every age.
    A running site takes the new keys by itself. Where others must sign the new root, it is written to a file for them,
    and nothing changes before `unsilenced keys adopt`.
    """
    keyring = Keyring.open(settings.keys_dir)  # one that cannot be read is said before anything is made
    held = {"edition": True, "now": bool(keyring.now) or takes_now, "root": root}
    fresh = [role for role, is_new in held.items() if is_new]
    change = Change(tuple(read_half(file.read_text("utf-8")) for file in joining), threshold=threshold)
    _propose(settings, fresh, change, to)


@command.command("retire")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--threshold", type=click.IntRange(min=1), help="How many must sign editions and roots from now on.")
@click.option("--to", type=TO, default=Path(PROPOSAL), help=f"Where a root waits for others; {PROPOSAL} unless given.")
@click.pass_obj
def retire(settings: Settings, /, keys: tuple[str, ...], threshold: int | None, to: Path) -> None:
    """Take KEYs out of the root, with nothing in their place: a lost or stolen key of another machine.

    KEY is the beginning of a key as `unsilenced keys` shows it, eight letters or more; its twin of the other algorithm
    goes with it. Refused for the last key of a role, where fewer would be left than must sign, and for this
    machine's own keys, which `keys rotate` replaces.
    """
    keyring = Keyring.open(settings.keys_dir)
    own = {pair.public for pair in keyring.pairs.values()}
    leaving = tuple(pair_named(last_root(keyring.chain), key)[1] for key in keys)
    if own & set(leaving):
        raise click.ClickException("That is a key of this machine: `unsilenced keys rotate`, or retire it on another.")
    _propose(settings, (), Change(leaving=leaving, threshold=threshold), to)


@command.command("adopt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option("--yes", is_flag=True, help="Without asking; what changes is shown all the same.")
@click.pass_obj
def adopt(settings: Settings, /, files: tuple[Path, ...], *, yes: bool) -> None:
    """Go over to a new root that enough machines have signed; FILEs are what `keys sign` wrote on them.

    Once on each machine that signs. A server gets it with `keys hand-over`, or in its data directory, if it has keys.
    """
    chain = join_chains([_roots_in(file) for file in files])
    _tell_root(chain)
    if missing(chain) > 0:
        raise NeedsOthers(missing(chain))
    if not yes:
        click.confirm("Go over to it?", abort=True)
    _adopt(settings, chain)


@command.command("public")
@click.argument("file", type=TO)
@click.pass_obj
def public(settings: Settings, /, file: Path) -> None:
    """Write the public half of this machine's root and edition keys to FILE, for `keys rotate --with FILE`."""
    text = write_half(Keyring.half(settings.keys_dir))
    file.write_text(text, "utf-8")
    click.echo(f"Public keys in {file}. Fingerprint {fingerprint_of(text)}.")


@command.command("make")
@click.argument("name")
@click.option("--to-join", is_flag=True, help="Keys that sign beside those of another machine, under its root.")
@click.pass_obj
def make(settings: Settings, /, name: str, *, to_join: bool) -> None:
    """Make the keys of the publisher NAME on this machine: the host name that readers know, fragments.example.

    For a machine that only signs; a server makes its own at its first start. Refused where keys are.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if to_join:
        Keyring.make_beside(settings.keys_dir, name)
        click.echo(
            "Keys made, and no root names them yet. unsilenced keys public FILE writes what the other one needs."
        )
        return
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
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Sign without asking; the numbers are shown all the same.")
@click.option("--to", type=TO, help="Where to write; FILE.signed unless given.")
@click.pass_obj
def sign(settings: Settings, /, file: Path, *, yes: bool, to: Path | None) -> None:
    """Sign the edition in FILE, which `unsilenced export --unsigned` wrote on the server, or a new root.

    Shows what it is first. An edition older than the last one signed here is refused.
    """
    to = to or file.with_name(f"{file.name}.signed")
    chain = read_roots(file)
    if chain is not None:
        _sign_root(settings, chain, to, yes=yes)
        return
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
    write_book(book, sheet.edition.edition, to)
    click.echo(f"Signatures in {to}. On the server: unsilenced publish --signatures {to.name}")


def _sign_root(settings: Settings, chain: str, to: Path, *, yes: bool) -> None:
    signed = Keyring.cosign(settings.keys_dir, chain)
    _tell_root(signed)
    if not yes:
        click.confirm("Sign it?", abort=True)
    write_roots(signed, to)
    click.echo(f"Signed in {to}. {lacking(signed)}")
    click.echo(f"With all of them, on each machine that signs: unsilenced keys adopt {to.name}")


def _propose(settings: Settings, fresh: Sequence[str], change: Change, to: Path) -> None:
    """A next root: gone over to at once where this machine alone may say so, else written for the others."""
    chain = Keyring.propose(settings.keys_dir, datetime.now(UTC), fresh=fresh, change=change)
    is_whole, others = missing(chain) <= 0, len(pairs_of(last_root(chain), "root")) > 1
    if others or not is_whole:
        write_roots(chain, to)
    if is_whole:
        _adopt(settings, chain)
        if others:
            click.echo(f"On other machines that sign: unsilenced keys adopt {to.name}")
        return
    _tell_root(chain)
    click.echo(f"Nothing has changed yet: the new root is in {to}. {lacking(chain)}")
    click.echo(f"On other machines that sign: unsilenced keys sign {to.name}")


def _adopt(settings: Settings, chain: str) -> None:
    now = datetime.now(UTC)
    keyring = Keyring.adopt(settings.keys_dir, chain, now)
    waits = False
    if settings.shelf_dir.exists() and keyring.now:  # a machine that only signs has none
        with opened(settings) as house:
            latest = house.archive.latest_edition()
            waits = latest is not None and place(house, latest, now).waits
    _show(keyring, settings)
    if waits:
        click.echo("The edition is to be signed again: unsilenced export --unsigned FILE, and sign it on each machine.")


def _roots_in(file: Path) -> str:
    chain = read_roots(file)
    if chain is None:
        raise NotCarried(file, "holds no roots (`unsilenced keys rotate` writes them, where others must sign)")
    return chain


def _tell_root(chain: str) -> None:
    click.echo(f"pin         {pin(read_notes(chain)[0].text)}")
    for line in told(chain):
        click.echo(line)


def _tell(sheet: Sheet, last: Last | None, print_: str) -> None:
    said, count = sheet.edition, len(fragments_of(sheet))
    click.echo(f"Edition {said.edition} of {said.name}, frozen {said.dated}: {count:,} fragments.")
    click.echo(f"Since edition {last.edition}, signed here last:" if last else "Nothing was signed here before:")
    for word, ids in differences(last, sheet):
        more = ", …" if len(ids) > SHOWN else ""
        click.echo(f"  {word:<10}{len(ids):,}   {', '.join(ids[:SHOWN])}{more}".rstrip())
    click.echo(f"Fingerprint {print_}. If the server showed another one, the file was changed on the way.")


def _show(keyring: Keyring, settings: Settings) -> None:
    root = last_root(keyring.chain)
    click.echo(f"publisher {keyring.name}")
    click.echo(f"pin       {keyring.pin}")
    click.echo(f"root      {root.serial}, good until {root.until}")
    for line in root.lines:
        keys = " ".join(base64.b64encode(key.raw).decode() for key in line.keys)
        click.echo(f"{line.role:<9} {line.threshold} of {len(line.keys)} {line.algorithm} {keys}")
    where = settings.keys_dir.absolute()
    if not keyring.edition:
        kept = "root and edition keys are on another machine; this one keeps editions fresh"
    elif not (keyring.signs_editions and keyring.signs_roots):
        kept = f"{where} (keys of one signer; others must sign too, each with keys of their own)"
    else:
        kept = f"{where} (this machine only; keep a copy where only you can read it)"
    click.echo(f"private   {kept}")
