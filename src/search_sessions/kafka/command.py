"""The command that reads a topic: it runs until it is stopped."""

import os
import signal
from argparse import Namespace
from typing import NoReturn

from bytewax.dataflow import Dataflow

from search_sessions.engine.run import run_flow
from search_sessions.kafka.client_config import parse_config, read_config
from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.flow import Topics, live_settings, open_topics, topic_flow
from search_sessions.kafka.group import commit_offsets
from search_sessions.kafka.options import DEFAULTS, make_parser
from search_sessions.kafka.report import LiveReport
from search_sessions.kafka.say import say
from search_sessions.kafka.status import account, show_status
from search_sessions.pipeline.about import RecoveryError
from search_sessions.pipeline.options import settings_from
from search_sessions.pipeline.recovery import Recovery, open_recovery
from search_sessions.pipeline.settings import Settings, SettingsError, check_number

LAST_WORDS = 5.0
"""Seconds that the last messages may take when the run is stopped."""


def main(arguments: list[str] | None = None) -> int:
    """Run the flow on Kafka, until it is stopped; return 2 if it cannot begin, 1 if it cannot begin yet."""
    options = make_parser().parse_args(arguments)
    try:
        check(options)
        settings = live_settings(settings_from(options, **DEFAULTS))
        cluster = Cluster(options.brokers, client_options(options))
        topics = open_topics(cluster, options.topic, options.searches, options.dead_letters)
        recovery = recovery_of(settings, options)
    except ConnectionError as error:
        say(str(error))
        return 1
    except (SettingsError, RecoveryError) as error:
        say(str(error))
        return 2
    report = LiveReport()
    flow = topic_flow(topics, settings, report, recovery.shift if recovery else None)
    run(flow, topics, report, recovery, options, settings)
    return 0


def check(options: Namespace) -> None:
    """Raise a sentence if an option of the command, that is no setting, cannot be used."""
    processes = max(1, len(options.addresses))
    if not 0 <= options.process < processes:
        raise SettingsError(f"--process must be from 0 to {processes - 1}, not {options.process}.")
    if options.status is not None:
        check_number("time between two lines of status", options.status, "seconds", 0.001)


def client_options(options: Namespace) -> dict[str, str]:
    """Return the properties of Kafka's client: those of the file, then those of the command line.

    Raises:
        SettingsError: one cannot be read.

    """
    from_file = read_config(options.config) if options.config else {}
    return from_file | parse_config(options.property)


def recovery_of(settings: Settings, options: Namespace) -> Recovery | None:
    """Return the recovery directory of the run, opened, if it has one.

    Raises:
        SettingsError: there is a group, and no directory to take its offsets from, or several processes.
        RecoveryError: the directory cannot be used.

    """
    if settings.recovery is None:
        if options.group is not None:
            raise SettingsError("--group needs --recovery, whose offsets it commits.")
        return None
    if options.addresses:
        raise SettingsError(
            "--recovery is for one process: what a crash leaves on several machines cannot be put in order."
        )
    return open_recovery(settings, [options.topic], [options.searches, options.dead_letters])


def run(
    flow: Dataflow,
    topics: Topics,
    report: LiveReport,
    recovery: Recovery | None,
    options: Namespace,
    settings: Settings,
) -> None:
    """Run the flow until a signal ends it; say what it does, and what it has done."""

    def end(number: int, _frame: object) -> NoReturn:
        topics.searches.flush(LAST_WORDS)
        topics.dead_letters.flush(LAST_WORDS)
        say(account(topics, report, recovery=recovery is not None))
        os._exit(0 if number == signal.SIGTERM else 130)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    show_status(topics, report, options.status)
    store = recovery.directory if recovery else None
    if store and options.group is not None:
        commit_offsets(topics.cluster, topics.source, options.group, store)
    run_flow(flow, settings.workers, store, options.addresses, options.process, settings.epoch)
