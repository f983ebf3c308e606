"""A bar on a terminal that shows how far the reading is."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from search_sessions.engine.stop import say


class Progress:
    """Shows how many bytes of the logs are read, if standard error is a terminal."""

    def __init__(self, logs: Sequence[str]) -> None:
        total = sum(Path(log).stat().st_size for log in logs)
        self._bar: tqdm[Any] = tqdm(
            total=total, unit="B", unit_scale=True, leave=False, disable=None, desc="reading"
        )

    def open(self, path: str) -> io.FileIO:
        """Open a file that moves the bar as it is read."""
        return WatchedFile(path, self._bar)

    def say(self, sentence: str) -> None:
        """Print a sentence on standard error, above the bar."""
        if self._bar.disable:
            say(sentence)
        else:
            self._bar.write(sentence, file=sys.stderr)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


class WatchedFile(io.FileIO):
    """A file that moves a progress bar as it is read."""

    def __init__(self, path: str, bar: "tqdm[Any]") -> None:
        super().__init__(path)
        self._bar = bar

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and move the bar."""
        block = super().read(-1 if size is None else size) or b""
        self._bar.update(len(block))
        return block
