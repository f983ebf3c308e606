"""The tutorial run: three searches, three lines."""

from datetime import timedelta, timezone

import pytest

from helpers import run, search_sessions
from reference import sessions
from search_sessions.events import AppOpen, ClickResult, Results, Search
from search_sessions.sample import SAMPLE
from search_sessions.sessions import GAP

THREE_LINES = """\
SearchCTR(user='1', query='dogs', ctr=1.0)
SearchCTR(user='2', query='cats', ctr=1.0)
SearchCTR(user='2', query='fruit', ctr=0.0)
"""


def test_the_tutorial_prints_one_line_for_each_search() -> None:
    done = search_sessions()
    assert (done.stdout, done.stderr, done.returncode) == (THREE_LINES, "", 0)


def test_the_engine_runs_the_same_flow_by_its_name() -> None:
    done = run("-m", "bytewax.run", "search_sessions.dataflow:flow")
    assert (done.stdout, done.stderr, done.returncode) == (THREE_LINES, "", 0)


def test_the_tutorial_runs_without_what_only_logs_need() -> None:
    block = "import sys; sys.modules.update(msgspec=None, tqdm=None); "
    done = run("-c", block + "from search_sessions.__main__ import main; sys.exit(main([]))")
    assert (done.stdout, done.stderr, done.returncode) == (THREE_LINES, "", 0)


def test_the_sample_is_small_in_order_of_time_and_in_utc() -> None:
    times = [event.time for event in SAMPLE]
    assert len(SAMPLE) <= 13
    assert times == sorted(times)
    assert {time.tzinfo for time in times} == {timezone.utc}


def test_the_sample_has_three_sessions_and_one_of_them_has_no_search() -> None:
    assert [[type(event) for event in session] for _, session in sessions(SAMPLE, GAP)] == [
        [AppOpen, Search, Results, ClickResult],
        [AppOpen],
        [AppOpen, Search, Results, ClickResult, ClickResult, Search, Results],
    ]


def test_the_gap_is_half_an_hour() -> None:
    assert timedelta(minutes=30) == GAP


@pytest.mark.parametrize("event", SAMPLE, ids=lambda event: type(event).__name__)
def test_events_have_slots(event: object) -> None:
    assert not hasattr(event, "__dict__")
