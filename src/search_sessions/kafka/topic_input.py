"""A topic of Kafka as an input."""

from bytewax.inputs import PartitionedInput
from confluent_kafka import OFFSET_BEGINNING, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]

from search_sessions.kafka.cluster import BROKER_TIMEOUT, Cluster
from search_sessions.kafka.source import ENDS_BEFORE, KafkaSource


class KafkaInput(PartitionedInput):
    """The messages of a topic, partition by partition, each as a `TopicMessage`.

    It starts with the oldest message there is. Partitions added to the topic are read from the next start on.

    Raises:
        ConnectionError: the topic cannot be read; the message is a sentence that says why.

    """

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self.sources: list[KafkaSource] = []  # those of this process
        self._cluster = cluster
        cluster.checks.append(self.find_trouble)
        self.parts = {f"{topic}[{number}]": (topic, number) for number in cluster.partitions(topic)}

    def list_parts(self) -> set[str]:
        """Name the partitions."""
        return set(self.parts)

    def build_part(self, for_part: str, resume_state: int | None) -> "KafkaSource":
        """Open a partition at the offset where an earlier run left it, or at its start."""
        start = OFFSET_BEGINNING if resume_state is None else resume_state
        source = KafkaSource(self._cluster, for_part, TopicPartition(*self.parts[for_part], start))
        self.sources.append(source)
        return source

    def ends(self) -> list[tuple["KafkaSource", int]]:
        """Return where the partitions of this process end: the offset of the message to come.

        Raises:
            KafkaException: no broker answers.

        """
        sources = list(self.sources)  # others may be opened meanwhile
        latest = {source.partition: OffsetSpec.latest() for source in sources}  # type: ignore[no-untyped-call]
        answers = self._cluster.admin.list_offsets(latest, request_timeout=BROKER_TIMEOUT)
        return [(source, answers[source.partition].result().offset) for source in sources]

    def find_trouble(self) -> str | None:
        """Return a sentence if the broker answers, and what was read is not there any more."""
        before = [source.end_check.end for source in self.sources]
        try:
            ends = self.ends()
        except KafkaException:
            return None
        cut = [source for (source, end), known in zip(ends, before, strict=False) if 0 <= end < known]
        return cut[0].trouble(ENDS_BEFORE) if cut else None
