"""The command that reads a topic: it runs until it is stopped."""

import os
import signal
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path

from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import run_main

from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.flow import DEFAULTS, live_settings, topic_flow
from search_sessions.pipeline.options import add_settings, settings_from
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import SettingsError

EPOCH = timedelta(seconds=1)


def main(arguments: list[str] | None = None) -> int:
    """Run the flow on Kafka, until it is stopped; return the exit status if it cannot be run."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # Ctrl-C: no word, no traceback
    try:
        run(options)
    except (SettingsError, ConnectionError) as error:
        parser.exit(1, f"{error}\n")
    return 0


def run(options: Namespace) -> None:
    """Run the flow.

    Raises:
        SettingsError: an option cannot be used.
        ConnectionError: Kafka, or a topic, is not there.

    """
    settings = live_settings(settings_from(options, **DEFAULTS))
    flow = topic_flow(
        Cluster(options.brokers),
        options.topic,
        options.searches,
        options.dead_letters,
        settings,
        RunReport(),
    )
    recovery = SqliteRecoveryConfig(options.recovery) if options.recovery else None
    run_main(flow, recovery_config=recovery, epoch_interval=EPOCH)


def make_parser() -> ArgumentParser:
    """Return the parser of the command line."""
    parser = ArgumentParser(
        prog="python -m search_sessions.kafka",
        description="Searches and their click-through rates, live, from a topic of UBI records.",
        epilog="On Kafka, the wait is 10 minutes and the delay 10 seconds unless you say otherwise.",
    )
    add = parser.add_argument
    add("--brokers", required=True, metavar="HOST:PORT,...", help="where Kafka is")
    add("--topic", required=True, help="the topic of records, keyed by user")
    add("--searches", default="searches", metavar="TOPIC", help="the topic for searches (searches)")
    add(
        "--dead-letters",
        default="dead-letters",
        metavar="TOPIC",
        help="the topic for records that are rejected or late (dead-letters)",
    )
    add_settings(parser)
    add("--recovery", type=Path, metavar="DIR", help="a directory to resume from after a crash")
    return parser
