"""Lines as an output to standard output."""

import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from bytewax.outputs import DynamicOutput, StatelessSink

from search_sessions.engine.stop import stop_at_stdout
from search_sessions.logs.file_checks import refuse_other_uses
from search_sessions.logs.sinks import ToLines

BLOCK = 64 * 1024
"""Bytes of lines that are written at a time."""


class StdoutLines(DynamicOutput):
    """Writes the items of `(key, item)` pairs to standard output, many lines at a time.

    It keeps the lines of a block itself: Python does not where `PYTHONUNBUFFERED` is set, as it is in many
    containers. `inputs` are the files that the run reads.

    Raises:
        OSError: standard output is one of the inputs.

    """

    def __init__(self, to_lines: ToLines, inputs: Sequence[str] = ()) -> None:
        refuse_other_uses("/dev/stdout", inputs)
        self._to_lines = to_lines
        self._file = open(sys.stdout.fileno(), "wb", BLOCK, closefd=False)  # noqa: SIM115

    def build(self, worker_index: int, worker_count: int) -> "StdoutLinesSink":  # noqa: ARG002
        """Build the worker's sink; all of them write to one file, so that no line breaks into another."""
        return StdoutLinesSink(self._to_lines, self._file)


class StdoutLinesSink(StatelessSink):
    """Writes lines to a file that is shared with the sinks of the other workers."""

    def __init__(self, to_lines: ToLines, file: BinaryIO) -> None:
        self._to_lines = to_lines
        self._file = file

    def write(self, item: tuple[str, Any]) -> None:
        """Write the lines of an item."""
        try:
            self._file.write(self._to_lines(item[1]))
        except OSError as error:
            stop_at_stdout(error)

    def close(self) -> None:
        """Hand over what was kept."""
        try:
            self._file.flush()
        except OSError as error:
            stop_at_stdout(error)
