"""A topic of Kafka, as it comes; needs the extra `kafka`."""

from collections import deque
from collections.abc import Callable

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.formats.outcomes import Outcome
from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.keys import KeyCheck
from search_sessions.kafka.messages import message_reader
from search_sessions.kafka.source import TopicMessage
from search_sessions.kafka.topic_input import KafkaInput
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import NotCaughtUp
from search_sessions.pipeline.settings import Settings

Read = Callable[[TopicMessage], list[Outcome]]


class TopicRecords(PartitionedInput):
    """The records of a topic, the oldest first, one by one: a message may hold many.

    Raises:
        ConnectionError: there is no such topic, or no broker that answers; the message is a sentence.

    """

    def __init__(self, brokers: str, topic: str, settings: Settings) -> None:
        self._messages = KafkaInput(Cluster(brokers), topic)
        self._read = message_reader(make_reader(settings).read, KeyCheck())

    def list_parts(self) -> set[str]:
        """Name the partitions."""
        return self._messages.list_parts()

    def build_part(self, for_part: str, resume_state: None) -> StatefulSource:
        """Open a partition at its start."""
        return RecordSource(self._messages.build_part(for_part, resume_state), self._read)


class RecordSource(StatefulSource):
    """Hands on what became of each record of a partition."""

    def __init__(self, messages: StatefulSource, read: Read) -> None:
        self._messages = messages
        self._read = read
        self._outcomes: deque[Outcome] = deque()

    def next(self) -> list[Outcome] | NotCaughtUp | None:
        """Return what became of the next record, in a list; None or `NOT_CAUGHT_UP` if there is none now."""
        while not self._outcomes:
            message = self._messages.next()
            if message is None or isinstance(message, NotCaughtUp):
                return message
            self._outcomes.extend(self._read(message))
        return [self._outcomes.popleft()]

    def snapshot(self) -> None:
        """Return nothing: a page begins anew."""

    def close(self) -> None:
        """Leave the partition."""
        self._messages.close()
