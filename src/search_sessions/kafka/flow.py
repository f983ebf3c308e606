"""The flow from a topic to two others: the same as for logs, but for its source and its sinks."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from bytewax.dataflow import Dataflow

from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.keys import KeyCheck
from search_sessions.kafka.messages import dead_letter_messages, message_reader, search_messages
from search_sessions.kafka.sinks import KafkaOutput
from search_sessions.kafka.topic_input import KafkaInput
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings, SettingsError, launcher_settings

LIVE = {"wait_minutes": 10.0, "max_delay_seconds": 10.0}
"""Settings whose default on Kafka is another than on a log: what is live cannot be waited for as long."""


class Topics(NamedTuple):
    """The three topics of a run, and the check of the keys in the first."""

    cluster: Cluster
    source: KafkaInput
    searches: KafkaOutput
    dead_letters: KafkaOutput
    keys: KeyCheck


def open_topics(cluster: Cluster, topic: str, searches: str, dead_letters: str) -> Topics:
    """Return the topics of a run: one to read, one for searches and one for dead letters.

    Raises:
        ConnectionError: there is no such topic, or no broker that answers; the message is a sentence.

    """
    return Topics(
        cluster,
        KafkaInput(cluster, topic),
        KafkaOutput(cluster, searches, search_messages),
        KafkaOutput(cluster, dead_letters, dead_letter_messages),
        KeyCheck(),
    )


def topic_flow(
    topics: Topics, settings: Settings, report: RunReport, shift: timedelta | None = None
) -> Dataflow:
    """Return the flow from a topic to two others; `shift` is that of the run's `Recovery`, if it has one."""
    return search_flow(
        topics.source,
        message_reader(make_reader(settings).read, topics.keys),
        topics.searches,
        topics.dead_letters,
        settings,
        report,
        live=True,
        shift=shift,
    )


def live_settings(settings: Settings) -> Settings:
    """Return the settings, if they will do for a stream.

    Raises:
        SettingsError: they will not.

    """
    delay = settings.max_delay
    if delay is None:
        raise SettingsError("A stream needs a delay: how far out of order events may come.")
    if delay >= settings.wait:
        raise SettingsError(
            f"The wait, {settings.wait}, must be longer than the delay, {delay}, which is a part of it."
        )
    return settings


def kafka_flow(
    brokers: str,
    topic: str,
    searches: str = "searches",
    dead_letters: str = "dead-letters",
    config: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Dataflow:
    """Return the flow for `python -m bytewax.run`; end the program with a sentence if it cannot be run.

    `config` are properties of librdkafka. `settings` are those of `Settings`, by name, but for the last four,
    which say how a command runs the flow.
    """
    try:
        checked = live_settings(launcher_settings(LIVE | settings, "python -m search_sessions.kafka"))
        topics = open_topics(Cluster(brokers, config), topic, searches, dead_letters)
    except (SettingsError, ConnectionError) as error:
        sys.exit(str(error))
    return topic_flow(topics, checked, RunReport())
