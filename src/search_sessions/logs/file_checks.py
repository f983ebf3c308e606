"""Checks of log files before they are read: that they can be, and that they did not change meanwhile."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from search_sessions.engine.stop import stop_run

CHANGED = (
    "{} was changed since it was read {}: put that file back, or name a new recovery directory and output."
)


def check_readable(path: str) -> None:
    """Raise the error that opening the path would, without opening it: a pipe opens only once."""
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    Path(path).stat()
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


def check_sizes(paths: Sequence[str], sizes: Sequence[int]) -> None:
    """End the run if a file that was read whole has another size now: what is new in it would be lost."""
    for path, size in zip(paths, sizes, strict=False):
        if size_of(path) != size:
            stop_run(CHANGED.format(path, "to its end"), status=2)


def size_of(path: str) -> int:
    """Return how many bytes the file has, or -1 if it is not there."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return -1
