"""Offsets for Kafka's own tools: committed to a consumer group, and never read back.

What counts is the recovery store. So what is committed is read from the store: it is never ahead of what a
resumed run goes on from. A process of its own reads it (`engine.store` says why).
"""

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

from search_sessions.engine.store import stored_states
from search_sessions.kafka.cluster import Cluster, reason
from search_sessions.kafka.say import say
from search_sessions.kafka.topic_input import KafkaInput
from search_sessions.pipeline.child import start_child

Parts = Mapping[str, tuple[str, int]]
"""The partitions of the input, by their names: topic and number of each."""

COMMIT_INTERVAL = 5.0
"""Seconds between two commits."""


def commit_offsets(cluster: Cluster, source: KafkaInput, group: str, store: Path) -> None:
    """Commit the stored offsets of a topic to a group, again and again from now on, in another process."""
    config = cluster.consumer_config | {"group.id": group}
    start_child(keep_committing, config, source.parts, store)


def keep_committing(config: Mapping[str, Any], parts: Parts, store: Path) -> None:
    """Commit the stored offsets, without end; say each reason why they cannot be, once."""
    consumer = Consumer(dict(config))
    said: set[str] = set()
    while True:
        time.sleep(COMMIT_INTERVAL)
        try:
            offsets = stored_offsets(parts, store)
            if offsets:
                consumer.commit(offsets=offsets, asynchronous=False)
        except (KafkaException, sqlite3.Error) as error:
            problem = reason(error) if isinstance(error, KafkaException) else str(error)
            if problem not in said:
                say(f"No offsets are committed to group {config['group.id']} now: {problem}.")
            said.add(problem)


def stored_offsets(parts: Parts, store: Path) -> list[TopicPartition]:
    """Return the offsets from which a run would go on."""
    states = stored_states(store, "events")
    return [
        TopicPartition(topic, number, states[part].position)
        for part, (topic, number) in parts.items()
        if part in states and states[part].position >= 0
    ]
