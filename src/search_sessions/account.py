"""What becomes of every item that is read: an event, or nothing to do with one, or refused with a reason."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from search_sessions.events import Event


@dataclass(slots=True)
class Account:
    """What became of the items read: every one is counted as one of these."""

    events: int = 0
    ignored: int = 0
    rejected: int = 0
    late: int = 0

    def sentence(self, where: str = "") -> str:
        """Return the account as a sentence; `where` says in what the events are."""
        lines = self.events + self.ignored + self.rejected + self.late
        return (
            f"{lines:,} lines: {self.events:,} events{where}, {self.ignored:,} ignored, "
            f"{self.rejected:,} rejected, {self.late:,} late."
        )


class LateError(ValueError):
    """An event comes after later ones were handed on: its place in the order of time is gone."""


class Refused(NamedTuple):
    """An item that was rejected or is late, with a sentence that says why."""

    item: Any
    reason: str


class Batch(NamedTuple):
    """Events in order of time, and the items refused since the batch before."""

    events: list[Event]
    refused: list[Refused]


def batch_events(part_batch: tuple[str, Batch]) -> list[Event]:
    """Take the events out of what an ordered input hands on."""
    return part_batch[1].events
