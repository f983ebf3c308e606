"""Kafka: where it is, and what is said while it does not answer."""

import time
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from search_sessions.kafka.client_config import check_config, without_secrets
from search_sessions.kafka.say import say, stop
from search_sessions.pipeline.settings import SettingsError

BROKER_TIMEOUT = 5.0
"""Seconds until a broker that does not answer is reported."""

UNKNOWN_TOPIC = "UNKNOWN_TOPIC_OR_PART"

# A look-up must not make the topic: a misspelt name would be waited on without end.
ADMIN = {"allow.auto.create.topics": False}
# The offsets are the recovery store's; messages that are gone are a trouble, and not passed over.
CONSUMER = {
    "group.id": "none",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "error",
}
# However long a broker is away, messages are kept for it, in order and none of them twice.
PRODUCER = {"enable.idempotence": True, "message.timeout.ms": 0}


class MissingTopicError(ConnectionError):
    """There is no such topic; the message is a sentence."""


class Cluster:
    """Where Kafka is; reports once when it falls silent, and once when it answers again.

    `brokers` is `host:port,...`. `options` are further properties of librdkafka, such as those for security:
    the consumers, the producers and the admin client all get them.

    Raises:
        SettingsError: a property cannot be used; the message is a sentence, without the value.

    """

    def __init__(self, brokers: str, options: Mapping[str, Any] | None = None) -> None:
        self.brokers = brokers
        self.checks: list[Callable[[], str | None]] = []  # of what no wait for the broker can mend
        self._topics: set[str] = set()
        self._silent: set[object] = set()
        checked = check_config(options or {})
        # The client's log would repeat for every connection and every attempt what is reported here once.
        self.config: dict[str, Any] = {"bootstrap.servers": brokers, "log_level": 0}
        self.config |= {"reconnect.backoff.max.ms": 1000, "socket.timeout.ms": 10_000, **checked}
        self.consumer_config = self.config | CONSUMER
        self.producer_config = self.config | PRODUCER
        try:
            self.admin = AdminClient(self.config | ADMIN)
            Consumer(self.consumer_config).close()  # whether it can be made, is seen before the run
            Producer(self.producer_config)
        except KafkaException as error:
            sentence = f"Kafka's client refuses its properties: {reason(error)}."
            raise SettingsError(without_secrets(sentence, checked)) from None

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions.

        Raises:
            MissingTopicError: there is no such topic.
            ConnectionError: no broker answers; the message is a sentence.

        """
        self._topics.add(topic)
        try:
            found = self.admin.list_topics(topic, timeout=BROKER_TIMEOUT).topics[topic]
        except KafkaException as error:
            raise ConnectionError(f"Kafka at {self.brokers} does not answer: {reason(error)}.") from None
        if found.error is None:
            return sorted(found.partitions)
        if found.error.name() == UNKNOWN_TOPIC:
            raise MissingTopicError(f"Kafka at {self.brokers} has no topic {topic}. Is it misspelt?")
        raise ConnectionError(f"Kafka at {self.brokers} refuses topic {topic}: {text(found.error)}.")

    def report_status(self, who: object, problem: str | None = None) -> None:
        """Take note that `who` got an answer, or why not."""
        was_silent = bool(self._silent)
        if problem is None:
            self._silent.discard(who)
        else:
            self._silent.add(who)
        if problem and not was_silent:
            say(f"Kafka at {self.brokers} does not answer: {problem}. Waiting for it.")
            Thread(target=self._watch, daemon=True).start()
        elif was_silent and not self._silent:
            say(f"Kafka at {self.brokers} answers again.")

    def _watch(self) -> None:
        """While the run waits, end it if brokers answer, but no longer have what it needs."""
        while self._silent:
            time.sleep(BROKER_TIMEOUT)
            problems = [self._find_missing(topic) for topic in self._topics]
            for problem in problems + [check() for check in self.checks]:
                if problem is not None:
                    stop(problem)

    def _find_missing(self, topic: str) -> str | None:
        try:
            self.partitions(topic)
        except MissingTopicError as error:
            return str(error)
        except ConnectionError:
            pass  # it may come back
        return None


def reason(error: KafkaException) -> str:
    """Return what the client says of an exception, without its full stop."""
    return text(error.args[0])


def text(error: KafkaError) -> str:
    """Return what the client says of an error, without its full stop."""
    return str(error.str()).rstrip(".")
