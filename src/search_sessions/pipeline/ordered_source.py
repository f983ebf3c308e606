"""A partition whose events are handed on in order of time: read, held back, released, and resumed."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bytewax.inputs import StatefulSource

from search_sessions.engine.keyed_item import KeyedItem
from search_sessions.events import Event
from search_sessions.formats.records import Outcome, RecordError
from search_sessions.pipeline.horizon import FROM_THE_FUTURE, Horizon
from search_sessions.pipeline.item_reader import ItemReader
from search_sessions.pipeline.records import Batch, DeadLetter, LineCounts
from search_sessions.pipeline.reorder_buffer import BATCH, ReorderBuffer
from search_sessions.pipeline.state import Chunk, OrderedState, Span


class OrderedSource(StatefulSource):
    """Holds the events of a partition back until they can be handed on in order of time."""

    def __init__(
        self,
        part: str,
        source: StatefulSource,
        state: OrderedState,
        *,
        read: Callable[[Any], list[Outcome]],
        max_delay: timedelta | None,
        max_skew: timedelta,
        on_end: Callable[[LineCounts], None],
    ) -> None:
        self._part = part
        self._source = source
        self._reader = ItemReader(source)
        self._read = read
        self._horizon = Horizon(max_skew)
        self._on_end = on_end
        self._counts = replace(state.counts)
        self._again = deque(state.spans)  # items to come that an earlier run has counted
        self._buffer = ReorderBuffer(max_delay, state.newest, state.watermark)
        self._chunks: deque[Chunk] = deque()  # those with events that are held back

    def next(self) -> tuple[str, Batch] | None:
        """Return the next batch, or None if nothing is ready yet."""
        letters: list[DeadLetter] = []
        while not self._buffer.ready and not self._reader.ended and len(letters) < BATCH:
            self._read_chunk(letters)
            if self._reader.ended:
                self._buffer.end()
            else:
                self._buffer.find_ready(timedelta(seconds=self._reader.quiet))
            if self._reader.idle:
                break
        if self._buffer.ready or letters:
            return KeyedItem((self._part, Batch(self._release(), letters)))
        if self._reader.ended:
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
        self._on_end(self._counts)

    def _release(self) -> list[Event]:
        events = self._buffer.release()
        while self._chunks and (self._chunks[0].newest < self._buffer.watermark or not self._buffer):
            self._chunks.popleft()
        return events

    def _read_chunk(self, letters: list[DeadLetter]) -> None:
        """Hold back the events of the next items: no more than are held, so that sorting costs little."""
        position, newest_before = self._source.snapshot(), self._buffer.newest
        size, horizon, counts = max(BATCH, len(self._buffer)), self._horizon.now(), self._counts
        again = self._again.popleft() if self._again else None
        if again:  # read before a crash: these are counted, and reported where they had to be
            size, horizon, counts, letters = min(size, again.items), again.horizon, LineCounts(), []
        items = 0
        for item in self._reader.items(size):
            items += 1
            for outcome in self._read(item):
                self._hold_back(item, outcome, horizon, counts, letters)
        if again and items < again.items:
            self._again.appendleft(Span(again.items - items, horizon))
        if items:
            self._chunks.append(Chunk(position, newest_before, Span(items, horizon), self._buffer.newest))
        if self._buffer.newest > newest_before:
            self._reader.quiet = 0.0

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
            letters.append(DeadLetter(item, self._buffer.why_late(outcome)))
