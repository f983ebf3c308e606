"""What goes out: searches and dead letters as messages."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from search_sessions.formats.json_lines import as_text, encode
from search_sessions.formats.outcomes import Outcome, Read, RecordError
from search_sessions.kafka.keys import KeyCheck
from search_sessions.kafka.source import TopicMessage
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.records import Batch, DeadLetter

LONGEST_TEXT = 1000
"""Bytes of a dead letter's record that are quoted: escaped, a long one might be too long for the topic."""


Headers = list[tuple[str, str | bytes | None]]
"""Names and values: what the client takes."""


class OutMessage(NamedTuple):
    """A message to be written."""

    key: bytes | None
    value: bytes
    headers: Headers


ToMessages = Callable[[Any], Iterable[OutMessage]]
"""Turns an item of the flow into messages: one, several or none."""


def message_reader(read: Read, keys: KeyCheck) -> Callable[[TopicMessage], list[Outcome]]:
    """Return a reader of messages, from a reader of their text; it checks their keys besides."""

    def read_message(message: TopicMessage) -> list[Outcome]:
        outcomes = read(message.value)
        for outcome in outcomes:
            if outcome is not None and not isinstance(outcome, RecordError):
                keys.check(message, str(outcome.user))
        return outcomes

    return read_message


def search_messages(searches: Iterable[SearchSummary]) -> list[OutMessage]:
    """Return each search as JSON, keyed by its user.

    The same search again has the same `user`, `session_start`, `time`, `query` and `query_id`: a consumer
    that keeps these five of the lines it has seen can drop what comes twice.
    """
    return [OutMessage(search.user.encode(), encode(search), []) for search in searches]


def dead_letter_messages(batch: Batch) -> list[OutMessage]:
    """Return the dead letters of a batch."""
    return [dead_letter_message(letter) for letter in batch.dead_letters]


def dead_letter_message(letter: DeadLetter) -> OutMessage:
    """Return a dead letter as JSON with its original key: where it stands, why it is here, what it says.

    Partition and offset tell one that comes twice. The headers are those of dead letters of Kafka Streams
    (KIP-1034), without its stack trace.
    """
    message: TopicMessage = letter.item
    value = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "reason": letter.reason,
        "text": as_text(message.value[:LONGEST_TEXT]),
    }
    return OutMessage(message.key, encode(value), dead_letter_headers(message, letter.reason))


def dead_letter_headers(message: TopicMessage, reason: str) -> Headers:
    """Return the headers of a dead letter: what was wrong, and where the message stands, all as text."""
    headers = {
        "exception": "LateEvent" if reason.startswith("Late ") else "RecordError",
        "message": reason,
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
    }
    return [(f"__streams.errors.{name}", str(value).encode()) for name, value in headers.items()]
