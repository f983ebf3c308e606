"""The flow behind the page, in a process of its own: it tells in lines of JSON what comes in and goes out.

`watch.py` starts it, listens, and ends it. Alone, it shows what the page is told; Ctrl-C ends it:

    python examples/live/feed.py --speed 600
"""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import timedelta
from threading import Thread

from replay import Replay, outcomes_of, start_clock
from told import TellingOutput, Told, milliseconds, milliseconds_in, tell

from search_sessions.engine.run import end_quietly_by_signal, run_flow
from search_sessions.logs.collect import readable_log
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.options import add_settings, settings_from
from search_sessions.pipeline.settings import Settings, SettingsError

FASTEST = 1000
"""Times as fast as it happened: the engine counts microseconds, most logs count milliseconds."""

DEFAULTS = {"wait_minutes": 1 / 30, "max_delay_seconds": 10.0}
"""Settings whose default in a replay is another than on a log: what is live cannot be waited for as long."""


def main() -> None:
    """Run the flow, until its input ends or nobody listens."""
    options, settings = read_options(make_parser())
    end_quietly_by_signal()
    Thread(target=end_with_the_listener, daemon=True).start()
    run(options.log, settings, options.speed)


def run(log: str | None, settings: Settings, speed: int) -> None:
    """Run the flow on a replay, and tell what happens in it."""
    clock, live = start_clock(log, settings, speed), live_settings(settings, speed)
    times = {"first": milliseconds(clock.first), "start": milliseconds(clock.start), "speed": speed}
    tell(**times, gap=milliseconds_in(settings.gap), wait=milliseconds_in(live.wait * speed))
    told = Told(clock, settings, lambda outcomes: outcomes)
    source = Replay(outcomes_of(log, settings), clock, settings.gap)
    searches, batches = TellingOutput(told.tell_search), TellingOutput(told.tell_batch)
    run_flow(search_flow(source, told.read, searches, batches, live, told, live=True))
    tell(ended=str(told))


def live_settings(settings: Settings, speed: int) -> Settings:
    """Return the settings for events that come so many times as fast.

    The gap and the delay are spans of the log. The wait is one of this machine, whose stalls do not shrink.
    """
    delay = (settings.max_delay or timedelta()) // speed
    minute = timedelta(minutes=1)
    return replace(
        settings,
        gap_minutes=settings.gap // speed / minute,
        wait_minutes=(settings.wait + delay) / minute,
        max_delay_seconds=delay.total_seconds(),
    )


def make_parser() -> ArgumentParser:
    """Return the parser of what the flow can be told."""
    parser = ArgumentParser(description="Watch session windows open, grow and close.", allow_abbrev=False)
    add = parser.add_argument
    add(
        "log",
        nargs="?",
        type=readable_log,
        metavar="LOG",
        help="a log in the UBI format, instead of the tutorial's sample",
    )
    add("--speed", type=speed, default=60, metavar="N", help="times as fast as it happened (60)")
    add_settings(parser)
    return parser


def read_options(parser: ArgumentParser) -> tuple[Namespace, Settings]:
    """Return the options of the command line and their settings, or end with a sentence: none can be used."""
    options = parser.parse_args()
    try:
        settings = settings_from(options, **DEFAULTS)
        live_settings(settings, options.speed)
    except SettingsError as error:
        parser.error(str(error))
    return options, settings


def speed(text: str) -> int:
    """Return the speed that a text names."""
    if text.isdecimal() and 1 <= int(text) <= FASTEST:
        return int(text)
    raise ArgumentTypeError(f"must be a whole number from 1 to {FASTEST}, not {text!r}")


def end_with_the_listener() -> None:
    """End the process when its standard input ends: the listener is gone, however it went."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
