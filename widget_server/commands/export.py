"""`unsilenced export`: the current edition as files for any static host or as one archive; the archive as records."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from embed.sealing import sheet_of
from fragments.nouns import State
from fragments.store.archive import Archive
from fragments.store.searching import Finding, Wanted
from widget_server.carrying import write_sheet
from widget_server.exporting import NotOurDirectory, export, export_archive
from widget_server.keeping import bars
from widget_server.keeping.records import write_records
from widget_server.publishing import files_of, waiting_shelf
from widget_server.settings import Settings
from widget_server.shelf import EmptyShelf, Shelf


@click.command("export")
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--archive", type=click.Path(dir_okay=False, path_type=Path), help="One .tar file in its place.")
@click.option(
    "--records",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Everything in the archive as JSON Lines, for `unsilenced import` and other programs.",
)
@click.option(
    "--unsigned",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The edition that waits for its signatures, for `unsilenced keys sign` on the machine with the keys.",
)
@click.pass_obj
def command(
    settings: Settings, /, directory: Path | None, archive: Path | None, records: Path | None, unsigned: Path | None
) -> None:
    """Write the current edition's files under DIRECTORY. A second time writes only what changed.

    Records of fragments that may only be shown fresh are not among them: a copy cannot be recalled. With --records the
    archive itself is written, drafts and withheld names included: keep that file to yourself.
    """
    if [directory, archive, records, unsigned].count(None) != 3:
        raise click.UsageError("Name a directory, or --archive FILE.tar, --records FILE.jsonl or --unsigned FILE.")
    if unsigned is not None:
        _write_unsigned(settings, unsigned)
        return
    if records is not None:
        _write_records(settings, records)
        return
    try:
        printing = Shelf(settings.shelf_dir).current()
        if directory is None:
            with _told_if_unwritten(archive or Path()) as place:
                count = export_archive(printing, place)
            click.echo(f"Edition {printing.number} in {archive}: {count:,} files.")
            return
        with _told_if_unwritten(directory):
            done = export(printing, directory)
    except EmptyShelf as fault:
        raise click.ClickException("Nothing is published yet; run: unsilenced publish") from fault
    except NotOurDirectory as fault:
        raise click.ClickException(str(fault)) from fault
    told = f"{done.written:,} files written, {done.kept:,} were there, {done.removed:,} removed"
    click.echo(f"Edition {printing.number} in {directory}: {told}.")


@contextmanager
def _told_if_unwritten(place: Path) -> Iterator[Path]:
    try:
        yield place
    except OSError as fault:
        raise click.ClickException(f"{place} could not be written ({fault.strerror}).") from fault


def _write_unsigned(settings: Settings, file: Path) -> None:
    try:
        aside = waiting_shelf(settings).current()
    except EmptyShelf as fault:
        raise click.ClickException("No edition waits for signatures; `unsilenced publish` makes one.") from fault
    sheet = sheet_of(files_of(aside))
    with _told_if_unwritten(file):
        print_ = write_sheet(sheet, file)
    click.echo(f"Edition {aside.number} in {file}, to be signed on the machine with the keys:")
    click.echo(f"  unsilenced keys sign {file.name}")
    click.echo(f"Fingerprint {print_}. That machine must show the same.")


def _write_records(settings: Settings, file: Path) -> None:
    with Archive.open(settings.database_url) as archive, bars.drawn("Records") as progress:
        with _told_if_unwritten(file):
            count = write_records(archive, file, progress)
        bound = [Finding(archive.engine).count(Wanted(state=state)) for state in ("embargo", "expiry", "hold")]
        withdrawn = archive.count(State.WITHDRAWN)
        unapproved = archive.count(State.DRAFT) + archive.count(State.IN_REVIEW)
    click.echo(f"{count:,} records in {file}. It holds drafts and withheld names: keep it where only you can read it.")
    if withdrawn or unapproved:
        click.echo(
            f"Records do not say what was withdrawn ({withdrawn:,}) or never approved ({unapproved:,}): an import puts "
            "every text in review, and `unsilenced publish` there publishes it. Withdraw those there before, or use "
            "`unsilenced backup`."
        )
    if any(bound):
        click.echo(
            f"Records do not say embargoes ({bound[0]}), expiries ({bound[1]}) and legal holds ({bound[2]}): set them "
            "again wherever you import this before you publish there, or use `unsilenced backup`."
        )
