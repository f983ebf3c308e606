"""Whether a partition was read to its end, going by what the broker says.

That no message comes proves nothing: the broker may be away, with messages in it.
"""

import time
from concurrent.futures import Future

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import ListOffsetsResultInfo, OffsetSpec  # type: ignore[attr-defined]

from search_sessions.kafka.cluster import Cluster, reason

END_CHECK_INTERVAL = 0.5
"""Seconds between two questions to the broker where the partition ends."""

END_CHECK_TIMEOUT = 0.1
"""Seconds an answer may take before time stands still: an outage is noticed so long after a question."""


class EndCheck:
    """Asks the broker, now and again, where a partition ends.

    `is_cut` says that the end has moved back: the partition was made anew. That it is before what was read
    says less: a broker may put it after the first message of the last batch, and Tansu does.
    """

    def __init__(self, cluster: Cluster, name: str, partition: TopicPartition) -> None:
        self.end = 0  # the offset of the message to come, when the broker answered last
        self._cluster = cluster
        self._name = name
        self._partition = partition
        self._asked = self._known = -END_CHECK_INTERVAL  # when, and when the last time with success
        self._answer: Future[ListOffsetsResultInfo] | None = None
        self.is_cut = False

    def reached(self, offset: int) -> bool:
        """Say whether all messages before the offset are all that there were a moment ago."""
        now = time.monotonic()
        if self._answer is not None and self._answer.done():
            self._take(self._answer)
            self._answer = None
        if self._answer is None and now - self._asked >= END_CHECK_INTERVAL:
            end = {self._partition: OffsetSpec.latest()}  # type: ignore[no-untyped-call]
            self._answer = self._cluster.admin.list_offsets(end, request_timeout=2.0)[self._partition]
            self._asked = now
        prompt = self._answer is None or now - self._asked < END_CHECK_TIMEOUT
        return prompt and now - self._known < 2 * END_CHECK_INTERVAL and self.end <= offset

    def _take(self, answer: "Future[ListOffsetsResultInfo]") -> None:
        """Take note of where the partition ends, or that the broker did not say."""
        problem = None
        try:
            end = answer.result().offset
            if end < 0:
                problem = "it takes too long"
        except KafkaException as error:
            problem = reason(error)
        if problem is None:
            self._known, self.is_cut, self.end = self._asked, end < self.end, end
        self._cluster.report_status(self._name, problem)
