"""`unsilenced publish`: everything approved, and what the operator imported, becomes an edition that readers see."""

from datetime import UTC, datetime

import click

from fragments.review import OPERATOR
from widget_server.opening import opened
from widget_server.publishing import on_shelf, publish
from widget_server.settings import Settings

SHOWN = 20  # ids of a kind on the screen


@click.command("publish")
@click.option("--above", type=click.IntRange(min=0), default=0, help="After a restore: the newest edition readers saw.")
@click.pass_obj
def command(settings: Settings, /, above: int) -> None:
    """Publish an edition. Running sites show it within two seconds.

    What was imported on the command line is approved with it, and recorded as exactly that.
    """
    with opened(settings) as house:
        before = on_shelf(house.shelf)
        done = publish(house, OPERATOR, datetime.now(UTC), above)
        held = house.archive.held_back()
    if before and before.number == done.printing.number:
        click.echo(f"Nothing has changed since edition {done.printing.number}.")
    else:
        click.echo(f"Edition {done.printing.number}: {done.count:,} fragments.")
    for word, ids in (("added", done.added), ("changed", done.changed), ("withdrawn", done.withdrawn)):
        click.echo(f"  {word:<10}{len(ids):,}{_some(ids)}")
    if held:
        click.echo(f"  {'held back':<10}{len(held):,}: a note must be cleared first")
        for each in held[:SHOWN]:
            click.echo(f"    {each.id}: {'; '.join(note.message for note in each.notes if note.blocks)}")


def _some(ids: tuple[str, ...]) -> str:
    more = ", …" if len(ids) > SHOWN else ""
    return f"   {', '.join(ids[:SHOWN])}{more}" if ids else ""
