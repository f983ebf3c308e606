"""The stop before the engine would drop an event.

The engine drops an event, without a word, when its lag (the wall clock less the event's time) exceeds the
least lag of its user's earlier events by more than the wait. That is so after a stall, after a time in which
the run was down, or where it cannot keep up. A source sees its lag first: it remembers the least that it has
had, and stops where what it is about to hand on could be dropped. What is saved is from before.

The engine handles a batch a moment after it was handed on. So the source stops a tenth of the wait early, and
when it is asked for more, looks again at the batch before: a stall that falls into that moment stops the run
before what was dropped is saved.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from search_sessions.events import Event

EARLY = 0.9
"""The part of the wait at which the run stops."""

A_MINUTE = timedelta(minutes=1)


class LagState(NamedTuple):
    """The least lag of what was handed on, and when something was handed on last."""

    least: timedelta
    last: datetime


class HandedOn(NamedTuple):
    """A batch that was handed on: its oldest time, and the least lag before it."""

    oldest: datetime
    least: timedelta


class LagTooLongError(Exception):
    """Events could be dropped; the message says what happened, and how to go on."""


class LagGuard:
    """Watches the lag of a partition; `wait` is how much it may grow before the engine drops events."""

    def __init__(self, wait: timedelta, state: LagState | None) -> None:
        self.state = state
        self._wait = wait
        self._resumed = state is not None  # and nothing was handed on since
        self._batch: HandedOn | None = None  # since the source was asked last

    def look_back(self) -> None:
        """Check, when the source is asked for more, the batch that the engine has handled meanwhile.

        Raises:
            LagTooLongError: some of its events may have been dropped.

        """
        if self._batch is not None:
            self._compare(self._batch, self._wait)
            self._batch = None

    def hand_on(self, events: Sequence[Event]) -> None:
        """Check events in order of time that are about to be handed on, and remember their lag.

        Raises:
            LagTooLongError: some of them could be dropped.

        """
        now = datetime.now(timezone.utc)
        lag = now - events[-1].time
        if self.state is not None:
            self._batch = HandedOn(events[0].time, self.state.least)
            self._compare(self._batch, self._wait * EARLY)
            lag = min(lag, self.state.least)
        self.state = LagState(lag, now)
        self._resumed = False

    def forget(self) -> None:
        """Forget what was handed on: the input has ended, and every session with it."""
        self.state = None

    def _compare(self, batch: HandedOn, limit: timedelta) -> None:
        """Raise a sentence if the lag has grown by more than the limit."""
        now = datetime.now(timezone.utc)
        growth = now - batch.oldest - batch.least
        if growth <= limit or self.state is None:
            return
        pause = now - self.state.last
        what = f"cannot keep up: it is {in_words(growth)} behind"
        if pause > growth / 2:
            what = f"{'was down' if self._resumed else 'stood still'} for {in_words(pause)}"
        raise LagTooLongError(
            f"The run {what}, and its wait is {in_words(self._wait)}: the next events could be dropped "
            "as late. They were not handed on. Run it again with a longer wait: "
            f"--wait {self._enough(growth)}."
        )

    def _enough(self, growth: timedelta) -> int:
        """Return a wait, in minutes, that is enough for this lag and for a restart some time from now."""
        return math.ceil(growth * 1.5 / A_MINUTE) + 1


def in_words(duration: timedelta) -> str:
    """Return a duration to the second.

    >>> in_words(timedelta(hours=3, seconds=131.7))
    '3:02:11'
    """
    return str(timedelta(seconds=int(duration.total_seconds())))
