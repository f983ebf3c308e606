"""Offsets for Kafka's own tools: committed to a consumer group, and never read back.

What counts is the recovery store. So what is committed is read from the store: it is never ahead of what a
resumed run goes on from.
"""

import sqlite3
import time
from pathlib import Path
from threading import Thread

from confluent_kafka import Consumer, KafkaException, TopicPartition

from search_sessions.engine.store import stored_states
from search_sessions.kafka.cluster import Cluster, reason
from search_sessions.kafka.say import say
from search_sessions.kafka.topic_input import KafkaInput

COMMIT_INTERVAL = 5.0
"""Seconds between two commits."""


def commit_offsets(cluster: Cluster, source: KafkaInput, group: str, store: Path) -> None:
    """Commit the stored offsets of a topic to a group, again and again from now on."""
    consumer = Consumer(cluster.consumer_config | {"group.id": group})

    def repeat() -> None:
        said: set[str] = set()
        while True:
            time.sleep(COMMIT_INTERVAL)
            try:
                offsets = stored_offsets(source, store)
                if offsets:
                    consumer.commit(offsets=offsets, asynchronous=False)
            except (KafkaException, sqlite3.Error) as error:
                problem = reason(error) if isinstance(error, KafkaException) else str(error)
                if problem not in said:
                    say(f"No offsets are committed to group {group} now: {problem}.")
                said.add(problem)

    Thread(target=repeat, daemon=True).start()


def stored_offsets(source: KafkaInput, store: Path) -> list[TopicPartition]:
    """Return the offsets from which a run would go on."""
    states = stored_states(store, "events")
    return [
        TopicPartition(topic, number, states[part].position)
        for part, (topic, number) in source.parts.items()
        if part in states and states[part].position >= 0
    ]
