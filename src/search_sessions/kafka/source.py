"""A partition of a topic as a source: its messages, and whether there are more to read."""

import time
from collections import deque
from typing import NamedTuple

from bytewax.inputs import StatefulSource
from confluent_kafka import Consumer, Message, TopicPartition

from search_sessions.kafka.cluster import Cluster, text
from search_sessions.kafka.end import EndCheck
from search_sessions.kafka.say import stop
from search_sessions.pipeline.records import NOT_CAUGHT_UP, NotCaughtUp
from search_sessions.pipeline.reorder_buffer import BATCH

POLL_TIMEOUT = 0.01
"""Seconds that a look for new messages may take: the engine asks again at once, and would spin."""

TRANSIENT_ERRORS = {"_ALL_BROKERS_DOWN", "_RESOLVE", "_TIMED_OUT", "_TRANSPORT"}
"""What a consumer reports while brokers are away; it goes on by itself once they are back."""


ENDS_BEFORE = "the partition has lost messages, and ends before it"


class TopicMessage(NamedTuple):
    """A message of a topic, and where it stands."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes


class KafkaSource(StatefulSource):
    """Reads a partition from an offset on."""

    def __init__(self, cluster: Cluster, name: str, start: TopicPartition) -> None:
        self.partition = TopicPartition(start.topic, start.partition)
        self.offset = start.offset  # of the next message
        self.time: float | None = None  # up to which all was read, in seconds since 1970, as Kafka has it
        self._name = name
        self._messages: deque[Message | None] = deque()
        self.end_check = EndCheck(cluster, name, self.partition)
        self._consumer = Consumer(cluster.consumer_config)
        self._consumer.assign([start])

    def next(self) -> TopicMessage | NotCaughtUp | None:
        """Return the next message; None if there was no more to read a moment ago."""
        if not self._messages:
            self._messages.extend(self._consumer.consume(BATCH, POLL_TIMEOUT))
            if not self._messages:
                return self._end()
            self._messages.append(None)  # a pause, or a busy topic would never let go what it has read
        message = self._messages.popleft()
        return NOT_CAUGHT_UP if message is None else self._take(message)

    def snapshot(self) -> int:
        """Return the offset of the next message."""
        return self.offset

    def close(self) -> None:
        """Leave the partition."""
        self._consumer.close()

    def _end(self) -> NotCaughtUp | None:
        reached = self.end_check.reached(self.offset)
        if self.end_check.is_cut:
            stop(self.trouble(ENDS_BEFORE))
        if not reached:
            return NOT_CAUGHT_UP
        self.time = time.time()
        return None

    def _take(self, message: Message) -> TopicMessage | NotCaughtUp:
        """Return what the consumer hands over, unless it is word of the partition's end or of a trouble."""
        error, offset = message.error(), message.offset() or 0
        if error is None:
            self.offset = offset + 1
            self.time = message.timestamp()[1] / 1000
            key, value = message.key(), message.value() or b""
            return TopicMessage(self.partition.topic, self.partition.partition, offset, key, value)
        if error.name() == "_PARTITION_EOF":
            self.offset = offset
        elif error.name() not in TRANSIENT_ERRORS:
            stop(self.trouble(text(error)))
        return NOT_CAUGHT_UP

    def trouble(self, reason: str) -> str:
        """Return a sentence that says why the run cannot go on."""
        return (
            f"{self._name} cannot be read from offset {self.offset} on: {reason}. If the topic was made "
            "anew, begin anew: with an empty recovery directory, or without one."
        )
