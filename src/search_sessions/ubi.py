"""A line of a real log into events: User Behavior Insights (UBI), of OpenSearch, Elasticsearch and Solr.

The schema is public, at o19s/ubi on GitHub; this reads version 1.3. A query record becomes a `Search`
and, where the log names what was shown (`query_response_object_ids`), `Results`. Any other record is an
event, told by its `action_name`: a click or some other activity.

The schema's `query_response_hit_ids` is not read: real logs hold an empty list there whenever a request
asked for counts alone, which is no search without results.
"""

from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from sys import intern
from typing import Any, NamedTuple

import msgspec

from search_sessions.events import Activity, ClickResult, Event, Item, Results, Search

CLICKS = ("click", "item_click")
"""The actions that are clicks, if nobody says otherwise."""

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Line(NamedTuple):
    """A line of a log and where it stands; `problem` is a sentence if it could not be read in full."""

    file: str
    number: int
    text: bytes
    problem: str = ""


class _Object(msgspec.Struct, gc=False):
    object_id: Item | None = None


class _Attributes(msgspec.Struct, gc=False):
    object: _Object | None = None


class _Record(msgspec.Struct, gc=False):
    """What is read of a record; all else in it is passed over."""

    client_id: str | None = None
    timestamp: str | int | float | None = None
    action_name: str | None = None
    user_query: str | None = None
    query_id: str | None = None
    query_response_object_ids: tuple[Item, ...] | None = None
    event_attributes: _Attributes | None = None
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())


_decode = msgspec.json.Decoder(_Record).decode


def read_line(line: Line, clicks: Collection[str] = CLICKS) -> list[Event]:
    """Return the events of a line of a log: none if the line is blank or a bulk action.

    `clicks` are the actions that count as a click.

    Raises:
        ValueError: the line is no record of a search log; the message is a sentence that says why.

    >>> text = b'{"action_name": "scroll", "client_id": "u1", "timestamp": "2024-03-01T12:00:00Z"}'
    >>> read_line(Line("some.log", 1, text))
    [Activity(user='u1', time=datetime.datetime(2024, 3, 1, 12, 0, tzinfo=datetime.timezone.utc))]

    """
    if line.problem:
        raise ValueError(line.problem)
    text = line.text
    if text.isspace() or not text:
        return []
    try:
        record = _decode(text)
        if record.source:
            record = _decode(record.source)
        if record.action_name is None and record.user_query is None and _is_bulk_action(text):
            return []
    except msgspec.ValidationError as error:
        raise ValueError(f"A field has the wrong type: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"This is no JSON: {error}.") from None
    return _events(record, clicks)


def _events(record: _Record, clicks: Collection[str]) -> list[Event]:
    if record.action_name is None and record.user_query is None:
        raise ValueError("Neither `action_name` nor `user_query` is there: this is no event and no query.")
    if not record.client_id:
        raise ValueError("`client_id` is missing or empty: the event has no user.")
    user = intern(record.client_id)
    query_id = record.query_id or None
    time = _utc(record.timestamp)
    if record.user_query is not None and record.action_name is None:
        events: list[Event] = [Search(user, time, record.user_query, query_id)]
        if record.query_response_object_ids is not None:
            items = tuple(map(_shared, record.query_response_object_ids))
            events.append(Results(user, time, items, query_id))
        return events
    if record.action_name not in clicks:
        return [Activity(user, time)]
    clicked = record.event_attributes and record.event_attributes.object
    return [ClickResult(user, time, clicked.object_id if clicked else None, query_id)]


def _shared(item: Item) -> Item:
    """Return the item as one object for all that showed it: logs name the same ones again and again."""
    return intern(item) if isinstance(item, str) else item


def _utc(timestamp: str | float | None) -> datetime:
    """Return the time of an ISO 8601 string, in UTC if it names no offset, or of epoch milliseconds."""
    if timestamp is None:
        raise ValueError("`timestamp` is missing: the event has no time.")
    try:
        if not isinstance(timestamp, str):
            return EPOCH + timedelta(milliseconds=timestamp)
        try:
            time = msgspec.convert(timestamp, datetime)
        except msgspec.ValidationError:  # not RFC 3339: one of the rarer forms of ISO 8601, perhaps
            time = datetime.fromisoformat(timestamp)
        if time.tzinfo is timezone.utc:
            return time
        return time.astimezone(timezone.utc) if time.tzinfo else time.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError(
            f"`timestamp` is no time, in ISO 8601 or epoch milliseconds: {timestamp!r}."
        ) from None


def _is_bulk_action(text: bytes) -> bool:
    """Say whether the line is an action of the bulk API, as in `{"index": {"_index": "ubi_events"}}`."""
    action: Any = msgspec.json.decode(text)
    return len(action) == 1 and any(isinstance(action.get(name), dict) for name in ("index", "create"))
