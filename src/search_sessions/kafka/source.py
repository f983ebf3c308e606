"""A topic of Kafka as an input: its messages, and whether there are more to read."""

from collections import deque
from typing import NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from search_sessions.engine.stop import stop_run
from search_sessions.kafka.cluster import Cluster, text
from search_sessions.kafka.end import EndCheck
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
        self._cluster = cluster
        self._parts = {f"{topic}[{number}]": (topic, number) for number in cluster.partitions(topic)}

    def list_parts(self) -> set[str]:
        """Name the partitions."""
        return set(self._parts)

    def build_part(self, for_part: str, resume_state: int | None) -> "KafkaSource":
        """Open a partition at the offset where an earlier run left it, or at its start."""
        start = OFFSET_BEGINNING if resume_state is None else resume_state
        return KafkaSource(self._cluster, for_part, TopicPartition(*self._parts[for_part], start))


class KafkaSource(StatefulSource):
    """Reads a partition from an offset on."""

    def __init__(self, cluster: Cluster, name: str, start: TopicPartition) -> None:
        self._name = name
        self._topic, self._number = start.topic, start.partition
        self._offset = start.offset  # of the next message
        self._messages: deque[Message | None] = deque()
        self._end_check = EndCheck(cluster, name, TopicPartition(start.topic, start.partition))
        options = {"group.id": "none", "enable.auto.commit": False, "enable.partition.eof": True}
        self._consumer = Consumer({**cluster.config, **options, "auto.offset.reset": "error"})
        self._consumer.assign([start])

    def next(self) -> TopicMessage | NotCaughtUp | None:
        """Return the next message; None if there was no more to read a moment ago."""
        if not self._messages:
            self._messages.extend(self._consumer.consume(BATCH, POLL_TIMEOUT))
            if not self._messages:
                return None if self._end_check.reached(self._offset) else NOT_CAUGHT_UP
            self._messages.append(None)  # a pause, or a busy topic would never let go what it has read
        message = self._messages.popleft()
        return NOT_CAUGHT_UP if message is None else self._take(message)

    def snapshot(self) -> int:
        """Return the offset of the next message."""
        return self._offset

    def close(self) -> None:
        """Leave the partition."""
        self._consumer.close()

    def _take(self, message: Message) -> TopicMessage | NotCaughtUp:
        """Return what the consumer hands over, unless it is word of the partition's end or of a trouble."""
        error, offset = message.error(), message.offset() or 0
        if error is None:
            self._offset = offset + 1
            return TopicMessage(self._topic, self._number, offset, message.key(), message.value() or b"")
        if error.name() == "_PARTITION_EOF":
            self._offset = offset
        elif error.name() not in TRANSIENT_ERRORS:
            stop_run(f"{self._name} cannot be read from offset {self._offset} on: {text(error)}.")
        return NOT_CAUGHT_UP
