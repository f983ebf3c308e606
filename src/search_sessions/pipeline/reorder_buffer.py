"""Events held back, and released in order of time once nothing older is to be expected."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, timezone
from operator import attrgetter

from search_sessions.events import Event

BATCH = 10_000
"""About how many events are released at a time: at each batch, the engine visits every open session."""

TICK = timedelta(seconds=0.25)
"""How far the watermark moves, at the least, before more events are released."""

EARLIEST = datetime.min.replace(tzinfo=timezone.utc)

LATE = "Late by {:.3f} s: the event is older than the newest before it by more than the delay."
LATE_AFTER_PAUSE = "Late by {:.3f} s: the input had paused, and what came before is handed on already."


time_of = attrgetter("time")


def earlier(time: datetime, delay: timedelta) -> datetime:
    """Return the time less the delay, or the earliest of all times."""
    return time - min(delay, time - EARLIEST)


class ReorderBuffer:
    """Holds events back until they are older than the newest by more than `max_delay`, or to the end.

    An event is late if it is older than the newest before it by more than the delay, whatever has been
    released by then. Without a delay, none is. On a live input, a quiet time lets go of events, too; what is
    older than those is late as well.
    """

    def __init__(self, max_delay: timedelta | None, newest: datetime, watermark: datetime) -> None:
        self.newest = newest  # of all events so far
        self.watermark = watermark  # all events before this time were released
        self.late_before = watermark  # an event before this time is late
        self.ready = 0  # how many events can be released
        self._max_delay = max_delay
        self._ready_before = watermark
        self._held: list[Event] = []  # in order of time, up to those that are ready
        self._set_late_before()

    def __len__(self) -> int:
        return len(self._held)

    def accept(self, event: Event) -> bool:
        """Hold the event back; return False if it is late instead."""
        time = event.time
        if time > self.newest:
            self.newest = time
            if self._max_delay is not None:
                self._set_late_before()
        if time < self.late_before:
            return False
        self._held.append(event)
        return True

    def why_late(self, event: Event) -> str:
        """Return a sentence that says by how much an event that was not accepted is late, and why."""
        sentence = LATE_AFTER_PAUSE if self.watermark > self._late_by_rule() else LATE
        return sentence.format((self.late_before - event.time).total_seconds())

    def find_ready(self, quiet: timedelta) -> None:
        """Find the events that are ready, if none came for the `quiet` time."""
        if self._held and self._max_delay is not None:
            self._find_before(earlier(self.newest, self._max_delay - quiet))

    def end(self) -> None:
        """Make all events ready: no more will come."""
        self._held.sort(key=time_of)
        self.ready, self._ready_before = len(self._held), self.newest

    def forget_released(self) -> None:
        """Forget what was released: the input has ended, and every session with it."""
        self.watermark = EARLIEST

    def release(self) -> list[Event]:
        """Take the events that are ready, or so many of them as make a batch."""
        size = self.ready
        if size > BATCH:  # a batch never ends between events of one time
            size = bisect_right(self._held, self._held[BATCH - 1].time, hi=size, key=time_of)
        events = self._held[:size]
        del self._held[:size]
        self.ready -= size
        if size:
            self.watermark = self._held[0].time if self.ready else self._ready_before
            self._set_late_before()
        return events

    def _find_before(self, ready_before: datetime) -> None:
        if ready_before - self.watermark >= TICK:
            self._held.sort(key=time_of)  # only now: a live input comes in many small chunks
            self.ready = bisect_left(self._held, ready_before, key=time_of)
            self._ready_before = ready_before

    def _set_late_before(self) -> None:
        self.late_before = max(self.watermark, self._late_by_rule())

    def _late_by_rule(self) -> datetime:
        return EARLIEST if self._max_delay is None else earlier(self.newest, self._max_delay)
