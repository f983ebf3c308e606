"""A record of User Behavior Insights (UBI) into an event.

The schema is public, at o19s/ubi on GitHub; this reads version 1.3, and what older ones named otherwise. A
record with an `action_name` is an event: a click, or some other activity. Any other with a `user_query` is a
query: a `Search`, with what was shown where the record lists it.
"""

from collections.abc import Collection
from datetime import datetime, timezone
from sys import intern
from typing import Any, cast

import msgspec

from search_sessions.events import Activity, ClickResult, Event, Item, Search, User
from search_sessions.formats.item_list import item_list
from search_sessions.formats.outcomes import RecordError
from search_sessions.formats.tally import Tally
from search_sessions.formats.times import utc

MOST_RANK = 1_000_000
"""No list of results is longer. Where an ordinal is higher, it is something else."""


class _Object(msgspec.Struct, gc=False):
    object_id: Item | None = None


class _Position(msgspec.Struct, gc=False):
    ordinal: Any = None


class _Attributes(msgspec.Struct, gc=False):
    object: _Object | None = None
    position: _Position | None = None


class UbiRecord(msgspec.Struct, gc=False):
    """What is read of a record; all else in it is passed over. The field of the user has the name given."""

    user: User | None = None
    timestamp: datetime | int | float | None = None
    action_name: str | None = None
    user_query: str | None = None
    query_id: str | None = None
    query_response_hit_ids: tuple[Item, ...] | None = None
    query_response_object_ids: tuple[Item, ...] | None = None
    event_attributes: _Attributes | None = None
    doc_ids: str | tuple[Item, ...] | None = None
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())


def record_type(user_field: str) -> type[UbiRecord]:
    """Return the type of a record whose user is in that field."""
    user = ("user", User | None, msgspec.field(name=user_field, default=None))
    return cast("type[UbiRecord]", msgspec.defstruct("UbiRecord", [user], bases=(UbiRecord,), gc=False))


class EventMaker:
    """Makes events of records. For the arguments, see `search_sessions.formats.ubi.UbiReader`."""

    def __init__(
        self, click_actions: Collection[str], user_field: str, ordinals_from: int | None, tally: Tally
    ) -> None:
        self._clicks = frozenset(click_actions)
        self._user_field = user_field
        self._ordinals_from = ordinals_from
        self._tally = tally

    def event(self, record: UbiRecord) -> Event | None:
        """Return the event that a record is; None if it has neither an action nor a query.

        Raises:
            RecordError: a field that every event needs is missing or wrong.

        """
        action, user, time = record.action_name, record.user, record.timestamp
        if action is None and record.user_query is None:
            return None
        if isinstance(user, str) and user:
            user = intern(user)  # one object for all events of a user
        elif not isinstance(user, int):
            raise RecordError(f"`{self._user_field}` is missing or empty: the event has no user.")
        if not isinstance(time, datetime) or time.tzinfo is not timezone.utc:
            time = utc(time)
        if action is None:
            query = intern(record.user_query or "")
            return Search(user, time, query, record.query_id or None, shown(record))
        if action in self._clicks:
            self._tally.clicked = True
            return self._click(user, time, record)
        if not self._tally.clicked:
            self._tally.actions[action] += 1
        return Activity(user, time)

    def _click(self, user: User, time: datetime, record: UbiRecord) -> ClickResult:
        item, rank, attributes = None, None, record.event_attributes
        if attributes and attributes.object:
            item = attributes.object.object_id
        if attributes and attributes.position:
            rank = self._rank(attributes.position.ordinal)
        return ClickResult(user, time, item, record.query_id or None, rank)

    def _rank(self, ordinal: Any) -> int | None:
        """Return the rank that an ordinal names; None if it names none."""
        if self._ordinals_from is None or type(ordinal) is not int:  # a boolean is an `int`, too
            return None
        rank = ordinal - self._ordinals_from + 1
        return rank if 1 <= rank <= MOST_RANK else None


def shown(record: UbiRecord) -> Collection[Item] | None:
    """Return what a query showed, the best first; None if its record does not say.

    An empty list of hits says nothing, since a request for counts alone has one. An empty list of objects, of
    the older schema, says that nothing was found.
    """
    items = record.query_response_hit_ids or record.query_response_object_ids
    if items is None and record.doc_ids:
        items = tuple(record.doc_ids.split(",")) if isinstance(record.doc_ids, str) else record.doc_ids
    if not items:
        return record.query_response_object_ids
    return item_list(items)
