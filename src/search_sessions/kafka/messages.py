"""What goes out: searches and dead letters as messages."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from search_sessions.formats.json_lines import as_text, encode
from search_sessions.formats.records import Outcome, Read
from search_sessions.kafka.source import TopicMessage
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.records import Batch, DeadLetter

LONGEST_TEXT = 1000
"""Bytes of a dead letter's record that are quoted: escaped, a long one might be too long for the topic."""


class OutMessage(NamedTuple):
    """A message to be written."""

    key: bytes | None
    value: bytes


ToMessages = Callable[[Any], Iterable[OutMessage]]
"""Turns an item of the flow into messages: one, several or none."""


def message_reader(read: Read) -> Callable[[TopicMessage], list[Outcome]]:
    """Return a reader of messages, from a reader of their text."""
    return lambda message: read(message.value)


def search_messages(summary: SearchSummary) -> list[OutMessage]:
    """Return the search as JSON, keyed by its user.

    The same search again has the same `user`, `session_start`, `time`, `query` and `query_id`: a consumer
    that keeps these five of the lines it has seen can drop what comes twice.
    """
    return [OutMessage(summary.user.encode(), encode(summary))]


def dead_letter_messages(batch: Batch) -> list[OutMessage]:
    """Return the dead letters of a batch."""
    return [dead_letter_message(letter) for letter in batch.dead_letters]


def dead_letter_message(letter: DeadLetter) -> OutMessage:
    """Return a dead letter as JSON: where it stands, why it is here, what it says.

    Partition and offset tell one that comes twice.
    """
    message: TopicMessage = letter.item
    value = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "reason": letter.reason,
        "text": as_text(message.value[:LONGEST_TEXT]),
    }
    return OutMessage(message.key, encode(value))
