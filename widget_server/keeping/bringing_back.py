"""A backup put back: all of it or nothing, and what was there is kept until somebody throws it away.

Rules: the whole file is checked before anything is touched; a place that holds something is replaced only when that
is confirmed, after a backup of it; rows go in within one transaction; files are written beside and renamed, keys that
were there step aside into a directory of their own. A second run after a kill does the rest.

Displays counted since the backup was made are gone with the rows that held them; the spool is left as it is.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from fragments.store import copying, database
from widget_server.keeping.parcels import Contents, unlocked, unpacked
from widget_server.keeping.saving import Progress, kept_files, save, unseen
from widget_server.settings import Settings


class NotEmpty(Exception):
    """The place holds something, and nobody confirmed that it may be replaced."""

    def __str__(self) -> str:
        return "There is an archive here already. Add --replace to put the backup in its place."


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What a restore did: the contents of the backup, and where what was there before is kept."""

    contents: Contents
    before: Path | None


def bring_back(
    settings: Settings, file: Path, now: datetime, *, passphrase: str | None, replace: bool, progress: Progress
) -> BroughtBack:
    """Restore `file` to these settings' database and data directory.

    Raises NotEmpty, parcels.BadBackup (Locked), OSError and what fragments.store.copying raises.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as name:
        folder = Path(name)
        contents = unpacked(BytesIO(unlocked(file.read_bytes(), passphrase)), folder)
        before = _set_aside(settings, now, replace)
        with database.engine_at(settings.database_url) as engine:
            copying.restore(engine, contents.migration, _rows(folder, contents, progress))
        _place_files(settings.data, folder, contents, now)
    return BroughtBack(contents, before)


def is_taken(settings: Settings) -> bool:
    """Whether there is anything that a restore would replace."""
    with database.engine_at(settings.database_url) as engine:
        return not copying.is_empty(engine) or any(kept_files(settings))


def _set_aside(settings: Settings, now: datetime, replace: bool) -> Path | None:
    if not is_taken(settings):
        return None
    if not replace:
        raise NotEmpty
    before = settings.data / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S-%fZ}.tar.gz"
    save(settings, before, now, passphrase=None, force=True, progress=unseen)
    return before


def _rows(folder: Path, contents: Contents, progress: Progress) -> dict[str, Iterator[str]]:
    """A reader of each table's lines; all tell one progress."""
    total, done = contents.rows(), 0

    def lines(path: Path) -> Iterator[str]:
        nonlocal done
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line
                done += 1
                if done % 1000 == 0:
                    progress(done, total)

    tables = [member.name for member in contents.members if member.rows is not None]
    return {Path(name).stem: lines(folder / name) for name in tables}


def _place_files(data: Path, folder: Path, contents: Contents, now: datetime) -> None:
    keys = data / "keys"
    if keys.exists():
        keys.rename(tempfile.mkdtemp(dir=data, prefix=f"before-restore-keys-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-"))
    for member in contents.members:
        if member.rows is not None:
            continue
        target = data / Path(member.name).relative_to("files")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(target.name + ".new")
        shutil.copyfile(folder / member.name, beside)
        beside.chmod(0o600)
        beside.rename(target)
