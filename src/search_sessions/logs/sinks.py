"""Lines as an output to a file, each exactly once.

The engine's `FileOutput` waits for the disk at every line; this one does so once an epoch.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from bytewax.outputs import PartitionedOutput, StatefulSink

from search_sessions.engine.stop import stop_run
from search_sessions.logs.file_checks import check_writable, refuse_other_uses
from search_sessions.pipeline.lock import locked

ToLines = Callable[[Any], bytes]
"""Turns an item of the flow into lines: one, several or none."""


TAIL = 100
"""Bytes at the end of a file by which a run that goes on knows it again."""


class Written(NamedTuple):
    """What a file holds for sure: so many bytes, which end so."""

    size: int = 0
    tail: bytes = b""


class FileLines(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a file, which starts anew unless a run is resumed.

    `inputs` are the files that the run reads, `outputs` those that it writes lines to besides.

    Raises:
        OSError: the path names no file that can be written, or one of the others.

    """

    def __init__(
        self, path: str, to_lines: ToLines, inputs: Sequence[str] = (), outputs: Sequence[str] = ()
    ) -> None:
        check_writable(path)
        refuse_other_uses(path, [*inputs, "/dev/stderr"], outputs)
        self._path = path
        self._to_lines = to_lines

    def list_parts(self) -> set[str]:
        """Name the only partition: the file. Its path will not do, since it may be no valid text."""
        return {"file"}

    def assign_part(self, item_key: str) -> str:  # noqa: ARG002
        """Send every item to the file."""
        return "file"

    def build_part(self, for_part: str, resume_state: Written | None) -> "FileLinesSink":  # noqa: ARG002
        """Open the file, cut to what an earlier run had surely written."""
        return FileLinesSink(self._path, self._to_lines, resume_state or Written())


class FileLinesSink(StatefulSink):
    """Writes lines to a file after what is written; a pipe or a device takes them as they come.

    The file is locked, so that no other run writes to it. What goes wrong ends the run with a sentence.
    """

    def __init__(self, path: str, to_lines: ToLines, written: Written) -> None:
        self._path = path
        self._to_lines = to_lines
        self._tail = written.tail
        if written.size and not Path(path).exists():
            self._refuse("is gone")
        self._file = open(path, "ab")  # noqa: SIM115
        self._is_file = Path(path).is_file()
        if self._is_file:
            self._begin_after(written)

    def write(self, value: Any) -> None:
        """Write the lines of an item."""
        try:
            lines = self._to_lines(value)
            self._file.write(lines)
            self._tail = lines[-TAIL:] or self._tail
        except OSError as error:
            self._stop(error)

    def snapshot(self) -> Written:
        """Put all lines on the disk; return what the file holds now."""
        try:
            self._file.flush()
            if not self._is_file:
                return Written()
            os.fsync(self._file.fileno())
            return Written(self._file.tell(), self._tail)
        except OSError as error:
            self._stop(error)

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self._stop(error)

    def _begin_after(self, written: Written) -> None:
        if not locked(self._file):
            stop_run(f"{self._path}: another run is writing to it.", status=2)
        size = os.fstat(self._file.fileno()).st_size
        if size < written.size:
            self._refuse(f"has {size:,} bytes, and the run had written {written.size:,}")
        with open(self._path, "rb") as file:
            file.seek(written.size - len(written.tail))
            if file.read(len(written.tail)) != written.tail:
                self._refuse("is not the file that the run had written")
        self._file.truncate(written.size)
        self._file.seek(written.size)  # a file opened to append stands where it ended before

    def _refuse(self, reason: str) -> NoReturn:
        stop_run(
            f"{self._path} {reason}: put that file back, or name a new recovery directory and output.",
            status=2,
        )

    def _stop(self, error: OSError) -> NoReturn:
        stop_run(f"{self._path}: {error.strerror}.")
