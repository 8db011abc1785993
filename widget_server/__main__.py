"""`python -m widget_server` is the `unsilenced` command."""

from widget_server.cli import run

run()
