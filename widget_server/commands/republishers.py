"""`unsilenced republishers`: which sites carry our fragments."""

import datetime

import click

from fragments.store.archive import Archive
from fragments.store.republishers import Order, Republisher, Republishers
from widget_server.counting.listing import as_csv, as_json, as_table
from widget_server.counting.standings import standings
from widget_server.settings import Settings


@click.command("republishers")
@click.option("--sort", type=click.Choice([order.value for order in Order]), default="displays", show_default=True)
@click.option("--search", default="", metavar="TEXT", help="Only sites whose name holds TEXT.")
@click.option("--new", "new_days", type=int, metavar="DAYS", help="Only sites first seen in the last DAYS days.")
@click.option("--quiet", "quiet_days", type=int, metavar="DAYS", help="Only sites not seen for DAYS days.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def command(
    settings: Settings, /, sort: str, search: str, new_days: int | None, quiet_days: int | None, form: str
) -> None:
    """List the sites that carry our fragments, when they were first and last seen, and how often.

    Names are for you alone; nothing is known of any reader. docs/counting.md says what is counted.
    """
    with Archive.open(settings.database_url) as archive:
        republishers = Republishers(archive.engine)
        found = republishers.listed(order=Order(sort), search=search)
        totals = republishers.totals()
        known = standings(archive)
    found = [each for each in found if _is_wanted(each, _today(), new_days, quiet_days)]
    written = {
        "table": as_table(found, totals, known),
        "csv": as_csv(found, known),
        "json": as_json(found, totals, known),
    }
    click.echo(written[form], nl=form != "csv")


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _is_wanted(each: Republisher, today: datetime.date, new_days: int | None, quiet_days: int | None) -> bool:
    is_new = new_days is None or each.first_day > today - datetime.timedelta(days=new_days)
    is_quiet = quiet_days is None or each.last_day <= today - datetime.timedelta(days=quiet_days)
    return is_new and is_quiet
