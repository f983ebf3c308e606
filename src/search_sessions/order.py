"""Events in order of time, whatever the order they were logged in.

On Bytewax 0.16 a session window silently loses events when one user's events come out of order. So order is
made here, before the flow: events are held back until nothing older is to be expected, then handed on in
order of time. What comes too late even so is kept out of the flow, and reported.
"""

import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.account import Account, Batch, LateError, Refused
from search_sessions.events import Event
from search_sessions.pairs import Pair
from search_sessions.workers import SPARES, SpareSource, keep_thread_state

BATCH = 10_000
"""About how many events are handed on at a time: at each, the engine visits every open session."""

TICK = timedelta(seconds=0.25)
"""How far time moves on, at the least, before more events are handed on."""

FUTURE = timedelta(days=1)
"""An event further ahead of the wall clock is refused: it would make all that follow it late."""

EARLIEST = datetime.min.replace(tzinfo=timezone.utc)

Read = Callable[[Any], list[Event]]
"""Turns an item into its events, all of one time; raises ValueError, with a sentence, if it cannot."""

time_of = attrgetter("time")


class Unknown:
    """What a live source hands on if nothing comes and it cannot tell whether everything was read.

    None, in contrast, says that all was read: time may pass. The distinction keeps an outage from making
    late what was logged meanwhile.
    """


UNKNOWN = Unknown()


class OrderedState(NamedTuple):
    """What an ordered source remembers: where to read again, and what it need not hand on again."""

    position: Any  # of the wrapped source, before the first item whose events may be held back
    read: int  # items after that position that were read: they are in the account
    passed: datetime  # all events before this time were handed on
    account: Account


class OrderedInput(PartitionedInput):
    """Wraps a partitioned input: hands on its items' events, each partition's in order of time.

    Items may come up to `max_delay` of event time out of order. Without it everything is held back until
    the input ends. What is handed on are pairs: the name of the partition, a `Batch`. Where a partition
    ends, `on_end` is given its account. An event more than `future` ahead of the wall clock is refused.
    """

    def __init__(
        self,
        source: PartitionedInput,
        read: Read,
        max_delay: timedelta | None = None,
        on_end: Callable[[Account], None] = lambda _account: None,
        future: timedelta = FUTURE,
    ) -> None:
        self._source = source
        self._read = read
        self._max_delay = max_delay
        self._on_end = on_end
        self._future = future

    def list_parts(self) -> set[str]:
        """Name the partitions of the input, and the spare ones."""
        return set(self._source.list_parts()) | SPARES

    def build_part(self, for_part: str, resume_state: OrderedState | None) -> StatefulSource:
        """Build a partition, from where an earlier run left it or from its start."""
        keep_thread_state()
        if for_part in SPARES:
            return SpareSource()
        state = resume_state or OrderedState(None, 0, EARLIEST, Account())
        source = self._source.build_part(for_part, state.position)
        if source is None:
            raise RuntimeError(f"The input has lost its partition {for_part}.")
        return OrderedSource(for_part, source, self._read, self._max_delay, self._on_end, state, self._future)


class _Chunk(NamedTuple):
    """Items read in one go: the position before them, their number, and the time of the newest event."""

    position: Any
    items: int
    newest: datetime


