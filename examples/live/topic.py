"""A topic of Kafka, as it comes; needs the extra `kafka`."""

from collections.abc import Callable
from typing import Any

from bytewax.inputs import PartitionedInput

from search_sessions.formats.outcomes import Outcome
from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.keys import KeyCheck
from search_sessions.kafka.messages import message_reader
from search_sessions.kafka.topic_input import KafkaInput
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.settings import Settings


def open_topic(
    brokers: str, topic: str, settings: Settings
) -> tuple[PartitionedInput, Callable[[Any], list[Outcome]]]:
    """Return the messages of a topic, the oldest first, and what reads them.

    Raises:
        ConnectionError: there is no such topic, or no broker that answers; the message is a sentence.

    """
    read = message_reader(make_reader(settings).read, KeyCheck())
    return KafkaInput(Cluster(brokers), topic), read
