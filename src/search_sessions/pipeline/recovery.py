"""A directory from which a run goes on after a crash: the engine's store, a lock, and what it belongs to."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from search_sessions.engine.repair import set_up_stores
from search_sessions.engine.store import lost_store
from search_sessions.pipeline.about import About, RecoveryError, about_run, compare, read_about, write_about
from search_sessions.pipeline.lock import locked
from search_sessions.pipeline.settings import Settings


@dataclass(frozen=True)
class Recovery:
    """An open recovery directory: no other run can open it until it is closed or the process has ended.

    `shift` is how far the first run moved the times of a live stream (`engine.clock`): they are stored so.
    """

    directory: Path
    shift: timedelta
    _lock: IO[bytes]

    def close(self) -> None:
        """Let other runs open the directory."""
        self._lock.close()


def open_recovery(settings: Settings, inputs: Sequence[str], outputs: Sequence[str]) -> Recovery:
    """Open the directory that the settings name, and make it if it is not there.

    `inputs` and `outputs` say what the run reads and writes. A later run may read more inputs, after these.

    Raises:
        RecoveryError: another run uses the directory, it belongs to a different run, or it cannot be written.

    """
    directory = Path(settings.recovery or "")
    if os.fsencode(directory).decode(errors="replace") != str(directory):
        raise RecoveryError(f"{directory}: the engine takes no name that is not UTF-8 for its store.")
    if str(directory).startswith("file:"):
        raise RecoveryError(f"{directory}: the engine takes no name that begins with `file:` for its store.")
    try:
        return _open(directory, about_run(settings, inputs, outputs), settings.workers)
    except FileExistsError:
        raise RecoveryError(f"{directory} is not a directory.") from None
    except OSError as error:
        raise RecoveryError(f"{directory}: {error.strerror}.") from None


def _open(directory: Path, about: About, workers: int) -> Recovery:
    directory.mkdir(parents=True, exist_ok=True)
    lock = (directory / "lock").open("ab")
    try:
        return Recovery(directory, _set_up(directory, lock, about, workers), lock)
    except BaseException:
        lock.close()
        raise


def _set_up(directory: Path, lock: IO[bytes], about: About, workers: int) -> timedelta:
    """Make the directory ready for a run, and return the shift of the times in it."""
    if not locked(lock):
        raise RecoveryError(f"{directory} is in use by another run.")
    found = read_about(directory)
    if found is not None:
        compare(directory, found, about)
        about.shift_seconds = found.shift_seconds
    write_about(directory, about)
    try:
        lost = lost_store(directory, workers)
        if lost is not None:
            raise RecoveryError(f"{lost} is missing or empty: name a new recovery directory and output.")
        set_up_stores(directory, workers)
    except sqlite3.Error as error:
        raise RecoveryError(f"{directory} cannot be used: {error}.") from None
    return timedelta(seconds=about.shift_seconds)
