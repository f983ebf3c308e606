"""Lines as an output: to a file, each exactly once, or to standard output.

The engine's `FileOutput` waits for the disk at every line; this one does so once an epoch.
"""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bytewax.outputs import DynamicOutput, PartitionedOutput, StatefulSink, StatelessSink

ToLines = Callable[[Any], bytes]
"""Turns an item of the flow into lines: one, several or none."""


class FileLines(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a file, which starts anew unless a run is resumed.

    `others` are the files that the run reads or writes besides.

    Raises:
        OSError: the path names no file that can be written, or one of the others.

    """

    def __init__(self, path: str, to_lines: ToLines, others: Sequence[str] = ()) -> None:
        if not Path(path).is_fifo():  # opened and closed, a pipe would end for whoever reads it
            open(path, "ab").close()
        if any(Path(path).samefile(other) for other in others):
            raise FileExistsError(errno.EEXIST, "This run has another use for the file", path)
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
    """Writes lines to a file from an offset on; a pipe or a device takes them as they come."""

    def __init__(self, path: str, to_lines: ToLines, offset: int) -> None:
        self._to_lines = to_lines
        self._file = open(path, "ab")  # noqa: SIM115
        self._is_file = Path(path).is_file()
        if self._is_file:
            self._file.truncate(offset)

    def write(self, value: Any) -> None:
        """Write the lines of an item."""
        self._file.write(self._to_lines(value))

    def snapshot(self) -> int:
        """Put all lines on the disk; return how many bytes the file has now."""
        self._file.flush()
        if not self._is_file:
            return 0
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
