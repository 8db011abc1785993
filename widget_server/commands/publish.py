"""`unsilenced publish`: everything approved, and what the operator imported, becomes an edition that readers see."""

from datetime import UTC, datetime
from pathlib import Path

import click

from embed.sealing import Book
from fragments.review import OPERATOR
from widget_server.carrying import NotCarried, read_book
from widget_server.opening import opened
from widget_server.publishing import Publication, on_shelf, place_signed, publish, waiting_shelf
from widget_server.settings import Settings
from widget_server.shelf import Printing

SHOWN = 20  # ids of a kind on the screen


@click.command("publish")
@click.option("--above", type=click.IntRange(min=0), default=0, help="After a restore: the newest edition readers saw.")
@click.option(
    "--signatures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Publish the edition that waits, with what `unsilenced keys sign` wrote on the machine with the keys.",
)
@click.argument("more", nargs=-1, metavar="[FILE...]", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(settings: Settings, /, above: int, signatures: Path | None, more: tuple[Path, ...]) -> None:
    """Publish an edition. Running sites show it within two seconds.

    What was imported on the command line is approved with it, and recorded as exactly that. Where the keys are on
    another machine, the edition is kept aside until its signatures come. FILE: further signatures, where several people
    must sign.
    """
    if signatures is not None:
        _publish_signed(settings, (signatures, *more))
        return
    if more:
        raise click.UsageError("Files of signatures are named after --signatures.")
    with opened(settings) as house:
        before = on_shelf(house.shelf)
        done = publish(house, OPERATOR, datetime.now(UTC), above)
        held = house.archive.held_back()
    if done.waits:
        click.echo(f"Edition {done.printing.number}: {done.count:,} fragments, not signed yet: readers do not see it.")
        click.echo("  unsilenced export --unsigned FILE     writes what is to be signed where the keys are")
    elif before and before.number == done.printing.number:
        click.echo(f"Nothing has changed since edition {done.printing.number}.")
    else:
        click.echo(f"Edition {done.printing.number}: {done.count:,} fragments.")
    _tell(done)
    if held:
        click.echo(f"  {'held back':<10}{len(held):,}: a note must be cleared first")
        for each in held[:SHOWN]:
            click.echo(f"    {each.id}: {'; '.join(note.message for note in each.notes if note.blocks)}")


def _publish_signed(settings: Settings, files: tuple[Path, ...]) -> None:
    with opened(settings) as house:
        aside = on_shelf(waiting_shelf(settings))
        books = [_book(file, aside) for file in files]
        done = place_signed(house, books, datetime.now(UTC))
    click.echo(f"Edition {done.printing.number}: {done.count:,} fragments, signed.")
    _tell(done)


def _book(file: Path, aside: Printing | None) -> Book:
    """The signatures of a file, of the edition that waits. Raises NotCarried."""
    number, book = read_book(file)
    if aside is None or aside.number != number:
        waits = f"edition {aside.number} waits" if aside else "none waits"
        raise NotCarried(file, f"signs edition {number}, and {waits}")
    return book


def _tell(done: Publication) -> None:
    for word, ids in (("added", done.added), ("changed", done.changed), ("withdrawn", done.withdrawn)):
        click.echo(f"  {word:<10}{len(ids):,}{_some(ids)}")


def _some(ids: tuple[str, ...]) -> str:
    more = ", …" if len(ids) > SHOWN else ""
    return f"   {', '.join(ids[:SHOWN])}{more}" if ids else ""
