"""What Bytewax 0.16.2 does, as far as the code or the README relies on it: an upgrade that differs shows.

The docstring of each test is the sentence that it protects.
"""

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bytewax.connectors.files import FileInput
from bytewax.testing import TestingInput
from bytewax.window import EventClockConfig

from helpers import NOON, at, read_all, run, sessions_of
from search_sessions.events import Activity, Event

GAP = timedelta(minutes=5)


def arriving(*minutes: float, wait: timedelta) -> list[list[float]]:
    """Return the sessions, as minutes, of one user's events in that order of arrival."""
    clock = EventClockConfig(attrgetter("time"), wait)
    events: list[Event] = [Activity("u", at(minute)) for minute in minutes]
    found = sessions_of(events, GAP, clock)
    return [[(event.time - NOON) / timedelta(minutes=1) for event in session] for _, session in found]


A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("arrival", "kept"),
    [
        ([1, 0, 2], [[0, 2]]),  # 0 is earlier than the start of the open session: 1 is lost
        ([0, 6, 3], [[0, 3]]),  # 3 joins two open sessions: 6 is lost
    ],
)
def test_events_out_of_order_are_lost(arrival: list[float], kept: list[list[float]]) -> None:
    """Where an event out of order makes two sessions one, the engine keeps the events of one of them."""
    assert arriving(*arrival, wait=A_DAY) == kept


def test_disorder_within_a_session_that_has_begun_is_safe() -> None:
    """Events out of order within a session that has begun are all kept."""
    assert arriving(0, 2, 1, 3, wait=A_DAY) == [[0, 2, 1, 3]]


def test_without_a_wait_events_of_one_moment_are_late() -> None:
    """With a wait of zero, of several events of one moment only the first is kept."""
    assert arriving(0, 0, 0, wait=timedelta(0)) == [[0]]
    assert arriving(0, 0, 0, wait=timedelta(seconds=10)) == [[0, 0, 0]]


def test_a_stall_longer_than_the_wait_loses_events() -> None:
    """A user's clock runs on with the wall clock: what is behind it after a stall is dropped."""

    def batches_of_one(stall: float) -> TestingInput:
        return TestingInput(batches(stall))

    def batches(stall: float) -> Iterator[list[Event]]:
        yield [Activity("u", at(0))]
        time.sleep(stall)
        yield [Activity("u", at(0) + timedelta(milliseconds=1))]

    clock = EventClockConfig(attrgetter("time"), timedelta(seconds=0.2))
    assert [len(session) for _, session in sessions_of(batches_of_one(0.5), GAP, clock)] == [1]
    assert [len(session) for _, session in sessions_of(batches_of_one(0.0), GAP, clock)] == [2]


def test_one_event_from_the_future_makes_those_after_it_late() -> None:
    """One event from the far future makes all later events of its user late."""
    assert arriving(0, 10_000_000, 1, 2, wait=timedelta(hours=1)) == [[0], [10_000_000]]


def test_clocks_are_per_user() -> None:
    """No user's events make those of another late, or close their sessions."""
    events: list[Event] = [Activity("a", at(0)), Activity("b", at(10_000)), Activity("a", at(1))]
    assert sorted(len(session) for _, session in sessions_of(events, GAP)) == [1, 2]


def test_a_session_closes_when_its_user_returns_after_gap_and_wait() -> None:
    """A session ends when its user returns after the gap and the wait, any other at the end of the input."""
    wait = timedelta(minutes=1)
    events: list[Event] = [
        Activity("a", at(0)),
        Activity("b", at(1)),
        Activity("b", at(7)),
        Activity("a", at(90)),
    ]
    clock = EventClockConfig(attrgetter("time"), wait)
    found = [(user, len(session)) for user, session in sessions_of(events, GAP, clock)]
    assert found[:2] == [("b", 1), ("a", 1)]


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1)), ZoneInfo("UTC")], ids=str)
def test_times_must_be_in_timezone_utc(zone: Any) -> None:
    """The engine takes `datetime.timezone.utc` and no other zone, not even another that is UTC."""
    when = repr(datetime(2024, 3, 1, tzinfo=zone)).replace("zoneinfo.", "")
    code = (
        "import datetime; from zoneinfo import ZoneInfo; from helpers import sessions_of;"
        f"from search_sessions.events import Activity; sessions_of([Activity('u', {when})])"
    )
    done = run("-c", code, env={"PYTHONPATH": str(Path(__file__).parent)})
    assert done.returncode == 1
    assert "timezone.utc" in done.stderr or "tzinfo" in done.stderr


def test_keys_must_be_strings() -> None:
    """The key that a window groups by must be a string."""
    code = (
        "from search_sessions import dataflow, sessions; from bytewax.dataflow import Dataflow;"
        "from bytewax.testing import TestingInput, TestingOutput, run_main;"
        "flow = Dataflow(); flow.input('i', TestingInput(dataflow.SAMPLE));"
        "flow.map(lambda event: (event.user, event));"
        "flow.fold_window('s', dataflow.clock, dataflow.window, list, sessions.add_event);"
        "flow.output('o', TestingOutput([])); run_main(flow)"
    )
    done = run("-c", code)
    assert done.returncode == 1
    assert "str" in done.stderr


def test_the_engines_own_file_input_stops_at_a_blank_line(tmp_path: Path) -> None:
    """The engine's `FileInput` takes the first blank line for the end of the file."""
    path = tmp_path / "a.log"
    path.write_text("one\n\ntwo\n")
    source = FileInput(path).build_part(str(path), None)
    assert read_all(source) == ["one"]


def test_the_engine_has_no_wheel_for_python_3_12() -> None:
    """Bytewax 0.16 runs on CPython up to 3.11, and on no later one."""
    assert sys.version_info[:2] in {(3, 10), (3, 11)}
