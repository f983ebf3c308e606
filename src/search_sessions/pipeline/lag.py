"""The stop before the engine would drop an event.

The engine drops an event, without a word, when its lag (the wall clock less the event's time) exceeds the
least lag of its user's earlier events by more than the wait. That is so after a stall, after a time in which
the run was down, or where it cannot keep up. A source sees its lag first. It remembers the least lag of each
user (`user_lags`), and stops before it hands on what could be dropped: what is saved is from before a loss.

The engine handles a batch a moment after it was handed on. So the source stops a tenth of the wait early, and
when it is asked for more, looks again at the batch before: a stall that falls into that moment stops the run
before what was dropped is saved.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from search_sessions.events import Event
from search_sessions.pipeline.user_lags import NEVER, UNKNOWN, UserLags

EARLY = 0.9
"""The run stops when a lag has used up this part of the growth that it may have."""

A_MINUTE = timedelta(minutes=1)


class LagLimits(NamedTuple):
    """How far a lag may grow: by the wait of the run, of which the delay may have passed before.

    `memory` is how long the engine has a clock for a user who is quiet; None: to the end.
    """

    wait: timedelta = timedelta.max
    delay: timedelta = timedelta()
    memory: timedelta | None = None

    @property
    def growth(self) -> timedelta:
        """By how much a user's lag may grow before the engine drops an event: how long its clock waits."""
        return self.wait - self.delay


NO_LIMITS = LagLimits()


class LagState(NamedTuple):
    """The least lag of the users who have a clock, and when something was handed on last."""

    least: timedelta
    last: datetime


class LagTooLongError(Exception):
    """Events could be dropped; the message says what happened, and how to go on."""


class LagGuard:
    """Watches the lag of a partition, from where an earlier run has left it or anew."""

    def __init__(self, limits: LagLimits, state: LagState | None) -> None:
        self._limits = limits
        self._lags = UserLags(limits.memory, state.least if state else UNKNOWN)
        self._last = state.last if state else None
        self._resumed = state is not None  # and nothing was handed on since
        self._due = NEVER  # when the batch was due that was handed on since the source was asked last

    @property
    def state(self) -> LagState | None:
        """What a later run goes on from."""
        return None if self._last is None else LagState(self._lags.least(), self._last)

    def look_back(self) -> None:
        """Check, when the source is asked for more, the batch that the engine has handled meanwhile.

        Raises:
            LagTooLongError: some of its events may have been dropped.

        """
        self._compare(self._limits.growth)
        self._due = NEVER

    def hand_on(self, events: Sequence[Event]) -> None:
        """Check events in order of time that are about to be handed on, and remember their lag.

        Raises:
            LagTooLongError: some of them could be dropped.

        """
        first_times = self._lags.first_times(events)
        self._due = self._lags.due(first_times)
        self._compare(self._limits.growth * EARLY)
        self._last = datetime.now(timezone.utc)
        self._lags.note(first_times, self._last - events[-1].time, self._last)
        self._resumed = False

    def forget(self) -> None:
        """Forget what was handed on: the input has ended, and every session with it."""
        self._last = None
        self._lags = UserLags(self._limits.memory)

    def _compare(self, limit: timedelta) -> None:
        """Raise a sentence if the lag has grown by more than the limit."""
        now = datetime.now(timezone.utc)
        growth = now - self._due
        if growth <= limit or self._last is None:
            return
        pause = now - self._last
        what = f"cannot keep up: it is {in_words(growth)} behind"
        if pause > growth / 2:
            what = f"{'was down' if self._resumed else 'stood still'} for {in_words(pause)}"
        raise LagTooLongError(
            f"The run {what}, and its wait is {in_words(self._limits.wait)}: events could be dropped as "
            f"late, so it has stopped. Run it again with a longer wait: --wait {self._enough(growth)}."
        )

    def _enough(self, growth: timedelta) -> int:
        """Return a wait, in minutes, that is enough for this lag and for a restart some time from now."""
        return math.ceil((growth * 1.5 + self._limits.delay) / A_MINUTE) + 1


def in_words(duration: timedelta) -> str:
    """Return a duration to the second.

    >>> in_words(timedelta(hours=3, seconds=131.7))
    '3:02:11'
    """
    return str(timedelta(seconds=int(duration.total_seconds())))
