"""A lock on an open file: whoever finds it locked knows that another run is using it."""

import sys
from typing import IO, Any


def locked(file: IO[Any]) -> bool:
    """Lock an open file until it is closed or the process ends; say whether that was possible."""
    if sys.platform == "win32":  # there is no such lock
        return True
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
