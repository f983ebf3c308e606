"""The searches of a log in a plain loop: no engine, no checks, counts only. It is what speed is held against.

    python examples/scale/plain_loop.py LOG > searches.ndjson

Reads UBI records with `json`, sorts them in memory, keeps the open sessions in a dictionary, and writes a
line for each search with the counts of its results and clicks. It has no rank of a click, no account of the
bad lines that it skips, no delay, and nothing to resume from. It tells searches apart by their `query_id`:
those of a session that have none become one.
"""

import json
import signal
import sys
from argparse import ArgumentParser, FileType
from collections.abc import Iterable
from datetime import datetime
from typing import Any

GAP = 30 * 60.0
CLICKS = ("click", "item_click")
Event = tuple[float, str, str, str | None, int]
"""The time in seconds, the user, the id of the search; its query, or None; how many results it showed, and in
their place -1 for a click and -2 for anything else."""


def main() -> None:
    """Write a line for each search of a log."""
    if hasattr(signal, "SIGPIPE"):  # not on Windows; `head` may end the program without a word
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    parser = ArgumentParser(description="The searches of a log, in a plain loop.")
    parser.add_argument("log", type=FileType("rb"), help="a UBI log, not compressed; - is standard input")
    log = parser.parse_args().log
    sessions: dict[str, list[Any]] = {}  # of each user: the start and the end, and the searches by their ids
    for time, user, query_id, query, results in sorted(read(log), key=lambda event: event[0]):
        session = sessions.get(user)
        if session is None or time - session[1] >= GAP:
            if session is not None:
                write(user, session)
            session = sessions[user] = [time, time, {}]
        session[1] = time
        if query is not None:
            session[2].setdefault(query_id, [query, time, results, 0])
        elif results == -1 and query_id in session[2]:
            session[2][query_id][3] += 1
    for user, session in sessions.items():
        write(user, session)


def read(log: Iterable[bytes]) -> list[Event]:
    """Return the events of a log; skip the lines that are none."""
    events = []
    for line in log:
        try:
            events.append(event_of(json.loads(line.decode())))  # of bytes, `json` would guess the encoding
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return events


def event_of(record: dict[str, Any]) -> Event:
    """Return what the loop needs of a record."""
    time = datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")).timestamp()
    user, query_id = record["client_id"], record.get("query_id", "")
    if "action_name" not in record:
        return time, user, query_id, record["user_query"], len(record.get("query_response_object_ids", ()))
    return time, user, query_id, None, -1 if record["action_name"] in CLICKS else -2


def write(user: str, session: list[Any]) -> None:
    """Write a line for each search of a session."""
    start, end, found = session
    for query_id, (query, time, results, clicks) in found.items():
        line = {"user": user, "query": query, "query_id": query_id, "time": time, "session_start": start}
        line |= {"session_end": end, "results": results, "clicks": clicks, "ctr": 1.0 if clicks else 0.0}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
