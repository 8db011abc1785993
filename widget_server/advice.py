"""What an operator reads of a fault at the command line: what it is, and which setting or place to look at.

Rules: one sentence or two, never a password and never the words of a text (a database repeats the values of a
statement). What is neither ours nor the disk's nor the database's is a bug and keeps its traceback.
"""

import errno
from pathlib import Path

from fragments.errors import UnsilencedError
from fragments.store.database import ArchiveUnreachable, said_by_database
from widget_server.settings import BadSetting, Settings, variable

FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_DIRECTORY = {errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG}


def advice(fault: Exception, settings: Settings | None) -> str | None:
    """A sentence with its full stop; None for a bug. `settings` are None where they could not be read."""
    if isinstance(fault, ArchiveUnreachable):
        return f"{fault}. {_about_the_database(settings)}"
    if isinstance(fault, (BadSetting, UnsilencedError)):
        return words_of(fault)
    if isinstance(fault, OSError):
        return _of_the_disk(fault, settings)
    said = said_by_database(fault)
    return f"The database says: {said}. {_about_the_database(settings)}" if said else None


def words_of(fault: Exception) -> str:
    """What an error of ours says; one that has values and no words of its own is told by its name."""
    told = str(fault) if type(fault).__str__ is not Exception.__str__ else ""
    return told or f"{type(fault).__name__}: {', '.join(map(str, fault.args))}"


def _about_the_database(settings: Settings | None) -> str:
    if settings and settings.database_url.startswith("sqlite"):
        return f"May this user write to it and to {variable('data')}, and is there room on the disk?"
    return f"Is it running, and is {variable('database_url')} right?"


def _of_the_disk(fault: OSError, settings: Settings | None) -> str | None:
    said = ": ".join(filter(None, (str(fault.filename or ""), fault.strerror)))
    if fault.errno in FULL:
        return f"{said}. Make room on the disk, then do the same again."
    if settings and fault.filename and _concerns_the_data(fault, Path(str(fault.filename)), settings.data):
        return f"{said}. {variable('data')} must name a directory that this user can make and write to."
    return f"{said}. Do it as a user who may, or choose another place." if fault.errno in FORBIDDEN else None


def _concerns_the_data(fault: OSError, path: Path, data: Path) -> bool:
    """Whether it is about the data directory; a file that is missing inside it is a bug of ours, and no answer."""
    path, data = path.absolute(), data.absolute()
    on_the_way = path == data or path in data.parents
    return (fault.errno in NO_DIRECTORY and on_the_way) or (
        fault.errno in FORBIDDEN and (on_the_way or data in path.parents)
    )
