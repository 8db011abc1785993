"""`unsilenced doctor`: looks at everything and says in sentences what is sound and what is not."""

from datetime import UTC, datetime

import click

from widget_server.checking import Level, findings
from widget_server.opening import as_last_run
from widget_server.settings import Settings


@click.command("doctor")
@click.pass_obj
def command(settings: Settings, /) -> None:
    """Check settings, keys, archive, audit record and edition. Exit code 1 when something is BAD."""
    is_bad = False
    for finding in findings(as_last_run(settings), datetime.now(UTC)):
        click.echo(f"{finding.level:<5} {finding.sentence}")
        is_bad |= finding.level is Level.BAD
    if is_bad:
        raise SystemExit(1)
