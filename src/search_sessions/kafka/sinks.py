"""Topics of Kafka as outputs: messages that are sent at once, and confirmed before an epoch ends."""

from typing import Any

from bytewax.outputs import PartitionedOutput, StatefulSink
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from search_sessions.kafka.cluster import BROKER_TIMEOUT, Cluster, reason, text
from search_sessions.kafka.messages import OutMessage, ToMessages
from search_sessions.kafka.say import stop


class KafkaOutput(PartitionedOutput):
    """Writes the items of `(key, item)` pairs to a topic.

    Raises:
        ConnectionError: the topic cannot be written to; the message is a sentence that says why.

    """

    def __init__(self, cluster: Cluster, topic: str, to_messages: ToMessages) -> None:
        cluster.partitions(topic)
        self.cluster = cluster
        self.topic = topic
        self.to_messages = to_messages
        self.written = 0  # messages that the broker has confirmed to this process
        self.producers: list[Producer] = []

    def list_parts(self) -> set[str]:
        """Name the only part: one producer serves all partitions of the topic."""
        return {self.topic}

    def assign_part(self, item_key: str) -> str:  # noqa: ARG002
        """Send every item to the producer."""
        return self.topic

    def build_part(self, for_part: str, resume_state: None) -> "KafkaSink":  # noqa: ARG002
        """Start the producer."""
        producer = Producer(self.cluster.producer_config)
        self.producers.append(producer)
        return KafkaSink(self, producer)

    def poll(self) -> None:
        """Hear what the broker has confirmed or refused, where nothing was written for a while."""
        for producer in self.producers:
            producer.poll(0)

    def flush(self, seconds: float) -> None:
        """Wait for the last messages, but not for long: the run is being stopped."""
        for producer in self.producers:
            producer.flush(seconds)


class KafkaSink(StatefulSink):
    """Writes messages to a topic: at once, and confirmed at the end of an epoch."""

    def __init__(self, output: KafkaOutput, producer: Producer) -> None:
        self._output = output
        self._cluster = output.cluster
        self._topic = output.topic
        self._producer = producer

    def write(self, value: Any) -> None:
        """Hand the messages of an item to the producer, which sends them within milliseconds."""
        for message in self._output.to_messages(value):
            try:
                self._produce(message)
            except BufferError:  # the producer has all that it can hold
                self.snapshot()
                self._produce(message)
        self._producer.poll(0)

    def snapshot(self) -> None:
        """Wait until the broker has confirmed every message."""
        while self._producer.flush(BROKER_TIMEOUT):
            self._cluster.report_status(self, f"messages for {self._topic} are not confirmed")
        self._cluster.report_status(self)

    def close(self) -> None:
        """Wait for the last messages."""
        self.snapshot()

    def _produce(self, message: OutMessage) -> None:
        key, value, headers = message
        try:
            self._producer.produce(self._topic, value, key, headers=headers, on_delivery=self._confirm)
        except KafkaException as error:
            stop(f"Kafka cannot take a message for {self._topic}: {reason(error)}.")

    def _confirm(self, error: KafkaError | None, message: Message) -> None:  # noqa: ARG002
        if error is not None:
            stop(f"Kafka refuses a message for {self._topic}: {text(error)}.")
        self._output.written += 1
