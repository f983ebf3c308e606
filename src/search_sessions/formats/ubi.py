"""The lines of a real log into events: User Behavior Insights (UBI), of OpenSearch and Elasticsearch.

Most lines are one record with the names of the schema: those are decoded in one go. The other shapes, of
`search_sessions.formats.shapes`, are tried on what is left.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.formats.shapes import (
    NEITHER,
    NO_RECORD,
    SURELY_FLAT,
    TOO_DEEP,
    records_in,
    too_deep,
    with_schema_names,
)
from search_sessions.formats.tally import Tally
from search_sessions.formats.times import parse
from search_sessions.formats.ubi_event import EventMaker, UbiRecord, record_type

OF_BOTH = {"timestamp", "query_id"}
OF_QUERY = OF_BOTH | {"user_query", "query_response_hit_ids", "query_response_object_ids", "doc_ids"}
OF_EVENT = OF_BOTH | {"action_name"}
OF_CLICK = OF_EVENT | {"event_attributes"}
"""The fields that are read of a record, besides that of its user."""


class UbiReader:
    """Reads lines: `read` returns an outcome for each record in a line.

    `click_actions` are the names of the actions that are clicks, and `user_field` is the field that tells
    users apart. A click's ordinal is its rank only where `ordinals_from` says what it counts from, 0 or 1.
    `tally` is what the reader noticed on its way.
    """

    def __init__(
        self,
        click_actions: Collection[str] = ("click", "item_click"),
        user_field: str = "client_id",
        ordinals_from: int | None = None,
    ) -> None:
        if isinstance(click_actions, str):
            raise TypeError(f"The click actions must be a list of names, not {click_actions!r}.")
        self.tally = Tally(user_field)
        self._clicks = tuple(click_actions)
        self._user_field = user_field
        self._record = record_type(user_field)
        self._decode = msgspec.json.Decoder(self._record).decode
        self._event = EventMaker(self._clicks, user_field, ordinals_from, self.tally).event

    def read(self, line: bytes) -> list[Outcome]:
        """Return the event of each record, or why there is none; None for what is no record.

        >>> text = b'{"action_name": "scroll", "client_id": "u1", "timestamp": "2024-03-01T12:00:00Z"}'
        >>> UbiReader().read(text)
        [Activity(user='u1', time=datetime.datetime(2024, 3, 1, 12, 0, tzinfo=datetime.timezone.utc))]

        """
        if len(line) > SURELY_FLAT and too_deep(line):
            return [RecordError(TOO_DEEP)]
        try:
            record = self._decode(line)
            event = self._event(record)
            if event is None and record.source:
                event = self._event(self._decode(record.source))
            if event is not None:
                return [event]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, RecordError):
            pass  # the line has another shape, or there is something to say of it
        return self._read_other(line)

    def _read_other(self, line: bytes) -> list[Outcome]:
        try:
            outcomes = list(map(self._outcome, records_in(line)))
        except RecordError as error:
            return [RecordError(str(error))]  # a new one: the traceback would keep the line in memory
        if len(outcomes) > 1:
            outcomes = [_numbered(outcome, number) for number, outcome in enumerate(outcomes, start=1)]
        return outcomes

    def _outcome(self, record: Any) -> Outcome:
        """Return what becomes of a record that is decoded, in whatever shape."""
        if record is NO_RECORD:
            return None
        try:
            event = self._event(self._converted(record))
        except msgspec.ValidationError as error:
            return RecordError(f"A field has the wrong type: {error}.")
        except RecordError as error:
            return RecordError(str(error))
        return event or RecordError(NEITHER)

    def _converted(self, record: Any) -> UbiRecord:
        """Return what is read of a record, whatever form its names and its time have."""
        if isinstance(record, dict):
            record = with_schema_names(record)
            if record.get(self._user_field) in (None, ""):
                self.tally.count_without_user(record)
        try:
            return msgspec.convert(record, self._record)
        except msgspec.ValidationError:
            if not isinstance(record, dict):
                raise
        record = self._read_of(record)
        if isinstance(record.get("timestamp"), str):
            record["timestamp"] = parse(record["timestamp"])
        return msgspec.convert(record, self._record)

    def _read_of(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that are read of a record: whatever another one holds, it costs nothing."""
        action = record.get("action_name")
        of = OF_QUERY if action is None else OF_CLICK if action in self._clicks else OF_EVENT
        return {name: value for name, value in record.items() if name in of or name == self._user_field}


def _numbered(outcome: Outcome, number: int) -> Outcome:
    """Say of an error which record of its line it is about."""
    if isinstance(outcome, RecordError):
        return RecordError(f"Record {number} of the line: {outcome}")
    return outcome
