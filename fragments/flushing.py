"""Makes a change of names in a directory last: a rename outlives a power cut only with its directory on the disk."""

import os
from pathlib import Path


def flush_directory(directory: Path) -> None:
    """Wait until the names in it are on the disk. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
