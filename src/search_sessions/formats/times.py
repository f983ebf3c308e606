"""Times of records, in UTC."""

import re
import reprlib
from datetime import datetime, timedelta, timezone

import msgspec

from search_sessions.formats.outcomes import RecordError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECONDS = re.compile(r"-?[0-9]+(\.[0-9]+)?")
NO_DATE = re.compile(r"[0-9]{9}")
"""More digits than a date has: what begins so and is no number names no time. `fromisoformat` would take the
ninth digit for what stands between the date and the time."""


def utc(timestamp: datetime | float | None) -> datetime:
    """Return a time in UTC: one without an offset is taken for UTC, a number for epoch milliseconds.

    Raises:
        RecordError: there is no time, or it is not one of the years 1 to 9999.

    """
    if timestamp is None:
        raise RecordError("`timestamp` is missing: the event has no time.")
    try:
        if not isinstance(timestamp, datetime):
            return EPOCH + timedelta(milliseconds=timestamp)
        if timestamp.tzinfo is None:
            return timestamp.replace(tzinfo=timezone.utc)
        return timestamp.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise _not_a_time(timestamp) from None


def parse(timestamp: str) -> datetime:
    """Return the time that a text names: in RFC 3339, other forms of ISO 8601, or epoch milliseconds.

    Which other forms, depends on the version of Python: 3.11 reads more of them than 3.10.

    Raises:
        RecordError: the text names no time.

    """
    try:
        if MILLISECONDS.fullmatch(timestamp):
            return EPOCH + timedelta(milliseconds=float(timestamp))
        if NO_DATE.match(timestamp):
            raise _not_a_time(timestamp)
        try:
            return msgspec.convert(timestamp, datetime)
        except msgspec.ValidationError:
            return datetime.fromisoformat(timestamp)
    except (ValueError, OverflowError):
        raise _not_a_time(timestamp) from None


def _not_a_time(timestamp: datetime | float | str) -> RecordError:
    value = timestamp.isoformat() if isinstance(timestamp, datetime) else timestamp
    return RecordError(
        f"`timestamp` is not a time, in ISO 8601 or epoch milliseconds: {reprlib.repr(value)}."
    )
