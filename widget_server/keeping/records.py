"""The whole archive as open JSON Lines: every source, then every fragment, as the importer takes them back.

Rules: the newest revision of each, whatever its state, with nothing left out, so authors whose names are withheld from
readers are in it. The file is written beside its name and renamed when it is whole. States, history and accounts are
not records: a backup has them (saving.py).
"""

import json
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from fragments.record import source_to_record, to_record
from fragments.store.archive import Archive
from widget_server.keeping.saving import Progress


def write_records(archive: Archive, file: Path, progress: Progress) -> int:
    """Write `file`, a record a line, readable by nobody else; how many."""
    total, done = archive.count_sources() + archive.count(), 0
    beside = file.with_name(file.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as lines:
        for record in _records(archive):
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
            done += 1
            if done % 1000 == 0:
                progress(done, total)
        lines.flush()
        os.fsync(lines.fileno())
    beside.rename(file)
    return done


def _records(archive: Archive) -> Iterator[dict[str, Any]]:
    return chain(
        (source_to_record(source, public=False) for source in archive.sources()),
        (to_record(fragment, public=False) for fragment in archive.fragments()),
    )
