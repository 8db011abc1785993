"""Where a passphrase comes from: an unseen prompt, or a file; never the command line, which others can read."""

from pathlib import Path

import click

SHORTEST = 12  # characters: scrypt makes each guess cost about a second


def chosen(is_wanted: bool, file: Path | None) -> str | None:
    """A new passphrase, typed twice unless it stands in a file; None when none is wanted."""
    if not is_wanted and file is None:
        return None
    said = _of(file) if file else str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True))
    if len(said) < SHORTEST:
        raise click.UsageError(
            f"The passphrase is too short: {SHORTEST} characters or more, such as five random words."
        )
    return said


def known(is_needed: bool, file: Path | None) -> str | None:
    """The passphrase of a backup that is there."""
    if not is_needed:
        return None
    return _of(file) if file else str(click.prompt("Passphrase", hide_input=True, err=True))


def _of(file: Path) -> str:
    return file.read_text("utf-8").strip("\r\n")
