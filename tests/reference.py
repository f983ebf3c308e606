"""The right answers in plain Python: no engine, no speed, nothing shared with the package but its events."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from search_sessions.events import Event

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sessions(events: Iterable[Event], gap: timedelta) -> list[tuple[str, list[Event]]]:
    """Sort the events by time, and cut each user's where the gap is reached."""
    users: defaultdict[str, list[list[Event]]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.time):
        cut = users[str(event.user)]
        if not cut or event.time - cut[-1][-1].time >= gap:
            cut.append([])
        cut[-1].append(event)
    return [(user, session) for user, cut in users.items() for session in cut]


def searches(lines: Iterable[bytes], gap: timedelta = timedelta(minutes=30)) -> list[dict[str, Any]]:
    """Return a dictionary for each search in a log, in any order: what its line of output must hold."""
    records = [record for record in map(record_of, lines) if record]
    records.sort(key=lambda record: record["time"])
    users: defaultdict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    for record in records:
        cut = users[record["client_id"]]
        if not cut or record["time"] - cut[-1][-1]["time"] >= gap:
            cut.append([])
        cut[-1].append(record)
    return [found for cut in users.values() for session in cut for found in in_session(session)]


def in_session(session: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the searches of one session."""
    found: list[dict[str, Any]] = []
    latest: dict[str, Any] | None = None
    for record in session:
        query_id = record.get("query_id") or None
        if "action_name" not in record:
            same = [search for search in found if query_id and search["query_id"] == query_id]
            if same:
                latest = same[0]
            else:
                latest = {
                    "user": record["client_id"],
                    "query": record["user_query"],
                    "query_id": query_id,
                    "time": record["time"],
                    "session_start": session[0]["time"],
                    "session_end": session[-1]["time"],
                    "results": None,
                    "clicks": 0,
                }
                found.append(latest)
            shown = record.get("query_response_object_ids")
            if latest["results"] is None and shown is not None:
                latest["results"] = len(shown)
        elif record["action_name"] in ("click", "item_click") and not query_id and latest:
            latest["clicks"] += 1
    for search in found:
        if search["query_id"]:
            search["clicks"] += sum(
                record.get("action_name") in ("click", "item_click")
                and record.get("query_id") == search["query_id"]
                for record in session
            )
        search["ctr"] = 1.0 if search["clicks"] else 0.0
    return found


def record_of(line: bytes) -> dict[str, Any] | None:
    """Return the record in a line, with its time, or None if there is none: for well-typed logs only."""
    try:
        record = json.loads(line)
        record["time"] = time_of(record["timestamp"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    if not record.get("client_id") or not {"action_name", "user_query"} & set(record):
        return None
    return dict(record)


def time_of(timestamp: str | int) -> datetime:
    """Return the time of a timestamp."""
    if isinstance(timestamp, str):
        time = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return EPOCH + timedelta(milliseconds=timestamp)
