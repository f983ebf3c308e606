"""Events in order of time, whatever the order they were logged in.

On Bytewax 0.16 a session window silently loses events when one user's events come out of order. So order is
made here, before the flow: events are held back until nothing older is to be expected, then released in
order of time. What is late even so is kept out of the flow, and reported.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import groupby
from typing import Any

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.engine.keyed_item import KeyedItem
from search_sessions.engine.workers import EMPTY_PARTITIONS, EmptySource, set_up_worker
from search_sessions.events import Event
from search_sessions.formats.records import Outcome, RecordError
from search_sessions.pipeline.records import NOT_CAUGHT_UP, Batch, DeadLetter, LineCounts
from search_sessions.pipeline.reorder_buffer import BATCH, EARLIEST, ReorderBuffer
from search_sessions.pipeline.state import Chunk, OrderedState, Span

MAX_CLOCK_SKEW = timedelta(days=1)
"""An event further ahead of the wall clock is rejected: it would make all that follow it late."""

FROM_THE_FUTURE = "The event is from the future, {}: the clock that set its time is wrong."
LATE = "Late by {:.3f} s: the event is older than the newest before it by more than the delay."


@dataclass(frozen=True)
class OrderedInput(PartitionedInput):
    """Wraps a partitioned input: hands on its items' events, each partition's in order of time.

    `read` turns an item into outcomes. Events may come up to `max_delay` out of order; without it,
    everything is held back until the input ends. What is handed on are pairs: the name of the partition, a
    `Batch`. Where a partition ends, `on_end` is given its counts. An event more than `max_skew` ahead of the
    wall clock is rejected.
    """

    source: PartitionedInput
    read: Callable[[Any], list[Outcome]]
    max_delay: timedelta | None = None
    on_end: Callable[[LineCounts], None] = lambda _counts: None
    max_skew: timedelta = MAX_CLOCK_SKEW

    def list_parts(self) -> set[str]:
        """Name the partitions of the input, and the empty ones."""
        return set(self.source.list_parts()) | EMPTY_PARTITIONS

    def build_part(self, for_part: str, resume_state: OrderedState | None) -> StatefulSource:
        """Build a partition, from where an earlier run left it or from its start."""
        set_up_worker()
        if for_part in EMPTY_PARTITIONS:
            return EmptySource()
        state = resume_state or OrderedState(None, (), EARLIEST, EARLIEST, LineCounts())
        source = self.source.build_part(for_part, state.position)
        if source is None:
            raise RuntimeError(f"The input has lost its partition {for_part}.")
        return OrderedSource(for_part, source, self, state)


class OrderedSource(StatefulSource):
    """Holds the events of a partition back until they can be handed on in order of time."""

    def __init__(self, part: str, source: StatefulSource, made_by: OrderedInput, state: OrderedState) -> None:
        self._part = part
        self._source = source
        self._made_by = made_by
        self._counts = replace(state.counts)
        self._again = deque(state.spans)  # items to come that an earlier run has counted
        self._buffer = ReorderBuffer(made_by.max_delay, state.newest, state.watermark)
        self._chunks: deque[Chunk] = deque()  # those with events that are held back
        self._horizon = EARLIEST
        self._idle = False  # the source had nothing to hand on when it was asked last
        self._quiet_since: float | None = None  # since when it had, as far as is known, nothing to hand on
        self._quiet = 0.0  # seconds it had nothing to hand on since the newest event
        self._ended = False

    def next(self) -> tuple[str, Batch] | None:
        """Return the next batch, or None if nothing is ready yet."""
        letters: list[DeadLetter] = []
        while not self._buffer.ready and not self._ended and len(letters) < BATCH:
            self._read_chunk(letters)
            if self._ended:
                self._buffer.end()
            else:
                self._buffer.find_ready(timedelta(seconds=self._quiet))
            if self._idle:
                break
        if self._buffer.ready or letters:
            return KeyedItem((self._part, Batch(self._release(), letters)))
        if self._ended:
            self._buffer.forget_released()
            raise StopIteration
        return None

    def snapshot(self) -> OrderedState:
        """Return what it takes to go on: positions and times, not the events held back."""
        read = [
            Span(sum(span.items for span in spans), horizon)
            for horizon, spans in groupby((chunk.span for chunk in self._chunks), lambda span: span.horizon)
        ]
        position, newest = self._source.snapshot(), self._buffer.newest
        if self._chunks:
            position, newest = self._chunks[0].position, self._chunks[0].newest_before
        spans = (*read, *self._again)
        return OrderedState(position, spans, newest, self._buffer.watermark, replace(self._counts))

    def close(self) -> None:
        """Close the wrapped source, at the end of the input."""
        self._source.close()
        self._made_by.on_end(self._counts)

    def _release(self) -> list[Event]:
        events = self._buffer.release()
        while self._chunks and (self._chunks[0].newest < self._buffer.watermark or not self._buffer):
            self._chunks.popleft()
        return events

    def _read_chunk(self, letters: list[DeadLetter]) -> None:
        """Hold back the events of the next items: no more than are held, so that sorting costs little."""
        position, newest_before = self._source.snapshot(), self._buffer.newest
        size, horizon, counts = max(BATCH, len(self._buffer)), self._horizon_now(), self._counts
        again = self._again.popleft() if self._again else None
        if again:  # read before a crash: these are counted, and reported where they had to be
            size, horizon, counts, letters = min(size, again.items), again.horizon, LineCounts(), []
        items = 0
        for items, item in enumerate(self._items(size), start=1):  # noqa: B007 - how many, is what is asked
            for outcome in self._made_by.read(item):
                self._hold_back(item, outcome, horizon, counts, letters)
        if again and items < again.items:
            self._again.appendleft(Span(again.items - items, horizon))
        if items:
            self._chunks.append(Chunk(position, newest_before, Span(items, horizon), self._buffer.newest))
        if self._buffer.newest > newest_before:
            self._quiet = 0.0

    def _hold_back(
        self, item: Any, outcome: Outcome, horizon: datetime, counts: LineCounts, letters: list[DeadLetter]
    ) -> None:
        """Hold an event back, or make a dead letter of its item; count which."""
        if outcome is None:
            counts.ignored += 1
        elif isinstance(outcome, RecordError):
            counts.rejected += 1
            letters.append(DeadLetter(item, str(outcome)))
        elif outcome.time > horizon:
            counts.rejected += 1
            letters.append(DeadLetter(item, FROM_THE_FUTURE.format(outcome.time)))
        elif self._buffer.accept(outcome):
            counts.events += 1
        else:
            counts.late += 1
            late = (self._buffer.late_before - outcome.time).total_seconds()
            letters.append(DeadLetter(item, LATE.format(late)))

    def _horizon_now(self) -> datetime:
        """Return the time beyond which an event is from the future; it moves in steps, to be remembered."""
        horizon = datetime.now(timezone.utc) + self._made_by.max_skew
        if horizon - self._horizon > self._made_by.max_skew / 100:
            self._horizon = horizon
        return self._horizon

    def _items(self, size: int) -> Iterator[Any]:
        """Read what there is, up to so many items."""
        for _ in range(size):
            try:
                item = self._source.next()
            except StopIteration:
                self._ended = True
                return
            self._idle = item is None or item is NOT_CAUGHT_UP
            if item is None:
                since, self._quiet_since = self._quiet_since, time.monotonic()
                self._quiet += self._quiet_since - (since or self._quiet_since)
            else:
                self._quiet_since = None
            if self._idle:
                return
            yield item
