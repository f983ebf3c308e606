"""Topics of Kafka as outputs: lines of JSON as messages, sent at once and confirmed before an epoch ends."""

from collections.abc import Callable, Iterable
from typing import Any

from bytewax.outputs import PartitionedOutput, StatefulSink
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from search_sessions.account import Batch
from search_sessions.outputs import encode
from search_sessions.ubi import Line

from search_sessions.kafka import PATIENCE, Cluster, give_up, reason
from search_sessions.metrics import SearchSummary

ToMessages = Callable[[Any], Iterable[tuple[bytes, bytes]]]
"""Turns an item of the flow into messages, each a key and a value."""


class KafkaOutput(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a topic.

    Raises:
        ConnectionError: the topic cannot be written to; the message is a sentence that says why.

    """

    def __init__(self, cluster: Cluster, topic: str, to_messages: ToMessages) -> None:
        cluster.partitions(topic)
        self._cluster = cluster
        self._topic = topic
        self._to_messages = to_messages

    def list_parts(self) -> set[str]:
        """Name the only part: one producer serves all partitions of the topic."""
        return {self._topic}

    def assign_part(self, item_key: str) -> str:  # noqa: ARG002
        """Send every item to the producer."""
        return self._topic

    def build_part(self, for_part: str, resume_state: None) -> "KafkaSink":  # noqa: ARG002
        """Start the producer."""
        return KafkaSink(self._cluster, for_part, self._to_messages)


class KafkaSink(StatefulSink):
    """Writes messages to a topic: at once, and confirmed at the end of an epoch."""

    def __init__(self, cluster: Cluster, topic: str, to_messages: ToMessages) -> None:
        self._cluster = cluster
        self._topic = topic
        self._to_messages = to_messages
        # However long a broker is away, messages are kept for it, in order and none of them twice.
        self._producer = Producer({**cluster.config, "enable.idempotence": True, "message.timeout.ms": 0})

    def write(self, value: Any) -> None:
        """Hand the messages of an item to the producer, which sends them within milliseconds."""
        for key, text in self._to_messages(value):
            try:
                self._produce(key, text)
            except BufferError:  # the producer has all that it can hold
                self.snapshot()
                self._produce(key, text)
        self._producer.poll(0)

    def snapshot(self) -> None:
        """Wait until the broker has confirmed every message."""
        while self._producer.flush(PATIENCE):
            self._cluster.heard(self, f"messages for {self._topic} are not confirmed")
        self._cluster.heard(self)

    def close(self) -> None:
        """Wait for the last messages."""
        self.snapshot()

    def _produce(self, key: bytes, text: bytes) -> None:
        try:
            self._producer.produce(self._topic, text, key, on_delivery=self._confirm)
        except KafkaException as error:
            give_up(f"Kafka cannot take a message for {self._topic}: {reason(error)}.")

    def _confirm(self, error: KafkaError | None, message: Message) -> None:  # noqa: ARG002
        if error is not None:
            give_up(f"Kafka refuses a message for {self._topic}: {error.str()}.")


def search_messages(summary: SearchSummary) -> list[tuple[bytes, bytes]]:
    """Return the search as a line of JSON, keyed by its user.

    The same search again has the same `user`, `session_start`, `time`, `query` and `query_id`: a consumer
    that keeps these five of the lines it has seen can drop what comes twice.
    """
    return [(summary.user.encode(), encode(summary))]


def refused_messages(batch: Batch) -> list[tuple[bytes, bytes]]:
    """Return the refused messages of a batch as JSON: where each stands, why it was refused, what it says.

    Partition and offset tell one that comes twice. Of what it says come the first thousand bytes, since
    in quotation marks a message may become too long for its topic.
    """
    return [(refused.item.file.encode(), _refused_message(*refused)) for refused in batch.refused]


def _refused_message(line: Line, why: str) -> bytes:
    text = line.text[:1000].decode(errors="backslashreplace")
    return encode({"partition": line.file, "offset": line.number, "reason": why, "text": text})
