"""Lines that were rejected or late, as an output: to a file, or the first few to standard error."""

import os
from collections.abc import Callable
from itertools import pairwise

from bytewax.outputs import DynamicOutput, StatelessSink

from search_sessions.engine.stop import say
from search_sessions.formats.json_lines import as_text, json_line
from search_sessions.pipeline.records import Batch, DeadLetter, Line

NO_LINE = Line("", 0, b"")

SHOWN = 5
"""Dead letters that are shown where no file was named for them."""


def dead_letter_lines(batch: Batch) -> bytes:
    """Return the dead letters of a batch as lines of JSON.

    Where a line of the log held many records, several letters may be of that line: its text, which may be
    long, is that of the first.
    """
    letters = [DeadLetter(NO_LINE, ""), *batch.dead_letters]
    return b"".join(
        dead_letter_line(letter if letter.item is not before.item else without_text(letter))
        for before, letter in pairwise(letters)
    )


def without_text(letter: DeadLetter) -> DeadLetter:
    """Return the dead letter without the text of its line."""
    line: Line = letter.item
    return DeadLetter(Line(line.file, line.number, b""), letter.reason)


def dead_letter_line(letter: DeadLetter) -> bytes:
    """Return a dead letter as a line of JSON: where its line stands, why it is here, what it says."""
    line: Line = letter.item
    file = as_text(os.fsencode(line.file))  # a file's name need not be UTF-8
    return json_line({"file": file, "line": line.number, "reason": letter.reason, "text": as_text(line.text)})


def sentence_of(letter: DeadLetter) -> str:
    """Return a dead letter as a sentence: where its line stands, and why it is here."""
    line: Line = letter.item
    return f"{line.file}, line {line.number}: {letter.reason}"


class FirstDeadLetters(DynamicOutput):
    """Shows the first dead letters of a log on standard error, and counts the others."""

    def __init__(self, show: Callable[[str], None] = say) -> None:
        self._show = show

    def build(self, worker_index: int, worker_count: int) -> "FirstDeadLettersSink":  # noqa: ARG002
        """Build the worker's sink."""
        return FirstDeadLettersSink(self._show)


class FirstDeadLettersSink(StatelessSink):
    """Shows what it is given first; keeps the count of all."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._count = 0

    def write(self, item: tuple[str, Batch]) -> None:
        """Show the dead letters of a batch, unless enough were shown."""
        letters = item[1].dead_letters
        for letter in letters[: max(0, SHOWN - self._count)]:
            self._show(sentence_of(letter))
        self._count += len(letters)

    def close(self) -> None:
        """Say how many were not shown."""
        if self._count > SHOWN:
            self._show(f"... and {self._count - SHOWN:,} more: name a file for rejects to have them all.")
