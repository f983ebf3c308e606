"""Events held back, and handed on in order of time once nothing older is to be expected."""

from bisect import bisect_left, bisect_right
from collections import deque
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, NamedTuple

from search_sessions.events import Event

BATCH = 10_000
"""About how many events are handed on at a time: at each, the engine visits every open session."""

TICK = timedelta(seconds=0.25)
"""How far time moves on, at the least, before more events are handed on."""

EARLIEST = datetime.min.replace(tzinfo=timezone.utc)

time_of = attrgetter("time")


class Chunk(NamedTuple):
    """Items read in one go: the position before them, their number, and the time of the newest event."""

    position: Any
    items: int
    newest: datetime


class Holdback:
    """Holds events back until they are older than the newest by `max_delay`, or, without it, to the end."""

    def __init__(self, max_delay: timedelta | None, passed: datetime) -> None:
        self.passed = passed  # all events before this time were handed on
        self.due = 0  # how many events can be handed on
        self._max_delay = max_delay
        self._newest = EARLIEST
        self._held: list[Event] = []  # in order of time, up to those that are due
        self._due_before = EARLIEST
        self._chunks: deque[Chunk] = deque()  # those with events that are held back

    def __len__(self) -> int:
        return len(self._held)

    def add(self, events: list[Event], position: Any, items: int, now: datetime) -> bool:
        """Hold the events of a chunk back; return whether one is newer than all before."""
        newest = max(map(time_of, events), default=EARLIEST)
        self._held += events
        self._chunks.append(Chunk(position, items, newest))
        if newest <= self._newest:
            return False
        self._newest = max(self._newest, min(newest, now))  # a fast clock makes no other event late
        return True

    def oldest(self) -> tuple[Any, int] | None:
        """Return the position before all that is held, and the items read since; None if nothing is."""
        if not self._chunks:
            return None
        return self._chunks[0].position, sum(chunk.items for chunk in self._chunks)

    def find_due(self, quiet: float) -> None:
        """Find the events that are due, if nothing came for `quiet` seconds: time passes all the same."""
        if not self._held or self._max_delay is None:
            return
        delay = self._max_delay - timedelta(seconds=quiet)
        due_before = self._newest - min(delay, self._newest - EARLIEST)
        if due_before - self.passed >= TICK:
            self._held.sort(key=time_of)  # only now: a live input comes in many small chunks
            self.due = bisect_left(self._held, due_before, key=time_of)
            self._due_before = due_before

    def end(self) -> None:
        """Make all events due: no more will come."""
        self._held.sort(key=time_of)
        self.due, self._due_before = len(self._held), self._newest

    def hand_on(self) -> list[Event]:
        """Take the events that are due, or so many of them as make a batch."""
        size = self.due
        if size > BATCH:  # a batch never ends between events of one time
            size = bisect_right(self._held, self._held[BATCH - 1].time, hi=size, key=time_of)
        events = self._held[:size]
        del self._held[:size]
        self.due -= size
        if size:
            self.passed = self._held[0].time if self.due else self._due_before
        while self._chunks and (self._chunks[0].newest < self.passed or not self._held):
            self._chunks.popleft()
        return events
