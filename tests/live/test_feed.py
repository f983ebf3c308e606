"""The flow behind the page as a program: what it tells, what it takes, and how it ends."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from helpers import ROOT, event, query, run, search_sessions, write_log

pytestmark = pytest.mark.slow
LIVE = ROOT / "examples" / "live"
FEED = str(LIVE / "feed.py")
FAST = ("--wait", "2", "--speed", "1000")  # the wait: however slow the machine, no event is lost

EVENING = [
    query("u1", "2024-03-01T12:00:00Z", "dogs", query_id="q1"),
    event("u1", "2024-03-01T12:01:00Z", query_id="q1"),
    query("u2", "2024-03-01T12:02:00Z", "cats", query_id="q2"),
]
LATE = query("u2", "2024-03-01T12:01:30Z", "too late", query_id="q3")


@contextmanager
def listening() -> Iterator[int]:
    """Give a standard input that does not end: the program ends with its own."""
    reader, writer = os.pipe()
    try:
        yield reader
    finally:
        os.close(reader)
        os.close(writer)


def feed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    with listening() as stdin:
        return run(FEED, *FAST, *arguments, stdin=stdin, timeout=60)


def told(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Return what a run told, which must have ended well."""
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("program", ["feed.py", "watch.py"])
@pytest.mark.parametrize("name", ["/dev/stdin", "pipe"])
def test_a_log_that_can_be_read_only_once_is_refused(program: str, name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    log = str(tmp_path / name)
    done = run(str(LIVE / program), log, input=EVENING[0].decode(), timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"{log}: it is read more than once, so it must be a file.\n")


@pytest.mark.parametrize("wrong", ["2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("speed", ["1", "1000"])
def test_a_wrong_clock_costs_its_own_record_alone(wrong: str, place: int, speed: str, tmp_path: Path) -> None:
    lines = [query(text=f"dogs {number}", query_id=f"q{number}") for number in range(3)]
    lines.insert(place, query("u2", wrong, "future"))
    log = write_log(tmp_path / "log.ndjson", *lines)
    account = search_sessions(log).stderr.splitlines()[-1]
    assert account.startswith("4 lines: 3 events in 1 session, 0 ignored, 1 rejected, 0 late.")
    assert told(feed(log, "--gap", "0.02", "--speed", speed))[-1] == {"ended": account}


def test_what_is_counted_on_the_way_is_what_the_account_says(tmp_path: Path) -> None:
    array = b"[" + b",".join([EVENING[2], event("u2", "yesterday"), LATE]) + b"]"
    messages = told(feed(write_log(tmp_path / "log.ndjson", *EVENING[:2], array)))
    counts = [message["counts"] for message in messages if "counts" in message]
    total = {name: sum(count[name] for count in counts) for name in ("events", "rejected", "late")}
    assert total == {"events": 3, "rejected": 1, "late": 1}
    account = messages[-1]["ended"]
    numbers = re.search(r"(\d+) events .* (\d+) rejected, (\d+) late", account)
    assert numbers
    assert [int(number) for number in numbers.groups()] == list(total.values())
    assert [mark[3] for message in messages for mark in message.get("late", [])] == ["too late"]


FULL = "Standard output: No space left on device.\n"
CLOSED = "Standard output is closed.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        ("feed.py > /dev/full", 1, FULL),
        ("feed.py >&-", 1, CLOSED),
        ("feed.py --speed 1000 | head -n 1 > /dev/null", 141, ""),
        ("watch.py --no-open > /dev/full", 1, FULL),
        ("watch.py --no-open >&-", 1, CLOSED),
    ],
)
def test_an_output_that_takes_no_more_ends_the_run_with_a_true_status(
    command: str, status: int, sentence: str
) -> None:
    with listening() as stdin:
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {sys.executable} {LIVE}/{command}"],  # noqa: S607
            stdin=stdin,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (status, sentence)


def test_without_a_standard_input_there_is_no_listener_to_end_with() -> None:
    command = f"{sys.executable} {FEED} --speed 1000 <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)  # noqa: S607
    assert told(done)[-1]["ended"].startswith("12 lines: 12 events")


def test_help_names_the_wait_of_a_replay_and_that_of_a_topic() -> None:
    said = " ".join(run(str(LIVE / "watch.py"), "--help").stdout.split())
    assert "without losing events (0.05)" in said
    assert "there, the default of --wait is 10" in said
