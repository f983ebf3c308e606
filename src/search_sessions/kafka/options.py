"""The options of the command."""

from argparse import ArgumentParser

from search_sessions.kafka.flow import LIVE
from search_sessions.pipeline.options import add_running, add_settings

DEFAULTS = {**LIVE, "epoch_seconds": 1.0}
"""Settings whose default is another than on a log."""


def make_parser() -> ArgumentParser:
    """Return the parser of the command line."""
    parser = ArgumentParser(
        prog="python -m search_sessions.kafka",
        description="Searches and their click-through rates, live, from a topic of UBI records.",
        epilog="SIGTERM or Ctrl-C ends the run, and it says what it has done.",
    )
    add_kafka(parser)
    add_settings(parser, **DEFAULTS)
    add_running(parser, **DEFAULTS)
    add_processes(parser)
    add = parser.add_argument
    add("--status", type=float, metavar="SECONDS", help="how often the status is shown (60; 1 on a terminal)")
    return parser


def add_kafka(parser: ArgumentParser) -> None:
    """Add the options that say where Kafka is, and which topics."""
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
    add("--group", help="commit the offsets to this consumer group, for Kafka's tools; needs --recovery")
    add("--config", metavar="FILE", help="properties of librdkafka, such as passwords: lines key=value")
    add("-X", dest="property", action="append", default=[], metavar="KEY=VALUE", help="one more of them")


def add_processes(parser: ArgumentParser) -> None:
    """Add the options for a run of several processes, on several machines."""
    add = parser.add_argument
    add("--process", type=int, default=0, metavar="N", help="of several processes, which this is, from 0 on")
    add(
        "--address",
        dest="addresses",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="where a process listens: once for each, in the same order for all; not with --recovery",
    )
