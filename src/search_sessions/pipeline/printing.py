"""Standard output of a program that prints tables: it takes every letter, and ends the program if it fails.

Without it, a full device would be a traceback, and nobody would notice a closed output.
"""

import io
import os
import sys
from typing import BinaryIO

from search_sessions.engine.stop import stop_at_stdout, stop_run


class Printing(io.TextIOWrapper):
    """Text to print: a letter that the output's encoding lacks becomes a question mark."""

    def __init__(self, buffer: BinaryIO, encoding: str, *, line_buffering: bool) -> None:
        super().__init__(buffer, encoding, "replace", line_buffering=line_buffering)

    def write(self, text: str, /) -> int:
        """Write text, or end the program with a sentence; without a word where the reader is gone."""
        try:
            return super().write(text)
        except OSError as error:
            stop_at_stdout(error)

    def flush(self) -> None:
        """Hand over what was written, as Python does at its end, too; or end the program likewise."""
        try:
            super().flush()
        except OSError as error:
            stop_at_stdout(error)


def prepare_printing() -> None:
    """Print through `Printing` from here on; end the program where standard output is closed."""
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115 - or `print` would take standard output
    if sys.stdout is None:
        stop_run("Standard output is closed.")
    out = sys.stdout
    sys.stdout = Printing(out.buffer, out.encoding, line_buffering=bool(out.line_buffering))
