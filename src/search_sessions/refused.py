"""Lines that were refused, as an output: to a file, or the first few to standard error."""

import sys
from collections.abc import Callable

from bytewax.outputs import DynamicOutput, StatelessSink

from search_sessions.account import Batch, Refused
from search_sessions.outputs import encode
from search_sessions.ubi import Line

SHOWN = 5
"""Refused lines that are shown where no file was named for them."""


def refused_lines(batch: Batch) -> bytes:
    """Return the refused lines of a batch as lines of JSON."""
    return b"".join(map(refused_line, batch.refused))


def refused_line(refused: Refused) -> bytes:
    """Return a refused line of a log as a line of JSON: where it stands, why it was refused, what it says."""
    line: Line = refused.item
    text = line.text.rstrip(b"\r\n").decode(errors="backslashreplace")
    return encode({"file": line.file, "line": line.number, "reason": refused.reason, "text": text}) + b"\n"


def say(sentence: str) -> None:
    """Print a sentence on standard error."""
    print(sentence, file=sys.stderr)


class RefusedToStderr(DynamicOutput):
    """Shows the first refused lines of a log on standard error, and counts the others."""

    def __init__(self, say: Callable[[str], None] = say) -> None:
        self._say = say

    def build(self, worker_index: int, worker_count: int) -> "RefusedToStderrSink":  # noqa: ARG002
        """Build the worker's sink."""
        return RefusedToStderrSink(self._say)


class RefusedToStderrSink(StatelessSink):
    """Writes what it is given first; keeps the count of all."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._count = 0

    def write(self, item: tuple[str, Batch]) -> None:
        """Show the refused lines of a batch, unless enough were shown."""
        refused = item[1].refused
        for line, reason in refused[: max(0, SHOWN - self._count)]:
            self._say(f"{line.file}, line {line.number}: {reason}")
        self._count += len(refused)

    def close(self) -> None:
        """Say how many were not shown."""
        if self._count > SHOWN:
            self._say(f"... and {self._count - SHOWN:,} more lines: --rejects FILE writes all.")
