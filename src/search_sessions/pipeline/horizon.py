"""The time beyond which an event is from the future: it would make all that follow it late."""

from datetime import datetime, timedelta, timezone

from search_sessions.pipeline.reorder_buffer import EARLIEST

FROM_THE_FUTURE = "The event is from the future, {}: the clock that set its time is wrong."


class Horizon:
    """Moves with the wall clock, so far ahead of it; in steps, since a run must remember where it was."""

    def __init__(self, max_skew: timedelta) -> None:
        self._max_skew = max_skew
        self._time = EARLIEST

    def now(self) -> datetime:
        """Return the time beyond which an event is from the future."""
        time = datetime.now(timezone.utc) + self._max_skew
        if time - self._time > self._max_skew / 100:
            self._time = time
        return self._time
