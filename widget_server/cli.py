"""The `unsilenced` command: settings first, then one module of widget_server/commands for each verb."""

import importlib
import os
from collections.abc import Sequence

import click

from widget_server.settings import BadSetting, Settings

COMMANDS = {  # word -> module; a module is loaded when its word is used: `--help` stays quick
    "run": "run",
    "import": "import_",
    "publish": "publish",
    "editor": "editor",
    "republishers": "republishers",
    "forget": "forget",
    "verify": "verify",
    "mirror": "mirror",
    "export": "export",
    "backup": "backup",
    "restore": "restore",
    "keys": "keys",
    "doctor": "doctor",
}


class Unsilenced(click.Group):
    """Loads a command when it is asked for, and tells our own errors as sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The words, in the order of a first day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a word."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"widget_server.commands.{COMMANDS[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Errors of ours, a disk and a database are sentences, with exit code 1; bugs keep their traceback."""
        try:
            return super().invoke(ctx)
        except Exception as fault:
            from widget_server.advice import advice  # noqa: PLC0415 - it knows the database: `--help` stays quick

            told = advice(fault, ctx.obj)
            if told is None:
                raise
            raise click.ClickException(told) from fault


@click.group(cls=Unsilenced)
@click.version_option(package_name="unsilenced")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Publish fragments of censored text, and see which sites carry them.

    Settings are environment variables; docs/operators.md lists them.
    """
    try:
        ctx.obj = Settings.from_environ(os.environ)
    except BadSetting as fault:
        raise click.ClickException(str(fault)) from fault


def run(arguments: Sequence[str] | None = None) -> None:
    """Entrance for `python -m widget_server`."""
    main(arguments, prog_name="unsilenced")
