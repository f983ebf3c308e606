"""What became of the records that were read, in numbers."""

from dataclasses import dataclass


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

    def sentence(self, where: str = "", noun: str = "line") -> str:
        """Return the counts as a sentence; `where` says in what the events are, `noun` what was read."""
        lines = counted(self.lines, noun)
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
