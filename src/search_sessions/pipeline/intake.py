"""What becomes of each item that is read: an event that is held back, a dead letter, or nothing; counted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.horizon import FROM_THE_FUTURE
from search_sessions.pipeline.records import DeadLetter, Line
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

    def take(self, items: Iterable[Any], read: Callable[[Any], list[Outcome]]) -> int:
        """Read items until there are enough dead letters, and hold their events back; return how many."""
        taken, held, lines_before = 0, len(self.buffer), self.counts.lines
        accept, horizon = self.buffer.accept, self.horizon
        for item in items:
            taken += 1
            for outcome in read(item):
                if (
                    outcome is None
                    or isinstance(outcome, RecordError)
                    or outcome.time > horizon
                    or not accept(outcome)
                ):
                    self._set_aside(item, outcome)
            if self.letters and self.is_full:
                break
        self.counts.events += len(self.buffer) - held
        self.counts.further += self.counts.lines - lines_before - taken
        return taken

    def _set_aside(self, item: Any, outcome: Outcome) -> None:
        """Make a dead letter of the item, unless it is to be ignored; count which."""
        if outcome is None:
            self.counts.ignored += 1
        elif isinstance(outcome, RecordError):
            self.counts.rejected += 1
            self.letters.append(DeadLetter(item, str(outcome)))
        elif outcome.time > self.horizon:
            self.counts.rejected += 1
            self.letters.append(DeadLetter(item, FROM_THE_FUTURE.format(outcome.time)))
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