class OrderedSource(StatefulSource):
    """Holds the events of a partition back until they can be handed on in order of time."""

    def __init__(
        self,
        part: str,
        source: StatefulSource,
        read: Read,
        max_delay: timedelta | None,
        on_end: Callable[[Account], None],
        state: OrderedState,
        future: timedelta = FUTURE,
    ) -> None:
        self._account = replace(state.account)
        self._part = part
        self._source = source
        self._read = read
        self._max_delay = max_delay
        self._on_end = on_end
        self._again = state.read  # items to come that an earlier run has accounted for
        self._passed = state.passed
        self._future = future
        self._newest = EARLIEST
        self._idle = False  # the source had nothing to hand on when it was asked last
        self._quiet_since: float | None = None  # since when it had, as far as is known, nothing to hand on
        self._quiet = 0.0  # seconds it had nothing to hand on since the newest event
        self._ended = False
        self._held: list[Event] = []  # in order of time
        self._due = 0  # how many of them can be handed on
        self._due_before = EARLIEST
        self._chunks: deque[_Chunk] = deque()  # those with events that are held back

    def next(self) -> tuple[str, Batch] | None:
        """Return the next batch, or None if nothing is due yet."""
        refused: list[Refused] = []
        while not self._due and not self._ended and len(refused) < BATCH:
            self._read_chunk(refused)
            self._find_due()
            if self._idle:
                break
        if self._due or refused:
            return Pair((self._part, Batch(self._hand_on(), refused)))
        if self._ended:
            raise StopIteration
        return None

    def snapshot(self) -> OrderedState:
        """Return what it takes to go on: a position and a time, not the events held back."""
        position = self._chunks[0].position if self._chunks else self._source.snapshot()
        read = sum(chunk.items for chunk in self._chunks) + self._again
        return OrderedState(position, read, self._passed, replace(self._account))

    def close(self) -> None:
        """Close the wrapped source, at the end of the input."""
        self._source.close()
        self._on_end(self._account)

    def _read_chunk(self, refused: list[Refused]) -> None:
        """Hold back the events of the next items; sort them among the others."""
        position, held, items = self._source.snapshot(), len(self._held), 0
        now = datetime.now(timezone.utc)
        horizon = now + self._future
        for items, item in enumerate(self._items(), start=1):  # noqa: B007
            self._held += self._accept(item, horizon, refused)
        if items:
            newest = max(map(time_of, self._held[held:]), default=EARLIEST)
            if newest > self._newest:  # a clock that is fast does not make the others' events late
                self._newest, self._quiet = max(self._newest, min(newest, now)), 0.0
            self._chunks.append(_Chunk(position, items, newest))

    def _items(self) -> Iterator[Any]:
        """Read what there is: no more than are held already, so that sorting costs little for each."""
        for _ in range(max(BATCH, len(self._held))):
            try:
                item = self._source.next()
            except StopIteration:
                self._ended = True
                return
            self._idle = item is None or item is UNKNOWN
            if item is None:
                since, self._quiet_since = self._quiet_since, time.monotonic()
                self._quiet += self._quiet_since - (since or self._quiet_since)
            else:
                self._quiet_since = None
            if self._idle:
                return
            yield item

    def _accept(self, item: Any, horizon: datetime, refused: list[Refused]) -> list[Event]:
        """Account for the item; return its events, unless it is refused."""
        again = self._again > 0
        self._again -= again
        try:
            events = self._read(item)
            if events:
                self._check(events[0].time, horizon)
        except ValueError as error:
            if not again:
                refused.append(Refused(item, str(error)))
                if isinstance(error, LateError):
                    self._account.late += 1
                else:
                    self._account.rejected += 1
            return []
        if not again:
            if events:
                self._account.events += 1
            else:
                self._account.ignored += 1
        return events

    def _check(self, event_time: datetime, horizon: datetime) -> None:
        """Raise the reason why an event of that time cannot be handed on, if there is one."""
        if event_time > horizon:
            raise ValueError(f"The event is from the future, {event_time}: the clock that set it is wrong.")
        if event_time < self._passed:
            raise LateError(f"late by {(self._passed - event_time).total_seconds():.3f} s")

    def _find_due(self) -> None:
        """Find the events held back that can be handed on: those older than the newest by the delay."""
        if self._ended:
            self._held.sort(key=time_of)
            self._due, self._due_before = len(self._held), self._newest
        elif self._held and self._max_delay is not None:
            # While nothing comes, time passes all the same.
            wait = self._max_delay - timedelta(seconds=self._quiet)
            due_before = self._newest - min(wait, self._newest - EARLIEST)
            if due_before - self._passed >= TICK:
                self._held.sort(key=time_of)  # only now: a live input comes in many small chunks
                self._due = bisect_left(self._held, due_before, key=time_of)
                self._due_before = due_before

    def _hand_on(self) -> list[Event]:
        """Take the events that are due, or so many of them as make a batch."""
        size = self._due
        if size > BATCH:  # a batch never ends between events of one time
            size = bisect_right(self._held, self._held[BATCH - 1].time, hi=size, key=time_of)
        events = self._held[:size]
        del self._held[:size]
        self._due -= size
        if size:
            self._passed = self._held[0].time if self._due else self._due_before
        while self._chunks and (self._chunks[0].newest < self._passed or not self._held):
            self._chunks.popleft()
        return events
