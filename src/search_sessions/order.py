"""Events in order of time, whatever the order they were logged in.

On Bytewax 0.16 a session window silently loses events when one user's events come out of order. So order is
made here, before the flow: events are held back until nothing older is to be expected, then handed on in
order of time. What comes too late even so is kept out of the flow, and reported.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.account import Account, Batch, LateError, Refused
from search_sessions.events import Event
from search_sessions.holdback import BATCH, EARLIEST, Holdback
from search_sessions.pairs import Pair
from search_sessions.workers import SPARES, SpareSource, keep_thread_state

FUTURE = timedelta(days=1)
"""An event further ahead of the wall clock is refused: it would make all that follow it late."""

Read = Callable[[Any], list[Event]]
"""Turns an item into its events, all of one time; raises ValueError, with a sentence, if it cannot."""


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


@dataclass(frozen=True)
class OrderedInput(PartitionedInput):
    """Wraps a partitioned input: hands on its items' events, each partition's in order of time.

    Items may come up to `max_delay` of event time out of order. Without it everything is held back until
    the input ends. What is handed on are pairs: the name of the partition, a `Batch`. Where a partition
    ends, `on_end` is given its account. An event more than `future` ahead of the wall clock is refused.
    """

    source: PartitionedInput
    read: Read
    max_delay: timedelta | None = None
    on_end: Callable[[Account], None] = lambda _account: None
    future: timedelta = FUTURE

    def list_parts(self) -> set[str]:
        """Name the partitions of the input, and the spare ones."""
        return set(self.source.list_parts()) | SPARES

    def build_part(self, for_part: str, resume_state: OrderedState | None) -> StatefulSource:
        """Build a partition, from where an earlier run left it or from its start."""
        keep_thread_state()
        if for_part in SPARES:
            return SpareSource()
        state = resume_state or OrderedState(None, 0, EARLIEST, Account())
        source = self.source.build_part(for_part, state.position)
        if source is None:
            raise RuntimeError(f"The input has lost its partition {for_part}.")
        return OrderedSource(for_part, source, self, state)


class OrderedSource(StatefulSource):
    """Holds the events of a partition back until they can be handed on in order of time."""

    def __init__(self, part: str, source: StatefulSource, made_by: OrderedInput, state: OrderedState) -> None:
        self._part = part
        self._source = source
        self._read = made_by.read
        self._on_end = made_by.on_end
        self._future = made_by.future
        self._account = replace(state.account)
        self._again = state.read  # items to come that an earlier run has accounted for
        self._holdback = Holdback(made_by.max_delay, state.passed)
        self._idle = False  # the source had nothing to hand on when it was asked last
        self._quiet_since: float | None = None  # since when it had, as far as is known, nothing to hand on
        self._quiet = 0.0  # seconds it had nothing to hand on since the newest event
        self._ended = False

    def next(self) -> tuple[str, Batch] | None:
        """Return the next batch, or None if nothing is due yet."""
        refused: list[Refused] = []
        while not self._holdback.due and not self._ended and len(refused) < BATCH:
            self._read_chunk(refused)
            if self._ended:
                self._holdback.end()
            else:
                self._holdback.find_due(self._quiet)
            if self._idle:
                break
        if self._holdback.due or refused:
            return Pair((self._part, Batch(self._holdback.hand_on(), refused)))
        if self._ended:
            raise StopIteration
        return None

    def snapshot(self) -> OrderedState:
        """Return what it takes to go on: a position and a time, not the events held back."""
        position, read = self._holdback.oldest() or (self._source.snapshot(), 0)
        return OrderedState(position, read + self._again, self._holdback.passed, replace(self._account))

    def close(self) -> None:
        """Close the wrapped source, at the end of the input."""
        self._source.close()
        self._on_end(self._account)

    def _read_chunk(self, refused: list[Refused]) -> None:
        """Hold back the events of the next items."""
        position, items, new = self._source.snapshot(), 0, list[Event]()
        now = datetime.now(timezone.utc)
        horizon = now + self._future
        for items, item in enumerate(self._items(), start=1):  # noqa: B007 - how many is what is asked
            new += self._accept(item, horizon, refused)
        if items and self._holdback.add(new, position, items, now):
            self._quiet = 0.0

    def _items(self) -> Iterator[Any]:
        """Read what there is: no more than are held already, so that sorting costs little for each."""
        for _ in range(max(BATCH, len(self._holdback))):
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
        if event_time < self._holdback.passed:
            raise LateError(f"late by {(self._holdback.passed - event_time).total_seconds():.3f} s")
