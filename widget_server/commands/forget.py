"""`unsilenced forget SITE`: a name goes at once, in public too; its displays stay in the anonymous total."""

import click

from fragments.store.archive import Archive
from fragments.store.republishers import Republishers
from widget_server.counting.post import today
from widget_server.counting.sites import site_of
from widget_server.settings import Settings
from widget_server.sites.announcing import announce


@click.command("forget")
@click.argument("site")
@click.pass_obj
def command(settings: Settings, /, site: str) -> None:
    """Forget SITE: a name as `unsilenced republishers` lists it, or the address of a page of the site.

    It comes back when its pages show fragments again.

    Its owner's registration, and what visits saw there, are forgotten with it.
    """
    with Archive.open(settings.database_url) as archive:
        names = dict.fromkeys([site, site_of(None, site if "://" in site else f"https://{site}")])
        forgotten = next(filter(Republishers(archive.engine).forget, names), None)
        if forgotten is None:
            raise click.ClickException(f"No site is called {site}; `unsilenced republishers --search` finds names.")
        announce(archive, settings.data, today())
    click.echo(f"{forgotten} is forgotten; its displays stay in the total without a name.")
