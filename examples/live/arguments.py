"""What the page, and the flow behind it, can be told on the command line."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import timedelta

from search_sessions.logs.collect import rereadable_log
from search_sessions.pipeline.options import add_settings, settings_from
from search_sessions.pipeline.printing import prepare_printing
from search_sessions.pipeline.settings import Settings, SettingsError

FASTEST = 1000
"""Times as fast as it happened: the engine counts microseconds, most logs count milliseconds."""

REPLAY = {"wait_minutes": 0.05, "max_delay_seconds": 10.0}
TOPIC = REPLAY | {"wait_minutes": 10.0}
"""Settings whose default is another than on a log: what is live cannot be waited for as long."""


def make_parser() -> ArgumentParser:
    """Return the parser of what the flow can be told."""
    parser = ArgumentParser(description="Watch session windows open, grow and close.", allow_abbrev=False)
    add = parser.add_argument
    add(
        "log",
        nargs="?",
        type=rereadable_log,
        metavar="LOG",
        help="a log in the UBI format, instead of the tutorial's sample",
    )
    add("--speed", type=speed, default=60, metavar="N", help="times as fast as it happened (60)")
    add("--brokers", metavar="HOST:PORT,...", help="where Kafka is, to watch a topic instead of a replay")
    wait = TOPIC["wait_minutes"]
    add("--topic", help=f"the topic of records, keyed by user; there, the default of --wait is {wait:g}")
    add_settings(parser, **REPLAY)
    return parser


def read_options(parser: ArgumentParser) -> tuple[Namespace, Settings]:
    """Return the options of the command line and their settings, or end with a sentence: none can be used."""
    options = parser.parse_args()
    prepare_printing()
    if bool(options.brokers) != bool(options.topic) or (options.brokers and options.log):
        parser.error("--brokers and --topic go together, and without a LOG.")
    if options.brokers:
        options.speed = 1  # what is live comes as it comes
    try:
        settings = settings_from(options, **(TOPIC if options.brokers else REPLAY))
        live_settings(settings, options.speed)
    except SettingsError as error:
        parser.error(str(error))
    return options, settings


def speed(text: str) -> int:
    """Return the speed that a text names."""
    if text.isdecimal() and 1 <= int(text) <= FASTEST:
        return int(text)
    raise ArgumentTypeError(f"must be a whole number from 1 to {FASTEST}, not {text!r}")


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
