"""A line of a log or a message of a topic, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import msgspec

from search_sessions.events import Event
from search_sessions.formats.records import Outcome, Read, RecordError


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a log and where it stands; `problem` is a sentence if it could not be read in full.

    It is a struct, which is made in less time than a tuple with names, since one is made for every line.
    """

    file: str
    number: int
    text: bytes
    problem: str = ""


class LineMark(NamedTuple):
    """The number of a line in its file, and its checksum: enough to see whether it is still the same."""

    number: int
    checksum: int


def mark_of(item: Any) -> LineMark | None:
    """Return the mark of an item that is a line; a message of a topic cannot change, and needs none."""
    return LineMark(item.number, crc32(item.text)) if isinstance(item, Line) else None


class DeadLetter(NamedTuple):
    """An item that is in no session, with a sentence that says why: it was rejected, or it is late."""

    item: Any
    reason: str


class Batch(NamedTuple):
    """Events in order of time, and the dead letters since the batch before."""

    events: list[Event]
    dead_letters: list[DeadLetter]


def batch_events(part_batch: tuple[str, Batch]) -> list[Event]:
    """Take the events out of what an ordered input hands on."""
    return part_batch[1].events


@dataclass(slots=True)
class LineCounts:
    """What became of the records that were read: every one is counted as one of the first four.

    `further` counts the records beyond the first of each line: a line may hold many.
    """

    events: int = 0
    ignored: int = 0
    rejected: int = 0
    late: int = 0
    further: int = 0

    def __add__(self, other: "LineCounts") -> "LineCounts":
        """Return the counts of both together."""
        return LineCounts(
            self.events + other.events,
            self.ignored + other.ignored,
            self.rejected + other.rejected,
            self.late + other.late,
            self.further + other.further,
        )

    @property
    def records(self) -> int:
        """How many were events, or should have been."""
        return self.events + self.rejected + self.late

    @property
    def lines(self) -> int:
        """How many lines, or messages, were read."""
        return self.records + self.ignored - self.further

    def sentence(self, where: str = "") -> str:
        """Return the counts as a sentence; `where` says in what the events are."""
        lines = counted(self.lines, "line")
        if self.further:
            lines += f" with {counted(self.records + self.ignored, 'record')}"
        return (
            f"{lines}: {counted(self.events, 'event')}{where}, {self.ignored:,} ignored, "
            f"{self.rejected:,} rejected, {self.late:,} late."
        )


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number of things in words.

    >>> counted(1, "line"), counted(2_000, "line"), counted(0, "search", "searches")
    ('1 line', '2,000 lines', '0 searches')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def line_reader(read: Read) -> Callable[[Line], list[Outcome]]:
    """Return a reader of lines, from a reader of their text: a line with a problem is rejected."""

    def read_line(line: Line) -> list[Outcome]:
        return [RecordError(line.problem)] if line.problem else read(line.text)

    return read_line


class NotCaughtUp:
    """What a live source hands on if nothing comes and it cannot tell whether everything was read.

    None, in contrast, says that all was read: time may pass. The distinction keeps an outage from making
    late what was logged meanwhile.
    """


NOT_CAUGHT_UP = NotCaughtUp()
