"""A topic of Kafka as an input: its messages, and whether there are more to read."""

import time
from collections import deque
from concurrent.futures import Future

from bytewax.inputs import PartitionedInput, StatefulSource
from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka.admin._listoffsets import ListOffsetsResultInfo, OffsetSpec
from search_sessions.holdback import BATCH
from search_sessions.order import UNKNOWN, Unknown
from search_sessions.ubi import Line

from search_sessions.kafka import Cluster, give_up, reason

POLL = 0.01
"""Seconds that a look for new messages may take: the engine asks again at once, and would spin."""

ASK = 0.5
"""Seconds between two questions to the broker whether there is more to read."""

PROMPT = 0.1
"""Seconds that an answer may take before time stands still: an outage is noticed within ASK and this."""

PASSING = {
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._TRANSPORT,  # noqa: SLF001
}
"""What a consumer reports while brokers are away; it goes on by itself once they are back."""


class KafkaInput(PartitionedInput):
    """The messages of a topic, each as a `Line`: `topic[partition]`, its offset, its value.

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
        self._cluster = cluster
        self._name = name
        self._partition = TopicPartition(start.topic, start.partition)
        self._offset = start.offset  # of the next message
        self._messages: deque[Message | None] = deque()
        self._asked = self._known = -ASK  # when the end was asked for, and when the last time with success
        self._answer: Future[ListOffsetsResultInfo] | None = None
        self._end = 0
        options = {"group.id": "none", "enable.auto.commit": False, "enable.partition.eof": True}
        self._consumer = Consumer({**cluster.config, **options, "auto.offset.reset": "error"})
        self._consumer.assign([start])

    def next(self) -> Line | Unknown | None:
        """Return the next line; None if there was no more to read a moment ago."""
        if not self._messages:
            self._messages.extend(self._consumer.consume(BATCH, POLL))
            if not self._messages:
                return None if self._at_end() else UNKNOWN
            self._messages.append(None)  # a pause, or a busy topic would never let go what it has read
        message = self._messages.popleft()
        return UNKNOWN if message is None else self._line(message)

    def snapshot(self) -> int:
        """Return the offset of the next message."""
        return self._offset

    def close(self) -> None:
        """Leave the partition."""
        self._consumer.close()

    def _line(self, message: Message) -> Line | Unknown:
        """Return the message as a line, unless it is word of the partition's end or of a trouble."""
        error, offset = message.error(), message.offset() or 0
        if error is None:
            self._offset = offset + 1
            return Line(self._name, offset, message.value() or b"")
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
            self._offset = offset
        elif error.code() not in PASSING:
            give_up(f"{self._name} cannot be read from offset {self._offset} on: {error.str()}.")
        return UNKNOWN

    def _at_end(self) -> bool:
        """Say whether everything is read that was there a moment ago, going by what the broker says.

        That nothing comes proves nothing: the broker may be away, with events in it.
        """
        now = time.monotonic()
        if self._answer is not None and self._answer.done():
            self._hear(self._answer)
            self._answer = None
        if self._answer is None and now - self._asked >= ASK:
            end = {self._partition: OffsetSpec.latest()}  # type: ignore[no-untyped-call]
            self._answer = self._cluster.admin.list_offsets(end, request_timeout=2.0)[self._partition]
            self._asked = now
        fresh = now - self._known < 2 * ASK and (self._answer is None or now - self._asked < PROMPT)
        return fresh and self._end <= self._offset

    def _hear(self, answer: "Future[ListOffsetsResultInfo]") -> None:
        """Take note of where the partition ends, or that the broker did not say."""
        problem = None
        try:
            self._end = answer.result().offset
            if self._end < 0:
                problem = "it takes too long"
        except KafkaException as error:
            problem = reason(error)
        if problem is None:
            self._known = self._asked
        self._cluster.heard(self._name, problem)
