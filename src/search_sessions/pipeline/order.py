"""Events in order of time, whatever the order they were logged in.

On Bytewax 0.16 a session window silently loses events when one user's events come out of order. So order is
made here, before the flow: events are held back until nothing older is to be expected, then released in
order of time. What is late even so is kept out of the flow, and reported.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.engine.workers import EMPTY_PARTITIONS, EmptySource, set_up_worker
from search_sessions.formats.outcomes import Outcome
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.horizon import Horizon
from search_sessions.pipeline.lag import NO_LIMITS, LagGuard, LagLimits
from search_sessions.pipeline.ordered_source import OrderedSource
from search_sessions.pipeline.reorder_buffer import EARLIEST, ReorderBuffer
from search_sessions.pipeline.state import OrderedState

MAX_CLOCK_SKEW = timedelta(days=1)
"""An event of a log that is further ahead of the wall clock is rejected: it would make all after it late."""


@dataclass(frozen=True)
class OrderedInput(PartitionedInput):
    """Wraps a partitioned input: hands on its items' events, each partition's in order of time.

    `read` turns an item into outcomes. Events may come up to `max_delay` out of order; without it,
    everything is held back until the input ends. What is handed on are pairs: the name of the partition, a
    `Batch`. Where a partition ends, `on_end` is given its counts. An event more than `max_skew` ahead of the
    wall clock is rejected. The run stops where a lag grows beyond the `limits`, before the engine drops an
    event. Where a partition begins, `on_start` is given its counts, which grow.
    """

    source: PartitionedInput
    read: Callable[[Any], list[Outcome]]
    max_delay: timedelta | None = None
    on_end: Callable[[LineCounts], None] = lambda _counts: None
    max_skew: timedelta = MAX_CLOCK_SKEW
    limits: LagLimits = NO_LIMITS
    on_start: Callable[[LineCounts], None] = lambda _counts: None

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
        state = state._replace(counts=replace(state.counts))
        self.on_start(state.counts)
        return OrderedSource(
            for_part,
            source,
            self.read,
            self.on_end,
            state,
            ReorderBuffer(self.max_delay, state.newest, state.watermark),
            Horizon(self.max_skew),
            LagGuard(self.limits, state.lag),
        )
