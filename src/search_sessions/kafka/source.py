"""A topic of Kafka as an input: its messages, and whether there are more to read."""

import time
from collections import deque
from typing import NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from search_sessions.kafka.cluster import BROKER_TIMEOUT, UNKNOWN_TOPIC, Cluster, text
from search_sessions.kafka.end import EndCheck
from search_sessions.kafka.say import stop
from search_sessions.pipeline.records import NOT_CAUGHT_UP, NotCaughtUp
from search_sessions.pipeline.reorder_buffer import BATCH

POLL_TIMEOUT = 0.01
"""Seconds that a look for new messages may take: the engine asks again at once, and would spin."""

TRANSIENT_ERRORS = {"_ALL_BROKERS_DOWN", "_RESOLVE", "_TIMED_OUT", "_TRANSPORT"}
"""What a consumer reports while brokers are away; it goes on by itself once they are back."""


class TopicMessage(NamedTuple):
    """A message of a topic, and where it stands."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes


class KafkaInput(PartitionedInput):
    """The messages of a topic, partition by partition, each as a `TopicMessage`.

    It starts with the oldest message there is. Partitions added to the topic are read from the next start on.

    Raises:
        ConnectionError: the topic cannot be read; the message is a sentence that says why.

    """

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self.sources: list[KafkaSource] = []  # those of this process
        self._cluster = cluster
        self._parts = {f"{topic}[{number}]": (topic, number) for number in cluster.partitions(topic)}

    def list_parts(self) -> set[str]:
        """Name the partitions."""
        return set(self._parts)

    def build_part(self, for_part: str, resume_state: int | None) -> "KafkaSource":
        """Open a partition at the offset where an earlier run left it, or at its start."""
        start = OFFSET_BEGINNING if resume_state is None else resume_state
        source = KafkaSource(self._cluster, for_part, TopicPartition(*self._parts[for_part], start))
        self.sources.append(source)
        self._cluster.checks.append(source.find_trouble)
        return source


class KafkaSource(StatefulSource):
    """Reads a partition from an offset on."""

    def __init__(self, cluster: Cluster, name: str, start: TopicPartition) -> None:
        self.partition = TopicPartition(start.topic, start.partition)
        self.offset = start.offset  # of the next message
        self.time: float | None = None  # up to which all was read, in seconds since 1970, as Kafka has it
        self._name = name
        self._messages: deque[Message | None] = deque()
        self._end_check = EndCheck(cluster, name, self.partition)
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

    def find_trouble(self) -> str | None:
        """Return a sentence if a broker answers and does not have the next message, nor ends before it."""
        try:
            low, high = self._consumer.get_watermark_offsets(self.partition, timeout=BROKER_TIMEOUT)
        except KafkaException as error:
            return self._trouble(text(error.args[0])) if error.args[0].name() == UNKNOWN_TOPIC else None
        if self.offset < 0 or low <= self.offset <= high:
            return None
        return self._trouble(f"the broker has the offsets from {low} up to {high}")

    def close(self) -> None:
        """Leave the partition."""
        self._consumer.close()

    def _end(self) -> NotCaughtUp | None:
        if not self._end_check.reached(self.offset):
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
            stop(self._trouble(text(error)))
        return NOT_CAUGHT_UP

    def _trouble(self, reason: str) -> str:
        return (
            f"{self._name} cannot be read from offset {self.offset} on: {reason}. If the topic was made "
            "anew, begin anew: with an empty recovery directory, or without one."
        )
