"""Lines as an output to standard output."""

import sys
from collections.abc import Sequence
from typing import Any

from bytewax.outputs import DynamicOutput, StatelessSink

from search_sessions.engine.stop import stop_run
from search_sessions.logs.sinks import ToLines, refuse_other_uses


class StdoutLines(DynamicOutput):
    """Writes the items of `(key, item)` pairs to standard output, many lines at a time.

    `others` are the files that the run reads or writes besides.

    Raises:
        OSError: standard output is one of the others.

    """

    def __init__(self, to_lines: ToLines, others: Sequence[str] = ()) -> None:
        refuse_other_uses("/dev/stdout", others)
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
        try:
            sys.stdout.buffer.write(self._to_lines(item[1]))
        except OSError as error:
            stop_run(f"Standard output: {error.strerror}.")

    def close(self) -> None:
        """Hand over what was kept."""
        try:
            sys.stdout.buffer.flush()
        except OSError as error:
            stop_run(f"Standard output: {error.strerror}.")
