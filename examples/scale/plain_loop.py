"""The searches of a log in a plain loop: no engine, no checks, counts only. It is what speed is held against.

    python examples/scale/plain_loop.py LOG > searches.ndjson

Reads UBI records with `json`, sorts them in memory, keeps the open sessions in a dictionary, and writes a
line for each search with the counts of its results and clicks. It has no rank of a click, no account of bad
lines, no delay, and nothing to resume from.
"""

import json
import sys
from datetime import datetime
from typing import Any

GAP = 30 * 60.0
CLICKS = ("click", "item_click")
Search = dict[str, Any]


def main() -> None:
    """Write a line for each search of a log."""
    sessions: dict[str, list[Any]] = {}  # of each user: the start and the end, and the searches by their ids
    for time, user, record in sorted(read(sys.argv[1]), key=lambda event: event[0]):
        session = sessions.get(user)
        if session is None or time - session[1] >= GAP:
            if session is not None:
                write(user, session)
            session = sessions[user] = [time, time, {}]
        session[1] = time
        query_id, found = record.get("query_id"), session[2]
        if "action_name" not in record:
            found.setdefault(query_id, [record["user_query"], time, shown(record), 0])
        elif record["action_name"] in CLICKS and query_id in found:
            found[query_id][3] += 1
    for user, session in sessions.items():
        write(user, session)


def read(log: str) -> list[tuple[float, str, dict[str, Any]]]:
    """Return the records of a log, each with its time in seconds and its user; skip what is none."""
    events = []
    with open(log) as lines:
        for line in lines:
            try:
                record = json.loads(line)
                time = datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")).timestamp()
                events.append((time, record["client_id"], record))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    return events


def shown(record: dict[str, Any]) -> int:
    """Return how many results a query record lists."""
    return len(record.get("query_response_object_ids", ()))


def write(user: str, session: list[Any]) -> None:
    """Write a line for each search of a session."""
    start, end, found = session
    for query_id, (query, time, results, clicks) in found.items():
        line = {"user": user, "query": query, "query_id": query_id, "time": time, "session_start": start}
        line |= {"session_end": end, "results": results, "clicks": clicks, "ctr": 1.0 if clicks else 0.0}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
