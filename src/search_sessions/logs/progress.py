"""A bar on a terminal that shows how far the reading is."""

import io
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from tqdm import tqdm

from search_sessions.engine.stop import say

STDIN = "/dev/stdin"


class Progress:
    """Shows how many bytes of the logs are read, if standard error is a terminal."""

    def __init__(self, logs: Sequence[str]) -> None:
        self._total = sum(Path(log).stat().st_size for log in logs)

    @cached_property
    def _bar(self) -> "tqdm[Any]":  # made during the run, which has another `sys.stderr`
        return tqdm(total=self._total, unit="B", unit_scale=True, leave=False, disable=None, desc="reading")

    def open(self, path: str) -> io.FileIO:
        """Open a file that moves the bar as it is read."""
        return WatchedFile(path, self.move)

    def move(self, size: int) -> None:
        """Move the bar by so many bytes."""
        try:
            self._bar.update(size)
        except OSError:  # the terminal is gone: that costs the bar, and no line of the log
            self._bar.disable = True

    def say(self, sentence: str) -> None:
        """Print a sentence on standard error, above the bar."""
        if self._bar.disable:
            say(sentence)
        else:
            with suppress(OSError), tqdm.external_write_mode(file=sys.stderr):
                say(sentence)

    def close(self) -> None:
        """Take the bar away."""
        with suppress(OSError):
            self._bar.close()


class WatchedFile(io.FileIO):
    """A file that tells how many bytes of it are read."""

    def __init__(self, path: str, tell_read: Callable[[int], object]) -> None:
        # Opened by its name, standard input would begin anew, though others may have read from it.
        super().__init__(0 if path == STDIN else path, closefd=path != STDIN)
        self._tell_read = tell_read

    def read(self, size: int | None = -1, /) -> bytes | None:  # type: ignore[override] # None: nothing yet
        """Read, and tell how much it was."""
        block: bytes | None = super().read(-1 if size is None else size)
        self._tell_read(len(block or b""))
        return block
