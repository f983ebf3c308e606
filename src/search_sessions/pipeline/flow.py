"""The flow for real input: the tutorial's steps, between a source and its sinks.

It differs from `search_sessions.dataflow` in this. The source hands on events in batches, since the engine
visits every open session each time it is handed anything. What the source could not use goes to a sink of
its own. Events are taken from their batch and keyed in one step. Keys and clock are the engine room's, as is
a second input, which has no items: it refuses more workers than are right. The sessions of a live stream are
counted while they are open. The searches of a session leave together, each with all of its metrics. And a
report looks on.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from bytewax.dataflow import Dataflow
from bytewax.inputs import PartitionedInput
from bytewax.outputs import Output
from bytewax.window import SessionWindow

from search_sessions.engine.clock import REPLAY_SHIFT, event_clock
from search_sessions.engine.keyed_item import KeyedItem
from search_sessions.engine.workers import WorkerLimit
from search_sessions.events import Event
from search_sessions.formats.outcomes import Outcome
from search_sessions.metrics.search import SearchSummary, summarize_session
from search_sessions.pipeline.lag import LagLimits
from search_sessions.pipeline.open_session import OpenSession
from search_sessions.pipeline.order import MAX_CLOCK_SKEW, OrderedInput
from search_sessions.pipeline.records import Batch
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import UserSession, add_event


def search_flow(
    source: PartitionedInput,
    read: Callable[[Any], list[Outcome]],
    searches: Output,
    dead_letters: Output,
    settings: Settings,
    report: RunReport,
    *,
    live: bool = False,
    shift: timedelta | None = None,
) -> Dataflow:
    """Return the flow from a source of items to a sink of searches and a sink of dead letters.

    `read` turns an item of the source into outcomes. A `live` source has no end, and its events are of now;
    where its run is resumed, `shift` is that of its `Recovery`.
    """
    times = finished_log(settings)
    if live:
        times = live_stream(settings, shift or settings.wait)
    events = OrderedInput(
        source,
        read,
        settings.max_delay,
        report.take_lines,
        times.max_skew,
        times.limits,
        report.watch_lines,
    )
    new = OpenSession if live else list
    clock = event_clock(times.limits.growth, times.shift)
    window = SessionWindow(gap=settings.gap)
    flow = Dataflow()
    flow.input("workers", WorkerLimit())                            # nothing
    flow.input("events", events)                                    # (partition, Batch)
    flow.output("dead letters", dead_letters)                       # (partition, Batch)
    flow.flat_map(keyed_events)                                     # (user, Event)
    flow.fold_window("sessions", clock, window, new, add_event)     # (user, [Event])
    flow.map(partial(session_searches, report))                     # (user, [SearchSummary])
    flow.output("searches", searches)
    return flow


def keyed_events(part_batch: tuple[str, Batch]) -> list[tuple[str, Event]]:
    """Take the events out of a batch, each keyed by its user, as `user_event` does."""
    return [KeyedItem((str(event.user), event)) for event in part_batch[1].events]


def session_searches(report: RunReport, user_session: UserSession) -> tuple[str, list[SearchSummary]]:
    """Return the user and what is known about each search of the session; let the report count them."""
    searches = summarize_session(user_session)
    report.count_session(user_session, searches)
    return KeyedItem((user_session[0], searches))


class Times(NamedTuple):
    """How far a lag may grow, how far the clock moves the times, how far ahead of now they may be."""

    limits: LagLimits
    shift: timedelta
    max_skew: timedelta


def finished_log(settings: Settings) -> Times:
    """Return what is right for a log that has an end: no session ends by the wall clock."""
    return Times(LagLimits(settings.wait), REPLAY_SHIFT, MAX_CLOCK_SKEW)


def live_stream(settings: Settings, shift: timedelta) -> Times:
    """Return what is right for a stream of now.

    The source has let the delay pass already: so much less is left for the clock to wait. A user's clock is
    gone once the gap and the wait have passed, and the engine has looked: at the last event's time, which may
    be ahead of now by the delay, plus the shift and the gap.
    """
    delay = settings.max_delay or timedelta()
    memory = settings.gap + max(settings.wait, shift) + delay
    return Times(LagLimits(settings.wait, delay, memory), shift, delay)
