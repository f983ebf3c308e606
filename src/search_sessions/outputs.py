"""Lines of JSON as an output: to a file, each exactly once, or to standard output.

The engine's `FileOutput` waits for the disk at every line; this one does so once an epoch.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec
from bytewax.outputs import DynamicOutput, PartitionedOutput, StatefulSink, StatelessSink

from search_sessions.account import Batch, Refused
from search_sessions.metrics import SearchSummary
from search_sessions.ubi import Line

ToLines = Callable[[Any], bytes]
"""Turns an item of the flow into lines of JSON: one, several or none."""

SHOWN = 5
"""Refused lines that are shown where no file was named for them."""

_encode = msgspec.json.Encoder().encode


def search_line(summary: SearchSummary) -> bytes:
    """Return the search as a line of JSON."""
    return _encode(summary) + b"\n"


def refused_lines(batch: Batch) -> bytes:
    """Return the refused lines of a batch as lines of JSON."""
    return b"".join(map(refused_line, batch.refused))


def refused_line(refused: Refused) -> bytes:
    """Return a refused line of a log as a line of JSON: where it stands, why it was refused, what it says."""
    line: Line = refused.item
    text = line.text.rstrip(b"\r\n").decode(errors="backslashreplace")
    return _encode({"file": line.file, "line": line.number, "reason": refused.reason, "text": text}) + b"\n"


class FileLines(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a file, which starts anew unless a run is resumed."""

    def __init__(self, path: str, to_lines: ToLines) -> None:
        self._path = path
        self._to_lines = to_lines

    def list_parts(self) -> set[str]:
        """Name the only partition: the file."""
        return {self._path}

    def assign_part(self, item_key: str) -> str:  # noqa: ARG002
        """Send every item to the file."""
        return self._path

    def build_part(self, for_part: str, resume_state: int | None) -> "FileLinesSink":
        """Open the file, cut to what an earlier run had surely written."""
        return FileLinesSink(for_part, self._to_lines, resume_state or 0)


class FileLinesSink(StatefulSink):
    """Writes lines to a file from an offset on."""

    def __init__(self, path: str, to_lines: ToLines, offset: int) -> None:
        self._to_lines = to_lines
        self._file = open(path, "ab")  # noqa: SIM115
        self._file.truncate(offset)

    def write(self, value: Any) -> None:
        """Write the lines of an item."""
        self._file.write(self._to_lines(value))

    def snapshot(self) -> int:
        """Put all lines on the disk; return how many bytes the file has now."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class StdoutLines(DynamicOutput):
    """Writes the items of `(key, item)` pairs to standard output, many lines at a time."""

    def __init__(self, to_lines: ToLines) -> None:
        self._to_lines = to_lines

    def build(self, worker_index: int, worker_count: int) -> "StdoutLinesSink":  # noqa: ARG002
        """Build the worker's sink."""
        return StdoutLinesSink(self._to_lines)


class StdoutLinesSink(StatelessSink):
    """Writes lines to standard output, which keeps them until it has a block of them."""

    def __init__(self, to_lines: ToLines) -> None:
        self._to_lines = to_lines

    def write(self, item: tuple[str, Any]) -> None:
        """Write the lines of an item."""
        sys.stdout.buffer.write(self._to_lines(item[1]))

    def close(self) -> None:
        """Hand over what was kept."""
        sys.stdout.buffer.flush()


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
