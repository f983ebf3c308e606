"""The right answer in plain Python: no engine, no speed, nothing shared with the package.

    python examples/plain.py LOG --gap 30

prints a line of JSON for each search of a log, in any order. It sorts the log, cuts each user's records where
the gap is reached, and passes over lines that are no record. It expects one UBI record a line, with the names
and types of the schema, and times in ISO 8601 or milliseconds. The package reads other forms, too.
"""

import json
import signal
from argparse import ArgumentParser, FileType
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

UTC = timezone.utc
CLICKS = ("click", "item_click")


def searches(lines: Iterable[bytes], gap: timedelta = timedelta(minutes=30)) -> list[dict[str, Any]]:
    """Return a dictionary for each search in a log, in any order: what its line of output must hold."""
    records = [record for record in map(record_of, lines) if record]
    records.sort(key=lambda record: record["time"])
    users: defaultdict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    for record in records:
        cut = users[str(record["client_id"])]
        if not cut or record["time"] - cut[-1][-1]["time"] >= gap:
            cut.append([])
        cut[-1].append(record)
    return [found for cut in users.values() for session in cut for found in in_session(session)]


def in_session(session: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the searches of one session."""
    found: list[dict[str, Any]] = []
    latest: dict[str, Any] | None = None
    clicks: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    shown: dict[int, list[Any]] = {}
    for record in session:
        query_id = record.get("query_id") or None
        if "action_name" not in record:
            same = [search for search in found if query_id and search["query_id"] == query_id]
            latest = same[0] if same else new_search(record, session)
            found += [] if same else [latest]
            items = record.get("query_response_hit_ids") or record.get("query_response_object_ids")
            if items is not None:
                shown.setdefault(id(latest), items)
        elif record["action_name"] in CLICKS and not query_id and latest:
            clicks[id(latest)].append(record)
    for number, search in enumerate(found):
        named = [r for r in session if r.get("action_name") in CLICKS and r.get("query_id")]
        named = [record for record in named if record["query_id"] == search["query_id"]]
        in_time = sorted(clicks[id(search)] + named, key=session.index)
        describe(search, in_time, shown.get(id(search)))
        later = [other["query"] for other in found[number + 1 :]]
        search["reformulated"] = any(query != search["query"] for query in later)
        search["repeated"] = search["query"] in later
    return found


def new_search(record: dict[str, Any], session: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a search as its record has it."""
    return {
        "user": record["client_id"],
        "query": record["user_query"],
        "query_id": record.get("query_id") or None,
        "time": record["time"],
        "session_start": session[0]["time"],
        "session_end": session[-1]["time"],
    }


def describe(search: dict[str, Any], clicks: list[dict[str, Any]], shown: list[Any] | None) -> None:
    """Add what was shown and clicked to a search."""
    search["results"] = None if shown is None else len(shown)
    search["clicks"] = len(clicks)
    search["ctr"] = 1.0 if clicks else 0.0
    search["first_click_rank"] = search["seconds_to_first_click"] = None
    if clicks:
        search["seconds_to_first_click"] = (clicks[0]["time"] - search["time"]).total_seconds()
        item = clicks[0].get("event_attributes", {}).get("object", {}).get("object_id")
        places = [str(other) for other in shown or []]
        if item is not None and str(item) in places:
            search["first_click_rank"] = places.index(str(item)) + 1


def record_of(line: bytes) -> dict[str, Any] | None:
    """Return the record in a line, with its time, or None if there is none: for well-typed logs only."""
    try:
        # A field that is null is as good as missing.
        record = json.loads(line, object_pairs_hook=lambda pairs: {k: v for k, v in pairs if v is not None})
        record["time"] = time_of(record["timestamp"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    if not record.get("client_id") or not {"action_name", "user_query"} & set(record):
        return None
    return dict(record)


def time_of(timestamp: str | float) -> datetime:
    """Return the time of a timestamp, which may be milliseconds in quotes."""
    if isinstance(timestamp, str) and not timestamp.isdecimal():
        time = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=float(timestamp))


def line_of(search: dict[str, Any]) -> str:
    """Return the line of a search, with its times in UTC."""
    return json.dumps(search, default=lambda time: time.isoformat().replace("+00:00", "Z"))


def main() -> None:
    """Print the searches of a log."""
    if hasattr(signal, "SIGPIPE"):  # not on Windows; `head` may end the program without a word
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    parser = ArgumentParser(description="The searches of a log, in plain Python.")
    parser.add_argument("log", type=FileType("rb"), help="a UBI log, not compressed; - is standard input")
    parser.add_argument("--gap", type=float, default=30.0, metavar="MINUTES", help="what ends a session (30)")
    options = parser.parse_args()
    if not 0.00001 <= options.gap <= 1_000_000:
        parser.error(f"--gap is a number of minutes from 0.00001 to a million, not {options.gap}.")
    for search in searches(options.log, timedelta(minutes=options.gap)):
        print(line_of(search))


if __name__ == "__main__":
    main()
