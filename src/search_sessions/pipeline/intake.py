"""What becomes of each item that is read: an event that is held back, a dead letter, or nothing; counted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from search_sessions.formats.records import Outcome, RecordError
from search_sessions.pipeline.horizon import FROM_THE_FUTURE
from search_sessions.pipeline.records import DeadLetter, Line, LineCounts
from search_sessions.pipeline.reorder_buffer import BATCH, ReorderBuffer

LONG_LINE = 4096
"""Bytes from which on a dead letter is handed on at once, so that long ones do not pile up in memory."""


@dataclass
class Intake:
    """Takes the outcomes of items, up to `horizon` in time; keeps the dead letters."""

    buffer: ReorderBuffer
    counts: LineCounts
    horizon: datetime
    letters: list[DeadLetter] = field(default_factory=list)

    def take(self, item: Any, outcome: Outcome) -> None:
        """Hold an event back, or make a dead letter of its item; count which."""
        if outcome is None:
            self.counts.ignored += 1
        elif isinstance(outcome, RecordError):
            self.counts.rejected += 1
            self.letters.append(DeadLetter(item, str(outcome)))
        elif outcome.time > self.horizon:
            self.counts.rejected += 1
            self.letters.append(DeadLetter(item, FROM_THE_FUTURE.format(outcome.time)))
        elif self.buffer.accept(outcome):
            self.counts.events += 1
        else:
            self.counts.late += 1
            self.letters.append(DeadLetter(item, self.buffer.why_late(outcome)))

    @property
    def is_full(self) -> bool:
        """Whether the dead letters are to be handed on: there are many, or the last of them is a long one."""
        if not self.letters:
            return False
        last = self.letters[-1].item
        return len(self.letters) >= BATCH or (isinstance(last, Line) and len(last.text) > LONG_LINE)
