"""A log, or the sample, as of now: each record when its time comes, its event's time moved to that moment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import chain

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.events import Event
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.horizon import FROM_THE_FUTURE
from search_sessions.pipeline.order import MAX_CLOCK_SKEW
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.reorder_buffer import earlier
from search_sessions.pipeline.settings import Settings
from search_sessions.sample import SAMPLE

POLL = 0.005
"""Seconds between two looks at the clock: the engine asks again at once, and would spin."""


@dataclass(frozen=True)
class Clock:
    """Turns the time of the log into the time of now and back; `first` of the log is `start` of now.

    The engine closes live sessions by the wall clock, so the replay cannot leave the log's times as they are.
    Times are rounded down, and so is the gap: an event one gap after another stays one.
    """

    first: datetime
    start: datetime
    speed: int = 1

    def as_of_now(self, logged: datetime) -> datetime:
        """Return when it is now what the log says, or the earliest of all times."""
        return earlier(self.start, -((logged - self.first) // self.speed))

    def as_logged(self, now: datetime) -> datetime:
        """Return what the log would say of a time of now."""
        return self.first + (now - self.start) * self.speed


def outcomes_of(log: str | None, settings: Settings) -> Iterator[Outcome]:
    """Return what became of each record of a log, or of the sample: one after the other, as it is asked for.

    An event from the future is an error here already: a replay would wait for it.

    Raises:
        OSError: the log cannot be read.

    """
    if log is None:
        return iter(SAMPLE)
    read = line_reader(make_reader(settings).read)
    lines = iter(LogInput([log]).build_part("log", None).next, None)
    horizon = datetime.now(timezone.utc) + MAX_CLOCK_SKEW
    return (up_to(horizon, outcome) for outcome in chain.from_iterable(map(read, lines)))


def up_to(horizon: datetime, outcome: Outcome) -> Outcome:
    """Return the outcome, or an error in the place of an event from the future."""
    if isinstance(outcome, Event) and outcome.time > horizon:
        return RecordError(FROM_THE_FUTURE.format(outcome.time))
    return outcome


def start_clock(log: str | None, settings: Settings, speed: int) -> Clock:
    """Return a clock by which the first event of the log happens now."""
    now = datetime.now(timezone.utc)
    times = (outcome.time for outcome in outcomes_of(log, settings) if isinstance(outcome, Event))
    return Clock(next(times, now), now, speed)


class Replay(PartitionedInput):
    """The records, in their order, as of now; it ends when the gap after the last event has run out."""

    def __init__(self, source: Iterator[Outcome], clock: Clock, gap: timedelta) -> None:
        self._items = replay(source, clock, gap)

    def list_parts(self) -> set[str]:
        """Name the only partition."""
        return {"replay"}

    def build_part(self, for_part: str, resume_state: None) -> StatefulSource:  # noqa: ARG002
        """Start the replay."""
        return ReplaySource(self._items)


class ReplaySource(StatefulSource):
    """Hands on what is due."""

    def __init__(self, items: Iterator[list[Outcome] | None]) -> None:
        self._items = items

    def next(self) -> list[Outcome] | None:
        """Return what became of the next record, or None if its time has not come."""
        return next(self._items)

    def snapshot(self) -> None:
        """Return nothing: a replay starts anew."""


def replay(source: Iterator[Outcome], clock: Clock, gap: timedelta) -> Iterator[list[Outcome] | None]:
    """Hand on each outcome, in a list, when the newest time up to it has come; None until then."""
    newest = clock.first
    for outcome in source:
        if isinstance(outcome, Event):
            if outcome.time > newest:
                newest = outcome.time
                yield from wait_until(clock.as_of_now(newest))
            yield [replace(outcome, time=clock.as_of_now(outcome.time))]
        else:
            yield [outcome]
    yield from wait_until(clock.as_of_now(newest + gap))


def wait_until(moment: datetime) -> Iterator[None]:
    """Hand on None until the moment has come."""
    while datetime.now(timezone.utc) < moment:
        time.sleep(POLL)
        yield None
