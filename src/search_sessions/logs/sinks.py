"""Lines as an output to a file, each exactly once.

The engine's `FileOutput` waits for the disk at every line; this one does so once an epoch.
"""

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from bytewax.outputs import PartitionedOutput, StatefulSink

from search_sessions.engine.stop import stop_run
from search_sessions.pipeline.lock import locked

ToLines = Callable[[Any], bytes]
"""Turns an item of the flow into lines: one, several or none."""


def refuse_other_uses(path: str, others: Sequence[str]) -> None:
    """Raise an error if the path names one of the other files; a terminal or a pipe may have several uses."""
    for other in map(Path, others):
        if Path(path).is_file() and other.exists() and other.samefile(path):
            raise FileExistsError(errno.EEXIST, "This run has another use for the file", path)


class FileLines(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a file, which starts anew unless a run is resumed.

    `others` are the files that the run reads or writes besides.

    Raises:
        OSError: the path names no file that can be written, or one of the others.

    """

    def __init__(self, path: str, to_lines: ToLines, others: Sequence[str] = ()) -> None:
        if not Path(path).is_fifo():  # opened and closed, a pipe would end for whoever reads it
            open(path, "ab").close()
        refuse_other_uses(path, others)
        self._path = path
        self._to_lines = to_lines

    def list_parts(self) -> set[str]:
        """Name the only partition: the file. Its path will not do, since it may be no valid text."""
        return {"file"}

    def assign_part(self, item_key: str) -> str:  # noqa: ARG002
        """Send every item to the file."""
        return "file"

    def build_part(self, for_part: str, resume_state: int | None) -> "FileLinesSink":  # noqa: ARG002
        """Open the file, cut to what an earlier run had surely written."""
        return FileLinesSink(self._path, self._to_lines, resume_state or 0)


class FileLinesSink(StatefulSink):
    """Writes lines to a file from an offset on; a pipe or a device takes them as they come.

    The file is locked, so that no other run writes to it. What goes wrong ends the run with a sentence.
    """

    def __init__(self, path: str, to_lines: ToLines, offset: int) -> None:
        self._path = path
        self._to_lines = to_lines
        self._file = open(path, "ab")  # noqa: SIM115
        self._is_file = Path(path).is_file()
        if self._is_file:
            self._begin_at(offset)

    def write(self, value: Any) -> None:
        """Write the lines of an item."""
        try:
            self._file.write(self._to_lines(value))
        except OSError as error:
            self._stop(error)

    def snapshot(self) -> int:
        """Put all lines on the disk; return how many bytes the file has now."""
        try:
            self._file.flush()
            if not self._is_file:
                return 0
            os.fsync(self._file.fileno())
            return self._file.tell()
        except OSError as error:
            self._stop(error)

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self._stop(error)

    def _begin_at(self, offset: int) -> None:
        if not locked(self._file):
            stop_run(f"{self._path}: another run is writing to it.", status=2)
        size = os.fstat(self._file.fileno()).st_size
        if size < offset:
            stop_run(
                f"{self._path} has {size:,} bytes, and the run had written {offset:,}: put that file back, "
                "or name a new recovery directory and output.",
                status=2,
            )
        self._file.truncate(offset)

    def _stop(self, error: OSError) -> NoReturn:
        stop_run(f"{self._path}: {error.strerror}.")
