"""Kafka: where it is, and what is said of it while it does not answer.

The engine's own connectors will not do for sessions. Its `KafkaInput` hands on one message at a time, and
at each the engine visits every open session; its `KafkaOutput` waits for the broker at every message. Those
of `kafka_inputs` and `kafka_outputs` take their place.

Nothing is lost. The offsets are kept with the sessions, in the engine's recovery store, so that after a
crash every message counts once. What is written is confirmed by the broker before the store moves on: a
crash in between makes a line come twice, never not at all. `search_messages` says how to tell the second.
"""

import os
import sys
from typing import Any, NoReturn

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

PATIENCE = 5.0
"""Seconds until a broker that does not answer is said to be gone."""


class Cluster:
    """Where Kafka is, `host:port,...`; says once when it falls silent, and once when it answers again."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._waiting: set[object] = set()
        # The client's log would repeat for every connection and every attempt what is said here once.
        self.config: dict[str, Any] = {"bootstrap.servers": brokers, "log_level": 0}
        self.config |= {"reconnect.backoff.max.ms": 1000, "socket.timeout.ms": 10_000}
        self.admin = AdminClient(self.config)

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of the topic's partitions.

        Raises:
            ConnectionError: there is no such topic, or no broker that answers; the message is a sentence.

        """
        try:
            found = self.admin.list_topics(topic, timeout=PATIENCE).topics[topic]
        except KafkaException as error:
            raise ConnectionError(f"Kafka at {self._brokers} does not answer: {reason(error)}.") from None
        if found.error is not None:
            raise ConnectionError(f"Kafka at {self._brokers} refuses topic {topic}: {found.error.str()}.")
        return sorted(found.partitions)

    def heard(self, who: object, problem: str | None = None) -> None:
        """Note that `who` got an answer, or why not."""
        if problem is None:
            if who in self._waiting:
                self._waiting.remove(who)
                if not self._waiting:
                    print(f"Kafka at {self._brokers} answers again.", file=sys.stderr)
        else:
            if not self._waiting:
                print(
                    f"Kafka at {self._brokers} does not answer: {problem}. Waiting for it.", file=sys.stderr
                )
            self._waiting.add(who)


def reason(error: KafkaException) -> str:
    """Return what the client says of an error, without its full stop."""
    return str(error.args[0].str()).rstrip(".")


def give_up(sentence: str) -> NoReturn:
    """End the run, with a sentence.

    An exception would make the engine print a panic and, with several workers, exit with status 0.
    What was confirmed is safe, and the next run goes on from there.
    """
    print(sentence, file=sys.stderr, flush=True)
    os._exit(1)
