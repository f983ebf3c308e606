"""How fast it is: four programs read the same log and must find the same searches.

    python examples/scale/throughput.py --events 200000

Each is a process of its own. What counts is its CPU time as a ratio to that of the plain loop, per event:
seconds differ from machine to machine. The log is made for the occasion, twice: with few sessions open at
once, and with many. The flow that takes one event at a time visits every open session at every event, so it
gets only the first part of the log.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
START = datetime(2024, 3, 1, tzinfo=timezone.utc)
EVENTS_PER_USER = (200, 10)  # of those who are active at once: in the first log few are, in the second many
PART = 20  # the flow that takes one event at a time gets so small a part of the log
BYTES_IN_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
SAME = ("user", "query", "query_id", "results", "clicks", "ctr")  # what all programs say of a search


class Cost(NamedTuple):
    """What a process took, and the searches that it found."""

    seconds: float  # of CPU
    megabytes: float  # at the peak
    searches: list[list[Any]]


def make_log(path: Path, events: int, active: int) -> None:
    """Write a log with so many users active at any time, each with an event every five minutes or so."""
    rnd = random.Random(7)  # noqa: S311 - a log needs no secrets
    users, queries, time = list(range(active)), [""] * active, START
    with path.open("w") as log:
        for number in range(events):
            time += timedelta(milliseconds=rnd.randrange(1 + 600_000 // active))
            seat = rnd.randrange(active)
            record: dict[str, Any] = {"client_id": f"u{users[seat]}", "timestamp": time.isoformat()}
            if number % 5 < 2:
                queries[seat] = f"q{number}"
                items = [f"item-{rnd.randrange(50_000)}" for _ in range(rnd.choice((0, 5, 10)))]
                record |= {"user_query": f"query {rnd.randrange(5000)}", "query_response_object_ids": items}
            else:
                record["action_name"] = rnd.choice(("click", "view"))
            log.write(json.dumps(record | {"query_id": queries[seat] or "none"}) + "\n")
            if rnd.random() < 1 / 8:  # this user has left, and another takes the place
                users[seat] += active
                queries[seat] = ""


def measure(*command: str) -> Cost:
    """Run Python with the arguments; return what it took."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, *command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with status {process.returncode}.")
        out.seek(0)
        found = sorted([json.loads(line)[field] for field in SAME] for line in out)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * BYTES_IN_RSS_UNIT / 1e6, found)


def compare(log: Path, events: int) -> None:
    """Print a row for each program, and check that all find the same."""
    part = log.with_suffix(".part")
    with log.open() as lines, part.open("w") as start:
        start.writelines(islice(lines, events // PART))
    loop = measure(str(HERE / "plain_loop.py"), str(log))
    rows = [
        ("plain loop", loop, events),
        ("search_sessions", measure("-m", "search_sessions", str(log)), events),
    ]
    if find_spec("duckdb"):
        rows.append(("DuckDB, in one query", measure(str(HERE / "batch_query.py"), str(log)), events))
    if any(cost.searches != loop.searches for _, cost, _ in rows):
        sys.exit("They do not find the same searches.")
    single = measure(str(HERE / "one_at_a_time.py"), str(part))
    if single.searches != measure(str(HERE / "plain_loop.py"), str(part)).searches:
        sys.exit("The flow that takes one event at a time does not find the same searches.")
    for name, cost, size in [*rows, ("one event at a time", single, events // PART)]:
        ratio = cost.seconds / size * events / loop.seconds
        print(f"{name:22}{size:>11,}{cost.seconds:>9.1f}{ratio:>8.2f}{cost.megabytes:>9,.0f}")


def main() -> None:
    """Print a table for each number of users who are active at once."""
    parser = ArgumentParser(
        description="Measure the package against a plain loop, a batch engine, and no batches."
    )
    parser.add_argument("--events", type=int, default=200_000, help="events in each log (200,000)")
    options = parser.parse_args()
    if options.events < (least := max(EVENTS_PER_USER)):
        parser.error(f"--events must be at least {least}, or no user is active, not {options.events}.")
    with tempfile.TemporaryDirectory() as folder:
        for active in (options.events // number for number in EVENTS_PER_USER):
            log = Path(folder) / "made.log"
            make_log(log, options.events, active)
            print(f"{active:,} users active at once, {log.stat().st_size / 1e6:,.1f} MB")
            print(f"{'':22}{'events':>11}{'CPU s':>9}{'ratio':>8}{'peak MB':>9}")
            compare(log, options.events)
    print("All found the same searches.")


if __name__ == "__main__":
    main()
