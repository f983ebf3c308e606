"""The lesson on scale: every way to run finds the same searches, and passes over bad lines."""

import json
from pathlib import Path

import pytest

from helpers import event, query, run, search_sessions, write_log
from programs import EXAMPLES, LOG, printed_by

PROGRAMS = ["plain_loop", "batch_query", "one_at_a_time"]
SAME = ("user", "query", "query_id", "results", "clicks", "ctr")


def searches_in(lines: str) -> list[str]:
    """Return what all programs say of the searches, in an order of its own."""
    return sorted(str([json.loads(line)[name] for name in SAME]) for line in lines.splitlines())


@pytest.mark.slow
def test_however_it_is_run_a_log_has_the_same_searches() -> None:
    printed = printed_by("scale/throughput.py", "--events", "2000").splitlines()
    assert printed[-1] == "All found the same searches."
    assert [line.split("  ")[0] for line in printed[2:6]] == [
        "plain loop",
        "search_sessions",
        "DuckDB, in one query",
        "one event at a time",
    ]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_searches_of_the_example_log_are_those_of_the_package(program: str) -> None:
    """The log has bad lines, and is out of order."""
    assert searches_in(printed_by(f"scale/{program}.py", str(LOG))) == searches_in(
        search_sessions(str(LOG)).stdout
    )


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "bad",
    [b"", b"{", b"5", b"\xff", query(text="d\xffgs").replace(b"\\u00ff", b"\xff"), event(time="yesterday")],
    ids=["blank", "cut off", "no object", "no text", "no text in a record", "no time"],
)
def test_a_bad_line_costs_no_other(tmp_path: Path, program: str, bad: bytes) -> None:
    good = query(query_id="q1", query_response_object_ids=[])
    log = write_log(tmp_path / "a.log", bad, good, bad, event(query_id="q1"), bad)
    assert searches_in(printed_by(f"scale/{program}.py", log)) == [str(["u1", "dogs", "q1", 0, 1, 1.0])]


@pytest.mark.parametrize(
    ("program", "found"),
    [("plain_loop", [("dogs", 1)]), ("batch_query", [("cats", 0), ("dogs", 0)])],
)
def test_what_becomes_of_searches_without_an_id_is_what_the_program_says(
    tmp_path: Path, program: str, found: list[tuple[str, int]]
) -> None:
    log = write_log(tmp_path / "a.log", query(text="dogs"), query(text="cats"), event())
    lines = map(json.loads, printed_by(f"scale/{program}.py", log).splitlines())
    assert sorted((line["query"], line["clicks"]) for line in lines) == found


@pytest.mark.parametrize("events", ["-5", "0", "199"])
def test_fewer_events_than_make_sense_are_a_sentence_and_status_2(events: str) -> None:
    done = run(str(EXAMPLES / "scale/throughput.py"), f"--events={events}")
    assert (done.returncode, done.stdout) == (2, "")
    says = f"--events must be at least 200, or no user is active, not {events}."
    assert done.stderr.splitlines()[-1] == f"throughput.py: error: {says}"


@pytest.mark.slow
def test_the_least_number_of_events_is_enough() -> None:
    assert printed_by("scale/throughput.py", "--events=200").endswith("All found the same searches.\n")
