"""The flow behind the page, in a process of its own: it tells in lines of JSON what comes in and goes out.

`watch.py` starts it, listens, and ends it. Alone, it shows what the page is told; Ctrl-C ends it:

    python examples/live/feed.py --speed 600
"""

import os
import sys
from argparse import Namespace
from datetime import datetime, timezone
from threading import Thread

from arguments import live_settings, make_parser, read_options
from bytewax.inputs import PartitionedInput
from replay import Clock, Replay, outcomes_of, start_clock
from told import TellingOutput, Told, milliseconds, milliseconds_in, tell

from search_sessions.engine.run import end_quietly_by_signal, run_flow
from search_sessions.engine.stop import stop_run
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.settings import Settings


def main() -> None:
    """Run the flow, until its input ends or nobody listens."""
    options, settings = read_options(make_parser())
    end_quietly_by_signal()
    Thread(target=end_with_the_listener, daemon=True).start()
    try:
        run(options, settings)
    except ConnectionError as error:
        stop_run(str(error))


def run(options: Namespace, settings: Settings) -> None:
    """Run the flow, and tell what happens in it."""
    clock, source = open_input(options, settings)
    live = live_settings(settings, clock.speed)
    tell(
        first=milliseconds(clock.first),
        start=milliseconds(clock.start),
        speed=clock.speed,
        gap=milliseconds_in(settings.gap),
        wait=milliseconds_in(live.wait * clock.speed),
        is_replay=not options.brokers,
    )
    told = Told(clock, settings)
    searches, batches = TellingOutput(told.tell_searches), TellingOutput(told.tell_batch)
    run_flow(search_flow(source, told.read, searches, batches, live, told, live=True))
    tell(ended=str(told))


def open_input(options: Namespace, settings: Settings) -> tuple[Clock, PartitionedInput]:
    """Return how time runs, and what comes in: one record after the other.

    Raises:
        ConnectionError: Kafka, or the topic, is not there.

    """
    if options.brokers:
        from topic import TopicRecords  # noqa: PLC0415 - a replay runs without the client

        now = datetime.now(timezone.utc)
        return Clock(now, now), TopicRecords(options.brokers, options.topic, settings)
    clock = start_clock(options.log, settings, options.speed)
    return clock, Replay(outcomes_of(options.log, settings), clock, settings.gap)


def end_with_the_listener() -> None:
    """End the process when its standard input ends: the listener is gone, however it went."""
    if sys.stdin is None:  # it was closed from the start: there is no listener
        return
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
