"""A line of a real log into events: User Behavior Insights (UBI), of OpenSearch, Elasticsearch and Solr.

The schema is public, at o19s/ubi on GitHub; this reads version 1.3. A query record becomes a `Search`, with
what was shown where the log names it (`query_response_object_ids`). Any other record is an event, told by its
`action_name`: a click or some other activity.

The schema's `query_response_hit_ids` is not read: real logs hold an empty list there whenever a request
asked for counts alone, which is no search without results.
"""

from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from functools import partial
from sys import intern
from typing import Any

import msgspec

from search_sessions.events import Activity, ClickResult, Event, Item, Search
from search_sessions.formats.records import Outcome, Read, RecordError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


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


def read_line(text: bytes, click_actions: Collection[str]) -> list[Outcome]:
    """Return the event of a line of a log, None for a blank line or a bulk action, or why there is none.

    >>> text = b'{"action_name": "scroll", "client_id": "u1", "timestamp": "2024-03-01T12:00:00Z"}'
    >>> read_line(text, click_actions={"click"})
    [Activity(user='u1', time=datetime.datetime(2024, 3, 1, 12, 0, tzinfo=datetime.timezone.utc))]

    """
    if text.isspace() or not text:
        return [None]
    try:
        record = _decode(text)
        if record.source:
            record = _decode(record.source)
        if record.action_name is None and record.user_query is None and _is_bulk_action(text):
            return [None]
        return [_event(record, click_actions)]
    except msgspec.ValidationError as error:
        return [RecordError(f"A field has the wrong type: {error}.")]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [RecordError(f"Not valid JSON: {error}.")]
    except RecordError as error:
        return [error]


def ubi_reader(click_actions: Collection[str]) -> Read:
    """Return a reader of lines that takes these actions for clicks."""
    return partial(read_line, click_actions=frozenset(click_actions))


def _event(record: _Record, click_actions: Collection[str]) -> Event:
    if record.action_name is None and record.user_query is None:
        raise RecordError("Neither `action_name` nor `user_query` is there: this is no event and no query.")
    if not record.client_id:
        raise RecordError("`client_id` is missing or empty: the event has no user.")
    user = intern(record.client_id)
    query_id = record.query_id or None
    time = _utc(record.timestamp)
    if record.user_query is not None and record.action_name is None:
        shown = record.query_response_object_ids
        return Search(
            user, time, record.user_query, query_id, None if shown is None else tuple(map(_shared, shown))
        )
    if record.action_name not in click_actions:
        return Activity(user, time)
    clicked = record.event_attributes and record.event_attributes.object
    return ClickResult(user, time, clicked.object_id if clicked else None, query_id)


def _shared(item: Item) -> Item:
    """Return the item as one object for all that showed it: logs name the same ones again and again."""
    return intern(item) if isinstance(item, str) else item


def _utc(timestamp: str | float | None) -> datetime:
    """Return the time of an ISO 8601 string, in UTC if it names no offset, or of epoch milliseconds."""
    if timestamp is None:
        raise RecordError("`timestamp` is missing: the event has no time.")
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
        raise RecordError(
            f"`timestamp` is not a time, in ISO 8601 or epoch milliseconds: {timestamp!r}."
        ) from None


def _is_bulk_action(text: bytes) -> bool:
    """Say whether the line is an action of the bulk API, as in `{"index": {"_index": "ubi_events"}}`."""
    action: Any = msgspec.json.decode(text)
    return len(action) == 1 and any(isinstance(action.get(name), dict) for name in ("index", "create"))
