"""A line of a log or a message of a topic, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

import msgspec

from search_sessions.events import Event
from search_sessions.formats.outcomes import Outcome, Read, RecordError

CHANGED = (
    "{} was changed since it was read {}: put that file back, or name a new recovery directory and output."
)
"""What is said of a log that another run has read: its name, and how far it was read."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a log and where it stands; `problem` is a sentence if it could not be read in full.

    It is a struct, which is made in less time than a tuple with names, since one is made for every line.
    """

    file: str
    number: int
    text: bytes
    problem: str = ""


@dataclass(frozen=True)
class LineMark:
    """The number of a line in its file, and its checksum: enough to see whether it is still the same."""

    file: str = field(compare=False)  # as the run names it: the next may name it otherwise
    number: int
    checksum: int


def mark_of(item: Any) -> LineMark | None:
    """Return the mark of an item that is a line; a message of a topic cannot change, and needs none."""
    return LineMark(item.file, item.number, crc32(item.text)) if isinstance(item, Line) else None


class DeadLetter(NamedTuple):
    """An item that is in no session, with a sentence that says why: it was rejected, or it is late."""

    item: Any
    reason: str


class Batch(NamedTuple):
    """Events in order of time, and the dead letters since the batch before."""

    events: list[Event]
    dead_letters: list[DeadLetter]


def line_reader(read: Read, *, rejects: bool = True) -> Callable[[Line], list[Outcome]]:
    """Return a reader of lines, from a reader of their text.

    It `rejects` a line with a problem, or passes over it: of several processes, one alone is to report it.
    """

    def read_line(line: Line) -> list[Outcome]:
        if line.problem:
            return [RecordError(line.problem)] if rejects else []
        return read(line.text)

    return read_line


class NotCaughtUp:
    """What a live source hands on if nothing comes and it cannot tell whether everything was read.

    None, in contrast, says that all was read: time may pass. The distinction keeps an outage from making
    late what was logged meanwhile.
    """


NOT_CAUGHT_UP = NotCaughtUp()
