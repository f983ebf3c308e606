"""Kafka: where it is, and what is said while it does not answer."""

import sys
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

BROKER_TIMEOUT = 5.0
"""Seconds until a broker that does not answer is reported."""


class Cluster:
    """Where Kafka is; reports once when it falls silent, and once when it answers again.

    `brokers` is `host:port,...`. `options` are further properties of librdkafka, such as those for security:
    the consumers, the producers and the admin client all get them.
    """

    def __init__(self, brokers: str, options: Mapping[str, Any] | None = None) -> None:
        self.brokers = brokers
        self._silent: set[object] = set()
        # The client's log would repeat for every connection and every attempt what is reported here once.
        self.config: dict[str, Any] = {"bootstrap.servers": brokers, "log_level": 0}
        self.config |= {"reconnect.backoff.max.ms": 1000, "socket.timeout.ms": 10_000, **(options or {})}
        # A look-up must not make the topic: a misspelt name would be waited on without end.
        self.admin = AdminClient({**self.config, "allow.auto.create.topics": False})

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions.

        Raises:
            ConnectionError: there is no such topic, or no broker that answers; the message is a sentence.

        """
        try:
            found = self.admin.list_topics(topic, timeout=BROKER_TIMEOUT).topics[topic]
        except KafkaException as error:
            raise ConnectionError(f"Kafka at {self.brokers} does not answer: {reason(error)}.") from None
        if found.error is not None:
            raise ConnectionError(f"Kafka at {self.brokers} has no topic {topic}: {text(found.error)}.")
        return sorted(found.partitions)

    def report_status(self, who: object, problem: str | None = None) -> None:
        """Take note that `who` got an answer, or why not."""
        was_silent = bool(self._silent)
        if problem is None:
            self._silent.discard(who)
        else:
            self._silent.add(who)
        if problem and not was_silent:
            print(f"Kafka at {self.brokers} does not answer: {problem}. Waiting for it.", file=sys.stderr)
        elif was_silent and not self._silent:
            print(f"Kafka at {self.brokers} answers again.", file=sys.stderr)


def reason(error: KafkaException) -> str:
    """Return what the client says of an exception, without its full stop."""
    return text(error.args[0])


def text(error: KafkaError) -> str:
    """Return what the client says of an error, without its full stop."""
    return str(error.str()).rstrip(".")
