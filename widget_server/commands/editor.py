"""`unsilenced editor`: a one-time link for a colleague, since the desk has no open registration, or a way back in."""

from datetime import UTC, datetime, timedelta

import click

from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.people import ROLES, People
from fragments.store.staff import Staff
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.opening import opened
from widget_server.settings import DeskPlace, Settings

LINK_LIVES = timedelta(days=3)
RESET_LIVES = timedelta(hours=24)


@click.command("editor")
@click.option("--role", type=click.Choice(list(ROLES)), default="editor", show_default=True)
@click.option("--back-in", metavar="NAME", help="Instead: let somebody who has an account in again.")
@click.pass_obj
def command(settings: Settings, /, role: str, back_in: str | None) -> None:
    """Print a link that makes one account at the desk, once, within three days. Send it by a way you trust.

    A contributor writes; an editor also reviews and publishes; an administrator also looks after people. Nobody
    approves what they wrote themselves.

    With --back-in the link, good for a day, sets a new password for somebody who has an account. Their second factor
    is removed and their sessions end: it is the way back for an administrator who lost both.
    """
    if settings.desk_place is DeskPlace.OFF:
        raise click.ClickException("The desk is switched off by UNSILENCED_DESK_HOST.")
    token, now = new_token(), datetime.now(UTC)
    with opened(settings) as house:
        if back_in is not None:
            _let_in(house.archive, back_in, token, now)
            click.echo(f"{house.settings.desk_url}/reset/{token}")
        else:
            People(house.archive.engine).invite(hash_of(token), role, now + LINK_LIVES, now=now)
            click.echo(f"{house.settings.desk_url}/first/{token}")


def _let_in(archive: Archive, name: str, token: str, now: datetime) -> None:
    person, staff = People(archive.engine).person(name), Staff(archive.engine)
    if person is None:
        raise click.ClickException(f"Nobody at the desk is called {name}.")
    staff.remove_second_factor(person.id, by=OPERATOR, now=now)
    staff.make_reset_link(person.id, hash_of(token), now + RESET_LIVES, by=OPERATOR, now=now)
    People(archive.engine).forget_failures(person.name)
