"""`unsilenced editor`: a one-time link for a colleague, since the desk has no open registration."""

from datetime import UTC, datetime, timedelta

import click

from fragments.store.people import People
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.opening import opened
from widget_server.settings import DeskPlace, Settings

LINK_LIVES = timedelta(days=3)


@click.command("editor")
@click.option("--role", type=click.Choice(["contributor", "editor"]), default="editor", show_default=True)
@click.pass_obj
def command(settings: Settings, /, role: str) -> None:
    """Print a link that makes one account at the desk, once, within three days. Send it by a way you trust.

    A contributor writes; an editor also reviews and publishes. Nobody approves what they wrote themselves.
    """
    if settings.desk_place is DeskPlace.OFF:
        raise click.ClickException("The desk is switched off by UNSILENCED_DESK_HOST.")
    token = new_token()
    with opened(settings) as house:
        People(house.archive.engine).invite(hash_of(token), role, datetime.now(UTC) + LINK_LIVES)
        click.echo(f"{house.settings.desk_url}/first/{token}")
