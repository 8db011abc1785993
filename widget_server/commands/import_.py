"""`unsilenced import FILE...`: takes tables of texts and sources into the archive.

Rules: everything a person needs to know is on standard output, the progress bar on standard error. Exit codes:
0 all rows went in, 1 some rows were rejected or a file was not read to its end, 2 the command itself is wrong.

The work is in fragments.importing.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fragments.errors import FieldError
from fragments.importing.columns import UnknownField
from fragments.importing.job import Wishes, run
from fragments.importing.progress import bar
from fragments.importing.report import Report
from fragments.store.archive import Archive
from widget_server.settings import Settings

SOME_REJECTED = 1


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Their column is our field. Repeatable.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="For rows that leave FIELD empty.")
@click.option("--id-prefix", default="", metavar="TEXT", help="Put before every id, to keep two files apart.")
@click.option("--sources-only", is_flag=True, help="Take sources and what was done to them; pass texts over.")
@click.option("--plain", is_flag=True, help="The texts hold no markup: < and & mean themselves.")
@click.option("--encoding", metavar="NAME", help="For files that are not Unicode: gb18030, latin-1, windows-1251.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="Full report as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.pass_obj
def command(
    settings: Settings, /, files: tuple[str, ...], report_file: Path | None, quiet: bool, **given: object
) -> None:
    """Import JSON Lines and CSV files, plain or gzip; - is standard input.

    docs/import.md lists the fields and shows examples. A second import of the same file changes nothing.
    """
    wishes = _wishes(given)
    paths = [Path(file) for file in files]
    try:
        with _archive(settings, wishes) as archive, bar(paths, sys.stderr, quiet=quiet) as progress:
            report = run(archive, paths, wishes, progress)
    except UnknownField as error:
        near = f"; did you mean {error.near}?" if error.near else "; docs/import.md lists the fields"
        raise click.UsageError(f"{error.name} is not a field{near}") from error
    except FieldError as error:
        raise click.UsageError(str(error)) from error
    except LookupError as error:
        raise click.UsageError(f"{wishes.encoding} is not an encoding that Python knows") from error
    _tell(report, report_file)
    if report.rejections.count or report.unreadable:
        raise SystemExit(SOME_REJECTED)


def _wishes(given: dict[str, object]) -> Wishes:
    options = dict(given)
    options["mapping"] = _pairs("--map", options["mapping"])
    options["constants"] = _pairs("--set", options["constants"])
    return Wishes(**options)  # type: ignore[arg-type]  # click gives what the options above say


def _pairs(option: str, given: object) -> dict[str, str]:
    """`--map a=b`: a column may itself hold an equals sign, a field cannot; a value may, after --set."""
    assert isinstance(given, Iterable)  # noqa: S101
    pairs = {}
    for text in map(str, given):
        left, sign, right = text.rpartition("=") if option == "--map" else text.partition("=")
        if not (sign and left and right):
            raise click.UsageError(f"{option} {text}: write {'COLUMN=FIELD' if option == '--map' else 'FIELD=VALUE'}")
        if left in pairs:
            raise click.UsageError(f"{option} names {left} twice")
        pairs[left] = right
    return pairs


@contextmanager
def _archive(settings: Settings, wishes: Wishes) -> Iterator[Archive]:
    """The archive; for a dry run of an installation that has none yet, an empty one that disappears."""
    is_sqlite = settings.database_url.startswith("sqlite")
    is_missing = is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists()
    if not (wishes.dry_run and is_missing):
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with Archive.open(settings.database_url) as archive:
            yield archive
        return
    with tempfile.TemporaryDirectory() as empty, Archive.open(f"sqlite:///{empty}/archive.sqlite3") as archive:
        yield archive


def _tell(report: Report, report_file: Path | None) -> None:
    for text in report.lines():
        click.echo(text)
    if report_file:
        try:
            report.write(report_file)
        except OSError as error:
            raise click.FileError(str(report_file), error.strerror or "cannot be written") from error
        click.echo(f"\nThe whole report is in {report_file}")
