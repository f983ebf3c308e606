"""A partition whose events are handed on in order of time: read, held back, released, and resumed."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bytewax.inputs import StatefulSource

from search_sessions.engine.keyed_item import KeyedItem
from search_sessions.engine.stop import stop_run
from search_sessions.events import Event
from search_sessions.formats.outcomes import Outcome
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.horizon import Horizon
from search_sessions.pipeline.intake import Intake
from search_sessions.pipeline.item_reader import ItemReader
from search_sessions.pipeline.lag import LagGuard, LagTooLongError
from search_sessions.pipeline.records import CHANGED, Batch, DeadLetter, mark_of
from search_sessions.pipeline.reorder_buffer import BATCH, ReorderBuffer
from search_sessions.pipeline.state import Chunk, OrderedState, Span, merged


class OrderedSource(StatefulSource):
    """Holds the events of a partition back until they can be handed on in order of time."""

    def __init__(
        self,
        part: str,
        source: StatefulSource,
        read: Callable[[Any], list[Outcome]],
        on_end: Callable[[LineCounts], None],
        state: OrderedState,
        buffer: ReorderBuffer,
        horizon: Horizon,
        lag: LagGuard,
    ) -> None:
        self._part = part
        self._source = source
        self._reader = ItemReader(source)
        self._read = read
        self._on_end = on_end
        self._counts = state.counts  # from here on, they grow
        self._again = deque(state.spans)  # items to come that an earlier run has counted
        self._last = state.last  # of those items
        self._buffer = buffer
        self._horizon = horizon
        self._lag = lag
        self._chunks: deque[Chunk] = deque()  # those with events that are held back

    def next(self) -> tuple[str, Batch] | None:
        """Return the next batch, or None if nothing is ready yet."""
        try:
            self._lag.look_back()
            letters = self._read_until_ready()
            events = self._release()
            if events:
                self._lag.hand_on(events)
        except LagTooLongError as error:
            stop_run(str(error))
        if events or letters:
            return KeyedItem((self._part, Batch(events, letters)))
        if self._reader.ended:
            self._buffer.forget_released()
            self._lag.forget()
            raise StopIteration
        return None

    def snapshot(self) -> OrderedState:
        """Return what it takes to go on: positions and times, not the events held back."""
        position, newest = self._source.snapshot(), self._buffer.newest
        if self._chunks:
            position, newest = self._chunks[0].position, self._chunks[0].newest_before
        spans = (*merged(chunk.span for chunk in self._chunks), *self._again)
        counts = replace(self._counts)
        last = self._last if self._again else mark_of(self._reader.last)
        return OrderedState(position, spans, newest, self._buffer.watermark, counts, self._lag.state, last)

    def close(self) -> None:
        """Close the wrapped source, at the end of the input."""
        self._source.close()
        self._on_end(self._counts)

    def _read_until_ready(self) -> list[DeadLetter]:
        """Read until there is something to hand on or no more to read; return the dead letters among it."""
        letters: list[DeadLetter] = []
        full = False
        while not (self._buffer.ready or self._reader.ended or full):
            full = self._read_chunk(letters)
            if self._reader.ended:
                self._buffer.end()
            else:
                self._buffer.find_ready(timedelta(seconds=self._reader.quiet))
            if self._reader.idle:
                break
        return letters

    def _release(self) -> list[Event]:
        events = self._buffer.release()
        while self._chunks and (self._chunks[0].newest < self._buffer.watermark or not self._buffer):
            self._chunks.popleft()
        return events

    def _read_chunk(self, letters: list[DeadLetter]) -> bool:
        """Hold back the events of the next items; say whether there are enough dead letters to hand on."""
        position, newest_before = self._source.snapshot(), self._buffer.newest
        size = max(BATCH, len(self._buffer))  # as many as are held, so that sorting costs little
        intake = Intake(self._buffer, self._counts, self._horizon.now(), letters)
        again = self._again.popleft() if self._again else None
        if again:  # read before a crash: these are counted, and reported where they had to be
            size, intake = min(size, again.items), Intake(self._buffer, LineCounts(), again.horizon)
        items = intake.take(self._reader.items(size), self._read)
        if again and items < again.items:
            self._again.appendleft(Span(again.items - items, again.horizon))
        if again and (self._reader.ended or not self._again):
            self._check_last()
        if items:
            span = Span(items, intake.horizon)
            self._chunks.append(Chunk(position, newest_before, span, self._buffer.newest))
        if self._buffer.newest > newest_before:
            self._reader.quiet = 0.0
        return intake.is_full and not again

    def _check_last(self) -> None:
        """Stop if what was read a second time does not end with the line that it ended with before."""
        if self._last and (self._again or mark_of(self._reader.last) != self._last):
            stop_run(CHANGED.format(self._last.file, f"up to line {self._last.number:,}"), status=2)
