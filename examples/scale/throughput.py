"""How fast it is: a plain loop without an engine, the package, and the flow as other tutorials write it.

Each is a process of its own that reads a log and writes a line for each search, in turn, and all must find
the same searches. What counts is the CPU time as a ratio to the plain loop's, per event, since seconds
differ from machine to machine. The log is made for the occasion, twice: with few sessions open at once and
with many. The flow as others write it takes one event at a time, and so visits every open session at every
event: it is given only the first part of the log, as the rest would take hours.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import datetime, timedelta, timezone
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.inputs import LogInput
from search_sessions.metrics import summarize
from search_sessions.outputs import StdoutLines, search_line
from search_sessions.searches import split_searches
from search_sessions.sessions import add_event, user_event
from search_sessions.ubi import read_line

START = datetime(2024, 3, 1, tzinfo=timezone.utc)
GAP = timedelta(minutes=30)
PART = 20  # the flow that takes one event at a time gets so small a part of the log
KIB_IN_MB = 1000


class Cost(NamedTuple):
    """What a process took, and the searches that it found."""

    seconds: float  # of CPU
    megabytes: float  # at the peak
    searches: list[str]


def make_log(path: Path, events: int, active: int) -> None:
    """Write a log with so many users active at any time, each with an event every five minutes or so."""
    rnd = random.Random(7)  # noqa: S311 - a log needs no secrets
    users, time = list(range(active)), START
    with path.open("w") as log:
        for number in range(events):
            time += timedelta(milliseconds=rnd.randrange(1 + 600_000 // active))
            seat = rnd.randrange(active)
            record: dict[str, Any] = {"client_id": f"u{users[seat]}", "timestamp": time.isoformat()}
            if number % 5 < 2:
                items = [f"item-{rnd.randrange(50_000)}" for _ in range(rnd.choice((0, 5, 10)))]
                record |= {"user_query": f"query {rnd.randrange(5000)}", "query_response_object_ids": items}
            else:
                record["action_name"] = rnd.choice(("click", "view"))
            if rnd.random() < 1 / 8:  # this user has left, and another takes the place
                users[seat] += active
            log.write(json.dumps(record) + "\n")


def plain(log: str) -> None:
    """Sessionize a log that is in order of time, in a loop."""
    sessions: dict[str, list[dict[str, Any]]] = {}
    with open(log) as lines:
        for line in lines:
            record = json.loads(line)
            record["time"] = datetime.fromisoformat(record["timestamp"])
            session = sessions.setdefault(record["client_id"], [])
            if session and record["time"] - session[-1]["time"] >= GAP:
                write_searches(session)
                session.clear()
            session.append(record)
    for session in sessions.values():
        write_searches(session)


def write_searches(session: list[dict[str, Any]]) -> None:
    """Write a line for each search of a session."""
    start, end = (f"{session[n]['time'].isoformat()[:-6]}Z" for n in (0, -1))
    found: list[dict[str, Any]] = []
    for record in session:
        if "user_query" in record:
            found.append(record | {"clicks": []})
        elif found and record["action_name"] == "click":
            found[-1]["clicks"].append(record)
    for number, search in enumerate(found):
        clicks, later = search["clicks"], {other["user_query"] for other in found[number + 1 :]}
        wait = (clicks[0]["time"] - search["time"]).total_seconds() if clicks else None
        line = {
            "user": search["client_id"],
            "query": search["user_query"],
            "query_id": None,
            "time": f"{search['time'].isoformat()[:-6]}Z",
            "session_start": start,
            "session_end": end,
            "results": len(search["query_response_object_ids"]),
            "clicks": len(clicks),
            "ctr": 1.0 if clicks else 0.0,
            "first_click_rank": None,
            "seconds_to_first_click": wait,
            "reformulated": bool(later - {search["user_query"]}),
            "repeated": search["user_query"] in later,
        }
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


def tutorial(log: str) -> None:
    """Run the flow as other tutorials write it: every event by itself through every step."""
    flow = Dataflow()
    flow.input("log", LogInput([log]))
    flow.flat_map(read_line)
    flow.map(user_event)
    clock = EventClockConfig(attrgetter("time"), timedelta(seconds=10))
    flow.fold_window("sessions", clock, SessionWindow(gap=GAP), list, add_event)
    flow.flat_map(split_searches)
    flow.map(summarize)
    flow.output("searches", StdoutLines(search_line))
    run_main(flow)


def measure(*command: str) -> Cost:
    """Run Python with the arguments; return what it took."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, *command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with status {process.returncode}.")
        out.seek(0)
        searches = sorted(out.read().decode().splitlines())
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / KIB_IN_MB, searches)


def compare(log: Path, events: int) -> None:
    """Print a row for each way to run the log, and check that all find the same."""
    part = log.with_suffix(".part")
    with log.open() as lines, part.open("w") as start:
        start.writelines(islice(lines, events // PART))
    loop, ours = measure(__file__, "--plain", str(log)), measure("-m", "search_sessions", str(log))
    loop_part, others = measure(__file__, "--plain", str(part)), measure(__file__, "--tutorial", str(part))
    if (loop.searches, loop_part.searches) != (ours.searches, others.searches):
        sys.exit("They do not find the same searches.")
    base = loop.seconds / events
    for name, cost, size in (
        ("plain loop", loop, events),
        ("search_sessions", ours, events),
        ("one event at a time", others, events // PART),
    ):
        per_second, ratio = size / cost.seconds, cost.seconds / size / base
        print(
            f"{name:22}{size:>11,}{cost.seconds:>9.1f}{per_second:>15,.0f}{ratio:>8.2f}{cost.megabytes:>9,.0f}"
        )


def main() -> None:
    """Print a table for each number of users who are active at once."""
    parser = ArgumentParser(description="Measure the package against a plain loop, and the tutorials' flow.")
    parser.add_argument("--events", type=int, default=200_000, help="events in each log (200,000)")
    parser.add_argument("--plain", metavar="LOG", help="run the plain loop on a log")
    parser.add_argument("--tutorial", metavar="LOG", help="run the flow of other tutorials on a log")
    options = parser.parse_args()
    if options.plain or options.tutorial:
        return plain(options.plain) if options.plain else tutorial(options.tutorial)
    with tempfile.TemporaryDirectory() as folder:
        for active in (options.events // 200, options.events // 10):
            log = Path(folder) / "made.log"
            make_log(log, options.events, active)
            print(f"{active:,} users active at once")
            print(f"{'':22}{'events':>11}{'CPU s':>9}{'events/CPU s':>15}{'ratio':>8}{'peak MB':>9}")
            compare(log, options.events)
    print("All found the same searches.")
    return None


if __name__ == "__main__":
    main()
